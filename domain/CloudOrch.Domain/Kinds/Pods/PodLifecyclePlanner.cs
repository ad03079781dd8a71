using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Removes pods that nobody can stop any more: never bound, bound to a node that is gone, or forced.</summary>
/// <remarks>
/// A pod on a node that exists goes when its node reports it gone, however long the node is away. One with a fenced identity also goes so when
/// it is forced, or when its node has been silent for longer than it promised to take.
/// </remarks>
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
        if (FencedIdentity.IsHeldBy(pod))
            return PlanHeld(view, pod, now);
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

    /// <summary>A pod that its node may be running under a fenced identity: forced or without a Node, it goes when the node must have stopped it.</summary>
    private static Plan PlanHeld(IClusterView view, Pod pod, DateTimeOffset now)
    {
        if (FencedIdentity.OwedUntilOf(pod) is { } until)
            return now >= until ? new([Released(pod)]) : new([], until);
        if (IsNodeGone(pod, view))
        {
            var owed = FencedIdentity.Owed(pod, now);
            return new([new Step.Update(owed) { Reason = "NodeGone", Why = $"node {pod.Spec.NodeName} does not exist, but may still run this pod", Warning = true }], FencedIdentity.OwedUntilOf(owed));
        }
        if (pod.Metadata.DeletionTimestamp is null || pod.Metadata.DeletionGracePeriodSeconds != 0)
            return Planning.Plan.Nothing;
        var hold = FenceHold.Of(view, pod, now);
        return hold.IsReleased ? new([Released(pod)]) : hold.AskAgainAt is { } at ? new([], at) : Planning.Plan.Nothing;
    }

    private static Step Released(Pod pod) => pod.Metadata.Finalizers is { Count: > 0 }
        ? new Step.Update(FencedIdentity.Stopped(pod))
        : new Step.Delete(KindRegistry.KeyOf(pod), pod.Metadata.Uid ?? "");

    private static bool IsNodeGone(Pod pod, IClusterView view) =>
        !string.IsNullOrEmpty(pod.Spec.NodeName) && view.Find(new(ResourceTypes.Nodes, "", pod.Spec.NodeName)) is null;
}
