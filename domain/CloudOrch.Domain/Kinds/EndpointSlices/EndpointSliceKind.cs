using System.Net;
using System.Net.Sockets;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.EndpointSlices;

public sealed class EndpointSliceKind : KindDefinition<EndpointSlice>
{
    private const int MostEndpoints = 1000;
    private const int MostAddresses = 100;
    private const int MostPorts = 20000;
    private const string Unset = "<unset>";

    public override ResourceType Type => ResourceTypes.EndpointSlices;
    public override string Kind => "EndpointSlice";
    public override string Singular => "endpointslice";
    public override string? NotActedOn => OnlyStored("no traffic is sent to its addresses");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<EndpointSlice>("AddressType", "IPv4, IPv6 or FQDN.", s => s.AddressType),
        Print.Of<EndpointSlice>("Ports", "Ports of every endpoint.", s => OrUnset([.. (s.Ports ?? []).Select(p => p.Port is { } port ? $"{port}" : string.IsNullOrEmpty(p.Name) ? "*" : p.Name)])),
        Print.Of<EndpointSlice>("Endpoints", "Addresses of the endpoints.", s => OrUnset([.. s.Endpoints.SelectMany(e => e.Addresses)])),
        Print.Age,
    ];

    protected override EndpointSlice Default(EndpointSlice value) => value with
    {
        Ports = value.Ports?.Select(p => p with { Name = p.Name ?? "", Protocol = string.IsNullOrEmpty(p.Protocol) ? "TCP" : p.Protocol }).ToValueList(),
    };

    protected override bool DesiresOther(EndpointSlice old, EndpointSlice value) =>
        old.Endpoints != value.Endpoints || old.Ports != value.Ports
        || (old.Metadata.Labels ?? ValueMap<string>.Empty) != (value.Metadata.Labels ?? ValueMap<string>.Empty);

    /// <summary>k8s.io/kubernetes/pkg/apis/discovery/validation: ValidateEndpointSlice.</summary>
    protected override IEnumerable<FieldError> Validate(EndpointSlice value) =>
    [
        .. Fields.RequiredOneOf("addressType", value.AddressType, "FQDN", "IPv4", "IPv6"),
        .. Most("endpoints", value.Endpoints.Count, MostEndpoints),
        .. Fields.Each("endpoints", value.Endpoints, (at, endpoint) => EndpointOf(at, endpoint, value.AddressType)),
        .. Most("ports", value.Ports?.Count ?? 0, MostPorts),
        .. Fields.Each("ports", value.Ports, Port),
        .. PortNames(value.Ports ?? []),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(EndpointSlice old, EndpointSlice value) => Fields.Immutable("addressType", old.AddressType, value.AddressType);

    private static IEnumerable<FieldError> EndpointOf(string field, Endpoint endpoint, string? type) =>
    [
        .. endpoint.Addresses.Count == 0 ? [Refuse.Required($"{field}.addresses", "must contain at least 1 address")] : Most($"{field}.addresses", endpoint.Addresses.Count, MostAddresses),
        .. Fields.Each($"{field}.addresses", endpoint.Addresses, (at, address) => Problems(address, type).Select(problem => Refuse.Invalid(at, address, problem))),
        .. Fields.Optional($"{field}.hostname", endpoint.Hostname, Names.Label),
        .. Fields.Optional($"{field}.nodeName", endpoint.NodeName, Names.Subdomain),
        .. MetadataRules.Labels($"{field}.deprecatedTopology", endpoint.DeprecatedTopology),
        .. Fields.Each($"{field}.hints.forZones", endpoint.Hints?.ForZones, (at, hint) => Fields.Named($"{at}.name", hint.Name, Names.LabelValue)),
        .. Fields.Each($"{field}.hints.forNodes", endpoint.Hints?.ForNodes, (at, hint) => Fields.Named($"{at}.name", hint.Name, Names.Subdomain)),
    ];

    private static IEnumerable<string> Problems(string address, string? type)
    {
        if (type == "FQDN")
            return Names.Subdomain(address);
        if (Names.ReachableIp(address).ToList() is { Count: > 0 } problems)
            return problems;
        bool six = IPAddress.Parse(address).AddressFamily == AddressFamily.InterNetworkV6;
        return type == "IPv4" && six ? ["must be an IPv4 address"] : type == "IPv6" && !six ? ["must be an IPv6 address"] : [];
    }

    private static IEnumerable<FieldError> Port(string field, EndpointSlicePort port) =>
    [
        .. Fields.Optional($"{field}.name", port.Name, Names.Label),
        .. Fields.Protocol($"{field}.protocol", port.Protocol),
        .. port.Port is { } number ? Fields.Port($"{field}.port", number) : [],
        .. Fields.Optional($"{field}.appProtocol", port.AppProtocol, Names.Qualified),
    ];

    /// <summary>No two ports have one name; none counts as a name, too.</summary>
    private static IEnumerable<FieldError> PortNames(ValueList<EndpointSlicePort> ports)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Fields.Each("ports", ports, (at, port) => seen.Add(port.Name ?? "") ? [] : [Refuse.Duplicate($"{at}.name", port.Name)]);
    }

    private static IEnumerable<FieldError> Most(string field, int count, int most) => count <= most ? [] : [Refuse.TooMany(field, count, most)];

    private static string OrUnset(string[] items) => items.Length == 0 ? Unset : Print.Some(items);
}
