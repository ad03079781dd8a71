using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>One program with its file system, as the image says unless it is said here.</summary>
public record Container : ApiType
{
    /// <summary>Tells the container from others of the pod; immutable.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The image that the container is started from, such as busybox:1 or registry.example/app@sha256:….</summary>
    public string? Image { get; init; }
    /// <summary>Always, IfNotPresent or Never; default Always for the tag <c>latest</c>, else IfNotPresent.</summary>
    public string? ImagePullPolicy { get; init; }
    /// <summary>The program and what comes first of its arguments; default: the image's entrypoint. $(NAME) stands for a variable of env.</summary>
    public ValueList<string>? Command { get; init; }
    /// <summary>The arguments of the program; default: the image's command, unless command is set. $(NAME) stands for a variable of env.</summary>
    public ValueList<string>? Args { get; init; }
    /// <summary>The directory that the program starts in; default: what the image says.</summary>
    public string? WorkingDir { get; init; }
    /// <summary>The ports that the program listens on; only those with a hostPort open anything.</summary>
    [MergeKey("containerPort"), ListMapKeys("containerPort", "protocol=TCP")] public ValueList<ContainerPort>? Ports { get; init; }
    /// <summary>ConfigMaps and Secrets of which every key becomes an environment variable.</summary>
    public ValueList<EnvFromSource>? EnvFrom { get; init; }
    /// <summary>Environment variables; of two with one name, the later counts.</summary>
    [MergeKey("name")] public ValueList<EnvVar>? Env { get; init; }
    /// <summary>What the container needs at least, and may use at most.</summary>
    public ResourceRequirements? Resources { get; init; }
    /// <summary>Where the pod's volumes are in the container.</summary>
    [MergeKey("mountPath")] public ValueList<VolumeMount>? VolumeMounts { get; init; }
    /// <summary>A check of the running container, which is restarted when it fails.</summary>
    public Probe? LivenessProbe { get; init; }
    /// <summary>A check whether the container can serve; the pod is ready while it succeeds.</summary>
    public Probe? ReadinessProbe { get; init; }
    /// <summary>A check that must succeed once before the other two begin.</summary>
    public Probe? StartupProbe { get; init; }
    /// <summary>User, group and rights of the container.</summary>
    public SecurityContext? SecurityContext { get; init; }
    /// <summary>Whether standard input stays open.</summary>
    public bool? Stdin { get; init; }
    /// <summary>Whether standard input is closed after the first client has left.</summary>
    [NotActedOn] public bool? StdinOnce { get; init; }
    /// <summary>Whether the container gets a terminal; needs stdin.</summary>
    public bool? Tty { get; init; }
    /// <summary>The file in the container whose text becomes the message of its end; default /dev/termination-log.</summary>
    public string? TerminationMessagePath { get; init; }
    /// <summary>Where the message of the container's end comes from: File (default) or FallbackToLogsOnError.</summary>
    [NotActedOn("File")] public string? TerminationMessagePolicy { get; init; }
    /// <summary>What is run or asked just after the start and just before the end.</summary>
    [NotActedOn] public Lifecycle? Lifecycle { get; init; }
    /// <summary>Where volumes without a file system are in the container.</summary>
    [NotActedOn, MergeKey("devicePath")] public ValueList<VolumeDevice>? VolumeDevices { get; init; }
    /// <summary>Whether a change of resources restarts the container.</summary>
    [NotActedOn] public ValueList<ContainerResizePolicy>? ResizePolicy { get; init; }
    /// <summary>Always, for an init container that runs beside those that follow.</summary>
    [NotActedOn] public string? RestartPolicy { get; init; }
    /// <summary>By which exit codes a container is restarted, whatever the policy says.</summary>
    [NotActedOn] public ValueList<ContainerRestartRule>? RestartPolicyRules { get; init; }
}

/// <summary>User, group and rights of one container; what is set here wins over the pod's.</summary>
public sealed record SecurityContext : ApiType
{
    /// <summary>The number of the user that the container runs as.</summary>
    public long? RunAsUser { get; init; }
    /// <summary>The number of the group that the container runs as.</summary>
    public long? RunAsGroup { get; init; }
    /// <summary>Whether the container is refused when its user is root.</summary>
    [NotActedOn] public bool? RunAsNonRoot { get; init; }
    /// <summary>Whether the container may do whatever the node's root may.</summary>
    public bool? Privileged { get; init; }
    /// <summary>Whether the container can write to its volumes only.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }
    /// <summary>Whether a process may gain rights that its parent lacks.</summary>
    public bool? AllowPrivilegeEscalation { get; init; }
    /// <summary>Rights of root that are given or taken one by one.</summary>
    public Capabilities? Capabilities { get; init; }
    /// <summary>How /proc is mounted: Default or Unmasked.</summary>
    [NotActedOn] public string? ProcMount { get; init; }
    /// <summary>Which system calls are allowed.</summary>
    [NotActedOn] public SeccompProfile? SeccompProfile { get; init; }
    /// <summary>The SELinux label of the container.</summary>
    [NotActedOn] public SeLinuxOptions? SeLinuxOptions { get; init; }
    /// <summary>Settings for containers of Windows.</summary>
    [NotActedOn] public WindowsSecurityContextOptions? WindowsOptions { get; init; }
    /// <summary>The AppArmor profile of the container.</summary>
    [NotActedOn] public AppArmorProfile? AppArmorProfile { get; init; }
}

