using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

/// <summary>Says in the status of each budget how many of its pods may go. Nothing depends on it: <see cref="EvictionRules"/> count themselves.</summary>
public sealed class DisruptionPlanner : IPlanner
{
    public const string DisruptionAllowed = "DisruptionAllowed";

    public string Name => "disruption";

    public IReadOnlyList<ResourceType> Watches { get; } =
        [ResourceTypes.PodDisruptionBudgets, ResourceTypes.Pods, ResourceTypes.ReplicaSets, ResourceTypes.Deployments, ResourceTypes.StatefulSets];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        if (changed is PodDisruptionBudget)
            return [KindRegistry.KeyOf(changed)];
        return view.List(ResourceTypes.PodDisruptionBudgets, changed.Metadata.Namespace ?? "").OfType<PodDisruptionBudget>()
            .Where(b => changed is Pod pod ? BudgetView.Covers(b, pod) : BudgetView.CountsReplicas(b))
            .Select(KindRegistry.KeyOf);
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not PodDisruptionBudget budget)
            return Planning.Plan.Nothing;
        var counts = BudgetView.Of(view, budget);
        var status = StatusOf(budget, counts, now);
        if (status == budget.Status)
            return Planning.Plan.Nothing;
        var step = new Step.Update(budget with { Status = status });
        if (counts.Failure is not null)
            step = step with { Reason = "CalculateExpectedPodCountFailed", Why = $"Failed to calculate the number of expected pods: {counts.Failure}", Warning = true };
        else if (counts.MatchingPods == 0)
            step = step with { Reason = "NoPods", Why = "No matching pods found" };
        return new([step]);
    }

    private static PodDisruptionBudgetStatus StatusOf(PodDisruptionBudget budget, BudgetView counts, DateTimeOffset now)
    {
        var old = budget.Status ?? new();
        // What could not be counted stays as it was, but for the permission.
        var status = counts.Failure is not null ? old with { DisruptionsAllowed = 0 } : old with
        {
            ObservedGeneration = budget.Metadata.Generation,
            DisruptedPods = null,
            DisruptionsAllowed = counts.DisruptionsAllowed,
            CurrentHealthy = counts.CurrentHealthy,
            DesiredHealthy = counts.DesiredHealthy,
            ExpectedPods = counts.ExpectedPods,
        };
        bool allowed = counts.DisruptionsAllowed > 0;
        return status with
        {
            Conditions = status.Conditions.With(new()
            {
                Type = DisruptionAllowed,
                Status = allowed ? "True" : "False",
                Reason = counts.Failure is not null ? "SyncFailed" : allowed ? "SufficientPods" : "InsufficientPods",
                Message = counts.Failure ?? "",
                ObservedGeneration = status.ObservedGeneration,
            }, now),
        };
    }
}
