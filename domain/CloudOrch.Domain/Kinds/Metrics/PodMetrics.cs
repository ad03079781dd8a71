using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Metrics;

/// <summary>What a pod's containers used lately: https://github.com/kubernetes/metrics</summary>
/// <remarks>Not stored: made from the usage row of the pod's node when read.</remarks>
public sealed record PodMetrics : KubeObject
{
    /// <summary>The end of the time that was measured.</summary>
    public DateTimeOffset? Timestamp { get; init; }
    /// <summary>How long was measured, such as 15s.</summary>
    public string? Window { get; init; }
    /// <summary>The containers that ran.</summary>
    [MergeKey("name")] public ValueList<ContainerMetrics>? Containers { get; init; }
}

/// <summary>What a container used lately.</summary>
public sealed record ContainerMetrics : ApiType
{
    /// <summary>The container's name in its pod.</summary>
    public string Name { get; init; } = "";
    /// <summary>cpu, the average of the window, and memory, the working set at its end.</summary>
    public ValueMap<Quantity>? Usage { get; init; }
}
