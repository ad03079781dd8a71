using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.StatefulSets;

public sealed class StatefulSetKind : SpecKind<StatefulSet, StatefulSetSpec, StatefulSetStatus>
{
    private const string Keep = "Retain";

    public override ResourceType Type => ResourceTypes.StatefulSets;
    public override string Kind => "StatefulSet";
    public override string Singular => "statefulset";
    public override IReadOnlyList<string> ShortNames => ["sts"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override IReadOnlyList<string> Subresources => ["scale", "status"];
    public override string? NotActedOn => OnlyStored("it gets no pods and no claims");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<StatefulSet>("Ready", "Ready pods, of those wanted.", s => $"{s.Status?.ReadyReplicas ?? 0}/{s.Spec.Replicas ?? 1}"),
        Print.Age,
        Print.Of<StatefulSet>("Containers", "Names of the containers.", s => Print.ContainerNames(s.Spec.Template.Spec), priority: 1),
        Print.Of<StatefulSet>("Images", "Images of the containers.", s => Print.Images(s.Spec.Template.Spec), priority: 1),
    ];

    protected override IEnumerable<string> NameProblems(string name) => Names.Label(name);

    protected override StatefulSet Default(StatefulSet value) => value with
    {
        Spec = value.Spec with
        {
            Replicas = value.Spec.Replicas ?? 1,
            PodManagementPolicy = string.IsNullOrEmpty(value.Spec.PodManagementPolicy) ? "OrderedReady" : value.Spec.PodManagementPolicy,
            UpdateStrategy = Strategy(value.Spec.UpdateStrategy ?? new()),
            RevisionHistoryLimit = value.Spec.RevisionHistoryLimit ?? 10,
            PersistentVolumeClaimRetentionPolicy = Retention(value.Spec.PersistentVolumeClaimRetentionPolicy ?? new()),
            VolumeClaimTemplates = value.Spec.VolumeClaimTemplates?.Select(Claim).ToValueList(),
            Template = PodDefaults.Of(value.Spec.Template),
        },
    };

    protected override IEnumerable<FieldError> Validate(StatefulSet value) => StatefulSetRules.Validate(value.Spec);

    protected override IEnumerable<FieldError> ValidateUpdate(StatefulSet old, StatefulSet value) => StatefulSetRules.ValidateUpdate(old.Spec, value.Spec);

    private static StatefulSetUpdateStrategy Strategy(StatefulSetUpdateStrategy strategy)
    {
        strategy = strategy with { Type = string.IsNullOrEmpty(strategy.Type) ? "RollingUpdate" : strategy.Type };
        if (strategy.Type != "RollingUpdate")
            return strategy;
        var rolling = strategy.RollingUpdate ?? new();
        return strategy with { RollingUpdate = rolling with { Partition = rolling.Partition ?? 0 } };
    }

    private static ClaimRetentionPolicy Retention(ClaimRetentionPolicy policy) => policy with
    {
        WhenDeleted = string.IsNullOrEmpty(policy.WhenDeleted) ? Keep : policy.WhenDeleted,
        WhenScaled = string.IsNullOrEmpty(policy.WhenScaled) ? Keep : policy.WhenScaled,
    };

    private static PersistentVolumeClaim Claim(PersistentVolumeClaim claim) => claim with
    {
        Kind = "PersistentVolumeClaim",
        ApiVersion = "v1",
        Spec = PersistentVolumeClaimRules.Default(claim.Spec),
        Status = claim.Status ?? new() { Phase = "Pending" },
    };
}
