using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Management;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Planning;

namespace CloudOrch.ControlPlane.Brain;

public sealed partial class BrainHost
{
    private async Task PassAsync(BrainMemory memory, Doorbell doorbell, CancellationToken cancellation)
    {
        var cluster = doorbell.Cluster;
        var cache = caches.Of(cluster);
        var catchingUp = cache.CatchUpAsync(cancellation);
        var readingSides = ReadSidesAsync(memory, doorbell, cancellation);
        await Task.WhenAll(catchingUp, readingSides).ConfigureAwait(false);
        var snapshot = await catchingUp.ConfigureAwait(false);
        bool leasesAreNew = await readingSides.ConfigureAwait(false);
        var reports = await ReadReportsAsync(memory, doorbell, snapshot, leasesAreNew, cancellation).ConfigureAwait(false);

        var said = new List<EventRecord>();
        var reported = new HashSet<string>(StringComparer.Ordinal);
        int changes = 0, rounds = 0;
        do
        {
            // What was read before others committed may be older than what they have applied.
            if (rounds > 0 && reports.Count > 0)
                reports = await ReadRowsAsync(memory, cluster, snapshot, reports.Select(r => r.NodeUid).ToHashSet(StringComparer.Ordinal), cancellation).ConfigureAwait(false);
            SyncScheduling(memory, cache, snapshot);
            if (memory.Leases!.After != snapshot.Revision && DependsOnSilence(memory, snapshot))
            {
                // Only what is read after the state that a pass starts from tells that a node was silent then.
                memory.Leases = new(await rows.ListLeasesAsync(cluster, cancellation).ConfigureAwait(false), clock.GetUtcNow(), snapshot.Revision);
                leasesAreNew = true;
            }
            var plan = Plan(memory, cache, snapshot, reports, leasesAreNew || rounds > 0);
            var outcome = await CommitAsync(memory, cache, snapshot, plan, cancellation).ConfigureAwait(false);
            (snapshot, changes) = (outcome.Snapshot, changes + outcome.Changes);
            if (outcome.Done)
            {
                Remember(memory, cluster, plan, outcome.PlannedTo);
                said.AddRange(plan.Events);
                reported.UnionWith(plan.Applied.Select(a => a.NodeUid));
            }
        }
        while (memory.PlannedTo != snapshot.Revision && ++rounds < options.MostRounds);

        var since = memory.DispatchedTo is { } dispatched ? cache.ChangesBetween(dispatched, snapshot.Revision) : null;
        var dispatching = dispatcher.DispatchAsync(memory, cluster, snapshot, since, reported, cancellation);
        foreach (var one in said)
            memory.Unsaid.Enqueue(one);
        var recording = SayAsync(memory, cluster, cancellation);
        await Task.WhenAll(dispatching, recording).ConfigureAwait(false);
        memory.DispatchedTo = snapshot.Revision;
        await FinishAsync(memory, cluster, snapshot, cancellation).ConfigureAwait(false);
        if (changes > 0)
            Log.Passed(logger, cluster.Value, doorbell.Why, changes, snapshot.Revision.Value, rounds + 1);
        if (memory.PlannedTo != snapshot.Revision)
            await work.RingAsync(new(cluster, RingReasons.Retry, Revision.Zero), cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes some of the Events that are to be written. A burst of ten thousand pods has forty thousand: decisions do not wait for them.</summary>
    private async Task SayAsync(BrainMemory memory, ClusterId cluster, CancellationToken cancellation)
    {
        int dropped = memory.Unsaid.Count - options.MostUnsaid;
        for (int i = 0; i < dropped; i++)
            memory.Unsaid.Dequeue();
        if (dropped > 0)
            Log.Dropped(logger, cluster.Value, dropped);
        var some = new List<EventRecord>();
        while (some.Count < options.EventsPerPass && memory.Unsaid.TryDequeue(out var next))
            some.Add(next);
        await eventWriter.RecordAsync(cluster, some, cancellation).ConfigureAwait(false);
        if (memory.Unsaid.Count > 0)
            await work.RingAsync(new(cluster, RingReasons.Events, Revision.Zero), cancellation).ConfigureAwait(false);
    }

    /// <summary>Everything beside the objects that a pass needs and that is not in memory.</summary>
    /// <returns>Whether the leases were read now.</returns>
    private async Task<bool> ReadSidesAsync(BrainMemory memory, Doorbell doorbell, CancellationToken cancellation)
    {
        var cluster = doorbell.Cluster;
        var now = clock.GetUtcNow();
        // A node that says something has a lease; whether its own is fresh is only in doubt when it was not.
        string? named = RingReasons.IsStatus(doorbell.Why, out string? uid, out _, out _) ? uid : null;
        bool mayReuse = doorbell.Why == RingReasons.Commit || (named is not null && memory.MarkOf(named).Lease == LeaseState.Fresh);
        var hold = named is null ? options.LeasesHoldFor : options.LeasesHoldForReports;
        bool leases = !mayReuse || memory.Leases is null || now - memory.Leases.ReadAt > hold;
        bool settings = memory.Planners is null || (doorbell.Why != RingReasons.Commit && now - memory.SettingsAt > options.SettingsHoldFor);
        var readingLeases = leases ? rows.ListLeasesAsync(cluster, cancellation) : null;
        // Other processes dispatch, too: who asks for more than a commit's pass is owed their newest echoes, a node its own.
        bool oneHead = memory.Heads is not null && named is not null;
        var readingHead = oneHead ? rows.FindAssignmentHeadAsync(cluster, named!, cancellation) : null;
        var readingHeads = memory.Heads is null || (doorbell.Why != RingReasons.Commit && !oneHead) ? rows.ListAssignmentHeadsAsync(cluster, cancellation) : null;
        var readingProgress = memory.Progress is null ? store.ReadProgressAsync(cluster, cancellation) : null;
        var readingSettings = settings ? directory.FindClusterAsync(cluster, cancellation) : null;
        await Task.WhenAll(((Task?[])[readingLeases, readingHead, readingHeads, readingProgress, readingSettings]).OfType<Task>()).ConfigureAwait(false);
        if (readingLeases is not null)
            memory.Leases = new(await readingLeases.ConfigureAwait(false), now, Revision.Zero);
        if (readingProgress is not null)
            memory.Progress = await readingProgress.ConfigureAwait(false);
        if (readingHead is not null)
            TakeHead(memory, named!, await readingHead.ConfigureAwait(false));
        if (readingHeads is not null)
            TakeHeads(memory, await readingHeads.ConfigureAwait(false));
        if (readingSettings is not null)
            TakeSettings(memory, await readingSettings.ConfigureAwait(false), now);
        return leases;
    }

    /// <summary>Whether a pod with a fenced identity is to go, so that a silent node may release it.</summary>
    private static bool DependsOnSilence(BrainMemory memory, ClusterSnapshot snapshot) =>
        memory.Scheduling.Identities.Holders.Any(h => snapshot.Find(h)?.Metadata.DeletionTimestamp is not null);

    private static void TakeHeads(BrainMemory memory, IReadOnlyList<AssignmentHead> heads)
    {
        if (memory.Heads is null)
            memory.DispatchedTo = null;
        memory.Heads = heads.ToDictionary(h => h.NodeUid, StringComparer.Ordinal);
        foreach (var head in heads)
            memory.MarkOf(head.NodeUid).Follow(head);
    }

    private static void TakeHead(BrainMemory memory, string nodeUid, AssignmentHead? head)
    {
        memory.Heads!.Remove(nodeUid);
        if (head is null)
            return;
        memory.Heads[nodeUid] = head;
        memory.MarkOf(nodeUid).Follow(head);
    }

    /// <summary>Other settings make every key dirty: the planners are other ones.</summary>
    private static void TakeSettings(BrainMemory memory, ClusterRecord? record, DateTimeOffset now)
    {
        var spec = record is null ? null : KubeJson.Read<Cluster>(record.Document.Span).Spec;
        var settings = new PlannerSettings { Packing = spec?.Packing, DefaultTolerationSeconds = spec?.DefaultTolerationSeconds ?? 0 };
        memory.SettingsAt = now;
        if (memory.Settings == settings && memory.Planners is not null)
            return;
        (memory.Settings, memory.Planners) = (settings, PlannerRegistry.Create(settings));
        memory.PlannedTo = null;
        memory.Wakes.Clear();
    }

    /// <summary>The status rows that may say something new.</summary>
    private async Task<List<NodeReport>> ReadReportsAsync(BrainMemory memory, Doorbell doorbell, ClusterSnapshot snapshot, bool leasesAreNew, CancellationToken cancellation)
    {
        var uids = new HashSet<string>(StringComparer.Ordinal);
        int nodes = LeaseBook.CountNodes(snapshot);
        if (RingReasons.IsStatus(doorbell.Why, out string? named, out _, out _) && named is not null)
            uids.Add(named);
        else if (doorbell.Why != RingReasons.Commit && nodes <= options.ReadAllStatusUpTo)
            uids.UnionWith(snapshot.Entries(ResourceTypes.Nodes).Select(n => n.Object.Metadata.Uid!));
        if (leasesAreNew)
        {
            foreach (var lease in memory.Leases!.Rows)
            {
                memory.MarkOf(lease.NodeUid).Meet(lease, memory.Leases.ReadAt);
                if (memory.MarkOf(lease.NodeUid).IsNewer(lease.BootId, lease.StatusSeq) || IsRecovering(snapshot, lease.NodeUid))
                    uids.Add(lease.NodeUid);
            }
        }
        return await ReadRowsAsync(memory, doorbell.Cluster, snapshot, uids, cancellation).ConfigureAwait(false);
    }

    /// <summary>Read after the snapshot: so nobody has applied to it what is newer than these.</summary>
    private async Task<List<NodeReport>> ReadRowsAsync(BrainMemory memory, ClusterId cluster, ClusterSnapshot snapshot, HashSet<string> uids, CancellationToken cancellation)
    {
        uids.RemoveWhere(uid => snapshot.FindByUid(uid) is not Node);
        if (uids.Count == 0)
            return [];
        var reports = new List<NodeReport>();
        foreach (var row in await rows.ReadStatusAsync(cluster, uids, cancellation).ConfigureAwait(false))
        {
            var mark = memory.MarkOf(row.NodeUid);
            if (mark.Refused == (row.BootId, row.Seq) || (!mark.IsNewer(row.BootId, row.Seq) && !IsRecovering(snapshot, row.NodeUid)))
                continue;
            if (!mark.IsReplaced(row.BootId, clock.GetUtcNow(), options.RivalPatience))
                reports.Add(StatusIntake.Decode(row));
            else if (mark.IsRival(row.BootId, row.Seq))
                reports.Add(StatusIntake.OfRival(row, mark.AppliedBootId));
        }
        return reports;
    }

    /// <summary>A node that was lost and answers again: what it said last is to be believed again, though it is not new.</summary>
    private static bool IsRecovering(ClusterSnapshot snapshot, string nodeUid) =>
        snapshot.FindByUid(nodeUid)?.Metadata.Annotations?.ContainsKey(NodeLoss.ConditionsBefore) == true;

    /// <summary>Progress and wake-up: what a later pass, or another process, goes by.</summary>
    private async Task FinishAsync(BrainMemory memory, ClusterId cluster, ClusterSnapshot snapshot, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!memory.LeasesAreWatched && LeaseBook.CountNodes(snapshot) is var nodes and > 0)
        {
            await due.SetAsync(new(cluster, RingReasons.Lease, now + NodeLoss.Expiry(nodes)), cancellation).ConfigureAwait(false);
            memory.LeasesAreWatched = true;
        }
        var wake = memory.Wakes.Values.Concat(memory.BackOffs.Values.Select(b => b.Until)).Select(t => (DateTimeOffset?)t).Min();
        for (int attempt = 0; attempt < 10; attempt++)
        {
            var progress = memory.Progress!;
            bool past = progress.NextWakeAt <= now;
            bool rings = wake is { } at && (progress.NextWakeAt is null || past || at < progress.NextWakeAt);
            var next = progress with
            {
                PlannedTo = Later(progress.PlannedTo, memory.PlannedTo ?? Revision.Zero),
                DispatchedTo = Later(progress.DispatchedTo, memory.DispatchedTo ?? Revision.Zero),
                NextWakeAt = rings ? wake : past ? null : progress.NextWakeAt,
            };
            if (next == progress)
                return;
            if (rings && attempt == 0)
            {
                // The row first: if the message is lost, or we die here, Tick rings.
                await due.SetAsync(new(cluster, RingReasons.Wake, wake!.Value), cancellation).ConfigureAwait(false);
                await work.RingAtAsync(new(cluster, RingReasons.Wake, Revision.Zero), wake.Value, cancellation).ConfigureAwait(false);
            }
            else if (past && !rings)
            {
                await due.ClearAsync(cluster, RingReasons.Wake, cancellation).ConfigureAwait(false);
            }
            memory.Progress = await store.WriteProgressAsync(cluster, next, cancellation).ConfigureAwait(false);
            if (memory.Progress is not null)
                return;
            memory.Progress = await store.ReadProgressAsync(cluster, cancellation).ConfigureAwait(false);
        }
    }

    private static Revision Later(Revision a, Revision b) => a > b ? a : b;
}
