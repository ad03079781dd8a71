using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling.Rules;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>Deletes pods from nodes with NoExecute taints that they do not tolerate, or no longer.</summary>
/// <remarks>
/// In clusters of at least three nodes, while more than half are not ready or late with their lease, pods stay on lost nodes:
/// it is then more likely that we are cut off than that they are. They also stay while no node at all is left: there is nowhere to
/// go, and the node that returns first would only have to start anew what still runs on it (Kubernetes calls it full disruption).
/// Taints that users set are obeyed all the same.
/// </remarks>
/// <param name="defaultTolerationSeconds">For the taints not-ready and unreachable, when the pod says nothing about them.</param>
public sealed class TaintEvictionPlanner(int defaultTolerationSeconds) : IPlanner
{
    private const int HoldFrom = 3;

    private static readonly ResourceKey AllNodes = new(ResourceTypes.Nodes, "", "*");

    public string Name => "taint-eviction";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Nodes, ResourceTypes.Pods, ResourceTypes.Leases];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(changed);
        if (changed is not Pod pod)
            return changed is Node || changed.Metadata.Namespace == NodeLoss.LeaseNamespace ? [AllNodes] : [];
        return !string.IsNullOrEmpty(pod.Spec.NodeName) && pod.Metadata.DeletionTimestamp is null
            && view.Find(new(ResourceTypes.Nodes, "", pod.Spec.NodeName)) is Node node && HasNoExecute(node) ? [AllNodes] : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        List<Node>? tainted = null;
        int all = 0, away = 0;
        foreach (Node node in view.List(ResourceTypes.Nodes).Cast<Node>())
        {
            all++;
            if (!NodeLoss.IsReady(node) || NodeLoss.LeaseOf(view, node).IsLate(now))
                away++;
            if (HasNoExecute(node) || node.Metadata.Annotations?.ContainsKey(NodeLoss.EvictionsHeld) == true)
                (tainted ??= []).Add(node);
        }
        if (tainted is null)
            return Planning.Plan.Nothing;
        bool hold = away == all || (all >= HoldFrom && away * 2 > all);
        var steps = new List<Step>();
        DateTimeOffset? wake = null;
        foreach (var node in tainted)
        {
            // A node without pods, as one that has just joined, has nothing that could be held.
            bool held = hold && (node.Spec.Taints ?? []).Any(t => NodeLoss.IsLoss(t) && t.Effect == "NoExecute")
                && view.PodsOnNode(node.Metadata.Name!).Any(p => p.Metadata.DeletionTimestamp is null);
            if (Marked(node, held) is { } mark)
                steps.Add(mark with { Why = held ? $"{away} of {all} nodes do not answer: pods stay where they are" : "most nodes answer again: pods are replaced", Warning = held });
            if (held)
                wake = Earlier(wake, now + NodeLoss.Interval(all));
            var lostAt = NodeLoss.LeaseOf(view, node).ExpiresAt;
            foreach (var pod in view.PodsOnNode(node.Metadata.Name!).Where(p => p.Metadata.DeletionTimestamp is null))
            {
                if (DueAt(pod, node, lostAt, held, now) is not { } due)
                    continue;
                if (due > now)
                    wake = Earlier(wake, due);
                else if (Deletion.Begin(pod, now) is { } step)
                    steps.Add(step with { Reason = "TaintManagerEviction", Why = $"Marking for deletion Pod {pod.Metadata.Namespace}/{pod.Metadata.Name}" });
            }
        }
        return steps.Count == 0 && wake is null ? Planning.Plan.Nothing : new(steps, wake);
    }

    /// <summary>When the pod has to go; null: it may stay as things are.</summary>
    /// <param name="lostAt">A taint may be of an earlier loss: while no control plane looked, the node was back and went silent again.</param>
    private DateTimeOffset? DueAt(Pod pod, Node node, DateTimeOffset lostAt, bool held, DateTimeOffset now)
    {
        DateTimeOffset? due = null;
        foreach (var taint in node.Spec.Taints ?? [])
        {
            if (taint.Effect != "NoExecute" || (held && NodeLoss.IsLoss(taint)))
                continue;
            var matching = (pod.Spec.Tolerations ?? []).Where(t => Tolerations.Matches(t, taint)).ToList();
            var since = taint.TimeAdded ?? now;
            if (taint.Key == NodeLoss.Unreachable && lostAt > since)
                since = lostAt;
            if (matching.Count == 0)
                due = Earlier(due, NodeLoss.IsLoss(taint) ? since.AddSeconds(defaultTolerationSeconds) : since);
            else if (matching.Min(t => t.TolerationSeconds ?? long.MaxValue) is var seconds and < long.MaxValue)
                due = Earlier(due, since.AddSeconds(Math.Clamp(seconds, 0, 1_000_000_000)));
        }
        return due;
    }

    private static Step? Marked(Node node, bool held)
    {
        var annotations = node.Metadata.Annotations ?? ValueMap<string>.Empty;
        if (annotations.ContainsKey(NodeLoss.EvictionsHeld) == held)
            return null;
        annotations = held ? annotations.With(NodeLoss.EvictionsHeld, "true") : annotations.Without(NodeLoss.EvictionsHeld);
        return new Step.Update(node with { Metadata = node.Metadata with { Annotations = annotations.Count == 0 ? null : annotations } })
        {
            Reason = held ? "EvictionsHeld" : "EvictionsResumed",
        };
    }

    private static bool HasNoExecute(Node node)
    {
        foreach (var taint in (node.Spec.Taints ?? []).AsSpan())
        {
            if (taint.Effect == "NoExecute")
                return true;
        }
        return false;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? known, DateTimeOffset other) => known is { } at && at < other ? at : other;
}
