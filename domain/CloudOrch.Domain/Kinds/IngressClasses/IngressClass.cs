using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.IngressClasses;

/// <summary>Who acts on Ingresses: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/</summary>
public sealed record IngressClass : KubeObject
{
    /// <summary>The controller, and its settings.</summary>
    public IngressClassSpec Spec { get; init; } = new();
}

/// <summary>A controller of Ingresses.</summary>
public sealed record IngressClassSpec : ApiType
{
    /// <summary><c>acme.io/ingress-controller</c>; immutable.</summary>
    public string? Controller { get; init; }
    /// <summary>An object with settings of the controller.</summary>
    public IngressClassParameters? Parameters { get; init; }
}

/// <summary>An object with settings of a controller.</summary>
public sealed record IngressClassParameters : ApiType
{
    /// <summary>The group of the object's kind.</summary>
    public string? ApiGroup { get; init; }
    /// <summary>The object's kind.</summary>
    [Required] public string Kind { get; init; } = "";
    /// <summary>The object's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>Cluster (default) or Namespace.</summary>
    public string? Scope { get; init; }
    /// <summary>The object's namespace, for scope Namespace.</summary>
    public string? Namespace { get; init; }
}
