using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Fencing;

/// <summary>Whether a bound pod still keeps its identity from others.</summary>
/// <remarks>
/// Silence counts only when its node cannot begin anew: the pod is stored as one that is to go, so whatever the node is told from now on says so, and
/// the leases were read after that state. A node that answers meanwhile is granted nothing without a commit on its Node, which
/// makes the pass plan again.
/// </remarks>
/// <param name="IsReleased">Its node has been silent for longer than it promised to take.</param>
/// <param name="AskAgainAt">When its node will have been, unless it answers; null: time alone changes nothing.</param>
/// <param name="Why">For whoever waits; the same while nothing changes.</param>
public readonly record struct FenceHold(bool IsReleased, DateTimeOffset? AskAgainAt, string Why)
{
    /// <summary>Judges a pod that has a node.</summary>
    public static FenceHold Of(IClusterView view, Pod holder, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(holder);
        string who = $"pod {holder.Metadata.Namespace}/{holder.Metadata.Name} of the same fenced identity";
        string node = holder.Spec.NodeName ?? "";
        if (FencedIdentity.OwedUntilOf(holder) is not null)
            return new(false, null, $"{who} may still run on node {node}, which was deleted");
        if (holder.Metadata.DeletionTimestamp is null || view.Find(new(ResourceTypes.Nodes, "", node)) is not Node on)
            return new(false, null, $"{who} has node {node}");
        var lease = NodeLoss.LeaseOf(view, on);
        if (lease.FenceSeconds is not { } promised)
            return new(false, null, $"{who} has to go from node {node}, which must say so: its agent does not fence");
        var overlay = view as Overlay;
        bool isStored = (overlay?.Basis ?? view).Find(KindRegistry.KeyOf(holder)) is Pod { Metadata.DeletionTimestamp: not null } stored
            && stored.Metadata.Uid == holder.Metadata.Uid;
        bool isCurrent = overlay?.LeasesAreCurrent ?? true;
        var at = lease.RenewedAt + FenceTimes.SilenceFor(promised);
        if (isStored && isCurrent && now >= at)
            return new(true, null, "");
        return new(false, isCurrent && at > now ? at : now, $"{who} has to go from node {node} first");
    }
}
