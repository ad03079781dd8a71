using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>The nodes' leases as they were at one reading. Ages are the table's own; they stand still until the next reading.</summary>
/// <remarks>So a reading that is reused can be too mild with a node, never too strict: no node is given up because we were slow.</remarks>
/// <param name="listing">The rows.</param>
/// <param name="readAt">On this process's clock.</param>
/// <param name="after">The newest state that was known when the reading began; zero: none was looked at.</param>
internal sealed class LeaseBook(LeaseListing listing, DateTimeOffset readAt, Revision after)
{
    private readonly Dictionary<string, NodeLease> byUid = listing.Leases.ToDictionary(l => l.NodeUid, StringComparer.Ordinal);

    public DateTimeOffset ReadAt => readAt;

    public Revision After => after;

    public IReadOnlyList<NodeLease> Rows => listing.Leases;

    /// <summary>As the planners see it, on the pass's clock.</summary>
    public Lease? Of(Node node, TimeSpan expiry, DateTimeOffset now)
    {
        // A node that had never renewed is judged by its creation; one that came after the reading was new then.
        var row = byUid.GetValueOrDefault(node.Metadata.Uid ?? "");
        var age = row is not null ? listing.ServerTime - row.RenewedAt : readAt - node.Metadata.CreationTimestamp;
        var renewed = row is null && age < TimeSpan.Zero ? now : now - age;
        return new Lease
        {
            Kind = "Lease",
            ApiVersion = "coordination.k8s.io/v1",
            Metadata = new() { Name = node.Metadata.Name, Namespace = NodeLoss.LeaseNamespace, Annotations = NodeLoss.Annotations(row?.FenceSeconds) },
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
