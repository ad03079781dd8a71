using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Endpoints;

public sealed class EndpointsKind : KindDefinition<EndpointsObject>
{
    public override ResourceType Type => ResourceTypes.Endpoints;
    public override string Kind => "Endpoints";
    public override string Singular => "endpoints";
    public override IReadOnlyList<string> ShortNames => ["ep"];
    public override string? NotActedOn => OnlyStored("no traffic is sent to its addresses");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<EndpointsObject>("Endpoints", "Addresses that are ready, with their ports.", Ready),
        Print.Age,
    ];

    protected override EndpointsObject Default(EndpointsObject value) => value with
    {
        Subsets = value.Subsets?.Select(s => s with
        {
            Ports = s.Ports?.Select(p => p with { Protocol = string.IsNullOrEmpty(p.Protocol) ? "TCP" : p.Protocol }).ToValueList(),
        }).ToValueList(),
    };

    /// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateEndpoints.</summary>
    protected override IEnumerable<FieldError> Validate(EndpointsObject value) => Fields.Each("subsets", value.Subsets, Subset);

    protected override IEnumerable<FieldError> ValidateUpdate(EndpointsObject old, EndpointsObject value)
    {
        var nodes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in (old.Subsets ?? []).SelectMany(s => (s.Addresses ?? []).Concat(s.NotReadyAddresses ?? [])))
        {
            if (address.NodeName is { } node)
                nodes[address.Ip] = node;
        }
        return Fields.Each("subsets", value.Subsets, (at, s) =>
        [
            .. Fields.Each($"{at}.addresses", s.Addresses, Moved),
            .. Fields.Each($"{at}.notReadyAddresses", s.NotReadyAddresses, Moved),
        ]);

        IEnumerable<FieldError> Moved(string at, EndpointAddress address) =>
            address.NodeName is { } node && nodes.TryGetValue(address.Ip, out string? before) && before != node
                ? [Refuse.Forbidden($"{at}.nodeName", $"Cannot change NodeName for {address.Ip} to {node}")] : [];
    }

    private static IEnumerable<FieldError> Subset(string field, EndpointSubset subset) =>
    [
        .. (subset.Addresses?.Count ?? 0) + (subset.NotReadyAddresses?.Count ?? 0) == 0
            ? [Refuse.Required(field, "must specify `addresses` or `notReadyAddresses`")] : Array.Empty<FieldError>(),
        .. Fields.Each($"{field}.addresses", subset.Addresses, Address),
        .. Fields.Each($"{field}.notReadyAddresses", subset.NotReadyAddresses, Address),
        .. Fields.Each($"{field}.ports", subset.Ports, (at, port) => Port(at, port, isOne: subset.Ports!.Count == 1)),
    ];

    private static IEnumerable<FieldError> Address(string field, EndpointAddress address) =>
    [
        .. Names.ReachableIp(address.Ip).Select(problem => Refuse.Invalid($"{field}.ip", address.Ip, problem)),
        .. Fields.Optional($"{field}.hostname", address.Hostname, Names.Label),
        .. Fields.Optional($"{field}.nodeName", address.NodeName, Names.Subdomain),
    ];

    private static IEnumerable<FieldError> Port(string field, EndpointPort port, bool isOne) =>
    [
        .. isOne ? Fields.Optional($"{field}.name", port.Name, Names.Label) : Fields.Named($"{field}.name", port.Name, Names.Label),
        .. Fields.Port($"{field}.port", port.Port),
        .. Fields.Protocol($"{field}.protocol", port.Protocol),
        .. Fields.Optional($"{field}.appProtocol", port.AppProtocol, Names.Qualified),
    ];

    private static string Ready(EndpointsObject value)
    {
        if (value.Subsets is not { Count: > 0 } subsets)
            return Print.None;
        return Print.Some([.. subsets.SelectMany(s => s.Ports is { Count: > 0 } ports
            ? ports.SelectMany(p => (s.Addresses ?? []).Select(a => HostAndPort(a.Ip, p.Port)))
            : (s.Addresses ?? []).Select(a => a.Ip))]);
    }

    private static string HostAndPort(string ip, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]" : ip)}:{port}");
}
