using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Domain.Kinds.Endpoints;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/</summary>
public sealed record EndpointsObject : KubeObject
{
    public ValueList<EndpointSubset>? Subsets { get; init; }
}

/// <summary>Every address has every port.</summary>
public sealed record EndpointSubset : ApiType
{
    public ValueList<EndpointAddress>? Addresses { get; init; }
    public ValueList<EndpointAddress>? NotReadyAddresses { get; init; }
    public ValueList<EndpointPort>? Ports { get; init; }
}

[Atomic]
public sealed record EndpointAddress : ApiType
{
    public string Ip { get; init; } = "";
    public string? Hostname { get; init; }
    public string? NodeName { get; init; }
    public ObjectReference? TargetRef { get; init; }
}

[Atomic]
public sealed record EndpointPort : ApiType
{
    public string? Name { get; init; }
    public int Port { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    public string? AppProtocol { get; init; }
}
