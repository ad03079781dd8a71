using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/</summary>
public sealed record PodDisruptionBudget : SpecObject<PodDisruptionBudgetSpec, PodDisruptionBudgetStatus>;

/// <summary>One of the two amounts, not both.</summary>
public sealed record PodDisruptionBudgetSpec : ApiType
{
    public IntOrString? MinAvailable { get; init; }
    public LabelSelector? Selector { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
    /// <summary>IfHealthyBudget or AlwaysAllow.</summary>
    public string? UnhealthyPodEvictionPolicy { get; init; }
}

public sealed record PodDisruptionBudgetStatus : ApiType
{
    public long? ObservedGeneration { get; init; }
    /// <summary>Pods whose eviction was granted, and when.</summary>
    public ValueMap<DateTimeOffset>? DisruptedPods { get; init; }
    public int DisruptionsAllowed { get; init; }
    public int CurrentHealthy { get; init; }
    public int DesiredHealthy { get; init; }
    public int ExpectedPods { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
