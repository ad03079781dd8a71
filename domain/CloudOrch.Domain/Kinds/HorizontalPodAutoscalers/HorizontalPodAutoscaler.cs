using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;

/// <summary>Changes the number of replicas by what they are seen to use: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/</summary>
public sealed record HorizontalPodAutoscaler : SpecObject<HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus>;

/// <summary>What is scaled, by which measure, and within which bounds.</summary>
public sealed record HorizontalPodAutoscalerSpec : ApiType
{
    /// <summary>What is scaled, such as a Deployment.</summary>
    [Required] public CrossVersionObjectReference ScaleTargetRef { get; init; } = new();
    /// <summary>Default 1.</summary>
    public int? MinReplicas { get; init; }
    /// <summary>The most replicas that there may be.</summary>
    [Required] public int MaxReplicas { get; init; }
    /// <summary>Default: 80 % of the CPU that is requested.</summary>
    public ValueList<MetricSpec>? Metrics { get; init; }
    /// <summary>How fast replicas may come and go.</summary>
    public AutoscalerBehavior? Behavior { get; init; }
}

/// <summary>An object of the same namespace.</summary>
public sealed record CrossVersionObjectReference : ApiType
{
    /// <summary>The object's kind.</summary>
    [Required] public string Kind { get; init; } = "";
    /// <summary>The object's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Group and version of the object's kind.</summary>
    public string? ApiVersion { get; init; }
}

/// <summary>How fast replicas may come and go.</summary>
public sealed record AutoscalerBehavior : ApiType
{
    /// <summary>How fast replicas may come.</summary>
    public ScalingRules? ScaleUp { get; init; }
    /// <summary>How fast replicas may go.</summary>
    public ScalingRules? ScaleDown { get; init; }
}

/// <summary>How fast the number of replicas may change in one direction.</summary>
public sealed record ScalingRules : ApiType
{
    /// <summary>Seconds of earlier recommendations that are looked at, so that the number does not swing.</summary>
    public int? StabilizationWindowSeconds { get; init; }
    /// <summary>Max (default), Min or Disabled.</summary>
    public string? SelectPolicy { get; init; }
    /// <summary>Bounds on the change, of which selectPolicy chooses.</summary>
    public ValueList<ScalingPolicy>? Policies { get; init; }
    /// <summary>How far off the target the measure may be without a change.</summary>
    public Quantity? Tolerance { get; init; }
}

/// <summary>How much may change within a time.</summary>
public sealed record ScalingPolicy : ApiType
{
    /// <summary>Pods or Percent.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>How many pods, or percent of the pods, may change.</summary>
    [Required] public int Value { get; init; }
    /// <summary>The seconds within which that much may change.</summary>
    [Required] public int PeriodSeconds { get; init; }
}

/// <summary>One source, the one that <see cref="Type"/> names.</summary>
public sealed record MetricSpec : ApiType
{
    /// <summary>Resource, ContainerResource, Pods, Object or External.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>A measure of one other object.</summary>
    public ObjectMetric? Object { get; init; }
    /// <summary>A measure of each pod, as an average.</summary>
    public PodsMetric? Pods { get; init; }
    /// <summary>What the pods use of a resource that they request.</summary>
    public ResourceMetric? Resource { get; init; }
    /// <summary>What one container of each pod uses of a resource that it requests.</summary>
    public ContainerResourceMetric? ContainerResource { get; init; }
    /// <summary>A measure from outside of the cluster.</summary>
    public PodsMetric? External { get; init; }
}

/// <summary>A measure of one other object.</summary>
public sealed record ObjectMetric : ApiType
{
    /// <summary>The object that is measured.</summary>
    [Required] public CrossVersionObjectReference DescribedObject { get; init; } = new();
    /// <summary>The value that is aimed at.</summary>
    [Required] public MetricTarget Target { get; init; } = new();
    /// <summary>The measure's name.</summary>
    [Required] public MetricIdentifier Metric { get; init; } = new();
}

