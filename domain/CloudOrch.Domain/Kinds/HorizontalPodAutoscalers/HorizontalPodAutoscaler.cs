using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/</summary>
public sealed record HorizontalPodAutoscaler : SpecObject<HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus>;

public sealed record HorizontalPodAutoscalerSpec : ApiType
{
    public CrossVersionObjectReference ScaleTargetRef { get; init; } = new();
    /// <summary>Default 1.</summary>
    public int? MinReplicas { get; init; }
    public int MaxReplicas { get; init; }
    /// <summary>Default: 80 % of the CPU that is requested.</summary>
    public ValueList<MetricSpec>? Metrics { get; init; }
    public AutoscalerBehavior? Behavior { get; init; }
}

public sealed record CrossVersionObjectReference : ApiType
{
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public string? ApiVersion { get; init; }
}

public sealed record AutoscalerBehavior : ApiType
{
    public ScalingRules? ScaleUp { get; init; }
    public ScalingRules? ScaleDown { get; init; }
}

public sealed record ScalingRules : ApiType
{
    public int? StabilizationWindowSeconds { get; init; }
    /// <summary>Max (default), Min or Disabled.</summary>
    public string? SelectPolicy { get; init; }
    public ValueList<ScalingPolicy>? Policies { get; init; }
    public Quantity? Tolerance { get; init; }
}

public sealed record ScalingPolicy : ApiType
{
    /// <summary>Pods or Percent.</summary>
    public string Type { get; init; } = "";
    public int Value { get; init; }
    public int PeriodSeconds { get; init; }
}

/// <summary>One source, the one that <see cref="Type"/> names.</summary>
public sealed record MetricSpec : ApiType
{
    /// <summary>Resource, ContainerResource, Pods, Object or External.</summary>
    public string Type { get; init; } = "";
    public ObjectMetric? Object { get; init; }
    public PodsMetric? Pods { get; init; }
    public ResourceMetric? Resource { get; init; }
    public ContainerResourceMetric? ContainerResource { get; init; }
    public PodsMetric? External { get; init; }
}

public sealed record ObjectMetric : ApiType
{
    public CrossVersionObjectReference DescribedObject { get; init; } = new();
    public MetricTarget Target { get; init; } = new();
    public MetricIdentifier Metric { get; init; } = new();
}

public sealed record PodsMetric : ApiType
{
    public MetricIdentifier Metric { get; init; } = new();
    public MetricTarget Target { get; init; } = new();
}

public sealed record ResourceMetric : ApiType
{
    public string Name { get; init; } = "";
    public MetricTarget Target { get; init; } = new();
}

public sealed record ContainerResourceMetric : ApiType
{
    public string Name { get; init; } = "";
    public string Container { get; init; } = "";
    public MetricTarget Target { get; init; } = new();
}

public sealed record MetricIdentifier : ApiType
{
    public string Name { get; init; } = "";
    public LabelSelector? Selector { get; init; }
}

public sealed record MetricTarget : ApiType
{
    /// <summary>Utilization, Value or AverageValue.</summary>
    public string Type { get; init; } = "";
    public Quantity? Value { get; init; }
    public Quantity? AverageValue { get; init; }
    public int? AverageUtilization { get; init; }
}

public sealed record HorizontalPodAutoscalerStatus : ApiType
{
    public long? ObservedGeneration { get; init; }
    public DateTimeOffset? LastScaleTime { get; init; }
    public int? CurrentReplicas { get; init; }
    public int DesiredReplicas { get; init; }
    public ValueList<MetricStatus>? CurrentMetrics { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}

public sealed record MetricStatus : ApiType
{
    public string Type { get; init; } = "";
    public MetricReading? Object { get; init; }
    public MetricReading? Pods { get; init; }
    public MetricReading? Resource { get; init; }
    public MetricReading? ContainerResource { get; init; }
    public MetricReading? External { get; init; }
}

/// <summary>What any source was last seen at; each source uses some of the fields.</summary>
public sealed record MetricReading : ApiType
{
    public string? Name { get; init; }
    public string? Container { get; init; }
    public MetricIdentifier? Metric { get; init; }
    public MetricValue? Current { get; init; }
    public CrossVersionObjectReference? DescribedObject { get; init; }
}

public sealed record MetricValue : ApiType
{
    public Quantity? Value { get; init; }
    public Quantity? AverageValue { get; init; }
    public int? AverageUtilization { get; init; }
}
