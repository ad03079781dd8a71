using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.HorizontalPodAutoscalers.V1;

/// <summary>Changes the number of replicas by the CPU that they use: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v1/</summary>
public sealed record HorizontalPodAutoscaler : SpecObject<HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus>;

/// <summary>What is scaled, at which use of CPU, and within which bounds.</summary>
public sealed record HorizontalPodAutoscalerSpec : ApiType
{
    /// <summary>What is scaled, such as a Deployment.</summary>
    [Required] public CrossVersionObjectReference ScaleTargetRef { get; init; } = new();
    /// <summary>Default 1.</summary>
    public int? MinReplicas { get; init; }
    /// <summary>The most replicas that there may be.</summary>
    [Required] public int MaxReplicas { get; init; }
    /// <summary>Percent of the CPU that the pods request; default 80, unless an annotation names other metrics.</summary>
    public int? TargetCPUUtilizationPercentage { get; init; }
}

/// <summary>What the autoscaler last saw and decided.</summary>
public sealed record HorizontalPodAutoscalerStatus : ApiType
{
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>When the number of replicas was last changed.</summary>
    public DateTimeOffset? LastScaleTime { get; init; }
    /// <summary>Replicas that there are.</summary>
    [Required] public int CurrentReplicas { get; init; }
    /// <summary>Replicas that there should be.</summary>
    [Required] public int DesiredReplicas { get; init; }
    /// <summary>Percent of the CPU that the pods request.</summary>
    public int? CurrentCPUUtilizationPercentage { get; init; }
}
