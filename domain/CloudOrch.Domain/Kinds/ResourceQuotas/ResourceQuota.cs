using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.ResourceQuotas;

/// <summary>The most that the objects of a namespace may ask for together: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/resource-quota-v1/</summary>
public sealed record ResourceQuota : SpecObject<ResourceQuotaSpec, ResourceQuotaStatus>;

/// <summary>Bounds for the objects of a namespace together.</summary>
public sealed record ResourceQuotaSpec : ApiType
{
    /// <summary>The bounds by name, such as pods or requests.cpu.</summary>
    public ValueMap<Quantity>? Hard { get; init; }
    /// <summary>What is counted; immutable.</summary>
    public ValueList<string>? Scopes { get; init; }
    /// <summary>Which objects are counted.</summary>
    public ScopeSelector? ScopeSelector { get; init; }
}

/// <summary>All must hold.</summary>
[Atomic]
public sealed record ScopeSelector : ApiType
{
    /// <summary>Conditions on the objects.</summary>
    public ValueList<ScopedResourceSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>A condition on objects that are counted.</summary>
public sealed record ScopedResourceSelectorRequirement : ApiType
{
    /// <summary>What the condition is about, such as PriorityClass.</summary>
    [Required] public string ScopeName { get; init; } = "";
    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>What In and NotIn compare with.</summary>
    public ValueList<string>? Values { get; init; }
}

/// <summary>What is asked for, of what may be.</summary>
public sealed record ResourceQuotaStatus : ApiType
{
    /// <summary>The bounds that hold.</summary>
    public ValueMap<Quantity>? Hard { get; init; }
    /// <summary>What is asked for at the moment.</summary>
    public ValueMap<Quantity>? Used { get; init; }
}
