namespace CloudOrch.Domain.Fencing;

/// <summary>How long fencing takes. What a node promises by its lease row, and how long the control plane waits for it to have come true.</summary>
/// <remarks>
/// A node with interval 1 s promises 10 s: at 7 s after the start of its last renewal it begins to kill, at 10 s nothing of a fenced pod runs,
/// and 12 s after the renewal's time in the table the identity may be given to another node.
/// </remarks>
public static class FenceTimes
{
    /// <summary>The part of the promised time that is left for killing: the engine's first second, then the processes themselves.</summary>
    public static readonly TimeSpan KillShare = TimeSpan.FromSeconds(3);

    /// <summary>A start takes its time: none is begun when less than this is left until killing begins.</summary>
    public static readonly TimeSpan StartShare = TimeSpan.FromSeconds(2);

    /// <summary>What the control plane waits beyond the promise: clocks that count seconds differently, a process that dies slowly.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>A request that was sent may still change the row for this long: Table Storage gives up on one after 30 s, and networks delay.</summary>
    public static readonly TimeSpan LateLanding = TimeSpan.FromMinutes(2);

    /// <summary>A deleted node says nothing more: the longest promise, the margin, and what the removal of its lease row may take.</summary>
    public static readonly TimeSpan OwedByDeletedNode = TimeSpan.FromSeconds(MostSeconds) + Margin + TimeSpan.FromSeconds(3);

    private const int LeastSeconds = 10;
    private const int MostSeconds = 60;
    private const int Intervals = 10;

    /// <summary>What a node promises that renews at this interval: ten intervals, 10 s to 60 s, whole seconds.</summary>
    public static int SecondsFor(TimeSpan leaseInterval) => (int)Math.Clamp(Math.Ceiling(leaseInterval.TotalSeconds * Intervals), LeastSeconds, MostSeconds);

    /// <summary>How old a lease must be by the table's own clock before what its node promised has come true.</summary>
    public static TimeSpan SilenceFor(int promisedSeconds) => TimeSpan.FromSeconds(Math.Max(promisedSeconds, LeastSeconds)) + Margin;
}
