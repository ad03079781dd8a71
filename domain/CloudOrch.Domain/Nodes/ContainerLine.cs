using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Nodes;

/// <summary>One container of a pod's spec with all that the engine has of it.</summary>
internal sealed record ContainerLine
{
    private ContainerLine(Container spec, ContainerRole role) => (Spec, Role) = (spec, role);

    public Container Spec { get; }

    public ContainerRole Role { get; }

    /// <summary>The one of the highest attempt.</summary>
    public ObservedContainer? Latest { get; private init; }

    /// <summary>The ended one before it.</summary>
    public ObservedContainer? Before { get; private init; }

    /// <summary>Ended ones that nobody can ask for any more: <c>logs --previous</c> reaches one back.</summary>
    public IReadOnlyList<ObservedContainer> Old { get; private init; } = [];

    /// <summary>What was last reported of it.</summary>
    public ContainerStatus? Reported { get; private init; }

    public ImageFinding? Image { get; private init; }

    public SlotProblem? Problem { get; private init; }

    public ProbeFinding? Probe { get; private init; }

    public bool Changed => Latest is { } latest && latest.SpecHash != ContainerHash.Of(Spec);

    /// <summary>It is there no more, although it was: somebody removed it.</summary>
    public bool Vanished => Latest is null && Reported?.ContainerId is not null;

    /// <summary>The attempt that a start now would be.</summary>
    public int NextAttempt => Latest switch
    {
        { Phase: ContainerPhase.Created } made => made.Attempt,
        { } ended => ended.Attempt + 1,
        null when Vanished => Reported!.RestartCount + 1,
        null => 0,
    };

    /// <summary>A container whose spec changed starts anew; one that vanished at once.</summary>
    public int NextBackOffStep => Latest switch
    {
        { Phase: ContainerPhase.Created } made => made.BackOffStep,
        { } when Changed => 0,
        { } ended => RestartBackOff.NextStep(ended),
        null => Vanished ? 1 : 0,
    };

    /// <summary>When its back-off lets it start again; null when nothing holds it back.</summary>
    public DateTimeOffset? HeldUntil(DateTimeOffset now) =>
        Latest is { Phase: ContainerPhase.Exited, FinishedAt: { } finished } ? RestartBackOff.HeldUntil(finished, RestartBackOff.DelayOf(NextBackOffStep), now) : null;

    /// <summary>Whether, having ended or vanished, it runs again by the pod's policy.</summary>
    public bool Restarts(PodSpec pod) => Latest is { Phase: ContainerPhase.Exited } ended
        ? Changed || RestartBackOff.Restarts(pod, Role, ended.ExitCode)
        : !Vanished || RestartBackOff.Restarts(pod, Role, exitCode: 137);

    /// <summary>Whether a known image may be used for the next attempt without asking the engine again.</summary>
    public bool HasImage => Image is { Problem: null } found && found.Image == Spec.Image
        && (found.ForAttempt == NextAttempt || ImagePolicy.Of(Spec) != ImagePolicy.Always);

    public static ContainerLine Of(PodView view, Container spec, ContainerRole role)
    {
        var all = view.Containers.Where(c => c.Role == role && c.Name == spec.Name).OrderByDescending(c => c.Attempt).ToArray();
        var latest = all.FirstOrDefault();
        var reported = role == ContainerRole.Init ? view.Previous?.InitContainerStatuses : view.Previous?.ContainerStatuses;
        return new ContainerLine(spec, role)
        {
            Latest = latest,
            Before = all.Skip(1).FirstOrDefault(),
            Old = [.. all.Skip(2)],
            Reported = reported?.FirstOrDefault(s => s.Name == spec.Name),
            Image = view.Images.GetValueOrDefault(spec.Name),
            Problem = view.Problems.GetValueOrDefault(Slots.Of(spec.Name)),
            Probe = latest is null ? null : view.Probes.GetValueOrDefault(latest.Id),
        };
    }
}
