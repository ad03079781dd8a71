using CloudOrch.Domain.Api;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Removes pods that nobody can stop any more: never bound, bound to a node that is gone, or forced.</summary>
/// <remarks>A pod on a node that exists goes when its node reports it gone, however long the node is away.</remarks>
public sealed class PodLifecyclePlanner : IPlanner
{
    public string Name => "pod-lifecycle";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Pods, ResourceTypes.Nodes];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        if (changed is Pod)
            return [KindRegistry.KeyOf(changed)];
        var node = KindRegistry.KeyOf(changed);
        return view.Find(node) is null ? view.PodsOnNode(node.Name).Select(KindRegistry.KeyOf) : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not Pod pod)
            return Planning.Plan.Nothing;
        var remove = new Step.Delete(key, pod.Metadata.Uid ?? "");
        bool unbound = string.IsNullOrEmpty(pod.Spec.NodeName);
        bool nodeGone = !unbound && view.Find(new(ResourceTypes.Nodes, "", pod.Spec.NodeName!)) is null;
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            bool nobodyRunsIt = unbound || nodeGone || pod.Metadata.DeletionGracePeriodSeconds == 0;
            return nobodyRunsIt && pod.Metadata.Finalizers is not { Count: > 0 } ? new([remove]) : Planning.Plan.Nothing;
        }
        if (!nodeGone)
            return Planning.Plan.Nothing;
        return pod.Metadata.Finalizers is { Count: > 0 }
            ? new([Deletion.Begin(pod, now, graceSeconds: 0)!])
            : new([remove with { Reason = "NodeGone", Why = $"node {pod.Spec.NodeName} does not exist", Warning = true }]);
    }
}
