using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Containers that share a node, an address and volumes: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/</summary>
public sealed record Pod : KubeObject
{
    /// <summary>The containers that are wanted, and where they may run.</summary>
    public PodSpec Spec { get; init; } = new();
    /// <summary>What the node last said of the pod.</summary>
    public PodStatus? Status { get; init; }
}

/// <summary>What new pods look like.</summary>
public sealed record PodTemplateSpec : ApiType
{
    /// <summary>Labels and annotations of the pods.</summary>
    public ObjectMeta Metadata { get; init; } = new();
    /// <summary>The containers of the pods, and where they may run.</summary>
    public PodSpec Spec { get; init; } = new();
}

/// <summary>The containers of a pod, what they share, and where they may run.</summary>
public sealed record PodSpec : ApiType
{
    /// <summary>Directories that the containers can mount.</summary>
    [MergeKey("name"), RetainKeys] public ValueList<Volume>? Volumes { get; init; }
    /// <summary>Containers that run one after the other, each to its end, before the others start.</summary>
    [MergeKey("name")] public ValueList<Container>? InitContainers { get; init; }
    /// <summary>The containers that run side by side; at least one.</summary>
    [Required, MergeKey("name")] public ValueList<Container> Containers { get; init; } = [];
    /// <summary>Always (default), OnFailure or Never.</summary>
    public string? RestartPolicy { get; init; }
    /// <summary>Seconds from SIGTERM to SIGKILL; default 30.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }
    /// <summary>Seconds since the pod started after which it is failed.</summary>
    public long? ActiveDeadlineSeconds { get; init; }
    /// <summary>Where names are looked up: ClusterFirst (default), ClusterFirstWithHostNet, Default (as the node does) or None.</summary>
    [NotActedOn("ClusterFirst", "ClusterFirstWithHostNet", "Default")] public string? DnsPolicy { get; init; }
    /// <summary>Labels that a node must have for the pod to run there.</summary>
    [Atomic] public ValueMap<string>? NodeSelector { get; init; }
    /// <summary>The account that the pod acts as; default: the account named default.</summary>
    [NotActedOn("default")] public string? ServiceAccountName { get; init; }
    /// <summary>The old name of serviceAccountName.</summary>
    [NotActedOn("default")] public string? ServiceAccount { get; init; }
    /// <summary>Set once, by the scheduler or by the user; immutable from then on.</summary>
    public string? NodeName { get; init; }
    /// <summary>Whether the containers use the network of the node instead of one of their own.</summary>
    public bool? HostNetwork { get; init; }
    /// <summary>The host name inside of the pod; default: the pod's name.</summary>
    public string? Hostname { get; init; }
    /// <summary>The domain of the host name within the namespace.</summary>
    [NotActedOn] public string? Subdomain { get; init; }
    /// <summary>Who binds the pod: <c>default-scheduler</c> does by itself, any other by the subresource <c>binding</c>.</summary>
    public string? SchedulerName { get; init; }
    /// <summary>Taints of nodes that the pod can live with.</summary>
    public ValueList<Toleration>? Tolerations { get; init; }
    /// <summary>Further lines of /etc/hosts.</summary>
    [MergeKey("ip")] public ValueList<HostAlias>? HostAliases { get; init; }
    /// <summary>The PriorityClass that says how important the pod is.</summary>
    [NotActedOn] public string? PriorityClassName { get; init; }
    /// <summary>How important the pod is; higher means more.</summary>
    public int? Priority { get; init; }
    /// <summary>Whether less important pods may be driven out: PreemptLowerPriority (default) or Never.</summary>
    [NotActedOn("PreemptLowerPriority")] public string? PreemptionPolicy { get; init; }
    /// <summary>Whether services are told to containers as environment variables; default true. None is told yet.</summary>
    public bool? EnableServiceLinks { get; init; }
    /// <summary>Users, groups and rights for all containers, unless a container says otherwise.</summary>
    public PodSecurityContext? SecurityContext { get; init; }
    /// <summary>Secrets that images are pulled with.</summary>
    [NotActedOn, MergeKey("name")] public ValueList<LocalObjectReference>? ImagePullSecrets { get; init; }
    /// <summary>Which nodes the pod prefers, and which pods it seeks or avoids.</summary>
    [NotActedOn] public Affinity? Affinity { get; init; }
    /// <summary>How pods are spread over zones or nodes.</summary>
    [NotActedOn, MergeKey("topologyKey"), ListMapKeys("topologyKey", "whenUnsatisfiable")] public ValueList<TopologySpreadConstraint>? TopologySpreadConstraints { get; init; }
    /// <summary>Whether containers find a token of the account as a file.</summary>
    [NotActedOn] public bool? AutomountServiceAccountToken { get; init; }
    /// <summary>Whether containers see the processes of the node.</summary>
    [NotActedOn] public bool? HostPID { get; init; }
    /// <summary>Whether containers share memory segments and queues with the node.</summary>
    [NotActedOn] public bool? HostIPC { get; init; }
    /// <summary>Whether the containers see each other's processes.</summary>
    [NotActedOn] public bool? ShareProcessNamespace { get; init; }
    /// <summary>Whether users inside are the node's users.</summary>
    [NotActedOn] public bool? HostUsers { get; init; }
    /// <summary>Whether the host name includes the domain.</summary>
    [NotActedOn] public bool? SetHostnameAsFQDN { get; init; }
    /// <summary>The host name inside of the pod, whatever else is said of it.</summary>
    [NotActedOn] public string? HostnameOverride { get; init; }
    /// <summary>Further name servers, search domains and options.</summary>
    [NotActedOn] public PodDnsConfig? DnsConfig { get; init; }
    /// <summary>Conditions that must be true before the pod counts as ready.</summary>
    [NotActedOn] public ValueList<PodReadinessGate>? ReadinessGates { get; init; }
    /// <summary>Names of those who hold the pod back from being scheduled.</summary>
    [NotActedOn, MergeKey("name")] public ValueList<PodSchedulingGate>? SchedulingGates { get; init; }
    /// <summary>Devices that the containers can claim.</summary>
    [NotActedOn, MergeKey("name"), RetainKeys] public ValueList<PodResourceClaim>? ResourceClaims { get; init; }
    /// <summary>What all containers together need at least and may use at most.</summary>
    [NotActedOn] public ResourceRequirements? Resources { get; init; }
    /// <summary>What the pod's sandbox itself needs, beside its containers.</summary>
    [NotActedOn] public ValueMap<Quantity>? Overhead { get; init; }
    /// <summary>The operating system that the containers are made for.</summary>
    [NotActedOn] public PodOS? Os { get; init; }
    /// <summary>Containers that are added for a look inside while the pod runs; refused, since a pod's containers are those that it was made with.</summary>
    [MergeKey("name")] public ValueList<EphemeralContainer>? EphemeralContainers { get; init; }
    /// <summary>The RuntimeClass that says what runs the containers.</summary>
    [NotActedOn] public string? RuntimeClassName { get; init; }
}

