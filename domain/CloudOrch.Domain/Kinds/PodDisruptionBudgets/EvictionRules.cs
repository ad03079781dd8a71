using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

/// <summary>Whether a pod may be evicted.</summary>
public abstract record EvictionVerdict
{
    private EvictionVerdict() { }

    public sealed record Granted : EvictionVerdict;

    /// <summary>Not now: the budget would be left with too few healthy pods.</summary>
    public sealed record OverBudget(string Budget, BudgetView Counts) : EvictionVerdict;

    /// <summary>Not before somebody changes a selector: more than one budget covers the pod.</summary>
    public sealed record SeveralBudgets : EvictionVerdict;
}

/// <summary>Evictions ask the pod's budget (k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go).</summary>
/// <remarks>
/// Law: of the pods of a budget, evictions leave as many healthy as it wants. What counts is the view that the eviction is committed on, in which a
/// pod that was evicted before is being deleted and so not healthy: a budget's status has no part in it, and neither has how old it is.
/// </remarks>
public static class EvictionRules
{
    public const string AlwaysAllow = "AlwaysAllow";

    public static EvictionVerdict Judge(IClusterView view, Pod pod)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(pod);
        // These serve nobody: to lose them is no disruption, or has been one already.
        if (!pod.IsActive() || pod.Status?.Phase == "Pending")
            return new EvictionVerdict.Granted();
        var budgets = view.List(ResourceTypes.PodDisruptionBudgets, pod.Metadata.Namespace ?? "").OfType<PodDisruptionBudget>()
            .Where(b => BudgetView.Covers(b, pod)).Take(2).ToList();
        if (budgets.Count == 0)
            return new EvictionVerdict.Granted();
        if (budgets.Count > 1)
            return new EvictionVerdict.SeveralBudgets();
        var counts = BudgetView.Of(view, budgets[0]);
        return counts.DisruptionsAllowed > 0 || (!pod.IsReady() && MayLoseUnhealthy(budgets[0], counts))
            ? new EvictionVerdict.Granted()
            : new EvictionVerdict.OverBudget(budgets[0].Metadata.Name ?? "", counts);
    }

    /// <summary>A pod that is not ready takes nothing from the healthy ones; it may be what is to become healthy, so it stays while those are too few.</summary>
    private static bool MayLoseUnhealthy(PodDisruptionBudget budget, BudgetView counts) =>
        budget.Spec.UnhealthyPodEvictionPolicy == AlwaysAllow
        || (counts.Failure is null && counts.DesiredHealthy > 0 && counts.CurrentHealthy >= counts.DesiredHealthy);
}
