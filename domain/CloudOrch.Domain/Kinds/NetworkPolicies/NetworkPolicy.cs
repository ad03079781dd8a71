using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.NetworkPolicies;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/</summary>
public sealed record NetworkPolicy : KubeObject
{
    public NetworkPolicySpec Spec { get; init; } = new();
}

public sealed record NetworkPolicySpec : ApiType
{
    /// <summary>Empty: every pod of the namespace.</summary>
    public LabelSelector? PodSelector { get; init; }
    public ValueList<NetworkPolicyIngressRule>? Ingress { get; init; }
    public ValueList<NetworkPolicyEgressRule>? Egress { get; init; }
    /// <summary>Ingress, Egress; default Ingress, and Egress when it has rules.</summary>
    public ValueList<string>? PolicyTypes { get; init; }
}

public sealed record NetworkPolicyIngressRule : ApiType
{
    public ValueList<NetworkPolicyPort>? Ports { get; init; }
    public ValueList<NetworkPolicyPeer>? From { get; init; }
}

public sealed record NetworkPolicyEgressRule : ApiType
{
    public ValueList<NetworkPolicyPort>? Ports { get; init; }
    public ValueList<NetworkPolicyPeer>? To { get; init; }
}

public sealed record NetworkPolicyPort : ApiType
{
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    public IntOrString? Port { get; init; }
    /// <summary>The last of a range.</summary>
    public int? EndPort { get; init; }
}

/// <summary>Pods, or addresses.</summary>
public sealed record NetworkPolicyPeer : ApiType
{
    public LabelSelector? PodSelector { get; init; }
    public LabelSelector? NamespaceSelector { get; init; }
    public IpBlock? IpBlock { get; init; }
}

public sealed record IpBlock : ApiType
{
    public string Cidr { get; init; } = "";
    public ValueList<string>? Except { get; init; }
}
