using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Domain.Kinds.Endpoints;

/// <summary>Addresses that serve for a Service, in the old form: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/</summary>
public sealed record EndpointsObject : KubeObject
{
    /// <summary>Addresses with their ports.</summary>
    public ValueList<EndpointSubset>? Subsets { get; init; }
}

/// <summary>Every address has every port.</summary>
public sealed record EndpointSubset : ApiType
{
    /// <summary>Addresses that are ready.</summary>
    public ValueList<EndpointAddress>? Addresses { get; init; }
    /// <summary>Addresses that are not ready.</summary>
    public ValueList<EndpointAddress>? NotReadyAddresses { get; init; }
    /// <summary>The ports of the addresses.</summary>
    public ValueList<EndpointPort>? Ports { get; init; }
}

/// <summary>One server of a Service.</summary>
[Atomic]
public sealed record EndpointAddress : ApiType
{
    /// <summary>The address.</summary>
    [Required] public string Ip { get; init; } = "";
    /// <summary>The server's host name.</summary>
    public string? Hostname { get; init; }
    /// <summary>The node that the server is on.</summary>
    public string? NodeName { get; init; }
    /// <summary>The pod, or another object, that serves.</summary>
    public ObjectReference? TargetRef { get; init; }
}

/// <summary>A port of the servers.</summary>
[Atomic]
public sealed record EndpointPort : ApiType
{
    /// <summary>The name of the Service's port.</summary>
    public string? Name { get; init; }
    /// <summary>The port.</summary>
    [Required] public int Port { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    /// <summary>What is spoken on the port.</summary>
    public string? AppProtocol { get; init; }
}
