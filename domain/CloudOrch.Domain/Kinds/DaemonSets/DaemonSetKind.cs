using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.DaemonSets;

public sealed class DaemonSetKind : SpecKind<DaemonSet, DaemonSetSpec, DaemonSetStatus>
{
    public override ResourceType Type => ResourceTypes.DaemonSets;
    public override string Kind => "DaemonSet";
    public override string Singular => "daemonset";
    public override IReadOnlyList<string> ShortNames => ["ds"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override string? NotActedOn => OnlyStored("it gets no pods");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<DaemonSet>("Desired", "Nodes that should run a pod.", d => d.Status?.DesiredNumberScheduled ?? 0, type: "integer"),
        Print.Of<DaemonSet>("Current", "Nodes that run a pod and should.", d => d.Status?.CurrentNumberScheduled ?? 0, type: "integer"),
        Print.Of<DaemonSet>("Ready", "Nodes whose pod is ready.", d => d.Status?.NumberReady ?? 0, type: "integer"),
        Print.Of<DaemonSet>("Up-to-date", "Nodes whose pod is of the newest template.", d => d.Status?.UpdatedNumberScheduled ?? 0, type: "integer"),
        Print.Of<DaemonSet>("Available", "Nodes whose pod is ready for at least minReadySeconds.", d => d.Status?.NumberAvailable ?? 0, type: "integer"),
        Print.Of<DaemonSet>("Node Selector", "Labels of the nodes that are meant.", d => Print.Labels(d.Spec.Template.Spec.NodeSelector)),
        Print.Age,
        Print.Of<DaemonSet>("Containers", "Names of the containers.", d => Print.ContainerNames(d.Spec.Template.Spec), priority: 1),
        Print.Of<DaemonSet>("Images", "Images of the containers.", d => Print.Images(d.Spec.Template.Spec), priority: 1),
        Print.Of<DaemonSet>("Selector", "Which pods it owns.", d => Print.Selector(d.Spec.Selector), priority: 1),
    ];

    protected override DaemonSet Default(DaemonSet value) => value with
    {
        Spec = value.Spec with
        {
            UpdateStrategy = Strategy(value.Spec.UpdateStrategy ?? new()),
            RevisionHistoryLimit = value.Spec.RevisionHistoryLimit ?? 10,
            Template = PodDefaults.Of(value.Spec.Template),
        },
    };

    /// <summary>k8s.io/kubernetes/pkg/apis/apps/validation: ValidateDaemonSetSpec, after defaults.</summary>
    protected override IEnumerable<FieldError> Validate(DaemonSet value) =>
    [
        .. SelectorRules.ValidateOwning("spec.selector", value.Spec.Selector, "daemonset"),
        .. PodTemplateRules.Validate("spec.template", value.Spec.Template, value.Spec.Selector, "DaemonSet"),
        .. Amounts.NotNegative("spec.minReadySeconds", value.Spec.MinReadySeconds),
        .. Amounts.NotNegative("spec.revisionHistoryLimit", value.Spec.RevisionHistoryLimit),
        .. ValidateStrategy("spec.updateStrategy", value.Spec.UpdateStrategy ?? new()),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(DaemonSet old, DaemonSet value) => Fields.Immutable("spec.selector", old.Spec.Selector, value.Spec.Selector);

    private static DaemonSetUpdateStrategy Strategy(DaemonSetUpdateStrategy strategy)
    {
        strategy = strategy with { Type = string.IsNullOrEmpty(strategy.Type) ? "RollingUpdate" : strategy.Type };
        if (strategy.Type != "RollingUpdate")
            return strategy;
        var rolling = strategy.RollingUpdate ?? new();
        return strategy with { RollingUpdate = rolling with { MaxUnavailable = rolling.MaxUnavailable ?? 1, MaxSurge = rolling.MaxSurge ?? 0 } };
    }

    private static IEnumerable<FieldError> ValidateStrategy(string field, DaemonSetUpdateStrategy strategy)
    {
        foreach (var error in Fields.OneOf($"{field}.type", strategy.Type, "OnDelete", "RollingUpdate"))
            yield return error;
        if (strategy is not { Type: "RollingUpdate", RollingUpdate: { } rolling })
            yield break;
        IntOrString unavailable = rolling.MaxUnavailable ?? 0, surge = rolling.MaxSurge ?? 0;
        foreach (var error in Amounts.CountOrPercent($"{field}.rollingUpdate.maxUnavailable", unavailable)
            .Concat(Amounts.NotAboveHundredPercent($"{field}.rollingUpdate.maxUnavailable", unavailable))
            .Concat(Amounts.CountOrPercent($"{field}.rollingUpdate.maxSurge", surge))
            .Concat(Amounts.NotAboveHundredPercent($"{field}.rollingUpdate.maxSurge", surge)))
            yield return error;
        bool misses = unavailable.Of(100, roundUp: false) != 0, surges = surge.Of(100, roundUp: false) != 0;
        if (misses && surges)
            yield return Refuse.Invalid($"{field}.rollingUpdate.maxSurge", surge, "may not be set when maxUnavailable is non-zero");
        if (!misses && !surges)
            yield return Refuse.Required($"{field}.rollingUpdate.maxUnavailable", "cannot be 0 when maxSurge is 0");
    }
}
