using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>What is run or asked just after a container's start and just before its end: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/</summary>
public sealed record Lifecycle : ApiType
{
    /// <summary>Just after the start; the container is ended when it fails.</summary>
    public LifecycleHandler? PostStart { get; init; }
    /// <summary>Just before the signal to end, within the grace period.</summary>
    public LifecycleHandler? PreStop { get; init; }
    /// <summary>The signal to end, such as SIGUSR1; default: the image's, else SIGTERM.</summary>
    public string? StopSignal { get; init; }
}

/// <summary>What is run or asked; exactly one is set.</summary>
public sealed record LifecycleHandler : ApiType
{
    /// <summary>A command in the container.</summary>
    public ExecAction? Exec { get; init; }
    /// <summary>A request.</summary>
    public HttpGetAction? HttpGet { get; init; }
    /// <summary>No longer supported in Kubernetes; always fails.</summary>
    public TcpSocketAction? TcpSocket { get; init; }
    /// <summary>A pause.</summary>
    public SleepAction? Sleep { get; init; }
}

/// <summary>A pause.</summary>
public sealed record SleepAction : ApiType
{
    /// <summary>Its length in seconds.</summary>
    [Required] public long Seconds { get; init; }
}

/// <summary>A request to the health service of gRPC: https://github.com/grpc/grpc/blob/master/doc/health-checking.md</summary>
public sealed record GrpcAction : ApiType
{
    /// <summary>The port by number.</summary>
    [Required] public int Port { get; init; }
    /// <summary>The service that is asked about; default: the whole server.</summary>
    public string? Service { get; init; }
}

/// <summary>Whether a change of one resource restarts the container.</summary>
public sealed record ContainerResizePolicy : ApiType
{
    /// <summary>cpu or memory.</summary>
    [Required] public string ResourceName { get; init; } = "";
    /// <summary>NotRequired or RestartContainer.</summary>
    [Required] public string RestartPolicy { get; init; } = "";
}

/// <summary>By which ends a container is restarted, whatever the policy says.</summary>
public sealed record ContainerRestartRule : ApiType
{
    /// <summary>Restart.</summary>
    [Required] public string Action { get; init; } = "";
    /// <summary>The exit codes that are meant.</summary>
    public ContainerRestartRuleOnExitCodes? ExitCodes { get; init; }
}

/// <summary>Exit codes of a container.</summary>
public sealed record ContainerRestartRuleOnExitCodes : ApiType
{
    /// <summary>In or NotIn.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>The codes, at most 255.</summary>
    [ListMapKeys] public ValueList<int>? Values { get; init; }
}

/// <summary>A container that is added for a look inside while the pod runs: https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/</summary>
public sealed record EphemeralContainer : Container
{
    /// <summary>The container whose processes it sees.</summary>
    public string? TargetContainerName { get; init; }
}