/// <summary>Rights of root that are given or taken one by one, such as NET_ADMIN.</summary>
public sealed record Capabilities : ApiType
{
    /// <summary>Rights beyond those that the engine gives.</summary>
    public ValueList<string>? Add { get; init; }
    /// <summary>Rights that are taken away; ALL means every one.</summary>
    public ValueList<string>? Drop { get; init; }
}

/// <summary>A port that a container listens on.</summary>
public sealed record ContainerPort : ApiType
{
    /// <summary>A name for the port that probes and services can use.</summary>
    public string? Name { get; init; }
    /// <summary>The port inside of the pod.</summary>
    [JsonPropertyName("containerPort")]
    [Required] public int Port { get; init; }
    /// <summary>The port of the node that leads here; none if absent.</summary>
    public int? HostPort { get; init; }
    /// <summary>The address of the node that hostPort is opened on; default: all.</summary>
    [JsonPropertyName("hostIP")]
    public string? HostIp { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
}

/// <summary>An environment variable: a value, or where it comes from.</summary>
public sealed record EnvVar : ApiType
{
    /// <summary>The variable's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The variable's value; $(NAME) stands for a variable defined before it.</summary>
    public string? Value { get; init; }
    /// <summary>Where the value comes from, when it is not given here.</summary>
    public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>Where the value of an environment variable comes from; exactly one is set.</summary>
public sealed record EnvVarSource : ApiType
{
    /// <summary>A key of a ConfigMap.</summary>
    public KeySelector? ConfigMapKeyRef { get; init; }
    /// <summary>A key of a Secret; Secrets reach no pod yet, so the container waits unless the key is optional.</summary>
    public KeySelector? SecretKeyRef { get; init; }
    /// <summary>A field of the pod itself.</summary>
    public ObjectFieldSelector? FieldRef { get; init; }
    /// <summary>What a container requests or is limited to.</summary>
    public ResourceFieldSelector? ResourceFieldRef { get; init; }
    /// <summary>A key of a file of a volume.</summary>
    [NotActedOn] public FileKeySelector? FileKeyRef { get; init; }
}

/// <summary>One key of a ConfigMap or of a Secret.</summary>
[Atomic]
public sealed record KeySelector : ApiType
{
    /// <summary>The name of the ConfigMap or Secret, in the pod's namespace.</summary>
    public string? Name { get; init; }
    /// <summary>The key whose value is taken.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>Whether the container starts although there is no such object or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>A key of a file of a volume.</summary>
[Atomic]
public sealed record FileKeySelector : ApiType
{
    /// <summary>The pod's volume.</summary>
    [Required] public string VolumeName { get; init; } = "";
    /// <summary>The file's path within the volume.</summary>
    [Required] public string Path { get; init; } = "";
    /// <summary>The key in the file, whose lines are KEY=value.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>Whether the container starts although there is no such file or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>A field of the pod itself.</summary>
[Atomic]
public sealed record ObjectFieldSelector : ApiType
{
    /// <summary>The version that the path is written for; default v1.</summary>
    public string? ApiVersion { get; init; }
    /// <summary>The field, such as metadata.name, metadata.labels['app'] or status.podIP.</summary>
    [Required] public string FieldPath { get; init; } = "";
}

/// <summary>What a container requests or is limited to.</summary>
[Atomic]
public sealed record ResourceFieldSelector : ApiType
{
    /// <summary>The container that is meant; default: the one with the variable.</summary>
    public string? ContainerName { get; init; }
    /// <summary>The amount that is meant, such as limits.cpu or requests.memory.</summary>
    [Required] public string Resource { get; init; } = "";
    /// <summary>The unit that the amount is told in; default 1.</summary>
    public Quantity? Divisor { get; init; }
}

/// <summary>A ConfigMap or Secret of which every key becomes an environment variable.</summary>
public sealed record EnvFromSource : ApiType
{
    /// <summary>What comes before each key.</summary>
    public string? Prefix { get; init; }
    /// <summary>The ConfigMap that the variables come from.</summary>
    public SourceReference? ConfigMapRef { get; init; }
    /// <summary>The Secret that the variables come from; Secrets reach no pod yet, so the container waits unless it is optional.</summary>
    public SourceReference? SecretRef { get; init; }
}

/// <summary>A ConfigMap or Secret of the pod's namespace.</summary>
public sealed record SourceReference : ApiType
{
    /// <summary>The object's name.</summary>
    public string? Name { get; init; }
    /// <summary>Whether the container starts although there is no such object.</summary>
    public bool? Optional { get; init; }
}

/// <summary>What a container needs at least, and may use at most.</summary>
public sealed record ResourceRequirements : ApiType
{
    /// <summary>The most of each resource that the container may use, such as cpu and memory.</summary>
    [KeysNotActedOn("ephemeral-storage")] public ValueMap<Quantity>? Limits { get; init; }
    /// <summary>What the scheduler sets aside for the container on its node; default: the limits.</summary>
    public ValueMap<Quantity>? Requests { get; init; }
    /// <summary>Which of the pod's resourceClaims the container uses.</summary>
    [NotActedOn, ListMapKeys("name")] public ValueList<ResourceClaim>? Claims { get; init; }
}

/// <summary>Where a volume of the pod is in a container.</summary>
public sealed record VolumeMount : ApiType
{
    /// <summary>The volume's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The path in the container.</summary>
    [Required] public string MountPath { get; init; } = "";
    /// <summary>A path within the volume that is mounted instead of all of it.</summary>
    public string? SubPath { get; init; }
    /// <summary>Whether the container can only read there; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>As subPath, with $(NAME) for environment variables.</summary>
    [NotActedOn] public string? SubPathExpr { get; init; }
    /// <summary>Whether mounts made later are passed on: None, HostToContainer or Bidirectional.</summary>
    [NotActedOn] public string? MountPropagation { get; init; }
    /// <summary>Whether mounts below are read-only too: Disabled, IfPossible or Enabled.</summary>
    [NotActedOn] public string? RecursiveReadOnly { get; init; }
}

/// <summary>Where a volume without a file system is in a container.</summary>
public sealed record VolumeDevice : ApiType
{
    /// <summary>The volume's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The path of the device in the container.</summary>
    [Required] public string DevicePath { get; init; } = "";
}

/// <summary>A check of a container that is repeated; exactly one way of checking is set.</summary>
public sealed record Probe : ApiType
{
    /// <summary>Succeeds when this command in the container ends with 0.</summary>
    public ExecAction? Exec { get; init; }
    /// <summary>Succeeds when this request is answered with a status from 200 to 399.</summary>
    public HttpGetAction? HttpGet { get; init; }
    /// <summary>Succeeds when this port takes connections.</summary>
    public TcpSocketAction? TcpSocket { get; init; }
    /// <summary>Succeeds when the gRPC health service of this port says that it serves.</summary>
    [NotActedOn] public GrpcAction? Grpc { get; init; }
    /// <summary>Seconds from the container's start to the first check; default 0.</summary>
    public int? InitialDelaySeconds { get; init; }
    /// <summary>Seconds, default 1.</summary>
    public int? TimeoutSeconds { get; init; }
    /// <summary>Seconds, default 10.</summary>
    public int? PeriodSeconds { get; init; }
    /// <summary>Default 1; must be 1 for liveness and startup.</summary>
    public int? SuccessThreshold { get; init; }
    /// <summary>Default 3.</summary>
    public int? FailureThreshold { get; init; }
    /// <summary>Seconds from SIGTERM to SIGKILL when this probe ends the container; default: the pod's.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }
}

/// <summary>A command that is run in a container.</summary>
public sealed record ExecAction : ApiType
{
    /// <summary>The program and its arguments; no shell is involved.</summary>
    public ValueList<string>? Command { get; init; }
}

/// <summary>An HTTP request.</summary>
public sealed record HttpGetAction : ApiType
{
    /// <summary>The path that is asked for; default /.</summary>
    public string? Path { get; init; }
    /// <summary>The port by number, or by its name among the container's ports.</summary>
    [Required] public IntOrString Port { get; init; }
    /// <summary>The host that is asked; default: the pod's address.</summary>
    public string? Host { get; init; }
    /// <summary>HTTP (default) or HTTPS (certificate not verified).</summary>
    public string? Scheme { get; init; }
    /// <summary>Headers that are sent along.</summary>
    public ValueList<HttpHeader>? HttpHeaders { get; init; }
}

/// <summary>A header of an HTTP request.</summary>
public sealed record HttpHeader : ApiType
{
    /// <summary>The header's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The header's value.</summary>
    [Required] public string Value { get; init; } = "";
}

/// <summary>A port that is connected to.</summary>
public sealed record TcpSocketAction : ApiType
{
    /// <summary>The port by number, or by its name among the container's ports.</summary>
    [Required] public IntOrString Port { get; init; }
    /// <summary>The host that is connected to; default: the pod's address.</summary>
    public string? Host { get; init; }
}
