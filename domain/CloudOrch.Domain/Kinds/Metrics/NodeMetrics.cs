using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Metrics;

/// <summary>What a node used lately, with all that runs on it: https://github.com/kubernetes/metrics</summary>
/// <remarks>Not stored: made from the node's usage row when read.</remarks>
public sealed record NodeMetrics : KubeObject
{
    /// <summary>The end of the time that was measured.</summary>
    public DateTimeOffset? Timestamp { get; init; }
    /// <summary>How long was measured, such as 15s.</summary>
    public string? Window { get; init; }
    /// <summary>cpu, the average of the window, and memory, the working set at its end.</summary>
    public ValueMap<Quantity>? Usage { get; init; }
}
