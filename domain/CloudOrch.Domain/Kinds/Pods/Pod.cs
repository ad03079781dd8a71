using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/</summary>
public sealed record Pod : KubeObject
{
    public PodSpec Spec { get; init; } = new();
    public PodStatus? Status { get; init; }
}

public sealed record PodTemplateSpec : ApiType
{
    public ObjectMeta Metadata { get; init; } = new();
    public PodSpec Spec { get; init; } = new();
}

public sealed record PodSpec : ApiType
{
    [MergeKey("name"), RetainKeys] public ValueList<Volume>? Volumes { get; init; }
    [MergeKey("name")] public ValueList<Container>? InitContainers { get; init; }
    [MergeKey("name")] public ValueList<Container> Containers { get; init; } = [];
    /// <summary>Always (default), OnFailure or Never.</summary>
    public string? RestartPolicy { get; init; }
    /// <summary>Seconds from SIGTERM to SIGKILL; default 30.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }
    /// <summary>Seconds since the pod started after which it is failed.</summary>
    public long? ActiveDeadlineSeconds { get; init; }
    [NotActedOn("ClusterFirst", "ClusterFirstWithHostNet", "Default")] public string? DnsPolicy { get; init; }
    [Atomic] public ValueMap<string>? NodeSelector { get; init; }
    [NotActedOn("default")] public string? ServiceAccountName { get; init; }
    [NotActedOn("default")] public string? ServiceAccount { get; init; }
    /// <summary>Set once, by the scheduler or by the user; immutable from then on.</summary>
    public string? NodeName { get; init; }
    public bool? HostNetwork { get; init; }
    public string? Hostname { get; init; }
    [NotActedOn] public string? Subdomain { get; init; }
    [NotActedOn("default-scheduler")] public string? SchedulerName { get; init; }
    public ValueList<Toleration>? Tolerations { get; init; }
    [MergeKey("ip")] public ValueList<HostAlias>? HostAliases { get; init; }
    [NotActedOn] public string? PriorityClassName { get; init; }
    public int? Priority { get; init; }
    [NotActedOn("PreemptLowerPriority")] public string? PreemptionPolicy { get; init; }
    public bool? EnableServiceLinks { get; init; }
    public PodSecurityContext? SecurityContext { get; init; }
    [NotActedOn, MergeKey("name")] public ValueList<LocalObjectReference>? ImagePullSecrets { get; init; }
    [NotActedOn] public AnyJson? Affinity { get; init; }
    [NotActedOn, MergeKey("topologyKey"), ListMapKeys("topologyKey", "whenUnsatisfiable")] public AnyJson? TopologySpreadConstraints { get; init; }
    [NotActedOn] public bool? AutomountServiceAccountToken { get; init; }
    [NotActedOn] public bool? HostPID { get; init; }
    [NotActedOn] public bool? HostIPC { get; init; }
    [NotActedOn] public bool? ShareProcessNamespace { get; init; }
    [NotActedOn] public bool? HostUsers { get; init; }
    [NotActedOn] public bool? SetHostnameAsFQDN { get; init; }
    [NotActedOn] public AnyJson? DnsConfig { get; init; }
    [NotActedOn] public AnyJson? ReadinessGates { get; init; }
    [NotActedOn, MergeKey("name")] public AnyJson? SchedulingGates { get; init; }
    [NotActedOn, MergeKey("name"), RetainKeys] public AnyJson? ResourceClaims { get; init; }
    [NotActedOn] public AnyJson? Resources { get; init; }
    [NotActedOn] public AnyJson? Overhead { get; init; }
    [NotActedOn] public AnyJson? Os { get; init; }
    [NotActedOn, MergeKey("name")] public AnyJson? EphemeralContainers { get; init; }
    [NotActedOn] public string? RuntimeClassName { get; init; }
}

[Atomic]
public sealed record LocalObjectReference : ApiType
{
    public string? Name { get; init; }
}

