using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>What the node last said of a pod.</summary>
public sealed record PodStatus : ApiType
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; init; }
    /// <summary>PodScheduled, Initialized, ContainersReady and Ready, and what else was observed.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    /// <summary>A sentence for people: why the pod is in its phase.</summary>
    public string? Message { get; init; }
    /// <summary>One word for programs: why the pod is in its phase.</summary>
    public string? Reason { get; init; }
    /// <summary>The node's address.</summary>
    [JsonPropertyName("hostIP")]
    public string? HostIp { get; init; }
    /// <summary>The node's addresses.</summary>
    [JsonPropertyName("hostIPs")]
    [MergeKey("ip"), Atomic] public ValueList<HostAddress>? HostIps { get; init; }
    /// <summary>The pod's address.</summary>
    [JsonPropertyName("podIP")]
    public string? PodIp { get; init; }
    /// <summary>The pod's addresses, the first of which is podIP.</summary>
    [JsonPropertyName("podIPs")]
    [MergeKey("ip")] public ValueList<HostAddress>? PodIps { get; init; }
    /// <summary>When the node took up the pod.</summary>
    public DateTimeOffset? StartTime { get; init; }
    /// <summary>How the init containers are.</summary>
    public ValueList<ContainerStatus>? InitContainerStatuses { get; init; }
    /// <summary>How the containers are.</summary>
    public ValueList<ContainerStatus>? ContainerStatuses { get; init; }
    /// <summary>Guaranteed, Burstable or BestEffort.</summary>
    public string? QosClass { get; init; }
    /// <summary>The node where room is being made for the pod.</summary>
    public string? NominatedNodeName { get; init; }
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
}

/// <summary>An address.</summary>
public sealed record HostAddress : ApiType
{
    /// <summary>The address.</summary>
    [Required] public string Ip { get; init; } = "";
}

/// <summary>How a container is.</summary>
public sealed record ContainerStatus : ApiType
{
    /// <summary>The container's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>What the container does now.</summary>
    public ContainerState? State { get; init; }
    /// <summary>How the container ended before its last restart.</summary>
    public ContainerState? LastState { get; init; }
    /// <summary>Whether the readiness probe succeeds.</summary>
    [Required] public bool Ready { get; init; }
    /// <summary>How often the container was restarted.</summary>
    [Required] public int RestartCount { get; init; }
    /// <summary>The image that runs.</summary>
    [Required] public string Image { get; init; } = "";
    /// <summary>The digest of the image that runs.</summary>
    [JsonPropertyName("imageID")]
    [Required] public string ImageId { get; init; } = "";
    /// <summary><c>docker://&lt;64 hex digits&gt;</c></summary>
    [JsonPropertyName("containerID")]
    public string? ContainerId { get; init; }
    /// <summary>Whether the startup probe has succeeded.</summary>
    public bool? Started { get; init; }
}

/// <summary>Exactly one member is set; none means Waiting.</summary>
public sealed record ContainerState : ApiType
{
    /// <summary>Not started yet, or about to be started again.</summary>
    public ContainerStateWaiting? Waiting { get; init; }
    /// <summary>Running.</summary>
    public ContainerStateRunning? Running { get; init; }
    /// <summary>Ended.</summary>
    public ContainerStateTerminated? Terminated { get; init; }
}

/// <summary>Why a container does not run yet.</summary>
public sealed record ContainerStateWaiting : ApiType
{
    /// <summary>One word for programs, such as ImagePullBackOff.</summary>
    public string? Reason { get; init; }
    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }
}

/// <summary>Since when a container runs.</summary>
public sealed record ContainerStateRunning : ApiType
{
    /// <summary>When the container was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>How a container ended.</summary>
public sealed record ContainerStateTerminated : ApiType
{
    /// <summary>What the program returned.</summary>
    [Required] public int ExitCode { get; init; }
    /// <summary>The signal that ended the program.</summary>
    public int? Signal { get; init; }
    /// <summary>One word for programs, such as Completed, Error or OOMKilled.</summary>
    public string? Reason { get; init; }
    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }
    /// <summary>When the container was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When the container ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>The ended container's name on the engine.</summary>
    [JsonPropertyName("containerID")]
    public string? ContainerId { get; init; }
}
