using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ReplicaSets;

public sealed class ReplicaSetKind : KindDefinition<ReplicaSet>
{
    public override ResourceType Type => ResourceTypes.ReplicaSets;
    public override string Kind => "ReplicaSet";
    public override string Singular => "replicaset";
    public override IReadOnlyList<string> ShortNames => ["rs"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override IReadOnlyList<string> Subresources => ["scale", "status"];
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<ReplicaSet>("Desired", "Pods wanted.", r => r.Spec.Replicas ?? 1, type: "integer"),
        Print.Of<ReplicaSet>("Current", "Pods that exist.", r => r.Status?.Replicas ?? 0, type: "integer"),
        Print.Of<ReplicaSet>("Ready", "Pods that are ready.", r => r.Status?.ReadyReplicas ?? 0, type: "integer"),
        Print.Age,
        Print.Of<ReplicaSet>("Containers", "Names of the containers.", r => Print.ContainerNames(r.Spec.Template.Spec), priority: 1),
        Print.Of<ReplicaSet>("Images", "Images of the containers.", r => Print.Images(r.Spec.Template.Spec), priority: 1),
        Print.Of<ReplicaSet>("Selector", "Which pods it owns.", r => Print.Selector(r.Spec.Selector), priority: 1),
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["status.replicas"] = r => $"{((ReplicaSet)r).Status?.Replicas ?? 0}",
    };

    protected override ReplicaSet Default(ReplicaSet value) => value with
    {
        Spec = value.Spec with { Replicas = value.Spec.Replicas ?? 1, Template = PodDefaults.Of(value.Spec.Template) },
    };

    protected override ReplicaSet PrepareForCreate(ReplicaSet value, DateTimeOffset now) => value with { Status = new() };

    protected override ReplicaSet PrepareForUpdate(ReplicaSet old, ReplicaSet value) => value with { Status = old.Status };

    protected override ReplicaSet PrepareForStatusUpdate(ReplicaSet old, ReplicaSet value) => old with { Status = value.Status };

    protected override bool DesiresOther(ReplicaSet old, ReplicaSet value) => old.Spec != value.Spec;

    protected override IEnumerable<FieldError> Validate(ReplicaSet value) =>
    [
        .. Amounts.NotNegative("spec.replicas", value.Spec.Replicas),
        .. Amounts.NotNegative("spec.minReadySeconds", value.Spec.MinReadySeconds),
        .. SelectorRules.ValidateOwning("spec.selector", value.Spec.Selector),
        .. PodTemplateRules.Validate("spec.template", value.Spec.Template, value.Spec.Selector),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(ReplicaSet old, ReplicaSet value)
    {
        if (value.Spec.Selector != old.Spec.Selector)
            yield return Refuse.Immutable("spec.selector", value.Spec.Selector);
    }
}
