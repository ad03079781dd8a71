using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <remarks>Version 1 of the group is a view of these objects.</remarks>
public sealed class HorizontalPodAutoscalerKind : SpecKind<HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus>
{
    public override ResourceType Type => ResourceTypes.HorizontalPodAutoscalers;
    public override string Version => "v2";
    public override string Kind => "HorizontalPodAutoscaler";
    public override string Singular => "horizontalpodautoscaler";
    public override IReadOnlyList<string> ShortNames => ["hpa"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override string? NotActedOn => OnlyStored("it scales nothing");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<HorizontalPodAutoscaler>("Reference", "What it scales.", a => $"{a.Spec.ScaleTargetRef.Kind}/{a.Spec.ScaleTargetRef.Name}"),
        Print.Of<HorizontalPodAutoscaler>("Targets", "Metrics: seen, of what is aimed at.", AutoscalerPrinting.Targets),
        Print.Of<HorizontalPodAutoscaler>("MinPods", "Pods at least.", a => a.Spec.MinReplicas?.ToString() ?? "<unset>"),
        Print.Of<HorizontalPodAutoscaler>("MaxPods", "Pods at most.", a => a.Spec.MaxReplicas),
        Print.Of<HorizontalPodAutoscaler>("Replicas", "Pods that were last seen.", a => a.Status?.CurrentReplicas ?? 0),
        Print.Age,
    ];

    protected override HorizontalPodAutoscaler Default(HorizontalPodAutoscaler value) => With(value, AutoscalerDefaults.Of(value.Spec));

    protected override IEnumerable<FieldError> Validate(HorizontalPodAutoscaler value) => AutoscalerRules.Validate(value.Spec);
}
