using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Domain.Kinds.EndpointSlices;

/// <summary>Addresses that serve for a Service, a part of them: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/</summary>
public sealed record EndpointSlice : KubeObject
{
    /// <summary>IPv4, IPv6 or FQDN; immutable.</summary>
    [Required] public string? AddressType { get; init; }
    /// <summary>The addresses, with what is known of each.</summary>
    [Required] public ValueList<Endpoint> Endpoints { get; init; } = [];
    /// <summary>The ports that every address has.</summary>
    public ValueList<EndpointSlicePort>? Ports { get; init; }
}

/// <summary>One server of a Service.</summary>
public sealed record Endpoint : ApiType
{
    /// <summary>The addresses of the one server.</summary>
    [Required] public ValueList<string> Addresses { get; init; } = [];
    /// <summary>Whether the server can be used.</summary>
    public EndpointConditions? Conditions { get; init; }
    /// <summary>The server's host name.</summary>
    public string? Hostname { get; init; }
    /// <summary>The pod, or another object, that serves.</summary>
    public ObjectReference? TargetRef { get; init; }
    /// <summary>Left over from v1beta1.</summary>
    public ValueMap<string>? DeprecatedTopology { get; init; }
    /// <summary>The node that the server is on.</summary>
    public string? NodeName { get; init; }
    /// <summary>The zone that the server is in.</summary>
    public string? Zone { get; init; }
    /// <summary>Who should prefer this server.</summary>
    public EndpointHints? Hints { get; init; }
}

/// <summary>Whether a server can be used.</summary>
public sealed record EndpointConditions : ApiType
{
    /// <summary>Whether it takes new connections.</summary>
    public bool? Ready { get; init; }
    /// <summary>Whether it answers, even when it is about to end.</summary>
    public bool? Serving { get; init; }
    /// <summary>Whether it is about to end.</summary>
    public bool? Terminating { get; init; }
}

/// <summary>Who should prefer a server.</summary>
public sealed record EndpointHints : ApiType
{
    /// <summary>Zones whose clients should prefer it.</summary>
    public ValueList<EndpointHint>? ForZones { get; init; }
    /// <summary>Nodes whose clients should prefer it.</summary>
    public ValueList<EndpointHint>? ForNodes { get; init; }
}

/// <summary>A zone or a node.</summary>
public sealed record EndpointHint : ApiType
{
    /// <summary>The name of the zone or node.</summary>
    [Required] public string Name { get; init; } = "";
}

/// <summary>A port of the servers.</summary>
public sealed record EndpointSlicePort : ApiType
{
    /// <summary>The name of the Service's port.</summary>
    public string? Name { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    /// <summary>Absent: every port.</summary>
    public int? Port { get; init; }
    /// <summary>What is spoken on the port.</summary>
    public string? AppProtocol { get; init; }
}
