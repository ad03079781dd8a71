using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <summary>k8s.io/kubernetes/pkg/apis/autoscaling/validation: ValidateHorizontalPodAutoscaler, after defaults.</summary>
internal static class AutoscalerRules
{
    private const int LongestPeriod = 1800;
    private const int LongestWindow = 3600;

    public static IEnumerable<FieldError> Validate(HorizontalPodAutoscalerSpec spec)
    {
        if (spec.MinReplicas < 1)
            yield return Refuse.Invalid("spec.minReplicas", spec.MinReplicas, "must be greater than or equal to 1");
        if (spec.MaxReplicas < 1)
            yield return Refuse.Invalid("spec.maxReplicas", spec.MaxReplicas, "must be greater than 0");
        if (spec.MaxReplicas < spec.MinReplicas)
            yield return Refuse.Invalid("spec.maxReplicas", spec.MaxReplicas, "must be greater than or equal to `minReplicas`");
        foreach (var error in Reference("spec.scaleTargetRef", spec.ScaleTargetRef)
            .Concat(Fields.Each("spec.metrics", spec.Metrics, Metric))
            .Concat(spec.Behavior?.ScaleUp is { } up ? Scaling("spec.behavior.scaleUp", up) : [])
            .Concat(spec.Behavior?.ScaleDown is { } down ? Scaling("spec.behavior.scaleDown", down) : []))
            yield return error;
    }

    private static IEnumerable<FieldError> Reference(string field, CrossVersionObjectReference reference) =>
        [.. Fields.Named($"{field}.kind", reference.Kind, Names.PathSegment), .. Fields.Named($"{field}.name", reference.Name, Names.PathSegment)];

    private static IEnumerable<FieldError> Scaling(string field, ScalingRules rules)
    {
        if (rules.StabilizationWindowSeconds is < 0)
            yield return Refuse.Invalid($"{field}.stabilizationWindowSeconds", rules.StabilizationWindowSeconds, "must be greater than or equal to zero");
        if (rules.StabilizationWindowSeconds > LongestWindow)
            yield return Refuse.Invalid($"{field}.stabilizationWindowSeconds", rules.StabilizationWindowSeconds, $"must be less than or equal to {LongestWindow}");
        if (rules.Tolerance is { IsNegative: true } tolerance)
            yield return Refuse.Invalid($"{field}.tolerance", tolerance.ToString(), Amounts.MustNotBeNegative);
        if (rules.Policies is not { Count: > 0 })
            yield return Refuse.Required($"{field}.policies", "must specify at least one Policy");
        foreach (var error in Fields.OneOf($"{field}.selectPolicy", rules.SelectPolicy, "Disabled", "Max", "Min").Concat(Fields.Each($"{field}.policies", rules.Policies, Policy)))
            yield return error;
    }

    private static IEnumerable<FieldError> Policy(string field, ScalingPolicy policy)
    {
        if (policy.Type is not ("Pods" or "Percent"))
            yield return Refuse.NotSupported($"{field}.type", policy.Type, "Percent", "Pods");
        if (policy.Value <= 0)
            yield return Refuse.Invalid($"{field}.value", policy.Value, "must be greater than zero");
        if (policy.PeriodSeconds <= 0)
            yield return Refuse.Invalid($"{field}.periodSeconds", policy.PeriodSeconds, "must be greater than zero");
        if (policy.PeriodSeconds > LongestPeriod)
            yield return Refuse.Invalid($"{field}.periodSeconds", policy.PeriodSeconds, $"must be less than or equal to {LongestPeriod}");
    }

    private static IEnumerable<FieldError> Metric(string field, MetricSpec metric)
    {
        (string Type, string Name, bool Set)[] sources =
        [
            ("ContainerResource", "containerResource", metric.ContainerResource is not null), ("External", "external", metric.External is not null),
            ("Object", "object", metric.Object is not null), ("Pods", "pods", metric.Pods is not null), ("Resource", "resource", metric.Resource is not null),
        ];
        if (string.IsNullOrEmpty(metric.Type))
            yield return Refuse.Required($"{field}.type", "must specify a metric source type");
        else if (sources.All(s => s.Type != metric.Type))
            yield return Refuse.NotSupported($"{field}.type", metric.Type, [.. sources.Select(s => s.Type)]);
        foreach (var (_, name, _) in sources.Where(s => s.Type == metric.Type && !s.Set))
            yield return Refuse.Required($"{field}.{name}", "must populate information for the given metric source");
        foreach (var (_, name, _) in sources.Where(s => s.Type != metric.Type && s.Set))
            yield return Refuse.Forbidden($"{field}.{name}", "must populate the given metric source only");
        foreach (var error in Source(field, metric))
            yield return error;
    }

