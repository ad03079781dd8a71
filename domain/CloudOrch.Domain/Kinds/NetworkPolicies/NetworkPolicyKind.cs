using System.Net;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.NetworkPolicies;

public sealed class NetworkPolicyKind : KindDefinition<NetworkPolicy>
{
    public override ResourceType Type => ResourceTypes.NetworkPolicies;
    public override string Kind => "NetworkPolicy";
    public override string Singular => "networkpolicy";
    public override IReadOnlyList<string> ShortNames => ["netpol"];
    public override string? NotActedOn => OnlyStored("it keeps no traffic away");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<NetworkPolicy>("Pod-Selector", "Which pods it is about.", p => Print.Selector(p.Spec.PodSelector ?? new())),
        Print.Age,
    ];

    protected override NetworkPolicy Default(NetworkPolicy value) => value with
    {
        Spec = value.Spec with
        {
            PodSelector = value.Spec.PodSelector ?? new(),
            Ingress = value.Spec.Ingress?.Select(r => r with { Ports = Ports(r.Ports) }).ToValueList(),
            Egress = value.Spec.Egress?.Select(r => r with { Ports = Ports(r.Ports) }).ToValueList(),
            PolicyTypes = value.Spec.PolicyTypes is { Count: > 0 } types ? types : value.Spec.Egress is { Count: > 0 } ? ["Ingress", "Egress"] : ["Ingress"],
        },
    };

    protected override bool DesiresOther(NetworkPolicy old, NetworkPolicy value) => old.Spec != value.Spec;

    /// <summary>k8s.io/kubernetes/pkg/apis/networking/validation: ValidateNetworkPolicySpec.</summary>
    protected override IEnumerable<FieldError> Validate(NetworkPolicy value) =>
    [
        .. SelectorRules.Validate("spec.podSelector", value.Spec.PodSelector ?? new()),
        .. Fields.Each("spec.ingress", value.Spec.Ingress, (at, rule) => [.. Fields.Each($"{at}.ports", rule.Ports, Port), .. Fields.Each($"{at}.from", rule.From, Peer)]),
        .. Fields.Each("spec.egress", value.Spec.Egress, (at, rule) => [.. Fields.Each($"{at}.ports", rule.Ports, Port), .. Fields.Each($"{at}.to", rule.To, Peer)]),
        .. value.Spec.PolicyTypes is { Count: > 2 } types ? [Refuse.Invalid("spec.policyTypes", types, "may not specify more than two policyTypes")]
            : Fields.Each("spec.policyTypes", value.Spec.PolicyTypes, (at, type) => Fields.RequiredOneOf(at, type, "Egress", "Ingress")),
    ];

    private static ValueList<NetworkPolicyPort>? Ports(ValueList<NetworkPolicyPort>? ports) =>
        ports?.Select(p => p with { Protocol = string.IsNullOrEmpty(p.Protocol) ? "TCP" : p.Protocol }).ToValueList();

    private static IEnumerable<FieldError> Port(string field, NetworkPolicyPort port)
    {
        foreach (var error in Fields.Protocol($"{field}.protocol", port.Protocol).Concat(port.Port is { } one ? Fields.Port($"{field}.port", one) : []))
            yield return error;
        if (port.EndPort is not { } end)
            yield break;
        if (port.Port is null)
            yield return Refuse.Invalid($"{field}.endPort", end, "may not be specified when `port` is not specified");
        else if (port.Port.Value.Text is not null)
            yield return Refuse.Invalid($"{field}.endPort", end, "may not be specified when `port` is non-numeric");
        else if (end < port.Port.Value.Number)
            yield return Refuse.Invalid($"{field}.endPort", end, "must be greater than or equal to `port`");
        foreach (var error in Fields.Port($"{field}.endPort", end))
            yield return error;
    }

    private static IEnumerable<FieldError> Peer(string field, NetworkPolicyPeer peer)
    {
        bool pods = peer.PodSelector is not null || peer.NamespaceSelector is not null;
        if (!pods && peer.IpBlock is null)
            yield return Refuse.Required(field, "must specify a peer");
        if (pods && peer.IpBlock is not null)
            yield return Refuse.Forbidden(field, "may not specify both ipBlock and another peer");
        foreach (var error in (peer.PodSelector is { } selector ? SelectorRules.Validate($"{field}.podSelector", selector) : [])
            .Concat(peer.NamespaceSelector is { } spaces ? SelectorRules.Validate($"{field}.namespaceSelector", spaces) : [])
            .Concat(peer.IpBlock is { } block ? Block($"{field}.ipBlock", block) : []))
            yield return error;
    }

    private static IEnumerable<FieldError> Block(string field, IpBlock block) =>
    [
        .. Fields.Named($"{field}.cidr", block.Cidr, Names.Cidr),
        .. Fields.Each($"{field}.except", block.Except, (at, except) =>
            !IPNetwork.TryParse(except, out var inner) ? Fields.Named(at, except, Names.Cidr)
            : IPNetwork.TryParse(block.Cidr, out var outer) && (!outer.Contains(inner.BaseAddress) || inner.PrefixLength <= outer.PrefixLength)
                ? [Refuse.Invalid(at, except, "must be a strict subset of `cidr`")] : []),
    ];
}
