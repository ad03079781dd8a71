using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers.V1;

/// <summary>What version 1 has no fields for, as its annotations hold it. What cannot be read there is left out, as in Kubernetes.</summary>
/// <remarks>Metrics are written as in v2beta1, and behavior as in Go: with capital letters.</remarks>
internal static class AnnotatedMetrics
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string OfMetrics = Prefix + "metrics";
    private const string OfStatuses = Prefix + "current-metrics";
    private const string OfBehavior = Prefix + "behavior";
    private const string OfConditions = Prefix + "conditions";

    public static readonly IReadOnlyList<string> Keys = [OfMetrics, OfStatuses, OfBehavior, OfConditions];

    private static readonly JsonSerializerOptions AsInGo = new(KubeJson.Options) { PropertyNamingPolicy = null, PropertyNameCaseInsensitive = true };

    public static IEnumerable<KeyValuePair<string, string>> Of(IReadOnlyList<MetricSpec> metrics, AutoscalerBehavior? behavior, IReadOnlyList<MetricStatus> seen, ValueList<Condition>? conditions)
    {
        if (metrics.Count > 0)
            yield return new(OfMetrics, JsonSerializer.Serialize(metrics.Select(Show), KubeJson.Options));
        if (seen.Count > 0)
            yield return new(OfStatuses, JsonSerializer.Serialize(seen.Select(Show), KubeJson.Options));
        if (behavior is not null)
            yield return new(OfBehavior, JsonSerializer.Serialize(behavior, AsInGo));
        if (conditions is { Count: > 0 })
            yield return new(OfConditions, JsonSerializer.Serialize(conditions, KubeJson.Options));
    }

    public static IReadOnlyList<MetricSpec> Specs(ValueMap<string> annotations) => [.. Read<Metric[]>(annotations, OfMetrics, KubeJson.Options)?.Select(Spec) ?? []];

    public static IReadOnlyList<MetricStatus> Statuses(ValueMap<string> annotations) => [.. Read<Metric[]>(annotations, OfStatuses, KubeJson.Options)?.Select(Status) ?? []];

    public static AutoscalerBehavior? Behavior(ValueMap<string> annotations) => Read<AutoscalerBehavior>(annotations, OfBehavior, AsInGo);

    public static ValueList<Condition>? Conditions(ValueMap<string> annotations) => Read<ValueList<Condition>>(annotations, OfConditions, KubeJson.Options);

    private static T? Read<T>(ValueMap<string> annotations, string key, JsonSerializerOptions options) where T : class
    {
        if (!annotations.TryGetValue(key, out string? text))
            return null;
        try
        {
            return WithoutNulls(JsonNode.Parse(text)).Deserialize<T>(options);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Go writes null for a pointer to nothing.</summary>
    private static JsonNode? WithoutNulls(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToArray())
            {
                if (WithoutNulls(value) is null)
                    members.Remove(name);
            }
        }
        else if (node is JsonArray items && items.Any(i => WithoutNulls(i) is null))
            throw new JsonException("a list of objects holds null");
        return node;
    }

    private static Metric Show(MetricSpec metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } o ? null : new()
        {
            Target = o.DescribedObject,
            MetricName = o.Metric.Name,
            Selector = o.Metric.Selector,
            TargetValue = o.Target.Value ?? Quantity.Parse("0"),
            AverageValue = o.Target.AverageValue,
        },
        Pods = metric.Pods is not { } p ? null : new() { MetricName = p.Metric.Name, Selector = p.Metric.Selector, TargetAverageValue = p.Target.AverageValue },
        Resource = metric.Resource is not { } r ? null : new()
        {
            Name = r.Name,
            TargetAverageUtilization = r.Target.AverageUtilization,
            TargetAverageValue = r.Target.AverageValue,
        },
        ContainerResource = metric.ContainerResource is not { } c ? null : new()
        {
            Name = c.Name,
            Container = c.Container,
            TargetAverageUtilization = c.Target.AverageUtilization,
            TargetAverageValue = c.Target.AverageValue,
        },
        External = metric.External is not { } e ? null : new()
        {
            MetricName = e.Metric.Name,
            MetricSelector = e.Metric.Selector,
            TargetValue = e.Target.Value,
            TargetAverageValue = e.Target.AverageValue,
        },
    };

    private static MetricSpec Spec(Metric metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } o ? null : new()
        {
            DescribedObject = o.Target ?? new(),
            Metric = new() { Name = o.MetricName ?? "", Selector = o.Selector },
            // The value has no pointer in Go: nothing is written as 0, which is no target.
            Target = new()
            {
                Type = o.AverageValue is null ? "Value" : "AverageValue",
                Value = o.TargetValue == default(Quantity) ? null : o.TargetValue,
                AverageValue = o.AverageValue,
            },
        },
        Pods = metric.Pods is not { } p ? null : new()
        {
            Metric = new() { Name = p.MetricName ?? "", Selector = p.Selector },
            Target = new() { Type = "AverageValue", AverageValue = p.TargetAverageValue },
        },
        Resource = metric.Resource is not { } r ? null : new() { Name = r.Name ?? "", Target = Use(r) },
        ContainerResource = metric.ContainerResource is not { } c ? null : new() { Name = c.Name ?? "", Container = c.Container ?? "", Target = Use(c) },
        External = metric.External is not { } e ? null : new()
        {
            Metric = new() { Name = e.MetricName ?? "", Selector = e.MetricSelector },
            Target = new() { Type = e.TargetValue is null ? "AverageValue" : "Value", Value = e.TargetValue, AverageValue = e.TargetAverageValue },
        },
    };

    private static MetricTarget Use(Source source) => new()
    {
        Type = source.TargetAverageUtilization is null ? "AverageValue" : "Utilization",
        AverageUtilization = source.TargetAverageUtilization,
        AverageValue = source.TargetAverageValue,
    };

    private static Metric Show(MetricStatus seen) => new()
    {
        Type = seen.Type,
        Object = seen.Object is not { } o ? null : new()
        {
            Target = o.DescribedObject,
            MetricName = o.Metric?.Name,
            Selector = o.Metric?.Selector,
            CurrentValue = o.Current?.Value ?? Quantity.Parse("0"),
            AverageValue = o.Current?.AverageValue,
        },
        Pods = seen.Pods is not { } p ? null : new() { MetricName = p.Metric?.Name, Selector = p.Metric?.Selector, CurrentAverageValue = p.Current?.AverageValue },
        Resource = seen.Resource is not { } r ? null : new()
        {
            Name = r.Name,
            CurrentAverageUtilization = r.Current?.AverageUtilization,
            CurrentAverageValue = r.Current?.AverageValue,
        },
        ContainerResource = seen.ContainerResource is not { } c ? null : new()
        {
            Name = c.Name,
            Container = c.Container,
            CurrentAverageUtilization = c.Current?.AverageUtilization,
            CurrentAverageValue = c.Current?.AverageValue,
        },
        External = seen.External is not { } e ? null : new()
        {
            MetricName = e.Metric?.Name,
            MetricSelector = e.Metric?.Selector,
            CurrentValue = e.Current?.Value,
            CurrentAverageValue = e.Current?.AverageValue,
        },
    };

    private static MetricStatus Status(Metric seen) => new()
    {
        Type = seen.Type,
        Object = seen.Object is not { } o ? null : new()
        {
            DescribedObject = o.Target,
            Metric = new() { Name = o.MetricName ?? "", Selector = o.Selector },
            Current = new() { Value = o.CurrentValue == default(Quantity) ? null : o.CurrentValue, AverageValue = o.AverageValue },
        },
        Pods = seen.Pods is not { } p ? null : new()
        {
            Metric = new() { Name = p.MetricName ?? "", Selector = p.Selector },
            Current = new() { AverageValue = p.CurrentAverageValue },
        },
        Resource = Reading(seen.Resource),
        ContainerResource = Reading(seen.ContainerResource),
        External = seen.External is not { } e ? null : new()
        {
            Metric = new() { Name = e.MetricName ?? "", Selector = e.MetricSelector },
            Current = new() { Value = e.CurrentValue, AverageValue = e.CurrentAverageValue },
        },
    };

    private static MetricReading? Reading(Source? seen) => seen is null ? null : new()
    {
        Name = seen.Name,
        Container = seen.Container,
        Current = new() { AverageUtilization = seen.CurrentAverageUtilization, AverageValue = seen.CurrentAverageValue },
    };

    /// <summary>A metric that is aimed at, or one that was seen.</summary>
    private sealed record Metric
    {
        public string Type { get; init; } = "";
        public Source? Object { get; init; }
        public Source? Pods { get; init; }
        public Source? Resource { get; init; }
        public Source? ContainerResource { get; init; }
        public Source? External { get; init; }
    }

    /// <summary>Any source; each uses some of the fields.</summary>
    private sealed record Source
    {
        public string? Name { get; init; }
        public string? Container { get; init; }
        public CrossVersionObjectReference? Target { get; init; }
        public string? MetricName { get; init; }
        public LabelSelector? MetricSelector { get; init; }
        public LabelSelector? Selector { get; init; }
        public int? TargetAverageUtilization { get; init; }
        public Quantity? TargetAverageValue { get; init; }
        public Quantity? TargetValue { get; init; }
        public Quantity? AverageValue { get; init; }
        public int? CurrentAverageUtilization { get; init; }
        public Quantity? CurrentAverageValue { get; init; }
        public Quantity? CurrentValue { get; init; }
    }
}
