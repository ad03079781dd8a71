using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Planning;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>Whether a commit has to reach the brain: a planner has something to plan for it, or a node reads what it changes.</summary>
/// <remarks>
/// What nobody acts on, as the Lease of somebody's leader election, costs no message and no pass; the sweep counts it as planned. Whoever begins
/// to act on it later, such as a pod that mounts a ConfigMap, is a change itself.
/// </remarks>
internal static class Concern
{
    private static readonly Dictionary<ResourceType, List<IPlanner>> Watchers = PlannerRegistry.Create(new PlannerSettings())
        .SelectMany(p => p.Watches.Select(w => (Type: w, Planner: p))).GroupBy(w => w.Type, w => w.Planner).ToDictionary(g => g.Key, g => g.ToList());

    public static bool Of(IReadOnlyList<ObjectChange> changes, ClusterSnapshot before, ClusterSnapshot after)
    {
        foreach (var change in changes)
        {
            if (after.ReadersOf(change.Key).Any())
                return true;
            if (!Watchers.TryGetValue(change.Key.Type, out var planners))
                continue;
            KubeObject? was = before.Find(change.Key), now = after.Find(change.Key);
            foreach (var planner in planners)
            {
                if ((was is not null && Plans(planner, was, after)) || (now is not null && Plans(planner, now, after)))
                    return true;
            }
        }
        return false;
    }

    private static bool Plans(IPlanner planner, KubeObject value, ClusterSnapshot view)
    {
        try
        {
            return planner.KeysFor(value, view).Any();
        }
        catch (Exception)
        {
            // A pass keeps a planner that cannot read an object apart, and says so.
            return true;
        }
    }
}