/// <summary>A measure that is averaged over the pods.</summary>
public sealed record PodsMetric : ApiType
{
    /// <summary>The measure's name.</summary>
    [Required] public MetricIdentifier Metric { get; init; } = new();
    /// <summary>The value that is aimed at.</summary>
    [Required] public MetricTarget Target { get; init; } = new();
}

/// <summary>What pods use of a resource that they request.</summary>
public sealed record ResourceMetric : ApiType
{
    /// <summary>The resource, such as cpu.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The value that is aimed at.</summary>
    [Required] public MetricTarget Target { get; init; } = new();
}

/// <summary>What one container of each pod uses of a resource that it requests.</summary>
public sealed record ContainerResourceMetric : ApiType
{
    /// <summary>The resource, such as cpu.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The container that is measured.</summary>
    [Required] public string Container { get; init; } = "";
    /// <summary>The value that is aimed at.</summary>
    [Required] public MetricTarget Target { get; init; } = new();
}

/// <summary>A measure.</summary>
public sealed record MetricIdentifier : ApiType
{
    /// <summary>The measure's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Labels of the measure, where several have the name.</summary>
    public LabelSelector? Selector { get; init; }
}

/// <summary>The value that is aimed at; one is set, the one that type names.</summary>
public sealed record MetricTarget : ApiType
{
    /// <summary>Utilization, Value or AverageValue.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>The measure itself.</summary>
    public Quantity? Value { get; init; }
    /// <summary>The measure divided by the number of pods.</summary>
    public Quantity? AverageValue { get; init; }
    /// <summary>Percent of what the pods request.</summary>
    public int? AverageUtilization { get; init; }
}

/// <summary>What the autoscaler last saw and decided.</summary>
public sealed record HorizontalPodAutoscalerStatus : ApiType
{
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>When the number of replicas was last changed.</summary>
    public DateTimeOffset? LastScaleTime { get; init; }
    /// <summary>Replicas that there are.</summary>
    public int? CurrentReplicas { get; init; }
    /// <summary>Replicas that there should be.</summary>
    [Required] public int DesiredReplicas { get; init; }
    /// <summary>What was last measured.</summary>
    public ValueList<MetricStatus>? CurrentMetrics { get; init; }
    /// <summary>AbleToScale, ScalingActive and ScalingLimited.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}

/// <summary>What was last measured; one is set, the one that type names.</summary>
public sealed record MetricStatus : ApiType
{
    /// <summary>Resource, ContainerResource, Pods, Object or External.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>The measure of one other object.</summary>
    public MetricReading? Object { get; init; }
    /// <summary>The average over the pods.</summary>
    public MetricReading? Pods { get; init; }
    /// <summary>What the pods use of a resource.</summary>
    public MetricReading? Resource { get; init; }
    /// <summary>What one container of each pod uses of a resource.</summary>
    public MetricReading? ContainerResource { get; init; }
    /// <summary>The measure from outside of the cluster.</summary>
    public MetricReading? External { get; init; }
}

/// <summary>What any source was last seen at; each source uses some of the fields.</summary>
public sealed record MetricReading : ApiType
{
    /// <summary>The resource that was measured.</summary>
    public string? Name { get; init; }
    /// <summary>The container that was measured.</summary>
    public string? Container { get; init; }
    /// <summary>The measure.</summary>
    public MetricIdentifier? Metric { get; init; }
    /// <summary>What was measured.</summary>
    public MetricValue? Current { get; init; }
    /// <summary>The object that was measured.</summary>
    public CrossVersionObjectReference? DescribedObject { get; init; }
}

/// <summary>A value that was measured.</summary>
public sealed record MetricValue : ApiType
{
    /// <summary>The measure itself.</summary>
    public Quantity? Value { get; init; }
    /// <summary>The measure divided by the number of pods.</summary>
    public Quantity? AverageValue { get; init; }
    /// <summary>Percent of what the pods request.</summary>
    public int? AverageUtilization { get; init; }
}
