using System.Collections.Concurrent;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>The net under the doorbells, one run for all clusters every few seconds: rings for what is due, for leases that ran out, for passes that never came.</summary>
/// <remarks>It plans nothing and commits nothing. Its memory only keeps it from ringing twice for the same; losing it costs passes.</remarks>
public sealed partial class TickHost(
    IDueTable due, IDirectory directory, IResourceStore store, INodeRows rows, IEventStore events, IWorkQueue work, ClusterPurge purge,
    BrainOptions options, ILogger<TickHost> logger)
{
    private static readonly TimeSpan WithoutNodes = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AgainAboutTheSame = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WakeMargin = TimeSpan.FromSeconds(10);
    private const int NamedRings = 4;

    /// <summary>A timer that comes a moment earlier than the last time finds what is due now, not a whole period later.</summary>
    private static readonly TimeSpan TimerJitter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(ClusterId Cluster, string NodeUid), (DateTimeOffset RenewedAt, DateTimeOffset RungAt)> lost = [];
    private readonly ConcurrentDictionary<ClusterId, DateTimeOffset> seen = [];
    private readonly ConcurrentDictionary<ClusterId, DateTimeOffset> expired = [];
    private string? sweptTo;

    /// <summary>One cluster's trouble does not keep the others from being looked at; the first error is raised at the end.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var items = await due.ListDueAsync(now, cancellation).ConfigureAwait(false);
        var page = await directory.ListAllClustersAsync(sweptTo, cancellation).ConfigureAwait(false);
        sweptTo = page.Continuation;
        var looks = items.Select(i => (i.Cluster, Why: (string?)i.Why)).Concat(page.Items.Take(options.SweptPerTick).Select(c => (Cluster: c.Id, Why: (string?)null)));
        Exception? first = null;
        await Parallel.ForEachAsync(looks, new ParallelOptions { MaxDegreeOfParallelism = options.ParallelTick, CancellationToken = cancellation }, async (one, stop) =>
        {
            try
            {
                await (one.Why is null ? SweepAsync(one.Cluster, now, stop) : HandleDueAsync(one.Cluster, one.Why, now, stop)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Isolated here, raised below, so that the host's log and metrics see it.
                Log.Failed(logger, e, one.Cluster.Value, one.Why ?? RingReasons.Sweep);
                Interlocked.CompareExchange(ref first, e, null);
            }
        }).ConfigureAwait(false);
        if (first is not null)
            throw new StoreUnavailableException($"Tick could not look at every cluster: {first.Message}", first);
    }

    private async Task HandleDueAsync(ClusterId cluster, string why, DateTimeOffset now, CancellationToken cancellation)
    {
        switch (why)
        {
            case RingReasons.Lease:
                await CheckNodesAsync(cluster, now, cancellation).ConfigureAwait(false);
                return;
            case RingReasons.Purge:
                await purge.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
                return;
            case RingReasons.PurgeAgain:
                await purge.PurgeAgainAsync(cluster, cancellation).ConfigureAwait(false);
                return;
            default:
                await work.RingAsync(new(cluster, why, Revision.Zero), cancellation).ConfigureAwait(false);
                break;
        }
        // Only now: if we die before, it is done once more.
        await due.ClearAsync(cluster, why, cancellation).ConfigureAwait(false);
    }

    /// <summary>Rings for nodes that are lost, found again, or have said something that nobody applied.</summary>
    private async Task CheckNodesAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation)
    {
        var readingHead = store.ReadHeadAsync(cluster, cancellation);
        var readingLeases = rows.ListLeasesAsync(cluster, cancellation);
        var readingAssignments = rows.ListAssignmentHeadsAsync(cluster, cancellation);
        await Task.WhenAll(readingHead, readingLeases, readingAssignments).ConfigureAwait(false);
        if (await readingHead.ConfigureAwait(false) is null)
        {
            await due.ClearAsync(cluster, RingReasons.Lease, cancellation).ConfigureAwait(false);
            return;
        }
        var listing = await readingLeases.ConfigureAwait(false);
        var applied = (await readingAssignments.ConfigureAwait(false)).ToDictionary(h => h.NodeUid, StringComparer.Ordinal);
        var expiry = NodeLoss.Expiry(listing.Leases.Count);
        var next = listing.Leases.Count == 0 ? WithoutNodes : NodeLoss.Interval(listing.Leases.Count);
        bool ring = seen.TryAdd(cluster, now);
        var later = new HashSet<DateTimeOffset>();
        var unheard = new List<string>();
        foreach (var lease in listing.Leases)
        {
            var age = listing.ServerTime - lease.RenewedAt;
            var key = (cluster, lease.NodeUid);
            if (age >= expiry)
            {
                bool known = lost.TryGetValue(key, out var about) && about.RenewedAt == lease.RenewedAt && now - about.RungAt < AgainAboutTheSame;
                if (!known)
                    (ring, lost[key]) = (true, (lease.RenewedAt, now));
            }
            else if (lost.TryRemove(key, out _))
            {
                ring = true;
            }
            else if (age >= 1.5 * next)
            {
                later.Add(RoundUp(now + (expiry - age), next / 10));
            }
            bool unapplied = lease.StatusSeq > 0
                && (!applied.TryGetValue(lease.NodeUid, out var head) || head.AppliedBootId != lease.BootId || head.AppliedSeq < lease.StatusSeq);
            if (unapplied)
                unheard.Add(lease.NodeUid);
        }
        if (unheard.Count > NamedRings)
            ring = true; // a pass for leases takes up all reports that are newer than what was applied
        else
            await Task.WhenAll(unheard.Select(uid => work.RingAsync(new(cluster, RingReasons.StatusOf(uid), Revision.Zero), cancellation))).ConfigureAwait(false);
        if (ring)
            await work.RingAsync(new(cluster, RingReasons.Lease, Revision.Zero), cancellation).ConfigureAwait(false);
        // A renewal is missing, and the lease may run out before the next look: the pass is ordered for then.
        await Task.WhenAll(later.Select(at => work.RingAtAsync(new(cluster, RingReasons.Lease, Revision.Zero), at, cancellation))).ConfigureAwait(false);
        await due.SetAsync(new(cluster, RingReasons.Lease, now + next - TimerJitter), cancellation).ConfigureAwait(false);
    }

    private static DateTimeOffset RoundUp(DateTimeOffset time, TimeSpan step) => new((time.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero);

    /// <summary>In rotation, whatever was said or lost: is there anything that nobody planned or dispatched, and is the log too long?</summary>
    private async Task SweepAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation)
    {
        var readingHead = store.ReadHeadAsync(cluster, cancellation);
        var readingProgress = store.ReadProgressAsync(cluster, cancellation);
        await Task.WhenAll(readingHead, readingProgress).ConfigureAwait(false);
        if (await readingHead.ConfigureAwait(false) is not { } head)
            return;
        var progress = await readingProgress.ConfigureAwait(false);
        bool behind = progress.PlannedTo < head.Revision || progress.DispatchedTo < head.Revision;
        if (behind || progress.NextWakeAt + WakeMargin < now)
            await work.RingAsync(new(cluster, RingReasons.Sweep, head.Revision), cancellation).ConfigureAwait(false);
        if (head.Revision.Value - head.CompactedTo.Value > 2L * options.KeptRevisions)
        {
            long upTo = Math.Min(head.Revision.Value - options.KeptRevisions, progress.DispatchedTo.Value);
            await store.CompactAsync(cluster, new(upTo), cancellation).ConfigureAwait(false);
            Log.Compacted(logger, cluster.Value, upTo);
        }
        if (!expired.TryGetValue(cluster, out var at) || now - at >= options.EventExpiryEvery)
        {
            expired[cluster] = now;
            await events.ExpireAsync(cluster, now, cancellation).ConfigureAwait(false);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Cluster {Cluster}: Tick's look for '{Why}' failed")]
        public static partial void Failed(ILogger logger, Exception error, string cluster, string why);

        [LoggerMessage(2, LogLevel.Information, "Cluster {Cluster}: the log is compacted to revision {Revision}")]
        public static partial void Compacted(ILogger logger, string cluster, long revision);
    }
}
