using System.Collections.Immutable;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Nodes;

/// <summary>What is known about an image that a container needs.</summary>
/// <param name="ForAttempt">The container's attempt that it was found for: policy Always asks again for each.</param>
/// <param name="Problem">Null when the image is there.</param>
public sealed record ImageFinding(int ForAttempt, string Image, string? ImageId, SlotProblem? Problem);

/// <summary>Why the last thing that a slot did failed, and when it is tried again.</summary>
/// <param name="Reason">As <c>kubectl get pods</c> shows it: ErrImagePull, CreateContainerError, RunContainerError, CreateContainerConfigError, …</param>
public sealed record SlotProblem(string Reason, string Message, int Failures, DateTimeOffset At)
{
    public DateTimeOffset RetryAt => At + RestartBackOff.AfterFailures(Failures);

    /// <summary>When its back-off lets it be tried again; null when nothing holds it back.</summary>
    public DateTimeOffset? HeldUntil(DateTimeOffset now) => RestartBackOff.HeldUntil(At, RestartBackOff.AfterFailures(Failures), now);
}

/// <summary>What the probes found out about one running container.</summary>
/// <param name="Started">The startup probe succeeded, or there is none.</param>
/// <param name="Ready">The readiness probe's verdict; true without one.</param>
/// <param name="Unhealthy">Set when liveness or startup failed as often as allowed: what the Event says.</param>
public sealed record ProbeFinding(bool Started, bool Ready, string? Unhealthy);

/// <summary>Everything that the decision about one pod rests on.</summary>
public sealed record PodView
{
    public required string Uid { get; init; }

    /// <summary>Null when the assignment does not hold the pod: what is left of it goes.</summary>
    public AssignedPod? Pod { get; init; }

    /// <summary>All containers that carry the pod's uid, ended ones too.</summary>
    public ImmutableArray<ObservedContainer> Containers { get; init; } = [];

    /// <summary>By slot.</summary>
    public ImmutableDictionary<string, SlotProblem> Problems { get; init; } = ImmutableDictionary<string, SlotProblem>.Empty;

    /// <summary>By container name.</summary>
    public ImmutableDictionary<string, ImageFinding> Images { get; init; } = ImmutableDictionary<string, ImageFinding>.Empty;

    /// <summary>By container id.</summary>
    public ImmutableDictionary<string, ProbeFinding> Probes { get; init; } = ImmutableDictionary<string, ProbeFinding>.Empty;

    /// <summary>Slots in which something is under way.</summary>
    public ImmutableHashSet<string> Busy { get; init; } = [];

    /// <summary>When this node first met the pod.</summary>
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>Whether directories of the pod may be there.</summary>
    public bool HasDirectories { get; init; }

    /// <summary>What was last said about the pod.</summary>
    public PodStatus? Previous { get; init; }

    /// <summary>Of a pod with a fenced identity; null: it has none.</summary>
    public FenceView? Fence { get; init; }

    public string HostAddress { get; init; } = "";
}

/// <param name="WakeAt">When to look again although nothing happened; null when nothing is due.</param>
/// <param name="Gone">Nothing is left of a pod that was to go.</param>
public sealed record PodPlan(ImmutableArray<RuntimeStep> Steps, PodStatus Status, DateTimeOffset? WakeAt, bool Gone);
