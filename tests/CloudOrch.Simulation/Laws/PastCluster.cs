using CloudOrch.Domain.Api;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>A cluster that was deleted: in the end nothing of it is left anywhere.</summary>
/// <param name="Id">Its own; the name belongs to another one by now.</param>
/// <param name="Laws">What it was.</param>
internal sealed record PastCluster(ClusterId Id, LawBook Laws)
{
    /// <summary>The first thing of it that is still there; null when nothing is.</summary>
    public string? FirstLeftover(SimWorld world)
    {
        if (SimWorld.Await(world.Store.ReadHeadAsync(Id, default)) is not null)
            return $"the deleted cluster {Id} has objects";
        string[] left =
        [
            .. SimWorld.Await(world.Directory.ListEnrolmentsAsync(Id, default)).Select(e => $"the enrolment of {e.NodeName}"),
            .. SimWorld.Await(world.Rows.ListLeasesAsync(Id, default)).Leases.Select(l => $"the lease of node {l.NodeUid}"),
            .. SimWorld.Await(world.Rows.ListAssignmentHeadsAsync(Id, default)).Select(h => $"the assignment of node {h.NodeUid}"),
            .. SimWorld.Await(world.Events.ListAsync(Id, null, default)).Events.Select(e => $"the Event {e.Metadata.Name}"),
            .. world.Sender.NodesWithQueue.Where(Laws.Model.EverKnown.Contains).Select(q => $"the queue of node {q}"),
        ];
        return left.Length == 0 ? null : $"the deleted cluster {Id} left {left[0]}";
    }
}
