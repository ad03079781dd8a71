namespace CloudOrch.Domain.Nodes;

public enum ContainerRole
{
    /// <summary>Holds the pod's network namespace and address.</summary>
    Sandbox,
    Init,
    App,
}

public enum ContainerPhase
{
    /// <summary>Made, never started.</summary>
    Created,
    Running,
    Exited,
}

/// <summary>One container of ours as the engine has it. The identity is in its labels, so that it outlives the agent's memory.</summary>
public sealed record ObservedContainer
{
    public string Id { get; init; } = "";
    public string PodUid { get; init; } = "";
    public string PodNamespace { get; init; } = "";
    public string PodName { get; init; } = "";
    public ContainerRole Role { get; init; }
    /// <summary>The container's name in its pod; empty for a sandbox.</summary>
    public string Name { get; init; } = "";
    /// <summary>0 for the first container of this name in the pod's life, one more for each that replaces it.</summary>
    public int Attempt { get; init; }
    /// <summary>The attempt of the sandbox that it was made for; its own for a sandbox.</summary>
    public int SandboxAttempt { get; init; }
    /// <summary>Position in <see cref="RestartBackOff"/>.</summary>
    public int BackOffStep { get; init; }
    /// <summary><see cref="ContainerHash"/> of what it was made from.</summary>
    public string SpecHash { get; init; } = "";
    /// <summary>Seconds from SIGTERM to SIGKILL when its pod is not known any more.</summary>
    public long GraceSeconds { get; init; }
    /// <summary>Of a pod with a fenced identity: the era of the node's fence that it was made in; null: it is not fenced.</summary>
    public string? FenceEra { get; init; }
    public ContainerPhase Phase { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public int ExitCode { get; init; }
    public bool OutOfMemory { get; init; }
    /// <summary>The engine's words when it could not be started.</summary>
    public string? Error { get; init; }
    /// <summary>What the container left in its termination message file.</summary>
    public string? TerminationMessage { get; init; }
    public string ImageId { get; init; } = "";
    /// <summary>Of a running sandbox.</summary>
    public string? Address { get; init; }
}
