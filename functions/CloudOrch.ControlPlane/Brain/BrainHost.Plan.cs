using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.ControlPlane.Brain;

public sealed partial class BrainHost
{
    /// <summary>Offers everything that changed to the planners and runs them to the fixpoint. Nothing outside memory is touched.</summary>
    private PlannedPass Plan(BrainMemory memory, ClusterCache cache, ClusterSnapshot snapshot, List<NodeReport> reports, bool leasesAreNew)
    {
        var now = clock.GetUtcNow();
        var expiry = NodeLoss.Expiry(LeaseBook.CountNodes(snapshot));
        var overlay = new Overlay(snapshot, memory.Scheduling, objectIdentities,
            name => snapshot.Find(new(ResourceTypes.Nodes, "", name)) is Node node ? memory.Leases!.Of(node, expiry, now) : null)
        {
            LeasesAreCurrent = memory.Leases!.After == snapshot.Revision,
        };
        var run = new PlanningRun(overlay, memory.Planners!, now, (planner, key) => memory.BackOffs.TryGetValue((planner, key), out var b) && b.Until > now);
        var plan = new PlannedPass(overlay, run, now);

        OfferChanges(memory, cache, snapshot, run);
        if (leasesAreNew || memory.PlannedTo is null)
            OfferLeases(memory, snapshot, plan, expiry);
        foreach (var (at, time) in memory.Wakes)
        {
            if (time <= now)
                run.MarkDue(at.Planner, at.Key);
        }
        foreach (var (at, backOff) in memory.BackOffs)
        {
            if (backOff.Until > now)
                continue;
            plan.Retried.Add(at);
            run.MarkDue(at.Planner, at.Key);
        }
        foreach (var report in reports)
        {
            if (report is NodeReport.Refused refused)
                Refuse(snapshot, plan, refused);
            else
                TakeIn(memory, snapshot, plan, (NodeReport.Taken)report);
        }
        run.ToFixpoint();
        // A planner that threw may have left placements in the sums that no step speaks of.
        if (run.Failures.Count > 0)
            memory.SchedulingAt = null;
        plan.Events.AddRange(eventWriter.Of(run.Events, now));
        plan.Events.AddRange(run.Failures.Select(f => eventWriter.OfFailure(f, overlay.Find(f.Key), now)));
        if (overlay.NetChanges().Count == 0)
        {
            foreach (var node in OwedEcho(memory, snapshot, plan).ToList())
                overlay.Apply(StatusIntake.Heartbeat(node, now), now);
        }
        return plan;
    }

    /// <summary>Nodes that wait for their echo although nothing of the cluster has changed since their assignment was written.</summary>
    private static IEnumerable<Node> OwedEcho(BrainMemory memory, ClusterSnapshot snapshot, PlannedPass plan)
    {
        var applied = plan.Applied.Select(a => a.NodeUid).ToHashSet(StringComparer.Ordinal);
        foreach (var (uid, mark) in memory.Nodes)
        {
            var head = memory.Heads!.GetValueOrDefault(uid);
            bool owed = applied.Contains(uid) || (head is not null && !mark.IsEchoedBy(head));
            if (owed && (head is null || head.Revision >= snapshot.Revision) && snapshot.FindByUid(uid) is Node node)
                yield return node;
        }
    }

    private static void OfferChanges(BrainMemory memory, ClusterCache cache, ClusterSnapshot snapshot, PlanningRun run)
    {
        var events = memory.PlannedTo is { } planned ? cache.ChangesBetween(planned, snapshot.Revision) : null;
        if (events is null)
        {
            foreach (var type in snapshot.Types)
            {
                foreach (var entry in snapshot.Entries(type))
                    run.MarkChanged(null, entry.Object);
            }
            return;
        }
        foreach (var change in events)
        {
            if (change.Revision <= snapshot.Revision)
                run.MarkChanged(change.Previous ?? (change.Type == ChangeType.Deleted ? change.Object : null), change.Type == ChangeType.Deleted ? null : change.Object);
        }
    }

    /// <summary>Offers the leases of nodes that changed sides, or whose Node does not say what its lease says.</summary>
    private static void OfferLeases(BrainMemory memory, ClusterSnapshot snapshot, PlannedPass plan, TimeSpan expiry)
    {
        foreach (var entry in snapshot.Entries(ResourceTypes.Nodes))
        {
            var node = (Node)entry.Object;
            var lease = memory.Leases!.Of(node, expiry, plan.Now)!;
            var state = LeaseBook.StateOf(lease, plan.Now);
            plan.Leases[node.Metadata.Uid!] = state;
            bool isUnknown = node.Status?.Conditions.Find("Ready")?.Status == "Unknown";
            if (memory.MarkOf(node.Metadata.Uid!).Lease != state || (state == LeaseState.Expired) != isUnknown || state == LeaseState.Late)
                plan.Run.MarkChanged(null, lease);
        }
    }

