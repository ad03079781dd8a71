using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/</summary>
public sealed record Node : KubeObject
{
    public NodeSpec Spec { get; init; } = new();
    public NodeStatus? Status { get; init; }
}

public sealed record NodeSpec : ApiType
{
    [JsonPropertyName("podCIDR")]
    public string? PodCidr { get; init; }
    [JsonPropertyName("podCIDRs")]
    [MergeKey] public ValueList<string>? PodCidrs { get; init; }
    [JsonPropertyName("providerID")]
    public string? ProviderId { get; init; }
    public bool? Unschedulable { get; init; }
    public ValueList<Taint>? Taints { get; init; }
    [NotActedOn] public AnyJson? ConfigSource { get; init; }
}

public sealed record Taint : ApiType
{
    public string Key { get; init; } = "";
    public string? Value { get; init; }
    /// <summary>NoSchedule, PreferNoSchedule or NoExecute.</summary>
    public string Effect { get; init; } = "";
    public DateTimeOffset? TimeAdded { get; init; }

    public override string ToString() => string.IsNullOrEmpty(Value) ? $"{Key}:{Effect}" : $"{Key}={Value}:{Effect}";
}

public sealed record NodeStatus : ApiType
{
    public ValueMap<Quantity>? Capacity { get; init; }
    public ValueMap<Quantity>? Allocatable { get; init; }
    /// <summary>Ready, MemoryPressure, DiskPressure, PIDPressure, NetworkUnavailable.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    [MergeKey("type")] public ValueList<NodeAddress>? Addresses { get; init; }
    public NodeSystemInfo? NodeInfo { get; init; }
    public ValueList<ContainerImage>? Images { get; init; }
    [NotActedOn] public AnyJson? DaemonEndpoints { get; init; }
}

public sealed record NodeAddress : ApiType
{
    /// <summary>InternalIP, ExternalIP or Hostname.</summary>
    public string Type { get; init; } = "";
    public string Address { get; init; } = "";
}

public sealed record NodeSystemInfo : ApiType
{
    [JsonPropertyName("machineID")]
    public string MachineId { get; init; } = "";
    [JsonPropertyName("systemUUID")]
    public string SystemUuid { get; init; } = "";
    [JsonPropertyName("bootID")]
    public string BootId { get; init; } = "";
    public string KernelVersion { get; init; } = "";
    public string OsImage { get; init; } = "";
    /// <summary><c>docker://20.10.24</c></summary>
    public string ContainerRuntimeVersion { get; init; } = "";
    /// <summary>The agent's version.</summary>
    public string KubeletVersion { get; init; } = "";
    public string KubeProxyVersion { get; init; } = "";
    public string OperatingSystem { get; init; } = "";
    public string Architecture { get; init; } = "";
}

public sealed record ContainerImage : ApiType
{
    public ValueList<string>? Names { get; init; }
    public long? SizeBytes { get; init; }
}
