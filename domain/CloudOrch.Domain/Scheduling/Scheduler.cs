using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Scheduling;

/// <summary>Where a pod goes. <c>NodeName</c> null: nowhere, and <c>Why</c> is Kubernetes' sentence about it.</summary>
public readonly record struct Placement(Pod Pod, string? NodeName, string? Why);

/// <summary>Chooses nodes for pods. The same snapshot, pods and seed give the same placements.</summary>
/// <remarks>
/// Pods with equal views are placed together from one heap of candidates: after each placement only the chosen node's score
/// changes, so the best node for the next one is found in logarithmic time. Large clusters are sampled, as in Kubernetes; a pod
/// is refused only after every node has been asked.
/// </remarks>
public sealed class Scheduler(SchedulingProfile profile)
{
    /// <summary>Up to this many nodes are all compared; beyond, a sample that fits is enough.</summary>
    private const int CompareAll = 200;

    private readonly IFilterRule[] filters = [.. profile.Filters];
    private readonly IFilterRule[] changing = [.. profile.Filters.Where(f => f.DependsOnPods)];
    private readonly IScoreRule[] scores = [.. profile.Scores];

    /// <summary>Places the pods, higher priority first, and counts them on their nodes in the snapshot.</summary>
    public IReadOnlyList<Placement> Place(SchedulingSnapshot snapshot, IReadOnlyList<Pod> pods, int seed)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(pods);
        var placements = new List<Placement>(pods.Count);
        foreach (var (view, batch) in Batches(pods, snapshot.Names))
            PlaceAlike(snapshot, view, batch, (uint)seed, placements);
        return placements;
    }

    /// <summary>Why no node takes the pod: <c>0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.</c></summary>
    public string Explain(SchedulingSnapshot snapshot, PodView pod)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Nodes.Count == 0)
            return "no nodes available to schedule pods";
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int fitting = 0;
        foreach (var node in snapshot.Nodes)
        {
            var verdict = Check(pod, node);
            if (verdict.IsFit)
                fitting++;
            foreach (string reason in verdict.Reasons)
                counts[reason] = counts.GetValueOrDefault(reason) + 1;
        }
        var said = counts.Select(c => $"{c.Value} {c.Key}").Order(StringComparer.Ordinal);
        return $"{fitting}/{snapshot.Nodes.Count} nodes are available: {string.Join(", ", said)}.";
    }

    /// <summary>The first rule that refuses speaks for the node.</summary>
    public Verdict Check(PodView pod, NodeView node)
    {
        foreach (var filter in filters)
        {
            var verdict = filter.Check(pod, node);
            if (!verdict.IsFit)
                return verdict;
        }
        return Verdict.Fits;
    }

    private void PlaceAlike(SchedulingSnapshot snapshot, PodView view, List<Pod> batch, uint seed, List<Placement> placements)
    {
        int wanted = snapshot.Nodes.Count <= CompareAll ? int.MaxValue : Math.Max(CompareAll / 2, 2 * batch.Count);
        var heap = CandidatesFor(snapshot, view, wanted, seed, out bool complete);
        string? refusal = null;
        foreach (var pod in batch)
        {
            var node = Best(heap, view);
            if (node is null && !complete)
            {
                heap = CandidatesFor(snapshot, view, int.MaxValue, seed, out complete);
                node = Best(heap, view);
            }
            if (node is null)
            {
                placements.Add(new(pod, null, refusal ??= Explain(snapshot, view)));
                continue;
            }
            snapshot.Place(new(ResourceTypes.Pods, pod.Metadata.Namespace ?? "", pod.Metadata.Name ?? ""), view, node);
            heap.RescoreTop(Score(view, node));
            placements.Add(new(pod, node.Name, null));
        }
    }

    private NodeView? Best(CandidateHeap heap, PodView view)
    {
        while (heap.Count > 0)
        {
            var node = heap.Top;
            if (StillFits(view, node))
                return node;
            heap.RemoveTop();
        }
        return null;
    }

    private bool StillFits(PodView view, NodeView node)
    {
        foreach (var filter in changing)
        {
            if (!filter.Check(view, node).IsFit)
                return false;
        }
        return true;
    }

    private CandidateHeap CandidatesFor(SchedulingSnapshot snapshot, PodView view, int wanted, uint seed, out bool complete)
    {
        var nodes = snapshot.Nodes;
        var heap = new CandidateHeap(Math.Min(wanted, nodes.Count));
        int start = nodes.Count == 0 ? 0 : (int)(StableHash.Mix(seed, 1) % (uint)nodes.Count);
        int asked = 0;
        for (; asked < nodes.Count && heap.Count < wanted; asked++)
        {
            int at = start + asked;
            var node = nodes[at < nodes.Count ? at : at - nodes.Count];
            if (Check(view, node).IsFit)
                heap.Append(node, Score(view, node), StableHash.Mix(node.NameHash, seed));
        }
        complete = asked == nodes.Count;
        heap.Order();
        return heap;
    }

    private double Score(PodView view, NodeView node)
    {
        double score = 0;
        foreach (var rule in scores)
            score += rule.Weight * rule.Score(view, node);
        return score;
    }

    /// <summary>Pods by view, in order of priority and then of first appearance.</summary>
    private static IEnumerable<(PodView View, List<Pod> Pods)> Batches(IReadOnlyList<Pod> pods, ResourceNames names)
    {
        // Pods made from one template in one pass share their spec object: those need no second look.
        var bySpec = new Dictionary<(PodSpec, string), List<Pod>>(SharedSpec.Instance);
        var byView = new Dictionary<PodView, List<Pod>>();
        var order = new List<(PodView View, List<Pod> Pods)>();
        foreach (var pod in pods)
        {
            string group = pod.Metadata.Controller()?.Uid ?? "";
            var shared = (pod.Spec, FencedIdentity.Of(pod) is { } identity ? $"{group} {identity}" : group);
            if (!bySpec.TryGetValue(shared, out var batch))
            {
                var view = PodView.Of(pod, names);
                if (!byView.TryGetValue(view, out batch))
                {
                    byView[view] = batch = [];
                    order.Add((view, batch));
                }
                bySpec[shared] = batch;
            }
            batch.Add(pod);
        }
        return order.OrderByDescending(o => o.View.Priority);
    }

    private sealed class SharedSpec : IEqualityComparer<(PodSpec Spec, string Group)>
    {
        public static readonly SharedSpec Instance = new();

        public bool Equals((PodSpec Spec, string Group) x, (PodSpec Spec, string Group) y) => ReferenceEquals(x.Spec, y.Spec) && x.Group == y.Group;

        public int GetHashCode((PodSpec Spec, string Group) obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj.Spec);
    }
}

