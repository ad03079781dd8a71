using System.Globalization;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.ReplicaSets;

/// <summary>Which pods go first when there are too many: those that do the least (k8s.io/kubernetes/pkg/controller, ActivePodsWithRanks).</summary>
public static class PodDeletionOrder
{
    /// <summary>Annotation on a pod: an integer; pods with a lower cost go before others of the same state.</summary>
    public const string CostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    /// <param name="relatedPerNode">How many replicas each node has, of this set and its siblings.</param>
    public static IEnumerable<Pod> First(IEnumerable<Pod> pods, int count, IReadOnlyDictionary<string, int> relatedPerNode, DateTimeOffset now) => pods
        .OrderBy(p => string.IsNullOrEmpty(p.Spec.NodeName) ? 0 : 1)
        .ThenBy(p => p.Status?.Phase switch { "Running" => 2, "Unknown" => 1, _ => 0 })
        .ThenBy(p => p.IsReady() ? 1 : 0)
        .ThenBy(CostOf)
        .ThenByDescending(p => relatedPerNode.GetValueOrDefault(p.Spec.NodeName ?? ""))
        .ThenBy(p => p.IsReady() ? AgeClass(p.Status!.Conditions.Find(PodConditions.Ready)!.LastTransitionTime, now) : 0)
        .ThenByDescending(p => p.Status?.ContainerStatuses?.Sum(c => c.RestartCount) ?? 0)
        .ThenBy(p => AgeClass(p.Metadata.CreationTimestamp, now))
        .ThenBy(p => p.Metadata.Uid, StringComparer.Ordinal)
        .Take(count);

    /// <summary>Ages are compared by powers of two, so that among pods of about the same age it is not always the youngest that goes.</summary>
    private static int AgeClass(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } at && now > at ? (int)Math.Log2(Math.Max(1, (now - at).TotalSeconds)) : 0;

    private static int CostOf(Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(CostAnnotation, out string? cost) == true
        && int.TryParse(cost, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : 0;
}
