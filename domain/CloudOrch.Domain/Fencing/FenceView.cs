namespace CloudOrch.Domain.Fencing;

/// <summary>What the node's fence lets one pod with a fenced identity do.</summary>
/// <param name="MayStart">Containers may be started.</param>
/// <param name="MustStop">Whatever runs is to be killed.</param>
/// <param name="Era">Containers of another era are to be killed in any case.</param>
/// <param name="Why">Why it may not start or must stop; null: it takes a moment, nothing is wrong.</param>
public sealed record FenceView(bool MayStart, bool MustStop, string Era, string? Why);
