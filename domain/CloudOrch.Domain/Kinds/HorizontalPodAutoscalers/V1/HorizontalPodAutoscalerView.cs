using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers.V1;

/// <summary>Version 1 knows the use of CPU only; all else of version 2 stands in annotations (k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go).</summary>
public sealed class HorizontalPodAutoscalerView(KindDefinition stored) : KindView<HorizontalPodAutoscaler, HorizontalPodAutoscalers.HorizontalPodAutoscaler>(stored)
{
    private const string Cpu = "cpu";
    private const string Resource = "Resource";

    public override string Version => "v1";

    protected override HorizontalPodAutoscaler Show(HorizontalPodAutoscalers.HorizontalPodAutoscaler value) => new()
    {
        Metadata = value.Metadata with { Annotations = Annotations(value) },
        Spec = new()
        {
            ScaleTargetRef = value.Spec.ScaleTargetRef,
            MinReplicas = value.Spec.MinReplicas,
            MaxReplicas = value.Spec.MaxReplicas,
            TargetCPUUtilizationPercentage = value.Spec.Metrics?.FirstOrDefault(IsOfCpu)?.Resource!.Target.AverageUtilization,
            Unknown = value.Spec.Unknown,
        },
        Status = value.Status is not { } status ? null : new()
        {
            ObservedGeneration = status.ObservedGeneration,
            LastScaleTime = status.LastScaleTime,
            CurrentReplicas = status.CurrentReplicas ?? 0,
            DesiredReplicas = status.DesiredReplicas,
            CurrentCPUUtilizationPercentage = status.CurrentMetrics?.FirstOrDefault(m => m.Resource is { Name: Cpu, Current.AverageUtilization: not null })?.Resource!.Current!.AverageUtilization,
            Unknown = status.Unknown,
        },
        Unknown = value.Unknown,
    };

    protected override HorizontalPodAutoscalers.HorizontalPodAutoscaler Store(HorizontalPodAutoscaler value)
    {
        var annotations = value.Metadata.Annotations ?? ValueMap<string>.Empty;
        return new()
        {
            Metadata = value.Metadata with { Annotations = Without(value.Metadata.Annotations) },
            Spec = new()
            {
                ScaleTargetRef = value.Spec.ScaleTargetRef,
                MinReplicas = value.Spec.MinReplicas,
                MaxReplicas = value.Spec.MaxReplicas,
                Metrics = OrNull([.. OfCpu(value.Spec.TargetCPUUtilizationPercentage), .. AnnotatedMetrics.Specs(annotations)]),
                Behavior = AnnotatedMetrics.Behavior(annotations),
                Unknown = value.Spec.Unknown,
            },
            Status = value.Status is not { } status ? null : new()
            {
                ObservedGeneration = status.ObservedGeneration,
                LastScaleTime = status.LastScaleTime,
                CurrentReplicas = status.CurrentReplicas is 0 ? null : status.CurrentReplicas,
                DesiredReplicas = status.DesiredReplicas,
                CurrentMetrics = OrNull(AnnotatedMetrics.Statuses(annotations)) ?? OrNull(SeenOfCpu(status.CurrentCPUUtilizationPercentage)),
                Conditions = AnnotatedMetrics.Conditions(annotations),
                Unknown = status.Unknown,
            },
            Unknown = value.Unknown,
        };
    }

    private static ValueMap<string>? Annotations(HorizontalPodAutoscalers.HorizontalPodAutoscaler value)
    {
        // The first use of CPU has its own field; a second one would be lost without its annotation.
        var first = value.Spec.Metrics?.FirstOrDefault(IsOfCpu);
        var added = AnnotatedMetrics.Of([.. (value.Spec.Metrics ?? []).Where(m => !ReferenceEquals(m, first))], value.Spec.Behavior,
            value.Status?.CurrentMetrics ?? [], value.Status?.Conditions).ToList();
        return added.Count == 0 ? value.Metadata.Annotations : ValueMap<string>.From((value.Metadata.Annotations ?? ValueMap<string>.Empty).Concat(added));
    }

    private static ValueMap<string>? Without(ValueMap<string>? annotations) => annotations is null || !AnnotatedMetrics.Keys.Any(annotations.ContainsKey) ? annotations
        : AnnotatedMetrics.Keys.Aggregate(annotations, (left, key) => left.Without(key)) is { Count: > 0 } some ? some : null;

    private static bool IsOfCpu(MetricSpec metric) => metric is { Type: Resource, Resource: { Name: Cpu, Target.AverageUtilization: not null } };

    private static MetricSpec[] OfCpu(int? percent) => percent is null ? []
        : [new() { Type = Resource, Resource = new() { Name = Cpu, Target = new() { Type = "Utilization", AverageUtilization = percent } } }];

    private static MetricStatus[] SeenOfCpu(int? percent) => percent is null ? []
        : [new() { Type = Resource, Resource = new() { Name = Cpu, Current = new() { AverageUtilization = percent } } }];

    private static ValueList<T>? OrNull<T>(IReadOnlyList<T> items) => items.Count == 0 ? null : items.ToValueList();
}
