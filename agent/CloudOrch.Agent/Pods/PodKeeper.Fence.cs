using System.Collections.Immutable;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Pods;

/// <summary>Pods with a fenced identity: what the node's fence lets them do, and what it has to guard.</summary>
public sealed partial class PodKeeper
{
    private static readonly FenceView NoFence = new(MayStart: false, MustStop: true, "", "This node's agent has no fence");

    private static bool IsFenced(PodRecord record) => record.Assigned is { } pod && FencedIdentity.Of(pod.Namespace, pod.Annotations) is not null;

    private FenceView? FenceOf(PodRecord record, ImmutableArray<ObservedContainer> containers)
    {
        if (!IsFenced(record) && !containers.Any(c => c.FenceEra is not null))
            return null;
        if (record.Assigned is { Deletion: null })
            GuardFenced(); // or it would wait for the watchdog that is started for it
        var view = Fence?.View(_assignment?.FenceId) ?? NoFence;
        string? why = view.MayStart || record.Assigned is not { Deletion: null } ? null : view.Why;
        if (why is not null && why != record.HeldBack)
            Tell(record, "FenceWait", why, warning: true, container: null);
        record.HeldBack = why;
        return view;
    }

    private void MarkFenced()
    {
        foreach (string uid in _pods.Values.Where(IsFenced).Select(p => p.Uid).Concat(_containers.All.Values.Where(c => c.FenceEra is not null).Select(c => c.PodUid)))
            _dirty.Add(uid);
    }

    /// <summary>Before the engine was listed nobody knows what runs: what an earlier agent guarded stays guarded.</summary>
    private void GuardFenced()
    {
        if (Fence is null || _engine is null || _assignment is null)
            return;
        Fence.Guard(
            _containers.All.Values.Where(c => c.FenceEra is not null && c.Phase != ContainerPhase.Exited).Select(c => c.Id).ToHashSet(),
            _pods.Values.Any(IsFenced));
    }
}
