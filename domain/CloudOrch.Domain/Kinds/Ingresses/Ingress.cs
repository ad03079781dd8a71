using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Services;

namespace CloudOrch.Domain.Kinds.Ingresses;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/</summary>
public sealed record Ingress : SpecObject<IngressSpec, IngressStatus>;

public sealed record IngressSpec : ApiType
{
    public string? IngressClassName { get; init; }
    public IngressBackend? DefaultBackend { get; init; }
    public ValueList<IngressTls>? Tls { get; init; }
    public ValueList<IngressRule>? Rules { get; init; }
}

/// <summary>Either a service or another object of the namespace.</summary>
public sealed record IngressBackend : ApiType
{
    public IngressServiceBackend? Service { get; init; }
    public TypedLocalObjectReference? Resource { get; init; }
}

public sealed record IngressServiceBackend : ApiType
{
    public string Name { get; init; } = "";
    public ServiceBackendPort? Port { get; init; }
}

/// <summary>Either a name or a number.</summary>
[Atomic]
public sealed record ServiceBackendPort : ApiType
{
    public string? Name { get; init; }
    public int? Number { get; init; }
}

public sealed record IngressTls : ApiType
{
    public ValueList<string>? Hosts { get; init; }
    public string? SecretName { get; init; }
}

public sealed record IngressRule : ApiType
{
    /// <summary><c>*.example.com</c> matches one label; absent: every host.</summary>
    public string? Host { get; init; }
    public HttpIngressRule? Http { get; init; }
}

public sealed record HttpIngressRule : ApiType
{
    public ValueList<HttpIngressPath> Paths { get; init; } = [];
}

public sealed record HttpIngressPath : ApiType
{
    public string? Path { get; init; }
    /// <summary>Exact, Prefix or ImplementationSpecific.</summary>
    public string? PathType { get; init; }
    public IngressBackend Backend { get; init; } = new();
}

public sealed record IngressStatus : ApiType
{
    public LoadBalancerStatus? LoadBalancer { get; init; }
}
