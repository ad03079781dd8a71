using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Domain.Planning;

/// <summary>The order in which a pass's changes are committed: wherever it is cut off, what is stored is a state that planners go on from.</summary>
/// <remarks>
/// Sizes are written before the pods that follow from them, or a cut between would take the pods for surplus. Sets shrink before
/// others grow, or a cut between would leave sizes whose sum passes the surge. Pods go before pods
/// come, so that the total never passes the surge; those that go were spare without those that come. Owners are removed last, so
/// that nothing is orphaned by a cut. A node that was lost and has recovered says so until its pods are ready again, or a cut between would leave
/// them unready for good.
/// </remarks>
public static class ChangeOrder
{
    public static IReadOnlyList<PlannedChange> Sort(IEnumerable<PlannedChange> changes) => [.. changes
        .OrderBy(StageOf)
        .ThenBy(c => c.Key.Namespace, StringComparer.Ordinal)
        .ThenBy(c => c.Key.Name, StringComparer.Ordinal)
        .ThenBy(c => c.Key.Type.Resource, StringComparer.Ordinal)];

    private static int StageOf(PlannedChange change)
    {
        var type = change.Key.Type;
        bool removed = change.After is null;
        if (type == ResourceTypes.Pods)
            return removed || change.Before is not null ? 4 : 5;
        if (removed)
            return type == ResourceTypes.Namespaces ? 9 : type == ResourceTypes.Deployments ? 8 : type == ResourceTypes.ReplicaSets ? 7 : 6;
        if (type == ResourceTypes.Nodes && WasLost(change.Before) && !WasLost(change.After))
            return 6;
        return type == ResourceTypes.ReplicaSets ? (Grows(change) ? 1 : 0) : type == ResourceTypes.Deployments ? 2 : 3;
    }

    private static bool WasLost(KubeObject? node) => node?.Metadata.Annotations?.ContainsKey(NodeLoss.ConditionsBefore) == true;

    private static bool Grows(PlannedChange change) =>
        change.After is ReplicaSet after && (after.Spec.Replicas ?? 1) > (change.Before is ReplicaSet before ? before.Spec.Replicas ?? 1 : 0);
}
