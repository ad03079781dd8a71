using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Rbac;

/// <summary>What both bindings are: who holds a role.</summary>
public abstract record Binding : KubeObject
{
    /// <summary>Who gets the role.</summary>
    public ValueList<Subject>? Subjects { get; init; }
    /// <summary>Immutable.</summary>
    [Required] public RoleRef RoleRef { get; init; } = new();
}

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/</summary>
public sealed record RoleBinding : Binding;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/</summary>
public sealed record ClusterRoleBinding : Binding;

/// <summary>A user, a group or a service account.</summary>
[Atomic]
public sealed record Subject : ApiType
{
    /// <summary>User, Group or ServiceAccount.</summary>
    [Required] public string Kind { get; init; } = "";
    /// <summary>Default: rbac.authorization.k8s.io, and none for a ServiceAccount.</summary>
    public string? ApiGroup { get; init; }
    /// <summary>The name of the user, group or account.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Of a ServiceAccount.</summary>
    public string? Namespace { get; init; }
}

/// <summary>The role that is given; immutable.</summary>
[Atomic]
public sealed record RoleRef : ApiType
{
    /// <summary>rbac.authorization.k8s.io.</summary>
    [Required] public string ApiGroup { get; init; } = "";
    /// <summary>Role or ClusterRole.</summary>
    [Required] public string Kind { get; init; } = "";
    /// <summary>The role's name.</summary>
    [Required] public string Name { get; init; } = "";
}
