using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Domain.Kinds.EndpointSlices;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/</summary>
public sealed record EndpointSlice : KubeObject
{
    /// <summary>IPv4, IPv6 or FQDN; immutable.</summary>
    public string? AddressType { get; init; }
    public ValueList<Endpoint> Endpoints { get; init; } = [];
    public ValueList<EndpointSlicePort>? Ports { get; init; }
}

public sealed record Endpoint : ApiType
{
    public ValueList<string> Addresses { get; init; } = [];
    public EndpointConditions? Conditions { get; init; }
    public string? Hostname { get; init; }
    public ObjectReference? TargetRef { get; init; }
    /// <summary>Left over from v1beta1.</summary>
    public ValueMap<string>? DeprecatedTopology { get; init; }
    public string? NodeName { get; init; }
    public string? Zone { get; init; }
    public EndpointHints? Hints { get; init; }
}

public sealed record EndpointConditions : ApiType
{
    public bool? Ready { get; init; }
    public bool? Serving { get; init; }
    public bool? Terminating { get; init; }
}

public sealed record EndpointHints : ApiType
{
    public ValueList<EndpointHint>? ForZones { get; init; }
    public ValueList<EndpointHint>? ForNodes { get; init; }
}

public sealed record EndpointHint : ApiType
{
    public string Name { get; init; } = "";
}

public sealed record EndpointSlicePort : ApiType
{
    public string? Name { get; init; }
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    /// <summary>Absent: every port.</summary>
    public int? Port { get; init; }
    public string? AppProtocol { get; init; }
}
