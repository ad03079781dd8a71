using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Services;

/// <summary>One name and address for pods that come and go: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/</summary>
public sealed record Service : SpecObject<ServiceSpec, ServiceStatus>;

/// <summary>Which pods serve, and how clients reach them.</summary>
public sealed record ServiceSpec : ApiType
{
    /// <summary>The ports of the service, and where on the pods they lead.</summary>
    [MergeKey("port"), ListMapKeys("port", "protocol=TCP")] public ValueList<ServicePort>? Ports { get; init; }
    /// <summary>Labels of the pods that serve; without it, endpoints are written by hand.</summary>
    [Atomic] public ValueMap<string>? Selector { get; init; }
    /// <summary>None: no address of its own, its name means the pods.</summary>
    [JsonPropertyName("clusterIP")]
    public string? ClusterIp { get; init; }
    /// <summary>The first is <see cref="ClusterIp"/>.</summary>
    [JsonPropertyName("clusterIPs")]
    public ValueList<string>? ClusterIps { get; init; }
    /// <summary>ClusterIP (default), NodePort, LoadBalancer or ExternalName.</summary>
    public string? Type { get; init; }
    /// <summary>Addresses of nodes, beside those of the cluster, that lead to the service.</summary>
    [JsonPropertyName("externalIPs")]
    public ValueList<string>? ExternalIps { get; init; }
    /// <summary>None (default) or ClientIP.</summary>
    public string? SessionAffinity { get; init; }
    /// <summary>How long a client stays with the same pod.</summary>
    public SessionAffinityConfig? SessionAffinityConfig { get; init; }
    /// <summary>The address that is asked of the load balancer; old, and not every one obeys.</summary>
    [JsonPropertyName("loadBalancerIP")]
    public string? LoadBalancerIp { get; init; }
    /// <summary>Client addresses that the load balancer lets in, as CIDR ranges.</summary>
    public ValueList<string>? LoadBalancerSourceRanges { get; init; }
    /// <summary>For type LoadBalancer; default true.</summary>
    public bool? AllocateLoadBalancerNodePorts { get; init; }
    /// <summary>Whose load balancer is wanted; immutable.</summary>
    public string? LoadBalancerClass { get; init; }
    /// <summary>For type ExternalName: the name that this one stands for.</summary>
    public string? ExternalName { get; init; }
    /// <summary>Cluster (default) or Local, for what can be reached from outside.</summary>
    public string? ExternalTrafficPolicy { get; init; }
    /// <summary>Cluster (default) or Local.</summary>
    public string? InternalTrafficPolicy { get; init; }
    /// <summary>The port where load balancers ask nodes for local pods, with externalTrafficPolicy Local.</summary>
    public int? HealthCheckNodePort { get; init; }
    /// <summary>Whether pods that are not ready count as serving.</summary>
    public bool? PublishNotReadyAddresses { get; init; }
    /// <summary>IPv4, IPv6.</summary>
    public ValueList<string>? IpFamilies { get; init; }
    /// <summary>SingleStack, PreferDualStack or RequireDualStack.</summary>
    public string? IpFamilyPolicy { get; init; }
    /// <summary>Which pods clients should prefer, such as PreferClose.</summary>
    public string? TrafficDistribution { get; init; }
}

/// <summary>A port of a service.</summary>
public sealed record ServicePort : ApiType
{
    /// <summary>Tells the port from others of the service; needed when there are several.</summary>
    public string? Name { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    /// <summary>What is spoken on the port, such as kubernetes.io/h2c.</summary>
    public string? AppProtocol { get; init; }
    /// <summary>The port that clients use.</summary>
    [Required] public int Port { get; init; }
    /// <summary>The pods' port by number or name; default: the same number.</summary>
    public IntOrString? TargetPort { get; init; }
    /// <summary>The port of every node that leads here, for types NodePort and LoadBalancer; default: one that is free.</summary>
    public int? NodePort { get; init; }
}

/// <summary>How long a client stays with the same pod.</summary>
public sealed record SessionAffinityConfig : ApiType
{
    /// <summary>For session affinity by client address.</summary>
    [JsonPropertyName("clientIP")]
    public ClientIpConfig? ClientIp { get; init; }
}

/// <summary>For session affinity by client address.</summary>
public sealed record ClientIpConfig : ApiType
{
    /// <summary>Default three hours.</summary>
    public int? TimeoutSeconds { get; init; }
}

/// <summary>What became of a service.</summary>
public sealed record ServiceStatus : ApiType
{
    /// <summary>Where the load balancer can be reached.</summary>
    public LoadBalancerStatus? LoadBalancer { get; init; }
    /// <summary>What else was observed.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}

/// <summary>Where a load balancer can be reached.</summary>
public sealed record LoadBalancerStatus : ApiType
{
    /// <summary>The addresses and names.</summary>
    public ValueList<LoadBalancerIngress>? Ingress { get; init; }
}

/// <summary>An address or name of a load balancer.</summary>
public sealed record LoadBalancerIngress : ApiType
{
    /// <summary>The address.</summary>
    public string? Ip { get; init; }
    /// <summary>The name.</summary>
    public string? Hostname { get; init; }
    /// <summary>VIP or Proxy.</summary>
    public string? IpMode { get; init; }
    /// <summary>The ports that were opened.</summary>
    public ValueList<PortStatus>? Ports { get; init; }
}

/// <summary>A port of a load balancer.</summary>
public sealed record PortStatus : ApiType
{
    /// <summary>The port.</summary>
    [Required] public int Port { get; init; }
    /// <summary>TCP, UDP or SCTP.</summary>
    [Required] public string? Protocol { get; init; }
    /// <summary>Why the port could not be opened.</summary>
    public string? Error { get; init; }
}
