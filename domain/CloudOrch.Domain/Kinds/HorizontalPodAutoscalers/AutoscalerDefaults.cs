namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <summary>k8s.io/kubernetes/pkg/apis/autoscaling/v2/defaults.go.</summary>
internal static class AutoscalerDefaults
{
    private const int Utilization = 80;
    private const int PeriodSeconds = 15;

    private static readonly ScalingRules Up = new()
    {
        StabilizationWindowSeconds = 0,
        SelectPolicy = "Max",
        Policies = [new() { Type = "Pods", Value = 4, PeriodSeconds = PeriodSeconds }, new() { Type = "Percent", Value = 100, PeriodSeconds = PeriodSeconds }],
    };

    private static readonly ScalingRules Down = new()
    {
        SelectPolicy = "Max",
        Policies = [new() { Type = "Percent", Value = 100, PeriodSeconds = PeriodSeconds }],
    };

    public static HorizontalPodAutoscalerSpec Of(HorizontalPodAutoscalerSpec spec) => spec with
    {
        MinReplicas = spec.MinReplicas ?? 1,
        Metrics = spec.Metrics is { Count: > 0 } metrics ? metrics
            : [new() { Type = "Resource", Resource = new() { Name = "cpu", Target = new() { Type = "Utilization", AverageUtilization = Utilization } } }],
        Behavior = spec.Behavior is not { } behavior ? null : behavior with { ScaleUp = Filled(behavior.ScaleUp, Up), ScaleDown = Filled(behavior.ScaleDown, Down) },
    };

    private static ScalingRules Filled(ScalingRules? rules, ScalingRules standard) => rules is null ? standard : rules with
    {
        StabilizationWindowSeconds = rules.StabilizationWindowSeconds ?? standard.StabilizationWindowSeconds,
        SelectPolicy = rules.SelectPolicy ?? standard.SelectPolicy,
        Policies = rules.Policies ?? standard.Policies,
    };
}
