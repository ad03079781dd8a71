using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>Leases: stored ones from the cache, those of nodes made from their heartbeat rows.</summary>
public sealed class LeaseSource(CacheSource stored, ClusterCaches caches, INodeRows rows) : IObjectSource
{
    public async Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) =>
        key.Namespace != Admission.NodeLeases
            ? await stored.FindAsync(cluster, key, cancellation).ConfigureAwait(false)
            : (await OfNodesAsync(cluster, cancellation).ConfigureAwait(false)).FirstOrDefault(l => l.Metadata.Name == key.Name);

    public async Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation)
    {
        var listing = await stored.ListAsync(cluster, type, namespaceName, cancellation).ConfigureAwait(false);
        if (namespaceName is not (null or Admission.NodeLeases))
            return listing;
        var ofNodes = await OfNodesAsync(cluster, cancellation).ConfigureAwait(false);
        return listing with { Objects = listing.Objects.Concat(ofNodes).OrderBy(o => o.Metadata.Namespace, StringComparer.Ordinal).ThenBy(o => o.Metadata.Name, StringComparer.Ordinal) };
    }

    /// <remarks>Heartbeats are no changes of the cluster: a watch shows the stored leases only.</remarks>
    public IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, CancellationToken cancellation) =>
        stored.WatchAsync(cluster, after, cancellation);

    private async Task<List<Lease>> OfNodesAsync(ClusterId cluster, CancellationToken cancellation)
    {
        var listing = await rows.ListLeasesAsync(cluster, cancellation).ConfigureAwait(false);
        var snapshot = await caches.Of(cluster).CatchUpAsync(cancellation).ConfigureAwait(false);
        int nodes = snapshot.CountOf(ResourceTypes.Nodes);
        return [.. listing.Leases.Select(l => (Row: l, Node: snapshot.FindByUid(l.NodeUid) as Node)).Where(x => x.Node is not null)
            .Select(x => Make(x.Row, x.Node!, snapshot.Revision, nodes)).OrderBy(l => l.Metadata.Name, StringComparer.Ordinal)];
    }

    private static Lease Make(NodeLease row, Node node, Revision revision, int nodes) => new()
    {
        Kind = "Lease",
        ApiVersion = "coordination.k8s.io/v1",
        Metadata = new()
        {
            Name = node.Metadata.Name,
            Namespace = Admission.NodeLeases,
            Uid = $"lease-{row.NodeUid}",
            ResourceVersion = revision.ToString(),
            CreationTimestamp = node.Metadata.CreationTimestamp,
            Annotations = NodeLoss.Annotations(row.FenceSeconds),
            OwnerReferences = [new() { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name!, Uid = row.NodeUid }],
        },
        Spec = new()
        {
            HolderIdentity = node.Metadata.Name,
            LeaseDurationSeconds = (int)NodeLoss.Expiry(nodes).TotalSeconds,
            RenewTime = row.RenewedAt,
        },
    };
}
