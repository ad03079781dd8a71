using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Protocol;

/// <summary>The whole desired state of one node. Newest (epoch, revision) wins; repeats and reordering are harmless.</summary>
public sealed record NodeAssignment : ApiType
{
    public int V { get; init; } = ProtocolVersion.Current;
    public string ClusterId { get; init; } = "";
    public string NodeUid { get; init; } = "";
    public string NodeName { get; init; } = "";
    public long Epoch { get; init; }
    public long Revision { get; init; }
    /// <summary>SHA-256 (hex) over what matters to the node (pods' uids, specs, deletions, configuration); the row is rewritten when it changes.</summary>
    public string ContentHash { get; init; } = "";
    /// <summary>IPv4 range of the node's own Docker network.</summary>
    public string PodCidr { get; init; } = "";
    public int LeaseIntervalMilliseconds { get; init; } = 1000;
    /// <summary>The newest status that was applied; the agent repeats its status until it reads its own here.</summary>
    public StatusEcho? Applied { get; init; }
    /// <summary>The newest <see cref="NodeStatusDocument.FenceId"/> that was committed. Pods with a fenced identity are started only while it is the agent's own.</summary>
    public string? FenceId { get; init; }
    public ValueList<AssignedPod> Pods { get; init; } = [];
    /// <summary>Every ConfigMap that a pod here refers to; one that does not exist is absent.</summary>
    public ValueList<AssignedConfigMap> ConfigMaps { get; init; } = [];
}

public sealed record StatusEcho(string BootId, long Seq);

public sealed record AssignedPod : ApiType
{
    public string Uid { get; init; } = "";
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";
    public ValueMap<string>? Labels { get; init; }
    public ValueMap<string>? Annotations { get; init; }
    public PodSpec Spec { get; init; } = new();
    public DateTimeOffset? CreatedAt { get; init; }
    /// <summary>Set when the pod is to stop; it stays in the assignment until the node reports it gone.</summary>
    public PodDeletion? Deletion { get; init; }
}

/// <param name="GraceSeconds">0 means kill at once.</param>
public sealed record PodDeletion(DateTimeOffset RequestedAt, long GraceSeconds);

public sealed record AssignedConfigMap : ApiType
{
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";
    public ValueMap<string>? Data { get; init; }
    /// <summary>Values in base64.</summary>
    public ValueMap<string>? BinaryData { get; init; }
}
