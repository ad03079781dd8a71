using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ServiceAccounts;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/</summary>
public static class TokenRequestRules
{
    public const long DefaultSeconds = 3_600;

    /// <remarks>k8s.io/kubernetes/pkg/apis/authentication/validation</remarks>
    private const long FewestSeconds = 600;
    private const long MostSeconds = 1L << 32;

    private static readonly string[] Bindable = ["Node", "Pod", "Secret"];

    /// <param name="audience">This API's own.</param>
    public static TokenRequestSpec Default(TokenRequestSpec spec, string audience)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec with
        {
            Audiences = spec.Audiences is { Count: > 0 } named ? named : [audience],
            ExpirationSeconds = spec.ExpirationSeconds ?? DefaultSeconds,
        };
    }

    /// <param name="namespace">The account's.</param>
    public static ResourceKey KeyOf(BoundObjectReference bound, string @namespace)
    {
        ArgumentNullException.ThrowIfNull(bound);
        return bound.Kind switch
        {
            "Node" => new(ResourceTypes.Nodes, "", bound.Name!),
            "Secret" => new(ResourceTypes.Secrets, @namespace, bound.Name!),
            _ => new(ResourceTypes.Pods, @namespace, bound.Name!),
        };
    }

    /// <summary>How long a token may be good.</summary>
    public static IEnumerable<FieldError> Lifetime(string field, long? seconds) => seconds switch
    {
        < FewestSeconds => [Refuse.Invalid(field, seconds, "may not specify a duration less than 10 minutes")],
        > MostSeconds => [Refuse.Invalid(field, seconds, "may not specify a duration larger than 2^32 seconds")],
        _ => [],
    };

    public static IEnumerable<FieldError> Validate(TokenRequestSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        foreach (var error in Lifetime("spec.expirationSeconds", spec.ExpirationSeconds))
            yield return error;
        for (int i = 0; i < spec.Audiences?.Count; i++)
        {
            if (spec.Audiences[i].Length == 0)
                yield return Refuse.Required($"spec.audiences[{i}]", "name who may be shown the token");
        }
        if (spec.BoundObjectRef is not { } bound)
            yield break;
        if (!Bindable.Contains(bound.Kind))
            yield return Refuse.NotSupported("spec.boundObjectRef.kind", bound.Kind ?? "", Bindable);
        if (bound.ApiVersion is not (null or "" or "v1"))
            yield return Refuse.NotSupported("spec.boundObjectRef.apiVersion", bound.ApiVersion, "v1");
        if (string.IsNullOrEmpty(bound.Name))
            yield return Refuse.Required("spec.boundObjectRef.name", "name the object with which the token is to end");
    }
}
