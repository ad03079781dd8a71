namespace CloudOrch.Domain.Api;

/// <summary>The body of DELETE. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/</summary>
public sealed record DeleteOptions : KubeObject
{
    /// <summary>0 removes a pod at once, without waiting for its node.</summary>
    public long? GracePeriodSeconds { get; init; }
    /// <summary>Background, Foreground or Orphan.</summary>
    public string? PropagationPolicy { get; init; }
    public bool? OrphanDependents { get; init; }
    public Preconditions? Preconditions { get; init; }
    /// <summary><c>All</c> or nothing.</summary>
    public ValueList<string>? DryRun { get; init; }
    public bool? IgnoreStoreReadErrorWithClusterBreakingPotential { get; init; }
}

/// <summary>What must hold for the deletion to happen; otherwise 409 Conflict.</summary>
public sealed record Preconditions : ApiType
{
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
}
