using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.IngressClasses;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/</summary>
public sealed record IngressClass : KubeObject
{
    public IngressClassSpec Spec { get; init; } = new();
}

public sealed record IngressClassSpec : ApiType
{
    /// <summary><c>acme.io/ingress-controller</c>; immutable.</summary>
    public string? Controller { get; init; }
    public IngressClassParameters? Parameters { get; init; }
}

public sealed record IngressClassParameters : ApiType
{
    public string? ApiGroup { get; init; }
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    /// <summary>Cluster (default) or Namespace.</summary>
    public string? Scope { get; init; }
    public string? Namespace { get; init; }
}