public sealed record HostAlias : ApiType
{
    public string Ip { get; init; } = "";
    public ValueList<string>? Hostnames { get; init; }
}

public sealed record Toleration : ApiType
{
    public string? Key { get; init; }
    /// <summary>Equal (default) or Exists.</summary>
    public string? Operator { get; init; }
    public string? Value { get; init; }
    /// <summary>NoSchedule, PreferNoSchedule, NoExecute; empty means every effect.</summary>
    public string? Effect { get; init; }
    /// <summary>For NoExecute: how long the taint is tolerated; absent means for ever.</summary>
    public long? TolerationSeconds { get; init; }
}

public sealed record PodSecurityContext : ApiType
{
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    [NotActedOn] public bool? RunAsNonRoot { get; init; }
    public ValueList<long>? SupplementalGroups { get; init; }
    public long? FsGroup { get; init; }
    [NotActedOn] public AnyJson? Sysctls { get; init; }
    [NotActedOn] public string? FsGroupChangePolicy { get; init; }
    [NotActedOn] public AnyJson? SeccompProfile { get; init; }
    [NotActedOn] public AnyJson? SeLinuxOptions { get; init; }
    [NotActedOn] public AnyJson? WindowsOptions { get; init; }
    [NotActedOn] public AnyJson? AppArmorProfile { get; init; }
    [NotActedOn] public string? SupplementalGroupsPolicy { get; init; }
    [NotActedOn] public string? SeLinuxChangePolicy { get; init; }
}

public sealed record Container : ApiType
{
    public string Name { get; init; } = "";
    public string? Image { get; init; }
    /// <summary>Always, IfNotPresent or Never; default Always for the tag <c>latest</c>, else IfNotPresent.</summary>
    public string? ImagePullPolicy { get; init; }
    public ValueList<string>? Command { get; init; }
    public ValueList<string>? Args { get; init; }
    public string? WorkingDir { get; init; }
    [MergeKey("containerPort"), ListMapKeys("containerPort", "protocol=TCP")] public ValueList<ContainerPort>? Ports { get; init; }
    public ValueList<EnvFromSource>? EnvFrom { get; init; }
    [MergeKey("name")] public ValueList<EnvVar>? Env { get; init; }
    public ResourceRequirements? Resources { get; init; }
    [MergeKey("mountPath")] public ValueList<VolumeMount>? VolumeMounts { get; init; }
    public Probe? LivenessProbe { get; init; }
    public Probe? ReadinessProbe { get; init; }
    public Probe? StartupProbe { get; init; }
    public SecurityContext? SecurityContext { get; init; }
    public bool? Stdin { get; init; }
    [NotActedOn] public bool? StdinOnce { get; init; }
    public bool? Tty { get; init; }
    public string? TerminationMessagePath { get; init; }
    [NotActedOn("File")] public string? TerminationMessagePolicy { get; init; }
    [NotActedOn] public AnyJson? Lifecycle { get; init; }
    [NotActedOn, MergeKey("devicePath")] public AnyJson? VolumeDevices { get; init; }
    [NotActedOn] public AnyJson? ResizePolicy { get; init; }
    [NotActedOn] public string? RestartPolicy { get; init; }
}

public sealed record SecurityContext : ApiType
{
    public long? RunAsUser { get; init; }
    public long? RunAsGroup { get; init; }
    [NotActedOn] public bool? RunAsNonRoot { get; init; }
    public bool? Privileged { get; init; }
    public bool? ReadOnlyRootFilesystem { get; init; }
    public bool? AllowPrivilegeEscalation { get; init; }
    public Capabilities? Capabilities { get; init; }
    [NotActedOn] public string? ProcMount { get; init; }
    [NotActedOn] public AnyJson? SeccompProfile { get; init; }
    [NotActedOn] public AnyJson? SeLinuxOptions { get; init; }
    [NotActedOn] public AnyJson? WindowsOptions { get; init; }
    [NotActedOn] public AnyJson? AppArmorProfile { get; init; }
}

