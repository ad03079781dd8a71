using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>Deletes a cluster: its name first, so that nothing new finds it, then all that belongs to it. Every step is repeatable.</summary>
public sealed class ClusterRemoval(IDirectory directory, IResourceStore store, IEventStore events, INodeRows rows, IDecisionSender decisions,
    ClusterCaches caches, ClusterWriters writers)
{
    public async Task RemoveAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        await directory.RemoveClusterAsync(cluster, cancellation).ConfigureAwait(false);
        foreach (var token in await directory.ListJoinTokensAsync(cluster.TenantId, cancellation).ConfigureAwait(false))
        {
            if (token.Cluster == cluster.Id)
                await directory.RemoveJoinTokenAsync(token, cancellation).ConfigureAwait(false);
        }
        foreach (var node in await directory.ListEnrolmentsAsync(cluster.Id, cancellation).ConfigureAwait(false))
        {
            await directory.RemoveEnrolmentAsync(node, cancellation).ConfigureAwait(false);
            await decisions.DeleteQueueAsync(node.NodeUid, cancellation).ConfigureAwait(false);
            await rows.DeleteNodeAsync(cluster.Id, node.NodeUid, cancellation).ConfigureAwait(false);
        }
        await store.PurgeAsync(cluster.Id, cancellation).ConfigureAwait(false);
        await events.PurgeAsync(cluster.Id, cancellation).ConfigureAwait(false);
        caches.Drop(cluster.Id);
        writers.Drop(cluster.Id);
    }
}
