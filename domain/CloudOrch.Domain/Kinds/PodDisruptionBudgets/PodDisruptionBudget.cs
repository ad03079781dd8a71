using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

/// <summary>How many pods may be evicted at a time: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/</summary>
public sealed record PodDisruptionBudget : SpecObject<PodDisruptionBudgetSpec, PodDisruptionBudgetStatus>;

/// <summary>One of the two amounts, not both.</summary>
public sealed record PodDisruptionBudgetSpec : ApiType
{
    /// <summary>Pods that must stay available, as a number or a percentage.</summary>
    public IntOrString? MinAvailable { get; init; }
    /// <summary>The labels of the pods that are meant.</summary>
    public LabelSelector? Selector { get; init; }
    /// <summary>Pods that may be missing, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; init; }
    /// <summary>IfHealthyBudget or AlwaysAllow.</summary>
    public string? UnhealthyPodEvictionPolicy { get; init; }
}

/// <summary>How many pods may be evicted now.</summary>
public sealed record PodDisruptionBudgetStatus : ApiType
{
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>Pods whose eviction was granted, and when.</summary>
    public ValueMap<DateTimeOffset>? DisruptedPods { get; init; }
    /// <summary>Pods that may be evicted now.</summary>
    [Required] public int DisruptionsAllowed { get; init; }
    /// <summary>Pods that are healthy.</summary>
    [Required] public int CurrentHealthy { get; init; }
    /// <summary>Pods that must be healthy.</summary>
    [Required] public int DesiredHealthy { get; init; }
    /// <summary>Pods that are counted.</summary>
    [Required] public int ExpectedPods { get; init; }
    /// <summary>DisruptionAllowed, and what else was observed.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