public sealed record Capabilities : ApiType
{
    public ValueList<string>? Add { get; init; }
    public ValueList<string>? Drop { get; init; }
}

public sealed record ContainerPort : ApiType
{
    public string? Name { get; init; }
    [JsonPropertyName("containerPort")]
    public int Port { get; init; }
    public int? HostPort { get; init; }
    [JsonPropertyName("hostIP")]
    public string? HostIp { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
}

public sealed record EnvVar : ApiType
{
    public string Name { get; init; } = "";
    public string? Value { get; init; }
    public EnvVarSource? ValueFrom { get; init; }
}

public sealed record EnvVarSource : ApiType
{
    public KeySelector? ConfigMapKeyRef { get; init; }
    public KeySelector? SecretKeyRef { get; init; }
    public ObjectFieldSelector? FieldRef { get; init; }
    public ResourceFieldSelector? ResourceFieldRef { get; init; }
}

[Atomic]
public sealed record KeySelector : ApiType
{
    public string? Name { get; init; }
    public string Key { get; init; } = "";
    public bool? Optional { get; init; }
}

[Atomic]
public sealed record ObjectFieldSelector : ApiType
{
    public string? ApiVersion { get; init; }
    public string FieldPath { get; init; } = "";
}

[Atomic]
public sealed record ResourceFieldSelector : ApiType
{
    public string? ContainerName { get; init; }
    public string Resource { get; init; } = "";
    public Quantity? Divisor { get; init; }
}

public sealed record EnvFromSource : ApiType
{
    public string? Prefix { get; init; }
    public SourceReference? ConfigMapRef { get; init; }
    public SourceReference? SecretRef { get; init; }
}

public sealed record SourceReference : ApiType
{
    public string? Name { get; init; }
    public bool? Optional { get; init; }
}

public sealed record ResourceRequirements : ApiType
{
    public ValueMap<Quantity>? Limits { get; init; }
    public ValueMap<Quantity>? Requests { get; init; }
    [NotActedOn] public AnyJson? Claims { get; init; }
}

public sealed record VolumeMount : ApiType
{
    public string Name { get; init; } = "";
    public string MountPath { get; init; } = "";
    public string? SubPath { get; init; }
    public bool? ReadOnly { get; init; }
    [NotActedOn] public string? SubPathExpr { get; init; }
    [NotActedOn] public string? MountPropagation { get; init; }
    [NotActedOn] public string? RecursiveReadOnly { get; init; }
}

public sealed record Probe : ApiType
{
    public ExecAction? Exec { get; init; }
    public HttpGetAction? HttpGet { get; init; }
    public TcpSocketAction? TcpSocket { get; init; }
    [NotActedOn] public AnyJson? Grpc { get; init; }
    public int? InitialDelaySeconds { get; init; }
    /// <summary>Seconds, default 1.</summary>
    public int? TimeoutSeconds { get; init; }
    /// <summary>Seconds, default 10.</summary>
    public int? PeriodSeconds { get; init; }
    /// <summary>Default 1; must be 1 for liveness and startup.</summary>
    public int? SuccessThreshold { get; init; }
    /// <summary>Default 3.</summary>
    public int? FailureThreshold { get; init; }
    public long? TerminationGracePeriodSeconds { get; init; }
}

public sealed record ExecAction : ApiType
{
    public ValueList<string>? Command { get; init; }
}

public sealed record HttpGetAction : ApiType
{
    public string? Path { get; init; }
    public IntOrString Port { get; init; }
    public string? Host { get; init; }
    /// <summary>HTTP (default) or HTTPS (certificate not verified).</summary>
    public string? Scheme { get; init; }
    public ValueList<HttpHeader>? HttpHeaders { get; init; }
}

public sealed record HttpHeader : ApiType
{
    public string Name { get; init; } = "";
    public string Value { get; init; } = "";
}

public sealed record TcpSocketAction : ApiType
{
    public IntOrString Port { get; init; }
    public string? Host { get; init; }
}

public sealed record Volume : ApiType
{
    public string Name { get; init; } = "";
    public EmptyDirVolumeSource? EmptyDir { get; init; }
    public HostPathVolumeSource? HostPath { get; init; }
    public ConfigMapVolumeSource? ConfigMap { get; init; }
    [NotActedOn] public AnyJson? Secret { get; init; }
    [NotActedOn] public AnyJson? DownwardAPI { get; init; }
    [NotActedOn] public AnyJson? Projected { get; init; }
    [NotActedOn] public AnyJson? PersistentVolumeClaim { get; init; }
    [NotActedOn] public AnyJson? Nfs { get; init; }
    [NotActedOn] public AnyJson? Csi { get; init; }
    [NotActedOn] public AnyJson? Ephemeral { get; init; }
}

public sealed record EmptyDirVolumeSource : ApiType
{
    /// <summary>"" (disk) or Memory (tmpfs).</summary>
    public string? Medium { get; init; }
    public Quantity? SizeLimit { get; init; }
}

public sealed record HostPathVolumeSource : ApiType
{
    public string Path { get; init; } = "";
    /// <summary>"", DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice.</summary>
    public string? Type { get; init; }
}

public sealed record ConfigMapVolumeSource : ApiType
{
    public string? Name { get; init; }
    public ValueList<KeyToPath>? Items { get; init; }
    public int? DefaultMode { get; init; }
    public bool? Optional { get; init; }
}

public sealed record KeyToPath : ApiType
{
    public string Key { get; init; } = "";
    public string Path { get; init; } = "";
    public int? Mode { get; init; }
}

public sealed record PodStatus : ApiType
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string? Phase { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    [JsonPropertyName("hostIP")]
    public string? HostIp { get; init; }
    [JsonPropertyName("hostIPs")]
    [MergeKey("ip"), Atomic] public ValueList<HostAddress>? HostIps { get; init; }
    [JsonPropertyName("podIP")]
    public string? PodIp { get; init; }
    [JsonPropertyName("podIPs")]
    [MergeKey("ip")] public ValueList<HostAddress>? PodIps { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public ValueList<ContainerStatus>? InitContainerStatuses { get; init; }
    public ValueList<ContainerStatus>? ContainerStatuses { get; init; }
    /// <summary>Guaranteed, Burstable or BestEffort.</summary>
    public string? QosClass { get; init; }
    public string? NominatedNodeName { get; init; }
    public long? ObservedGeneration { get; init; }
}

public sealed record HostAddress : ApiType
{
    public string Ip { get; init; } = "";
}

public sealed record ContainerStatus : ApiType
{
    public string Name { get; init; } = "";
    public ContainerState? State { get; init; }
    public ContainerState? LastState { get; init; }
    public bool Ready { get; init; }
    public int RestartCount { get; init; }
    public string Image { get; init; } = "";
    [JsonPropertyName("imageID")]
    public string ImageId { get; init; } = "";
    /// <summary><c>docker://&lt;64 hex digits&gt;</c></summary>
    [JsonPropertyName("containerID")]
    public string? ContainerId { get; init; }
    public bool? Started { get; init; }
}

/// <summary>Exactly one member is set; none means Waiting.</summary>
public sealed record ContainerState : ApiType
{
    public ContainerStateWaiting? Waiting { get; init; }
    public ContainerStateRunning? Running { get; init; }
    public ContainerStateTerminated? Terminated { get; init; }
}

public sealed record ContainerStateWaiting : ApiType
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

public sealed record ContainerStateRunning : ApiType
{
    public DateTimeOffset? StartedAt { get; init; }
}

public sealed record ContainerStateTerminated : ApiType
{
    public int ExitCode { get; init; }
    public int? Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    [JsonPropertyName("containerID")]
    public string? ContainerId { get; init; }
}
