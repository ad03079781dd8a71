using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Kinds.StatefulSets;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.PodDisruptionBudgets;

/// <summary>A budget's pods, counted as Kubernetes' disruption controller does (k8s.io/kubernetes/pkg/controller/disruption).</summary>
/// <param name="MatchingPods">Pods of the namespace that the selector matches, in whatever state.</param>
/// <param name="ExpectedPods">Of how many pods a percentage or maxUnavailable is taken.</param>
/// <param name="CurrentHealthy">Those that are ready and not being deleted.</param>
/// <param name="DesiredHealthy">How many have to stay so.</param>
/// <param name="Failure">Why the pods could not be counted, so that none may go; null when they could.</param>
public sealed record BudgetView(int MatchingPods, int ExpectedPods, int CurrentHealthy, int DesiredHealthy, string? Failure)
{
    /// <summary>Healthy pods that may go now.</summary>
    public int DisruptionsAllowed => Failure is null && ExpectedPods > 0 ? Math.Max(0, CurrentHealthy - DesiredHealthy) : 0;

    public static BudgetView Of(IClusterView view, PodDisruptionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(budget);
        var pods = view.List(ResourceTypes.Pods, budget.Metadata.Namespace ?? "").OfType<Pod>().Where(p => Covers(budget, p)).ToList();
        int healthy = pods.Count(p => p.Metadata.DeletionTimestamp is null && p.IsReady());
        if (!CountsReplicas(budget))
            return new(pods.Count, budget.Spec.MinAvailable is null ? 0 : pods.Count, healthy, budget.Spec.MinAvailable?.Number ?? 0, null);
        var (expected, failure) = ReplicasOf(view, pods);
        var amount = (budget.Spec.MaxUnavailable ?? budget.Spec.MinAvailable)!.Value;
        // Half of 7 is 4, for both: of 7 pods 4 have to stay, or 4 may be missing.
        int? count = amount.Of(expected, roundUp: true);
        if (count is null)
            failure ??= $"{amount} is no percentage";
        return failure is not null
            ? new(pods.Count, 0, healthy, 0, failure)
            : new(pods.Count, expected, healthy, budget.Spec.MaxUnavailable is null ? count!.Value : Math.Max(0, expected - count!.Value), null);
    }

    /// <summary>Whether the pod is one of the budget's: an empty selector means all of the namespace, an absent one none.</summary>
    public static bool Covers(PodDisruptionBudget budget, Pod pod)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(pod);
        return budget.Metadata.Namespace == pod.Metadata.Namespace && budget.Spec.Selector?.Matches(pod.Metadata.Labels) == true;
    }

    /// <summary>Whether the amount depends on how many replicas the pods' controllers want, and not on the pods alone.</summary>
    public static bool CountsReplicas(PodDisruptionBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        return budget.Spec.MaxUnavailable is not null || budget.Spec.MinAvailable?.Text is not null;
    }

    /// <summary>What all controllers of these pods want together. Pods without a controller do not count.</summary>
    private static (int Replicas, string? Failure) ReplicasOf(IClusterView view, List<Pod> pods)
    {
        var wanted = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (pod.Metadata.Controller() is not { } reference)
                continue;
            if (ControllerOf(view, pod) is not { } controller)
                return (0, $"found no controllers for pod \"{pod.Metadata.Name}\"");
            if (ReplicasOf(controller) is not { } replicas)
                return (0, $"{KindRegistry.Of(controller).Type} does not implement the scale subresource");
            wanted[controller.Metadata.Uid ?? ""] = replicas;
        }
        return ((int)Math.Min(int.MaxValue, wanted.Values.Sum(r => (long)r)), null);
    }

    /// <summary>Who decides how many pods of this one's kind there are; null when it is not there, or another has its name.</summary>
    private static KubeObject? ControllerOf(IClusterView view, Pod pod)
    {
        var controller = Find(view, pod);
        return controller is ReplicaSet && controller.Metadata.Controller() is { Kind: "Deployment" } ? Find(view, controller) : controller;
    }

    private static KubeObject? Find(IClusterView view, KubeObject dependent) =>
        dependent.Metadata.Controller() is { } reference && KindRegistry.Find(reference.ApiVersion, reference.Kind) is { } kind
            && view.Find(new(kind.Stored.Type, kind.Namespaced ? dependent.Metadata.Namespace ?? "" : "", reference.Name)) is { } found && found.Metadata.Uid == reference.Uid
            ? found : null;

    private static int? ReplicasOf(KubeObject controller) => controller switch
    {
        Deployment deployment => deployment.Spec.Replicas ?? 1,
        ReplicaSet set => set.Spec.Replicas ?? 1,
        StatefulSet set => set.Spec.Replicas ?? 1,
        _ => null,
    };
}
