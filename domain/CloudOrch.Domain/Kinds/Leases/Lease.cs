using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Leases;

/// <summary>Who holds something at the moment: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/</summary>
/// <remarks>Those of namespace kube-node-lease are not stored: they are made from the nodes' lease rows when read.</remarks>
public sealed record Lease : KubeObject
{
    /// <summary>The holder, and for how long.</summary>
    public LeaseSpec? Spec { get; init; }
}

/// <summary>Who holds something at the moment.</summary>
public sealed record LeaseSpec : ApiType
{
    /// <summary>Who holds it.</summary>
    public string? HolderIdentity { get; init; }
    /// <summary>Seconds after renewTime that others have to wait for.</summary>
    public int? LeaseDurationSeconds { get; init; }
    /// <summary>When the holder got it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }
    /// <summary>When the holder last renewed it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }
    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; init; }
    /// <summary>How holders are chosen among candidates.</summary>
    public string? Strategy { get; init; }
    /// <summary>Who should hold it next.</summary>
    public string? PreferredHolder { get; init; }
}
