using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Further name servers, search domains and options of a pod's resolver.</summary>
public sealed record PodDnsConfig : ApiType
{
    /// <summary>Addresses of name servers, at most 3.</summary>
    public ValueList<string>? Nameservers { get; init; }
    /// <summary>Domains that short names are looked up in, at most 32.</summary>
    public ValueList<string>? Searches { get; init; }
    /// <summary>Options of resolv.conf.</summary>
    public ValueList<PodDnsConfigOption>? Options { get; init; }
}

/// <summary>An option of resolv.conf.</summary>
public sealed record PodDnsConfigOption : ApiType
{
    /// <summary>Its name, such as ndots.</summary>
    public string? Name { get; init; }
    /// <summary>Its value, if it has one.</summary>
    public string? Value { get; init; }
}

/// <summary>A condition that must be true before the pod counts as ready.</summary>
public sealed record PodReadinessGate : ApiType
{
    /// <summary>The condition's type.</summary>
    [Required] public string ConditionType { get; init; } = "";
}

/// <summary>Somebody who holds the pod back from being scheduled.</summary>
public sealed record PodSchedulingGate : ApiType
{
    /// <summary>His name.</summary>
    [Required] public string Name { get; init; } = "";
}

/// <summary>The operating system that the containers are made for.</summary>
public sealed record PodOS : ApiType
{
    /// <summary>linux or windows.</summary>
    [Required] public string Name { get; init; } = "";
}

/// <summary>Devices that the pod's containers can use; exactly one of the two sources is set.</summary>
public sealed record PodResourceClaim : ApiType
{
    /// <summary>What the containers call it.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>A ResourceClaim of the namespace.</summary>
    public string? ResourceClaimName { get; init; }
    /// <summary>A ResourceClaimTemplate of the namespace, of which the pod gets a claim of its own.</summary>
    public string? ResourceClaimTemplateName { get; init; }
}

/// <summary>One of the pod's resourceClaims that a container uses.</summary>
public sealed record ResourceClaim : ApiType
{
    /// <summary>Its name in the pod.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Which of the claim's requests is meant; default: all.</summary>
    public string? Request { get; init; }
}
