using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Deployments;

public sealed class DeploymentKind : KindDefinition<Deployment>
{
    public override ResourceType Type => ResourceTypes.Deployments;
    public override string Kind => "Deployment";
    public override string Singular => "deployment";
    public override IReadOnlyList<string> ShortNames => ["deploy"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override IReadOnlyList<string> Subresources => ["scale", "status"];
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Deployment>("Ready", "Ready pods, of those wanted.", d => $"{d.Status?.ReadyReplicas ?? 0}/{d.Spec.Replicas ?? 1}"),
        Print.Of<Deployment>("Up-to-date", "Pods of the newest template.", d => d.Status?.UpdatedReplicas ?? 0),
        Print.Of<Deployment>("Available", "Pods ready for at least minReadySeconds.", d => d.Status?.AvailableReplicas ?? 0),
        Print.Age,
        Print.Of<Deployment>("Containers", "Names of the containers.", d => Print.ContainerNames(d.Spec.Template.Spec), priority: 1),
        Print.Of<Deployment>("Images", "Images of the containers.", d => Print.Images(d.Spec.Template.Spec), priority: 1),
        Print.Of<Deployment>("Selector", "Which pods it owns.", d => Print.Selector(d.Spec.Selector), priority: 1),
    ];

    protected override Deployment Default(Deployment value)
    {
        var strategy = value.Spec.Strategy ?? new();
        strategy = strategy with { Type = string.IsNullOrEmpty(strategy.Type) ? "RollingUpdate" : strategy.Type };
        if (strategy.Type == "RollingUpdate")
        {
            var rolling = strategy.RollingUpdate ?? new();
            strategy = strategy with { RollingUpdate = rolling with { MaxUnavailable = rolling.MaxUnavailable ?? "25%", MaxSurge = rolling.MaxSurge ?? "25%" } };
        }
        return value with
        {
            Spec = value.Spec with
            {
                Replicas = value.Spec.Replicas ?? 1,
                Strategy = strategy,
                RevisionHistoryLimit = value.Spec.RevisionHistoryLimit ?? 10,
                ProgressDeadlineSeconds = value.Spec.ProgressDeadlineSeconds ?? 600,
                Template = PodDefaults.Of(value.Spec.Template),
            },
        };
    }

    protected override Deployment PrepareForCreate(Deployment value, DateTimeOffset now) => value with { Status = new() };

    protected override Deployment PrepareForUpdate(Deployment old, Deployment value) => value with { Status = old.Status };

    protected override Deployment PrepareForStatusUpdate(Deployment old, Deployment value) => old with { Status = value.Status };

    /// <summary>Annotations count, since they are copied to the ReplicaSets.</summary>
    protected override bool DesiresOther(Deployment old, Deployment value) =>
        old.Spec != value.Spec || (old.Metadata.Annotations ?? ValueMap<string>.Empty) != (value.Metadata.Annotations ?? ValueMap<string>.Empty);

    protected override IEnumerable<FieldError> Validate(Deployment value) => DeploymentRules.Validate(value.Spec);

    protected override IEnumerable<FieldError> ValidateUpdate(Deployment old, Deployment value)
    {
        if (value.Spec.Selector != old.Spec.Selector)
            yield return Refuse.Immutable("spec.selector", value.Spec.Selector);
    }
}
