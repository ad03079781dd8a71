using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Protocol;

/// <summary>What a node and its containers used in the last window; replaces the node's usage row. Nothing is decided by it, and a lost one is not repeated.</summary>
public sealed record NodeUsageDocument : ApiType
{
    public int V { get; init; } = ProtocolVersion.Current;
    public string NodeUid { get; init; } = "";
    /// <summary>When the next one is due.</summary>
    public long IntervalMilliseconds { get; init; }
    public long WindowMilliseconds { get; init; }
    /// <summary>Null when the kernel does not tell.</summary>
    public Usage? Node { get; init; }
    /// <summary>Pods with containers that were measured.</summary>
    public ValueList<PodUsage> Pods { get; init; } = [];
}

public sealed record PodUsage : ApiType
{
    public string Uid { get; init; } = "";
    /// <summary>The longest of its containers: one that has just started was measured since then.</summary>
    public long WindowMilliseconds { get; init; }
    public ValueList<ContainerUsage> Containers { get; init; } = [];
}

public sealed record ContainerUsage : ApiType
{
    public string Name { get; init; } = "";
    public Usage Usage { get; init; } = new();
}

/// <param name="NanoCores">Billionths of a processor, on average.</param>
/// <param name="WorkingSetBytes">Memory that cannot be had back by dropping what files hold too.</param>
public sealed record Usage(long NanoCores = 0, long WorkingSetBytes = 0);
