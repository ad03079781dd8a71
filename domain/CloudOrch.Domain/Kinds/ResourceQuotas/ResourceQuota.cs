using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.ResourceQuotas;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/resource-quota-v1/</summary>
public sealed record ResourceQuota : SpecObject<ResourceQuotaSpec, ResourceQuotaStatus>;

public sealed record ResourceQuotaSpec : ApiType
{
    public ValueMap<Quantity>? Hard { get; init; }
    /// <summary>What is counted; immutable.</summary>
    public ValueList<string>? Scopes { get; init; }
    public ScopeSelector? ScopeSelector { get; init; }
}

/// <summary>All must hold.</summary>
[Atomic]
public sealed record ScopeSelector : ApiType
{
    public ValueList<ScopedResourceSelectorRequirement>? MatchExpressions { get; init; }
}

public sealed record ScopedResourceSelectorRequirement : ApiType
{
    public string ScopeName { get; init; } = "";
    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    public string Operator { get; init; } = "";
    public ValueList<string>? Values { get; init; }
}

public sealed record ResourceQuotaStatus : ApiType
{
    public ValueMap<Quantity>? Hard { get; init; }
    public ValueMap<Quantity>? Used { get; init; }
}
