using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Simulation.World;
using CloudOrch.Testing;

namespace CloudOrch.Simulation.Laws;

/// <summary>No move without cause, and no eviction while held.</summary>
/// <remarks>
/// The brain takes a pod from its node when it has ended, when its owner or its namespace goes, when its owner wants fewer or sets of its
/// Deployment were scaled in the same pass (a roll-out that is scaled shrinks a set before it grows it again, as in Kubernetes), when its Node is gone, and when the node was
/// silent for longer than a lease and the pod's tolerations allow: then only while most nodes of the cluster answer. What counts is what the
/// table held when the process read the leases.
/// </remarks>
internal sealed class Moves(SimWorld world, ClusterModel model)
{
    private const string Loss = "node.kubernetes.io/unreachable";

    // Times in taints are whole seconds; a lease's length follows the number of nodes.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);
    private readonly List<Move> unexplained = [];
    private readonly Dictionary<string, List<(DateTimeOffset At, int Size)>> sizes = new(StringComparer.Ordinal);

    /// <summary>How long it may stay on a node that is lost; null: for ever.</summary>
    public static TimeSpan? PatienceOf(Pod pod)
    {
        var said = (pod.Spec.Tolerations ?? []).Where(t => t.Key is null or "" or Loss).ToList();
        return said.Count == 0 ? TimeSpan.Zero : said.Min(t => t.TolerationSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>A set got a size, or another one to count from.</summary>
    public void Scaled(ReplicaSet set)
    {
        if (!sizes.TryGetValue(set.Metadata.Uid!, out var history))
            sizes[set.Metadata.Uid!] = history = [];
        history.Add((world.Clock.Now, set.Spec.Replicas ?? 1));
    }

    /// <summary>A change that takes a pod away, or begins to.</summary>
    public void Leaves(string what, Pod pod)
    {
        if (Doing.Now is not { IsPass: true } doing || string.IsNullOrEmpty(pod.Spec.NodeName))
            return;
        int active = model.FindByUid(pod.Metadata.Controller()?.Uid) is ReplicaSet owner ? model.PodsOf(owner).Count(p => p.IsActive()) + 1 : 0;
        var move = new Move(what, pod, doing, active);
        if (!IsExplained(move) && Broken(move) is { } law)
            unexplained.Add(move with { Law = law });
    }

    /// <summary>What a pass does belongs together: an owner may be scaled, or go, after the pods that go for it.</summary>
    /// <returns>The law that it broke.</returns>
    public string? EndOfPass(Doing pass)
    {
        string? law = unexplained.FirstOrDefault(m => m.Pass == pass && !IsExplained(m))?.Law;
        unexplained.RemoveAll(m => m.Pass == pass);
        return law;
    }

    private bool IsExplained(Move move)
    {
        var pod = move.Pod;
        if (pod.IsFinished() || model.NodeNamed(pod.Spec.NodeName!) is null || model.NamespaceOf(pod) is null or { Metadata.DeletionTimestamp: not null } || OwnerGoes(pod))
            return true;
        if (model.FindByUid(pod.Metadata.Controller()?.Uid) is not ReplicaSet owner || !sizes.TryGetValue(owner.Metadata.Uid!, out var history))
            return false;
        return move.ActiveBefore > history[^1].Size || SiblingsOf(owner).Any(s => sizes.TryGetValue(s.Metadata.Uid!, out var h) && h[^1].At >= move.Pass.Since);
    }

    /// <summary>The sets of the same Deployment, this one included.</summary>
    private IEnumerable<ReplicaSet> SiblingsOf(ReplicaSet set) =>
        set.Metadata.Controller()?.Uid is { } above ? model.ReplicaSets.Where(s => s.Metadata.Controller()?.Uid == above) : [set];

    private bool OwnerGoes(KubeObject dependent) => (dependent.Metadata.OwnerReferences ?? [])
        .Any(o => model.FindByUid(o.Uid) is not { } owner || owner.Metadata.DeletionTimestamp is not null || OwnerGoes(owner));

    /// <summary>Whether the node's loss does not explain it.</summary>
    private string? Broken(Move move)
    {
        var node = model.NodeNamed(move.Pod.Spec.NodeName!)!;
        var lost = move.Pass.LeaseReadings.Where(r => IsLost(move.Pod, node.Metadata.Uid!, r)).ToList();
        if (lost.Count == 0)
            return $"no move without cause: {move.What} leaves {move.Pod.Spec.NodeName}, which was not silent for longer than the pod bears: {PatienceOf(move.Pod)?.ToString() ?? "for ever"} after {NodeLives.Expiry(model.NodeCount)}"
                + string.Concat(move.Pass.LeaseReadings.Distinct().Select(r => $", last heard at {(world.Lives.HeardBefore(node.Metadata.Uid!, r) - A.Epoch).TotalSeconds:F3} when read at {(r - A.Epoch).TotalSeconds:F3}"));
        return lost.All(world.Lives.IsHeld) ? $"no eviction while held: {move.What} leaves {move.Pod.Spec.NodeName}, although most nodes do not answer" : null;
    }

    private bool IsLost(Pod pod, string nodeUid, DateTimeOffset reading)
    {
        var heard = world.Lives.HeardBefore(nodeUid, reading);
        var expiry = NodeLives.Expiry(model.NodeCount) - TimeSpan.FromMilliseconds(100);
        return reading - heard >= expiry && PatienceOf(pod) is { } patience && world.Clock.Now - heard >= expiry + patience - Rounding;
    }

    private sealed record Move(string What, Pod Pod, Doing Pass, int ActiveBefore)
    {
        public string Law { get; init; } = "";
    }
}
