using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Rbac;

/// <summary>What both bindings are: who holds a role.</summary>
public abstract record Binding : KubeObject
{
    public ValueList<Subject>? Subjects { get; init; }
    /// <summary>Immutable.</summary>
    public RoleRef RoleRef { get; init; } = new();
}

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/</summary>
public sealed record RoleBinding : Binding;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/cluster-role-binding-v1/</summary>
public sealed record ClusterRoleBinding : Binding;

[Atomic]
public sealed record Subject : ApiType
{
    /// <summary>User, Group or ServiceAccount.</summary>
    public string Kind { get; init; } = "";
    /// <summary>Default: rbac.authorization.k8s.io, and none for a ServiceAccount.</summary>
    public string? ApiGroup { get; init; }
    public string Name { get; init; } = "";
    /// <summary>Of a ServiceAccount.</summary>
    public string? Namespace { get; init; }
}

[Atomic]
public sealed record RoleRef : ApiType
{
    public string ApiGroup { get; init; } = "";
    /// <summary>Role or ClusterRole.</summary>
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
}
