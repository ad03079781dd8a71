using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>The nodes' leases as they were at one reading. Ages are the table's own; they stand still until the next reading.</summary>
/// <remarks>So a reading that is reused can be too mild with a node, never too strict: no node is given up because we were slow.</remarks>
internal sealed class LeaseBook(LeaseListing listing, DateTimeOffset readAt)
{
    private readonly Dictionary<string, NodeLease> byUid = listing.Leases.ToDictionary(l => l.NodeUid, StringComparer.Ordinal);

    public DateTimeOffset ReadAt => readAt;

    public IReadOnlyList<NodeLease> Rows => listing.Leases;

    /// <summary>As the planners see it, on the pass's clock.</summary>
    public Lease? Of(Node node, TimeSpan expiry, DateTimeOffset now)
    {
        // A node that has never renewed is judged by its creation.
        var renewed = byUid.TryGetValue(node.Metadata.Uid ?? "", out var row) ? now - (listing.ServerTime - row.RenewedAt) : node.Metadata.CreationTimestamp;
        return new Lease
        {
            Kind = "Lease",
            ApiVersion = "coordination.k8s.io/v1",
            Metadata = new() { Name = node.Metadata.Name, Namespace = NodeLoss.LeaseNamespace },
            Spec = new() { HolderIdentity = node.Metadata.Name, RenewTime = renewed, LeaseDurationSeconds = (int)Math.Ceiling(expiry.TotalSeconds) },
        };
    }

    public bool IsFresh(string nodeUid, TimeSpan expiry) =>
        byUid.TryGetValue(nodeUid, out var row) && listing.ServerTime - row.RenewedAt < expiry;

    public static LeaseState StateOf(Lease lease, DateTimeOffset now)
    {
        var view = new LeaseView(lease.Spec!.RenewTime ?? DateTimeOffset.MinValue, TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? 3));
        return view.IsExpired(now) ? LeaseState.Expired : view.IsLate(now) ? LeaseState.Late : LeaseState.Fresh;
    }

    public static int CountNodes(ClusterSnapshot snapshot) => snapshot.CountOf(ResourceTypes.Nodes);
}
