using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Ingresses;

/// <summary>k8s.io/kubernetes/pkg/apis/networking/validation: ValidateIngressCreate.</summary>
internal static class IngressRules
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private static readonly string[] BadParts = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] BadEnds = ["/..", "/."];

    public static IEnumerable<FieldError> Validate(Ingress value)
    {
        var spec = value.Spec;
        if (spec.Rules is not { Count: > 0 } && spec.DefaultBackend is null)
            yield return Refuse.Invalid("spec", spec.Rules, "either `defaultBackend` or `rules` must be specified");
        // Only a new one is asked to agree with itself.
        if (value.Metadata.ResourceVersion is null && spec.IngressClassName is { } name && value.Metadata.Annotations?.TryGetValue(ClassAnnotation, out var annotated) == true && annotated != name)
            yield return Refuse.Invalid($"metadata.annotations[{ClassAnnotation}]", annotated, "must match `ingressClassName` when both are specified");
        foreach (var error in (spec.DefaultBackend is { } backend ? Backend("spec.defaultBackend", backend) : [])
            .Concat(Fields.Each("spec.rules", spec.Rules, Rule))
            .Concat(Fields.Each("spec.tls", spec.Tls, Tls))
            .Concat(Fields.Optional("spec.ingressClassName", spec.IngressClassName, Names.Subdomain)))
            yield return error;
    }

    /// <summary>Another object, by group, kind and name.</summary>
    public static IEnumerable<FieldError> Reference(string field, string? group, string? kind, string? name) =>
    [
        .. Fields.Optional($"{field}.apiGroup", group, Names.Subdomain),
        .. string.IsNullOrEmpty(kind) ? [Refuse.Required($"{field}.kind", "kind is required")] : Fields.Optional($"{field}.kind", kind, Names.PathSegment),
        .. string.IsNullOrEmpty(name) ? [Refuse.Required($"{field}.name", "name is required")] : Fields.Optional($"{field}.name", name, Names.PathSegment),
    ];

    private static IEnumerable<FieldError> Rule(string field, IngressRule rule) =>
    [
        .. Names.IsIp(rule.Host) ? [Refuse.Invalid($"{field}.host", rule.Host, "must be a DNS name, not an IP address")] : Array.Empty<FieldError>(),
        .. Fields.Optional($"{field}.host", rule.Host, Host),
        .. rule.Http is { Paths.Count: 0 } ? [Refuse.Required($"{field}.http.paths")] : Array.Empty<FieldError>(),
        .. Fields.Each($"{field}.http.paths", rule.Http?.Paths, Path),
    ];

    private static IEnumerable<FieldError> Path(string field, HttpIngressPath path)
    {
        string text = path.Path ?? "";
        if (string.IsNullOrEmpty(path.PathType))
        {
            yield return Refuse.Required($"{field}.pathType", "pathType must be specified");
            yield break;
        }
        foreach (var error in Fields.OneOf($"{field}.pathType", path.PathType, "Exact", "ImplementationSpecific", "Prefix"))
            yield return error;
        bool strict = path.PathType is "Exact" or "Prefix";
        if ((strict || text.Length > 0) && !text.StartsWith('/'))
            yield return Refuse.Invalid($"{field}.path", text, "must be an absolute path");
        foreach (string part in BadParts.Where(p => strict && text.Contains(p, StringComparison.Ordinal)))
            yield return Refuse.Invalid($"{field}.path", text, $"must not contain '{part}'");
        foreach (string end in BadEnds.Where(e => strict && text.EndsWith(e, StringComparison.Ordinal)))
            yield return Refuse.Invalid($"{field}.path", text, $"cannot end with '{end}'");
        foreach (var error in Backend($"{field}.backend", path.Backend))
            yield return error;
    }

    private static IEnumerable<FieldError> Backend(string field, IngressBackend backend) => backend switch
    {
        { Service: not null, Resource: not null } => [Refuse.Invalid(field, "", "cannot set both resource and service backends")],
        { Resource: TypedLocalObjectReference resource } => Reference($"{field}.resource", resource.ApiGroup, resource.Kind, resource.Name),
        { Service: { } service } => [.. Fields.Named($"{field}.service.name", service.Name, Names.Label1035), .. Port(field, service.Port ?? new())],
        _ => [Refuse.Invalid(field, "", "resource or service backend is required")],
    };

    private static IEnumerable<FieldError> Port(string field, ServiceBackendPort port)
    {
        bool named = !string.IsNullOrEmpty(port.Name), numbered = port.Number is not (null or 0);
        if (named && numbered)
            return [Refuse.Invalid(field, "", "cannot set both port name & port number")];
        return named ? Fields.Optional($"{field}.service.port.name", port.Name, Names.PortName)
            : numbered ? Fields.Port($"{field}.service.port.number", port.Number!.Value)
            : [Refuse.Required(field, "port name or number is required")];
    }

    private static IEnumerable<FieldError> Tls(string field, IngressTls tls) =>
    [
        .. Fields.Each($"{field}.hosts", tls.Hosts, (at, host) => Fields.Optional(at, host, Host)),
        .. Fields.Optional($"{field}.secretName", tls.SecretName, Names.Subdomain),
    ];

    private static IEnumerable<string> Host(string host) => host.Contains('*', StringComparison.Ordinal) ? Names.WildcardSubdomain(host) : Names.Subdomain(host);
}
