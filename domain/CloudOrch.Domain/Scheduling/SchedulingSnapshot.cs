using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Scheduling;

/// <summary>All nodes with the sums of their pods, kept up to date object by object instead of being built for every pass.</summary>
/// <remarks>
/// Each method states what is true now of one object, so repeating it changes nothing. Not safe for use from several threads.
/// </remarks>
public sealed class SchedulingSnapshot
{
    private readonly List<NodeView> nodes = [];
    private readonly Dictionary<string, NodeView> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceKey, (NodeView Node, PodView Pod)> placed = [];

    public ResourceNames Names { get; } = new();

    public FencedIdentities Identities { get; } = new();

    /// <summary>In no particular order.</summary>
    public IReadOnlyList<NodeView> Nodes => nodes;

    public static SchedulingSnapshot Of(IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var snapshot = new SchedulingSnapshot();
        foreach (var node in view.List(ResourceTypes.Nodes))
            snapshot.Set((Node)node);
        foreach (var pod in view.List(ResourceTypes.Pods))
            snapshot.Set((Pod)pod);
        return snapshot;
    }

    /// <summary>Takes over whatever the object means to scheduling; kinds other than Node and Pod mean nothing.</summary>
    /// <param name="current">null when the object does not exist any more.</param>
    public void Set(ResourceKey key, KubeObject? current)
    {
        switch (current)
        {
            case Node node:
                Set(node);
                break;
            case Pod pod:
                Set(pod);
                break;
            case null when key.Type == ResourceTypes.Nodes:
                RemoveNode(key.Name);
                break;
            case null when key.Type == ResourceTypes.Pods:
                Unplace(key);
                Identities.Set(key, null);
                break;
        }
    }

    public void Set(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var view = ViewOf(node.Metadata.Name!);
        if (!view.Exists)
        {
            view.Index = nodes.Count;
            nodes.Add(view);
        }
        view.Describe(node);
    }

    public void RemoveNode(string name)
    {
        if (!byName.TryGetValue(name, out var view) || !view.Exists)
            return;
        var last = nodes[^1];
        nodes[view.Index] = last;
        last.Index = view.Index;
        nodes.RemoveAt(nodes.Count - 1);
        view.Index = -1;
        if (view.IsEmpty)
            byName.Remove(name);
    }

    /// <summary>A pod counts on its node until it is gone or finished, also while it is being deleted.</summary>
    public void Set(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var key = new ResourceKey(ResourceTypes.Pods, pod.Metadata.Namespace ?? "", pod.Metadata.Name ?? "");
        if (string.IsNullOrEmpty(pod.Spec.NodeName) || pod.Status?.Phase is "Succeeded" or "Failed")
            Unplace(key);
        else
            Place(key, PodView.Of(pod, Names), ViewOf(pod.Spec.NodeName));
        Identities.Set(key, FencedIdentity.IsHeldBy(pod) ? FencedIdentity.Of(pod) : null);
    }

    internal void Place(ResourceKey key, PodView pod, NodeView node)
    {
        Unplace(key);
        placed[key] = (node, pod);
        node.Count(pod, 1);
        Identities.Set(key, pod.FencedIdentity);
    }

    private void Unplace(ResourceKey key)
    {
        if (!placed.Remove(key, out var at))
            return;
        at.Node.Count(at.Pod, -1);
        if (!at.Node.Exists && at.Node.IsEmpty)
            byName.Remove(at.Node.Name);
    }

    private NodeView ViewOf(string name)
    {
        if (!byName.TryGetValue(name, out var view))
            byName[name] = view = new NodeView(name, Names, Identities);
        return view;
    }
}