/// <summary>An object of the same namespace, by name.</summary>
[Atomic]
public sealed record LocalObjectReference : ApiType
{
    /// <summary>The object's name.</summary>
    public string? Name { get; init; }
}

/// <summary>A line of /etc/hosts.</summary>
public sealed record HostAlias : ApiType
{
    /// <summary>The address.</summary>
    [Required] public string Ip { get; init; } = "";
    /// <summary>The names of the address.</summary>
    public ValueList<string>? Hostnames { get; init; }
}

/// <summary>A taint of nodes that pods can live with.</summary>
public sealed record Toleration : ApiType
{
    /// <summary>The taint's key; empty, with operator Exists, means every taint.</summary>
    public string? Key { get; init; }
    /// <summary>Equal (default) or Exists.</summary>
    public string? Operator { get; init; }
    /// <summary>The taint's value, for operator Equal.</summary>
    public string? Value { get; init; }
    /// <summary>NoSchedule, PreferNoSchedule, NoExecute; empty means every effect.</summary>
    public string? Effect { get; init; }
    /// <summary>For NoExecute: how long the taint is tolerated; absent means for ever.</summary>
    public long? TolerationSeconds { get; init; }
}

/// <summary>Users, groups and rights for all containers of a pod.</summary>
public sealed record PodSecurityContext : ApiType
{
    /// <summary>The number of the user that containers run as; default: what the image says.</summary>
    public long? RunAsUser { get; init; }
    /// <summary>The number of the group that containers run as; default: what the image says.</summary>
    public long? RunAsGroup { get; init; }
    /// <summary>Whether containers whose user is root are refused.</summary>
    [NotActedOn] public bool? RunAsNonRoot { get; init; }
    /// <summary>Further groups of the containers' user.</summary>
    public ValueList<long>? SupplementalGroups { get; init; }
    /// <summary>The group that volumes belong to.</summary>
    public long? FsGroup { get; init; }
    /// <summary>Settings of the kernel for the pod.</summary>
    [NotActedOn] public ValueList<Sysctl>? Sysctls { get; init; }
    /// <summary>When the group of what is in a volume is changed: Always or OnRootMismatch.</summary>
    [NotActedOn] public string? FsGroupChangePolicy { get; init; }
    /// <summary>Which system calls are allowed.</summary>
    [NotActedOn] public SeccompProfile? SeccompProfile { get; init; }
    /// <summary>The SELinux label of the containers.</summary>
    [NotActedOn] public SeLinuxOptions? SeLinuxOptions { get; init; }
    /// <summary>Settings for containers of Windows.</summary>
    [NotActedOn] public WindowsSecurityContextOptions? WindowsOptions { get; init; }
    /// <summary>The AppArmor profile of the containers.</summary>
    [NotActedOn] public AppArmorProfile? AppArmorProfile { get; init; }
    /// <summary>Whether groups that the image names count too: Merge or Strict.</summary>
    [NotActedOn] public string? SupplementalGroupsPolicy { get; init; }
    /// <summary>How volumes get the SELinux label: MountOption or Recursive.</summary>
    [NotActedOn] public string? SeLinuxChangePolicy { get; init; }
}
