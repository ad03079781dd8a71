using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>A server that pods run on: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/</summary>
public sealed record Node : KubeObject
{
    /// <summary>What users and the control plane decide about the node.</summary>
    public NodeSpec Spec { get; init; } = new();
    /// <summary>What the node last said of itself.</summary>
    public NodeStatus? Status { get; init; }
}

/// <summary>What users and the control plane decide about a node.</summary>
public sealed record NodeSpec : ApiType
{
    /// <summary>The range that addresses of the node's pods come from.</summary>
    [JsonPropertyName("podCIDR")]
    public string? PodCidr { get; init; }
    /// <summary>The ranges that addresses of the node's pods come from; the first is podCIDR.</summary>
    [JsonPropertyName("podCIDRs")]
    [MergeKey] public ValueList<string>? PodCidrs { get; init; }
    /// <summary>The name of the machine at who provides it.</summary>
    [JsonPropertyName("providerID")]
    public string? ProviderId { get; init; }
    /// <summary>Whether no new pods come here; kubectl cordon sets it.</summary>
    public bool? Unschedulable { get; init; }
    /// <summary>What keeps pods away that do not tolerate it.</summary>
    public ValueList<Taint>? Taints { get; init; }
    /// <summary>Where Kubernetes once got a node's settings.</summary>
    [NotActedOn] public NodeConfigSource? ConfigSource { get; init; }
}

/// <summary>Keeps pods away from a node, unless they tolerate it.</summary>
public sealed record Taint : ApiType
{
    /// <summary>The taint's key.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>The taint's value.</summary>
    public string? Value { get; init; }
    /// <summary>NoSchedule, PreferNoSchedule or NoExecute.</summary>
    [Required] public string Effect { get; init; } = "";
    /// <summary>When the taint was set.</summary>
    public DateTimeOffset? TimeAdded { get; init; }

    public override string ToString() => string.IsNullOrEmpty(Value) ? $"{Key}:{Effect}" : $"{Key}={Value}:{Effect}";
}

/// <summary>What a node last said of itself.</summary>
public sealed record NodeStatus : ApiType
{
    /// <summary>What the machine has of each resource.</summary>
    public ValueMap<Quantity>? Capacity { get; init; }
    /// <summary>What pods may request of each resource.</summary>
    public ValueMap<Quantity>? Allocatable { get; init; }
    /// <summary>Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    /// <summary>The node's addresses and names.</summary>
    [MergeKey("type")] public ValueList<NodeAddress>? Addresses { get; init; }
    /// <summary>The machine and its programs.</summary>
    public NodeSystemInfo? NodeInfo { get; init; }
    /// <summary>Images that the node has.</summary>
    public ValueList<ContainerImage>? Images { get; init; }
    /// <summary>The ports that a kubelet would listen on.</summary>
    [NotActedOn] public NodeDaemonEndpoints? DaemonEndpoints { get; init; }
}

/// <summary>Where Kubernetes once got a node's settings.</summary>
public sealed record NodeConfigSource : ApiType
{
    /// <summary>A ConfigMap.</summary>
    public ConfigMapNodeConfigSource? ConfigMap { get; init; }
}

/// <summary>A key of a ConfigMap that held a node's settings.</summary>
public sealed record ConfigMapNodeConfigSource : ApiType
{
    /// <summary>The ConfigMap's namespace.</summary>
    [Required] public string Namespace { get; init; } = "";
    /// <summary>The ConfigMap's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The ConfigMap's uid; in the status only.</summary>
    public string? Uid { get; init; }
    /// <summary>The ConfigMap's version; in the status only.</summary>
    public string? ResourceVersion { get; init; }
    /// <summary>The key.</summary>
    [Required] public string KubeletConfigKey { get; init; } = "";
}

/// <summary>The ports that a kubelet would listen on.</summary>
public sealed record NodeDaemonEndpoints : ApiType
{
    /// <summary>The kubelet's own.</summary>
    public DaemonEndpoint? KubeletEndpoint { get; init; }
}

/// <summary>A port of a program.</summary>
public sealed record DaemonEndpoint : ApiType
{
    /// <summary>The port's number; its name begins with a capital, as in Kubernetes.</summary>
    [JsonPropertyName("Port")]
    [Required] public int Port { get; init; }
}

/// <summary>An address or a name of a node.</summary>
public sealed record NodeAddress : ApiType
{
    /// <summary>InternalIP, ExternalIP or Hostname.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>The address or name.</summary>
    [Required] public string Address { get; init; } = "";
}

/// <summary>A machine and its programs.</summary>
public sealed record NodeSystemInfo : ApiType
{
    /// <summary>What /etc/machine-id says.</summary>
    [JsonPropertyName("machineID")]
    [Required] public string MachineId { get; init; } = "";
    /// <summary>What the firmware says.</summary>
    [JsonPropertyName("systemUUID")]
    [Required] public string SystemUuid { get; init; } = "";
    /// <summary>Changes with every start of the machine.</summary>
    [JsonPropertyName("bootID")]
    [Required] public string BootId { get; init; } = "";
    /// <summary>The kernel's version.</summary>
    [Required] public string KernelVersion { get; init; } = "";
    /// <summary>The operating system in words.</summary>
    [Required] public string OsImage { get; init; } = "";
    /// <summary><c>docker://20.10.24</c></summary>
    [Required] public string ContainerRuntimeVersion { get; init; } = "";
    /// <summary>The agent's version.</summary>
    [Required] public string KubeletVersion { get; init; } = "";
    /// <summary>For the sake of old clients.</summary>
    [Required] public string KubeProxyVersion { get; init; } = "";
    /// <summary>linux.</summary>
    [Required] public string OperatingSystem { get; init; } = "";
    /// <summary>The processor's kind, such as amd64.</summary>
    [Required] public string Architecture { get; init; } = "";
}

/// <summary>An image that a node has.</summary>
public sealed record ContainerImage : ApiType
{
    /// <summary>The image's names and digests.</summary>
    public ValueList<string>? Names { get; init; }
    /// <summary>The image's size in bytes.</summary>
    public long? SizeBytes { get; init; }
}
