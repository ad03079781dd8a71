using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>Something is owed to a cluster at a time: a wake-up, a pass that may not have run, a dispatch that may not have happened.</summary>
/// <param name="Why">One of <see cref="Brain.RingReasons"/>; one row per (cluster, why).</param>
public sealed record DueItem(ClusterId Cluster, string Why, DateTimeOffset At);

/// <summary>Table <c>due</c>, ordered by time; what <c>Tick</c> reads. A row too many costs a pass, a row too few costs seconds (the sweep).</summary>
public interface IDueTable
{
    /// <summary>Sets or moves the row of (cluster, why).</summary>
    Task SetAsync(DueItem item, CancellationToken cancellation);
    Task ClearAsync(ClusterId cluster, string why, CancellationToken cancellation);
    /// <summary>Items that are due at <paramref name="now"/>, oldest first, at most 1,000.</summary>
    Task<IReadOnlyList<DueItem>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation);
}
