using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Namespaces;

/// <summary>Keeps the names of one group of objects apart from those of another: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/</summary>
public sealed record NamespaceObject : KubeObject
{
    /// <summary>Who has something to do before the namespace may go.</summary>
    public NamespaceSpec? Spec { get; init; }
    /// <summary>Whether the namespace is being deleted.</summary>
    public NamespaceStatus? Status { get; init; }
}

/// <summary>Who has something to do before a namespace may go.</summary>
public sealed record NamespaceSpec : ApiType
{
    /// <summary>Names of those who have something to do before the namespace may go.</summary>
    public ValueList<string>? Finalizers { get; init; }
}

/// <summary>Whether a namespace is being deleted.</summary>
public sealed record NamespaceStatus : ApiType
{
    /// <summary>Active or Terminating.</summary>
    public string? Phase { get; init; }
    /// <summary>What a deletion still waits for.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
