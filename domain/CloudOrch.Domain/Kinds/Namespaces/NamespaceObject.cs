using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Namespaces;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/</summary>
public sealed record NamespaceObject : KubeObject
{
    public NamespaceSpec? Spec { get; init; }
    public NamespaceStatus? Status { get; init; }
}

public sealed record NamespaceSpec : ApiType
{
    public ValueList<string>? Finalizers { get; init; }
}

public sealed record NamespaceStatus : ApiType
{
    /// <summary>Active or Terminating.</summary>
    public string? Phase { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
