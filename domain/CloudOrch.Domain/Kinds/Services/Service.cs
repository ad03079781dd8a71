using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Services;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/</summary>
public sealed record Service : SpecObject<ServiceSpec, ServiceStatus>;

public sealed record ServiceSpec : ApiType
{
    [MergeKey("port"), ListMapKeys("port", "protocol=TCP")] public ValueList<ServicePort>? Ports { get; init; }
    [Atomic] public ValueMap<string>? Selector { get; init; }
    /// <summary>None: no address of its own, its name means the pods.</summary>
    [JsonPropertyName("clusterIP")]
    public string? ClusterIp { get; init; }
    /// <summary>The first is <see cref="ClusterIp"/>.</summary>
    [JsonPropertyName("clusterIPs")]
    public ValueList<string>? ClusterIps { get; init; }
    /// <summary>ClusterIP (default), NodePort, LoadBalancer or ExternalName.</summary>
    public string? Type { get; init; }
    [JsonPropertyName("externalIPs")]
    public ValueList<string>? ExternalIps { get; init; }
    /// <summary>None (default) or ClientIP.</summary>
    public string? SessionAffinity { get; init; }
    public SessionAffinityConfig? SessionAffinityConfig { get; init; }
    [JsonPropertyName("loadBalancerIP")]
    public string? LoadBalancerIp { get; init; }
    public ValueList<string>? LoadBalancerSourceRanges { get; init; }
    /// <summary>For type LoadBalancer; default true.</summary>
    public bool? AllocateLoadBalancerNodePorts { get; init; }
    public string? LoadBalancerClass { get; init; }
    /// <summary>For type ExternalName: the name that this one stands for.</summary>
    public string? ExternalName { get; init; }
    /// <summary>Cluster (default) or Local, for what can be reached from outside.</summary>
    public string? ExternalTrafficPolicy { get; init; }
    /// <summary>Cluster (default) or Local.</summary>
    public string? InternalTrafficPolicy { get; init; }
    public int? HealthCheckNodePort { get; init; }
    public bool? PublishNotReadyAddresses { get; init; }
    /// <summary>IPv4, IPv6.</summary>
    public ValueList<string>? IpFamilies { get; init; }
    /// <summary>SingleStack, PreferDualStack or RequireDualStack.</summary>
    public string? IpFamilyPolicy { get; init; }
    public string? TrafficDistribution { get; init; }
}

public sealed record ServicePort : ApiType
{
    public string? Name { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    public string? AppProtocol { get; init; }
    public int Port { get; init; }
    /// <summary>The pods' port by number or name; default: the same number.</summary>
    public IntOrString? TargetPort { get; init; }
    public int? NodePort { get; init; }
}

public sealed record SessionAffinityConfig : ApiType
{
    [JsonPropertyName("clientIP")]
    public ClientIpConfig? ClientIp { get; init; }
}

public sealed record ClientIpConfig : ApiType
{
    /// <summary>Default three hours.</summary>
    public int? TimeoutSeconds { get; init; }
}

public sealed record ServiceStatus : ApiType
{
    public LoadBalancerStatus? LoadBalancer { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}

public sealed record LoadBalancerStatus : ApiType
{
    public ValueList<LoadBalancerIngress>? Ingress { get; init; }
}

public sealed record LoadBalancerIngress : ApiType
{
    public string? Ip { get; init; }
    public string? Hostname { get; init; }
    /// <summary>VIP or Proxy.</summary>
    public string? IpMode { get; init; }
    public ValueList<PortStatus>? Ports { get; init; }
}

public sealed record PortStatus : ApiType
{
    public int Port { get; init; }
    public string? Protocol { get; init; }
    public string? Error { get; init; }
}