    private void TakeIn(BrainMemory memory, ClusterSnapshot snapshot, PlannedPass plan, NodeReport.Taken report)
    {
        if (plan.Overlay.Basis is not ClusterSnapshot || snapshot.FindByUid(report.NodeUid) is not Node node)
            return;
        var mark = memory.MarkOf(report.NodeUid);
        foreach (var step in StatusIntake.StepsFor(report, node, plan.Overlay, plan.Now).ToList())
        {
            if (plan.Overlay.Apply(step, plan.Now) is not { } change)
                continue;
            plan.Run.MarkChanged(change.Before, change.After);
            if (step.Reason is not null && change.After is { } about)
                plan.Events.Add(eventWriter.Of(new PlannedEvent(about, step.Reason, step.Why ?? "", step.Warning, "node-lifecycle"), plan.Now));
        }
        if (!mark.IsNewer(report.Document.BootId, report.Document.Seq))
            return;
        foreach (var (reason, why) in StatusIntake.Complaints(report, node, snapshot))
            plan.Events.Add(eventWriter.Of(new PlannedEvent(node, reason, why, Warning: true, "node-lifecycle"), plan.Now));
        var happenings = report.Document.Pods.SelectMany(p => p.Happenings ?? []).ToList();
        long last = happenings.Count == 0 ? mark.LastHappening : happenings.Max(h => h.Id);
        // Numbers that start anew belong to a node that lost its journal: all of them are news.
        long known = last < mark.LastHappening ? 0 : mark.LastHappening;
        plan.Events.AddRange(StatusIntake.NewHappenings(report, node, snapshot, known).Select(h => eventWriter.Of(h.Pod, h.Happening, node.Metadata.Name!, plan.Now)));
        plan.Applied.Add(new(report.NodeUid, report.Document.BootId, report.Document.Seq, last));
    }

    /// <summary>Says once of a report that it is not taken, and why; what the node said before stays.</summary>
    private void Refuse(ClusterSnapshot snapshot, PlannedPass plan, NodeReport.Refused report)
    {
        if (snapshot.FindByUid(report.NodeUid) is not Node node)
            return;
        plan.Refused.Add(report);
        plan.Events.Add(eventWriter.Of(new PlannedEvent(node, report.Reason, report.Why, Warning: true, "node-lifecycle"), plan.Now));
    }

    /// <summary>Brings the scheduler's sums to the snapshot, by what changed.</summary>
    private static void SyncScheduling(BrainMemory memory, ClusterCache cache, ClusterSnapshot snapshot)
    {
        var events = memory.SchedulingAt is { } at ? cache.ChangesBetween(at, snapshot.Revision) : null;
        if (events is null)
        {
            memory.Scheduling = SchedulingSnapshot.Of(snapshot);
        }
        else
        {
            foreach (var key in memory.Drifted)
                memory.Scheduling.Set(key, snapshot.Find(key));
            foreach (var change in events)
                memory.Scheduling.Set(change.Key, snapshot.Find(change.Key));
        }
        memory.Drifted.Clear();
        memory.SchedulingAt = snapshot.Revision;
    }

    /// <summary>What was committed is done: wake-ups, back-offs, reports, leases.</summary>
    private void Remember(BrainMemory memory, ClusterId cluster, PlannedPass plan, Revision plannedTo)
    {
        memory.PlannedTo = plannedTo;
        foreach (var (planner, key, wake) in plan.Run.Wakes)
        {
            var at = (planner, key);
            memory.Wakes.Remove(at);
            memory.BackOffs.Remove(at);
            if (wake is { } time)
                memory.Wakes[at] = time;
        }
        foreach (var at in plan.Retried.Where(at => !plan.Run.WasPlanned(at.Planner, at.Key)))
            memory.BackOffs.Remove(at);
        foreach (var failure in plan.Run.Failures)
        {
            var at = (failure.Planner, failure.Key);
            int failures = memory.BackOffs.TryGetValue(at, out var earlier) ? earlier.Failures + 1 : 1;
            var pause = BackOffAfter(failures - 1);
            memory.BackOffs[at] = new(failures, plan.Now + pause);
            Log.PlanFailed(logger, failure.Error, cluster.Value, failure.Planner, failure.Key.ToString(), pause);
        }
        foreach (var applied in plan.Applied)
            memory.MarkOf(applied.NodeUid).Apply(applied, plan.Now);
        foreach (var refused in plan.Refused)
        {
            memory.MarkOf(refused.NodeUid).Refused = (refused.BootId, refused.Seq);
            Log.BadReport(logger, cluster.Value, refused.NodeUid, refused.Reason, refused.Why);
        }
        foreach (var (uid, state) in plan.Leases)
            memory.MarkOf(uid).Lease = state;
        foreach (var e in plan.Run.Events)
            Log.Step(logger, cluster.Value, KindRegistry.KeyOf(e.About).ToString(), e.Reason, e.Message);
    }
}
