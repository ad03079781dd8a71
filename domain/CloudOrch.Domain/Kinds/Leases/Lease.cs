using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Leases;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/</summary>
/// <remarks>Those of namespace kube-node-lease are not stored: they are made from the nodes' lease rows when read.</remarks>
public sealed record Lease : KubeObject
{
    public LeaseSpec? Spec { get; init; }
}

public sealed record LeaseSpec : ApiType
{
    public string? HolderIdentity { get; init; }
    public int? LeaseDurationSeconds { get; init; }
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }
    public int? LeaseTransitions { get; init; }
    public string? Strategy { get; init; }
    public string? PreferredHolder { get; init; }
}
