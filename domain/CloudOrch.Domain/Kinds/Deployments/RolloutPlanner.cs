using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>A new size for one ReplicaSet.</summary>
internal readonly record struct Resize(ReplicaSet Set, int Replicas);

/// <summary>Decides the next sizes of a Deployment's ReplicaSets (k8s.io/kubernetes/pkg/controller/deployment: rolling.go, recreate.go, sync.go).</summary>
/// <remarks>
/// Never takes availability below Desired - MaxUnavailable by itself; never grows the total above Desired + MaxSurge. Sizes are
/// what counts, not pods: a set that was told to shrink counts as shrunk, so repeated calls do not add up.
/// </remarks>
internal static class RolloutPlanner
{
    public static IReadOnlyList<Resize> Plan(RolloutView v, bool paused)
    {
        if (paused || (IsScaling(v) && (v.IsRolling || v.All.Count(s => s.Replicas() > 0) == 1)))
            return Scale(v);
        return v.IsRolling ? Roll(v) : Recreate(v);
    }

    /// <summary>The size that a new set starts or goes on with: as far as the surge leaves room.</summary>
    public static int NewSize(RolloutView v)
    {
        if (!v.IsRolling)
            return v.Desired;
        int current = v.New?.Replicas() ?? 0;
        int room = v.Desired + v.MaxSurge - v.All.Sum(s => s.Replicas());
        return room <= 0 ? current : current + Math.Min(room, v.Desired - current);
    }

    private static bool IsScaling(RolloutView v) =>
        v.All.Any(s => s.Replicas() > 0 && s.Metadata.Annotations?.ContainsKey(RolloutAnnotations.Desired) == true
            && RolloutAnnotations.Number(s, RolloutAnnotations.Desired) != v.Desired);

    private static List<Resize> Roll(RolloutView v)
    {
        if (v.New is { } current)
        {
            int size = current.Replicas() > v.Desired ? v.Desired : NewSize(v);
            if (size != current.Replicas())
                return [new(current, size)];
        }
        // New pods that do not serve yet must not buy the removal of old ones: 10 wanted, 2 may be missing, 8 old + 5 crashing
        // new = 13 - 8 - 5 = 0, so a failed roll-out stops here and the old pods stay.
        int floor = v.Desired - v.MaxUnavailable;
        int newUnavailable = v.New is null ? 0 : v.New.Replicas() - v.New.Counted();
        int budget = v.All.Sum(s => s.Replicas()) - floor - newUnavailable;
        if (budget <= 0 || v.Old.All(s => s.Replicas() == 0))
            return [];

        var sizes = v.Old.ToDictionary(s => s, s => s.Replicas());
        int unhealthyLeft = budget;
        foreach (var set in v.Old)
        {
            int unhealthy = Math.Clamp(set.Replicas() - set.Counted(), 0, unhealthyLeft);
            sizes[set] -= unhealthy;
            unhealthyLeft -= unhealthy;
        }
        int spare = v.All.Sum(s => s.Counted()) - floor;
        foreach (var set in v.Old)
        {
            int healthy = Math.Clamp(spare, 0, sizes[set]);
            sizes[set] -= healthy;
            spare -= healthy;
        }
        return [.. v.Old.Where(s => sizes[s] != s.Replicas()).Select(s => new Resize(s, sizes[s]))];
    }

    private static List<Resize> Recreate(RolloutView v)
    {
        var shrink = v.Old.Where(s => s.Replicas() > 0).Select(s => new Resize(s, 0)).ToList();
        if (shrink.Count > 0 || v.New is null || v.New.Replicas() == v.Desired)
            return shrink;
        return [new(v.New, v.Desired)];
    }

    /// <summary>The wanted number changed, or the roll-out is paused: sizes change in proportion, no template is rolled.</summary>
    private static List<Resize> Scale(RolloutView v)
    {
        var active = v.All.Where(s => s.Replicas() > 0).ToList();
        if (active.Count <= 1)
        {
            var only = active.Count == 1 ? active[0] : v.New ?? (v.Old.Count > 0 ? v.Old[^1] : null);
            return only is null ? [] : Changed(only, v.Desired, v);
        }
        if (v.New is { } saturated && saturated.Replicas() == v.Desired && saturated.Available() == v.Desired
            && RolloutAnnotations.Number(saturated, RolloutAnnotations.Desired) == v.Desired)
            return [.. v.Old.Where(s => s.Replicas() > 0).Select(s => new Resize(s, 0))];
        if (!v.IsRolling)
            return [];
        return Proportional(v, active);
    }

    /// <summary>Each set gets its part of what is added or taken; the largest takes what rounding leaves over.</summary>
    /// <remarks>Kubernetes' example: 10 wanted + 3 surge = 8 old + 5 new; scaled to 15 (+ 4 surge = 19): old 8 → 12, new 5 → 7.</remarks>
    private static List<Resize> Proportional(RolloutView v, List<ReplicaSet> active)
    {
        int allowed = v.Desired > 0 ? v.Desired + v.MaxSurge : 0;
        int toAdd = allowed - active.Sum(s => s.Replicas());
        var bySize = toAdd > 0
            ? active.OrderByDescending(s => s.Replicas()).ThenByDescending(s => s.Metadata.CreationTimestamp).ToList()
            : [.. active.OrderByDescending(s => s.Replicas()).ThenBy(s => s.Metadata.CreationTimestamp)];
        var sizes = new int[bySize.Count];
        int added = 0;
        for (int i = 0; i < bySize.Count; i++)
        {
            int part = toAdd == 0 ? 0 : Part(bySize[i], v);
            part = toAdd > 0 ? Math.Min(part, toAdd - added) : Math.Max(part, toAdd - added);
            sizes[i] = bySize[i].Replicas() + part;
            added += part;
        }
        if (toAdd != 0)
            sizes[0] = Math.Max(0, sizes[0] + toAdd - added);
        return [.. bySize.SelectMany((s, i) => Changed(s, sizes[i], v))];
    }

    private static int Part(ReplicaSet set, RolloutView v)
    {
        if (v.Desired == 0)
            return -set.Replicas();
        long before = RolloutAnnotations.Number(set, RolloutAnnotations.Max);
        if (before == 0)
            before = v.Deployment.Status?.Replicas ?? 0;
        if (before == 0)
            return 0;
        double size = (double)set.Replicas() * (v.Desired + v.MaxSurge) / before;
        return (int)Math.Round(size, MidpointRounding.AwayFromZero) - set.Replicas();
    }

    /// <summary>Also when only the sizes written down at the set are old.</summary>
    private static List<Resize> Changed(ReplicaSet set, int replicas, RolloutView v) =>
        set.Replicas() != replicas || RolloutAnnotations.Number(set, RolloutAnnotations.Desired) != v.Desired
        || RolloutAnnotations.Number(set, RolloutAnnotations.Max) != v.Desired + v.MaxSurge ? [new(set, replicas)] : [];
}