    private static IEnumerable<FieldError> Source(string field, MetricSpec metric) => metric switch
    {
        { Type: "Object", Object: { } o } =>
        [
            .. Reference($"{field}.object.describedObject", o.DescribedObject), .. Identifier($"{field}.object.metric", o.Metric), .. Target($"{field}.object.target", o.Target),
            .. o.Target is { Value: null, AverageValue: null } ? [Refuse.Required($"{field}.object.target.averageValue", "must set either a target value or averageValue")] : Array.Empty<FieldError>(),
        ],
        { Type: "External", External: { } e } => [.. Identifier($"{field}.external.metric", e.Metric), .. Target($"{field}.external.target", e.Target), .. OneValue($"{field}.external.target", e.Target)],
        { Type: "Pods", Pods: { } p } =>
        [
            .. Identifier($"{field}.pods.metric", p.Metric), .. Target($"{field}.pods.target", p.Target),
            .. p.Target.AverageValue is null ? [Refuse.Required($"{field}.pods.target.averageValue", "must specify a positive target averageValue")] : Array.Empty<FieldError>(),
        ],
        { Type: "Resource", Resource: { } r } => [.. ResourceName($"{field}.resource.name", r.Name), .. Target($"{field}.resource.target", r.Target), .. OneUse($"{field}.resource.target", r.Target)],
        { Type: "ContainerResource", ContainerResource: { } c } =>
        [
            .. ResourceName($"{field}.containerResource.name", c.Name),
            .. c.Container.Length == 0 ? [Refuse.Required($"{field}.containerResource.container", "must specify a container")] : Fields.Optional($"{field}.containerResource.container", c.Container, Names.Label),
            .. Target($"{field}.containerResource.target", c.Target), .. OneUse($"{field}.containerResource.target", c.Target),
        ],
        _ => [],
    };

    private static IEnumerable<FieldError> ResourceName(string field, string name) => name.Length == 0 ? [Refuse.Required(field, "must specify a resource name")] : [];

    private static IEnumerable<FieldError> Identifier(string field, MetricIdentifier metric) =>
        metric.Name.Length == 0 ? [Refuse.Required($"{field}.name", "must specify a metric name")] : Fields.Optional($"{field}.name", metric.Name, Names.PathSegment);

    private static IEnumerable<FieldError> OneValue(string field, MetricTarget target)
    {
        if (target is { Value: null, AverageValue: null })
            yield return Refuse.Required($"{field}.averageValue", "must set either a target value for metric or a per-pod target");
        if (target is { Value: not null, AverageValue: not null })
            yield return Refuse.Forbidden($"{field}.value", "may not set both a target value for metric and a per-pod target");
    }

    private static IEnumerable<FieldError> OneUse(string field, MetricTarget target)
    {
        if (target is { AverageUtilization: null, AverageValue: null })
            yield return Refuse.Required($"{field}.averageUtilization", "must set either a target raw value or a target utilization");
        if (target is { AverageUtilization: not null, AverageValue: not null })
            yield return Refuse.Forbidden($"{field}.averageValue", "may not set both a target raw value and a target utilization");
    }

    private static IEnumerable<FieldError> Target(string field, MetricTarget target)
    {
        if (string.IsNullOrEmpty(target.Type))
            yield return Refuse.Required($"{field}.type", "must specify a metric target type");
        else if (target.Type is not ("Utilization" or "Value" or "AverageValue"))
            yield return Refuse.Invalid($"{field}.type", target.Type, "must be either Utilization, Value, or AverageValue");
        foreach (var (name, value) in new[] { ("value", target.Value), ("averageValue", target.AverageValue) })
        {
            if (value <= default(Quantity))
                yield return Refuse.Invalid($"{field}.{name}", value.ToString(), "must be positive");
        }
        if (target.AverageUtilization < 1)
            yield return Refuse.Invalid($"{field}.averageUtilization", target.AverageUtilization, "must be greater than 0");
    }
}
