using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Services;

namespace CloudOrch.Domain.Kinds.Ingresses;

/// <summary>Which requests from outside go to which Service: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/</summary>
public sealed record Ingress : SpecObject<IngressSpec, IngressStatus>;

/// <summary>Which requests go where.</summary>
public sealed record IngressSpec : ApiType
{
    /// <summary>The IngressClass that is to act on this.</summary>
    public string? IngressClassName { get; init; }
    /// <summary>Where requests go that no rule is for.</summary>
    public IngressBackend? DefaultBackend { get; init; }
    /// <summary>Certificates by host.</summary>
    public ValueList<IngressTls>? Tls { get; init; }
    /// <summary>Where requests go by host and path.</summary>
    public ValueList<IngressRule>? Rules { get; init; }
}

/// <summary>Either a service or another object of the namespace.</summary>
public sealed record IngressBackend : ApiType
{
    /// <summary>The Service that answers.</summary>
    public IngressServiceBackend? Service { get; init; }
    /// <summary>Another object of the namespace that answers.</summary>
    public TypedLocalObjectReference? Resource { get; init; }
}

/// <summary>A port of a Service.</summary>
public sealed record IngressServiceBackend : ApiType
{
    /// <summary>The Service's name.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>The Service's port.</summary>
    public ServiceBackendPort? Port { get; init; }
}

/// <summary>Either a name or a number.</summary>
[Atomic]
public sealed record ServiceBackendPort : ApiType
{
    /// <summary>The port's name.</summary>
    public string? Name { get; init; }
    /// <summary>The port's number.</summary>
    public int? Number { get; init; }
}

/// <summary>The certificate of hosts.</summary>
public sealed record IngressTls : ApiType
{
    /// <summary>The hosts that the certificate is for.</summary>
    public ValueList<string>? Hosts { get; init; }
    /// <summary>The Secret with the certificate and its key.</summary>
    public string? SecretName { get; init; }
}

/// <summary>Where the requests of one host go.</summary>
public sealed record IngressRule : ApiType
{
    /// <summary><c>*.example.com</c> matches one label; absent: every host.</summary>
    public string? Host { get; init; }
    /// <summary>Where they go by path.</summary>
    public HttpIngressRule? Http { get; init; }
}

/// <summary>Where requests go by path.</summary>
public sealed record HttpIngressRule : ApiType
{
    /// <summary>The paths; the longest that fits counts.</summary>
    [Required] public ValueList<HttpIngressPath> Paths { get; init; } = [];
}

/// <summary>Where the requests of one path go.</summary>
public sealed record HttpIngressPath : ApiType
{
    /// <summary>The path that requests are compared with.</summary>
    public string? Path { get; init; }
    /// <summary>Exact, Prefix or ImplementationSpecific.</summary>
    [Required] public string? PathType { get; init; }
    /// <summary>What answers them.</summary>
    [Required] public IngressBackend Backend { get; init; } = new();
}

/// <summary>What became of an Ingress.</summary>
public sealed record IngressStatus : ApiType
{
    /// <summary>Where it can be reached.</summary>
    public LoadBalancerStatus? LoadBalancer { get; init; }
}
