using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.NetworkPolicies;

/// <summary>Which traffic pods may have: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/</summary>
public sealed record NetworkPolicy : KubeObject
{
    /// <summary>The pods, and their traffic.</summary>
    public NetworkPolicySpec Spec { get; init; } = new();
}

/// <summary>Pods, and the traffic that they may have.</summary>
public sealed record NetworkPolicySpec : ApiType
{
    /// <summary>Empty: every pod of the namespace.</summary>
    public LabelSelector? PodSelector { get; init; }
    /// <summary>What may come in; each rule allows something.</summary>
    public ValueList<NetworkPolicyIngressRule>? Ingress { get; init; }
    /// <summary>What may go out; each rule allows something.</summary>
    public ValueList<NetworkPolicyEgressRule>? Egress { get; init; }
    /// <summary>Ingress, Egress; default Ingress, and Egress when it has rules.</summary>
    public ValueList<string>? PolicyTypes { get; init; }
}

/// <summary>Traffic that may come in: by these ports and from these peers.</summary>
public sealed record NetworkPolicyIngressRule : ApiType
{
    /// <summary>The pods' ports; none means all.</summary>
    public ValueList<NetworkPolicyPort>? Ports { get; init; }
    /// <summary>Where the traffic comes from; none means anywhere.</summary>
    public ValueList<NetworkPolicyPeer>? From { get; init; }
}

/// <summary>Traffic that may go out: by these ports and to these peers.</summary>
public sealed record NetworkPolicyEgressRule : ApiType
{
    /// <summary>The peers' ports; none means all.</summary>
    public ValueList<NetworkPolicyPort>? Ports { get; init; }
    /// <summary>Where the traffic goes; none means anywhere.</summary>
    public ValueList<NetworkPolicyPeer>? To { get; init; }
}

/// <summary>Ports of one protocol.</summary>
public sealed record NetworkPolicyPort : ApiType
{
    /// <summary>TCP (default), UDP or SCTP.</summary>
    public string? Protocol { get; init; }
    /// <summary>The port by number or name; default: all.</summary>
    public IntOrString? Port { get; init; }
    /// <summary>The last of a range.</summary>
    public int? EndPort { get; init; }
}

/// <summary>Pods, or addresses.</summary>
public sealed record NetworkPolicyPeer : ApiType
{
    /// <summary>Labels of the pods; alone, of the policy's own namespace.</summary>
    public LabelSelector? PodSelector { get; init; }
    /// <summary>Labels of the namespaces that the pods are in.</summary>
    public LabelSelector? NamespaceSelector { get; init; }
    /// <summary>Addresses outside of the cluster; not together with the others.</summary>
    public IpBlock? IpBlock { get; init; }
}

/// <summary>A range of addresses.</summary>
public sealed record IpBlock : ApiType
{
    /// <summary>The range of addresses.</summary>
    [Required] public string Cidr { get; init; } = "";
    /// <summary>Ranges within it that are not meant.</summary>
    public ValueList<string>? Except { get; init; }
}
