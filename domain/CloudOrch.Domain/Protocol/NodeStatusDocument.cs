using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Protocol;

/// <summary>The newest state of a node and all its pods; replaces the node's status row.</summary>
/// <remarks><see cref="Seq"/> only rises within a bootId, and the agent journals it, so it rises over restarts of the agent too.</remarks>
public sealed record NodeStatusDocument : ApiType
{
    public int V { get; init; } = ProtocolVersion.Current;
    public string NodeUid { get; init; } = "";
    /// <summary>/proc/sys/kernel/random/boot_id</summary>
    public string BootId { get; init; } = "";
    public long Seq { get; init; }
    /// <summary>The node's own clock, for information.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset ReportedAt { get; init; }
    /// <summary>(epoch, revision) of the assignment that this answers.</summary>
    public long AssignmentEpoch { get; init; }
    public long AssignmentRevision { get; init; }
    /// <summary>Random; another one after each start of the agent and each lapse of its fence. Absent: it does not fence.</summary>
    public string? FenceId { get; init; }
    /// <summary>Capacity, addresses, system info and conditions as the agent sees them; null when unchanged since the last applied report.</summary>
    public NodeStatus? Node { get; init; }
    /// <summary>Every pod that the node has or is asked to have.</summary>
    public ValueList<PodReport> Pods { get; init; } = [];
}

/// <summary>What every version of the document has: read first.</summary>
public sealed record NodeStatusVersion
{
    public int V { get; init; } = ProtocolVersion.Current;
}

public sealed record PodReport : ApiType
{
    public string Uid { get; init; } = "";
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";
    public PodStatus Status { get; init; } = new();
    /// <summary>True once nothing of a pod that was to be deleted is left: the control plane then removes the object.</summary>
    public bool Gone { get; init; }
    /// <summary>What happened since the last report that was applied, oldest first, at most 10: they become Events.</summary>
    public ValueList<PodHappening>? Happenings { get; init; }
}

/// <summary>An Event that the agent saw: Pulling, Pulled, Created, Started, Killing, Failed, BackOff, Unhealthy.</summary>
public sealed record PodHappening : ApiType
{
    /// <summary>Rises by one per happening on this node, so that a repeated report makes no second Event.</summary>
    public long Id { get; init; }
    public string Reason { get; init; } = "";
    public string Message { get; init; } = "";
    public bool Warning { get; init; }
    public string? FieldPath { get; init; }
    public DateTimeOffset At { get; init; }
    public int Count { get; init; } = 1;
}
