using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>What runs when a cluster's doorbell rings: look, plan in memory, commit once, tell the nodes.</summary>
/// <remarks>
/// Two brains on one cluster, in one process or in several, are legal: commits compare-and-swap on <c>head</c>, assignment rows are
/// replaced by a higher revision only, sending is idempotent. A pass that dies anywhere is repeated by the next ring; nothing that
/// it leaves behind is wrong. A fault of a service backs off by a later ring of its own, so it uses up no deliveries.
/// </remarks>
public sealed partial class BrainHost(
    ClusterCaches caches, IResourceStore store, INodeRows rows, IDirectory directory, IDueTable due, IWorkQueue work, BrainMemories memories,
    Dispatcher dispatcher, EventWriter eventWriter, IIdentityGenerator identities, TimeProvider clock, BrainOptions options, ILogger<BrainHost> logger)
{
    private readonly ObjectIdentities objectIdentities = new(identities);

    /// <exception cref="OperationCanceledException">The host stops: the message is to be delivered again.</exception>
    /// <exception cref="Exception">The pass failed and not even a later ring could be ordered: the message is to be delivered again.</exception>
    public async Task HandleAsync(Doorbell doorbell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(doorbell);
        var memory = memories.Of(doorbell.Cluster);
        await memory.Gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsDone(memory, doorbell))
                return;
            if (doorbell.Why == RingReasons.Events)
                await SayAsync(memory, doorbell.Cluster, cancellation).ConfigureAwait(false);
            else
                await PassAsync(memory, doorbell, cancellation).ConfigureAwait(false);
            memory.Faults = 0;
        }
        catch (ClusterGoneException)
        {
            Log.Gone(logger, doorbell.Cluster.Value);
            memories.Forget(doorbell.Cluster);
            caches.Drop(doorbell.Cluster);
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            // The next pass must not build on what may be half of one.
            (memory.Heads, memory.Progress, memory.SchedulingAt) = (null, null, null);
            var pause = BackOffAfter(memory.Faults++);
            if (e is StoreUnavailableException { RetryAfter: var asked } && asked > pause)
                pause = asked;
            Log.PassFailed(logger, e, doorbell.Cluster.Value, doorbell.Why, pause);
            await work.RingAtAsync(new(doorbell.Cluster, RingReasons.Retry, Revision.Zero), clock.GetUtcNow() + pause, cancellation).ConfigureAwait(false);
        }
        finally
        {
            memory.Gate.Release();
        }
    }

    /// <summary>A burst costs one pass: the other rings speak of revisions that it has dispatched, of reports that it has applied.</summary>
    private static bool IsDone(BrainMemory memory, Doorbell doorbell)
    {
        if (memory.Progress is not { } progress)
            return false;
        if (doorbell.Why == RingReasons.Commit)
            return doorbell.Revision <= progress.PlannedTo && doorbell.Revision <= progress.DispatchedTo;
        return RingReasons.IsStatus(doorbell.Why, out string? uid, out string? boot, out long seq) && uid is not null && boot is not null
            && memory.Nodes.TryGetValue(uid, out var mark) && mark.AppliedBootId == boot && mark.AppliedSeq >= seq
            && memory.Heads?.TryGetValue(uid, out var head) == true && head.AppliedBootId == boot && head.AppliedSeq >= seq;
    }

    private TimeSpan BackOffAfter(int failures)
    {
        var pause = options.FirstBackOff * Math.Pow(2, Math.Min(failures, 16));
        return pause < options.LongestBackOff ? pause : options.LongestBackOff;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cluster {Cluster} does not exist any more")]
        public static partial void Gone(ILogger logger, string cluster);

        [LoggerMessage(2, LogLevel.Error, "Cluster {Cluster}: the pass for '{Why}' failed, again in {Pause}")]
        public static partial void PassFailed(ILogger logger, Exception error, string cluster, string why, TimeSpan pause);

        [LoggerMessage(3, LogLevel.Error, "Cluster {Cluster}: planner {Planner} failed on {Key}, again in {Pause}")]
        public static partial void PlanFailed(ILogger logger, Exception error, string cluster, string planner, string key, TimeSpan pause);

        [LoggerMessage(4, LogLevel.Warning, "Cluster {Cluster}: node {NodeUid}: {Reason}: {Why}")]
        public static partial void BadReport(ILogger logger, string cluster, string nodeUid, string reason, string why);

        [LoggerMessage(5, LogLevel.Error, "Cluster {Cluster}: {Key} is not written: {Limit}")]
        public static partial void TooLarge(ILogger logger, string cluster, string key, string limit);

        [LoggerMessage(6, LogLevel.Information, "Cluster {Cluster}: pass for '{Why}' wrote {Changes} changes up to revision {Revision} in {Rounds} rounds")]
        public static partial void Passed(ILogger logger, string cluster, string why, int changes, long revision, int rounds);

        [LoggerMessage(8, LogLevel.Warning, "Cluster {Cluster}: {Count} Events were dropped, since too many wait to be written")]
        public static partial void Dropped(ILogger logger, string cluster, int count);

        [LoggerMessage(7, LogLevel.Debug, "Cluster {Cluster}: {Key}: {Reason}: {Message}")]
        public static partial void Step(ILogger logger, string cluster, string key, string reason, string message);
    }
}
