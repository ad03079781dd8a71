using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Management;

/// <summary>A cluster of the caller's tenant: <c>management.cloudorch.io/v1 clusters</c>. Its uid is the immutable cluster id.</summary>
public sealed record Cluster : KubeObject
{
    /// <summary>What the cluster is made with.</summary>
    public ClusterSpec? Spec { get; init; }
    /// <summary>What became of the cluster.</summary>
    public ClusterStatus? Status { get; init; }
}

/// <summary>What a cluster is made with.</summary>
public sealed record ClusterSpec : ApiType
{
    /// <summary>IPv4 range that the nodes' pod ranges are cut from; default 10.64.0.0/10. Immutable.</summary>
    public string? PodCidr { get; init; }
    /// <summary>Prefix length of one node's pod range; default 24. Immutable.</summary>
    public int? NodeCidrMaskSize { get; init; }
    /// <summary>Spread (default) or BinPack: what the scheduler prefers among nodes that fit.</summary>
    public string? Packing { get; init; }
    /// <summary>Toleration that pods get for not-ready and unreachable nodes, unless they say otherwise; seconds, default 0.</summary>
    public int? DefaultTolerationSeconds { get; init; }
}

/// <summary>What became of a cluster.</summary>
public sealed record ClusterStatus : ApiType
{
    /// <summary>Active or Terminating.</summary>
    public string? Phase { get; init; }
    /// <summary>Rises when the cluster is restored or failed over.</summary>
    public long? Epoch { get; init; }
}

/// <summary>A right to enrol nodes: <c>management.cloudorch.io/v1 jointokens</c>. The secret is returned once, by create; only its hash is stored.</summary>
public sealed record JoinToken : KubeObject
{
    /// <summary>What the token allows.</summary>
    public JoinTokenSpec Spec { get; init; } = new();
    /// <summary>The secret, and how often it was used.</summary>
    public JoinTokenStatus? Status { get; init; }
}

/// <summary>What a join token allows.</summary>
public sealed record JoinTokenSpec : ApiType
{
    /// <summary>The cluster's name.</summary>
    public string ClusterName { get; init; } = "";
    /// <summary>Seconds until it expires; default 3600, at most 30 days.</summary>
    public long? ExpirationSeconds { get; init; }
    /// <summary>Nodes that it may enrol; default 1, at most 1000.</summary>
    public int? MaxUses { get; init; }
}

/// <summary>A join token's secret and use.</summary>
public sealed record JoinTokenStatus : ApiType
{
    /// <summary>The secret; only in the answer to create.</summary>
    public string? Token { get; init; }
    /// <summary>When the token stops working.</summary>
    public DateTimeOffset? ExpirationTimestamp { get; init; }
    /// <summary>Nodes that were enrolled with the token.</summary>
    public int? Uses { get; init; }
}
