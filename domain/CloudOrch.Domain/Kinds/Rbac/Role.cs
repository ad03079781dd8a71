using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rbac;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/</summary>
public sealed record Role : KubeObject
{
    public ValueList<PolicyRule>? Rules { get; init; }
}

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/</summary>
public sealed record ClusterRole : KubeObject
{
    public ValueList<PolicyRule>? Rules { get; init; }
    public AggregationRule? AggregationRule { get; init; }
}

/// <summary>What may be done to which resources, or to which paths.</summary>
public sealed record PolicyRule : ApiType
{
    public ValueList<string> Verbs { get; init; } = [];
    public ValueList<string>? ApiGroups { get; init; }
    public ValueList<string>? Resources { get; init; }
    public ValueList<string>? ResourceNames { get; init; }
    [JsonPropertyName("nonResourceURLs")]
    public ValueList<string>? NonResourceUrls { get; init; }
}

/// <summary>A role that is made of others.</summary>
public sealed record AggregationRule : ApiType
{
    public ValueList<LabelSelector>? ClusterRoleSelectors { get; init; }
}
