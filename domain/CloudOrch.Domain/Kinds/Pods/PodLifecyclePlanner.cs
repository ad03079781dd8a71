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
        // Most pods only run: nothing is to be planned for them until they are to go or their node is gone, which is a change itself.
        if (changed is Pod pod)
            return pod.Metadata.DeletionTimestamp is not null || IsNodeGone(pod, view) ? [KindRegistry.KeyOf(pod)] : [];
        var node = KindRegistry.KeyOf(changed);
        return view.Find(node) is null ? view.PodsOnNode(node.Name).Select(KindRegistry.KeyOf) : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not Pod pod)
            return Planning.Plan.Nothing;
        var remove = new Step.Delete(key, pod.Metadata.Uid ?? "");
        bool nodeGone = IsNodeGone(pod, view);
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            bool nobodyRunsIt = string.IsNullOrEmpty(pod.Spec.NodeName) || nodeGone || pod.Metadata.DeletionGracePeriodSeconds == 0;
            return nobodyRunsIt && pod.Metadata.Finalizers is not { Count: > 0 } ? new([remove]) : Planning.Plan.Nothing;
        }
        if (!nodeGone)
            return Planning.Plan.Nothing;
        return pod.Metadata.Finalizers is { Count: > 0 }
            ? new([Deletion.Begin(pod, now, graceSeconds: 0)!])
            : new([remove with { Reason = "NodeGone", Why = $"node {pod.Spec.NodeName} does not exist", Warning = true }]);
    }

    private static bool IsNodeGone(Pod pod, IClusterView view) =>
        !string.IsNullOrEmpty(pod.Spec.NodeName) && view.Find(new(ResourceTypes.Nodes, "", pod.Spec.NodeName)) is null;
}