/// <summary>Nodes that fit, best score first; equal scores in the order of a seeded number.</summary>
internal sealed class CandidateHeap(int capacity)
{
    private readonly List<(double Score, uint Tie, NodeView Node)> items = new(capacity);

    public int Count => items.Count;

    public NodeView Top => items[0].Node;

    /// <summary>The heap is not one until <see cref="Order"/> has been called.</summary>
    public void Append(NodeView node, double score, uint tie) => items.Add((score, tie, node));

    public void Order()
    {
        for (int i = (items.Count / 2) - 1; i >= 0; i--)
            Sink(i);
    }

    public void RescoreTop(double score)
    {
        items[0] = items[0] with { Score = score };
        Sink(0);
    }

    public void RemoveTop()
    {
        items[0] = items[^1];
        items.RemoveAt(items.Count - 1);
        if (items.Count > 0)
            Sink(0);
    }

    private void Sink(int i)
    {
        var item = items[i];
        while (true)
        {
            int child = (2 * i) + 1;
            if (child >= items.Count)
                break;
            if (child + 1 < items.Count && Before(items[child + 1], items[child]))
                child++;
            if (!Before(items[child], item))
                break;
            items[i] = items[child];
            i = child;
        }
        items[i] = item;
    }

    private static bool Before((double Score, uint Tie, NodeView Node) a, (double Score, uint Tie, NodeView Node) b) =>
        a.Score != b.Score ? a.Score > b.Score
        : a.Tie != b.Tie ? a.Tie > b.Tie
        : string.CompareOrdinal(a.Node.Name, b.Node.Name) < 0;
}
