using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Rbac;

/// <summary>What may be done in one namespace: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-v1/</summary>
public sealed record Role : KubeObject
{
    /// <summary>Each rule allows something; nothing forbids.</summary>
    public ValueList<PolicyRule>? Rules { get; init; }
}

/// <summary>What may be done in the whole cluster, or in any one namespace: https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-v1/</summary>
public sealed record ClusterRole : KubeObject
{
    /// <summary>Each rule allows something; nothing forbids.</summary>
    public ValueList<PolicyRule>? Rules { get; init; }
    /// <summary>Which other roles' rules this one consists of.</summary>
    public AggregationRule? AggregationRule { get; init; }
}

/// <summary>What may be done to which resources, or to which paths.</summary>
public sealed record PolicyRule : ApiType
{
    /// <summary>What may be done, such as get or create; * is all.</summary>
    [Required] public ValueList<string> Verbs { get; init; } = [];
    /// <summary>The groups of the resources; an empty text is the core group, * is all.</summary>
    public ValueList<string>? ApiGroups { get; init; }
    /// <summary>The resources, such as pods or pods/log; * is all.</summary>
    public ValueList<string>? Resources { get; init; }
    /// <summary>The only objects that are meant; default: all.</summary>
    public ValueList<string>? ResourceNames { get; init; }
    /// <summary>Paths that are no resources, such as /version.</summary>
    [JsonPropertyName("nonResourceURLs")]
    public ValueList<string>? NonResourceUrls { get; init; }
}

/// <summary>A role that is made of others.</summary>
public sealed record AggregationRule : ApiType
{
    /// <summary>Labels of the roles that are taken together.</summary>
    public ValueList<LabelSelector>? ClusterRoleSelectors { get; init; }
}
