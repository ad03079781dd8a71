using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>Removes everything of a cluster that has no name any more. Repeatable: what an earlier attempt left is found again.</summary>
/// <remarks>The objects go first, so that nobody can commit or plan; the enrolments go last, since they lead to the queues.</remarks>
public sealed class ClusterPurge(IResourceStore store, IEventStore events, INodeRows rows, IDirectory directory, IDecisionSender decisions,
    ClusterCaches caches, BrainMemories memories)
{
    public async Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        // Owed before the name went: when it never did, nothing may be taken away.
        if (await directory.FindClusterAsync(cluster, cancellation).ConfigureAwait(false) is not null)
            return;
        await store.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
        caches.Drop(cluster);
        memories.Forget(cluster);
        await events.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
        foreach (var enrolment in await directory.ListEnrolmentsAsync(cluster, cancellation).ConfigureAwait(false))
        {
            await decisions.DeleteQueueAsync(enrolment.NodeUid, cancellation).ConfigureAwait(false);
            await rows.DeleteNodeAsync(cluster, enrolment.NodeUid, cancellation).ConfigureAwait(false);
            await directory.RemoveEnrolmentAsync(enrolment, cancellation).ConfigureAwait(false);
        }
    }
}
