using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>Whom a service account's token names, for whom it is meant, and with what it ends.</summary>
/// <param name="TenantId">The tenant of the cluster.</param>
/// <param name="Id">Tells the token from others (<c>jti</c>).</param>
/// <param name="Bound">null: it ends with the account, or with its time.</param>
public sealed record ServiceAccountClaims(string TenantId, ClusterId Cluster, string Namespace, string Name, string Uid, string Id,
    IReadOnlyList<string> Audiences, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, BoundObjectReference? Bound)
{
    /// <summary>This API, as an audience and as the issuer: no other cluster's, nor that of an earlier cluster of the same name.</summary>
    public static string AudienceOf(ClusterId cluster) => $"cloudorch/clusters/{cluster.Value}";

    /// <summary>https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/: the account as a user. It has no role yet, since roles are not bound by objects.</summary>
    public CallerIdentity.User ToUser() => new(TenantId, Uid, Subject, ["system:serviceaccounts", $"system:serviceaccounts:{Namespace}"], []);

    public string Subject => $"system:serviceaccount:{Namespace}:{Name}";
}

/// <summary>Tokens of service accounts: JWTs that only this control plane issues and accepts (HS256).</summary>
public static class ServiceAccountTokens
{
    /// <summary><c>typ</c> of the header.</summary>
    public const string Type = "cloudorch-serviceaccount+jwt";

    /// <summary>In characters; a longer one is neither issued nor read.</summary>
    public const int LongestToken = 8_192;

    private const string Algorithm = "HS256";
    private const string Prefix = "Bearer ";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Bindable = ["Pod", "Secret", "Node"];

    public static string Write(ServiceAccountClaims claims, TokenKey key)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(key);
        var bound = claims.Bound;
        var own = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["namespace"] = claims.Namespace,
            ["serviceaccount"] = new { name = claims.Name, uid = claims.Uid },
        };
        if (bound is not null)
            own[bound.Kind!.ToLowerInvariant()] = new { name = bound.Name, uid = bound.Uid };
        string header = Encode(new { alg = Algorithm, typ = Type, kid = key.Id });
        string payload = Encode(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = ServiceAccountClaims.AudienceOf(claims.Cluster),
            ["sub"] = claims.Subject,
            ["aud"] = claims.Audiences,
            ["iat"] = claims.IssuedAt.ToUnixTimeSeconds(),
            ["nbf"] = claims.IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = claims.ExpiresAt.ToUnixTimeSeconds(),
            ["jti"] = claims.Id,
            ["tid"] = claims.TenantId,
            ["cluster"] = claims.Cluster.Value,
            ["kubernetes.io"] = own,
        });
        return $"{header}.{payload}.{Base64Url.EncodeToString(key.Sign(claims.Cluster, $"{header}.{payload}"))}";
    }

    /// <returns>null unless one of the keys has signed it, it is for this API, and it is valid now. Whether the account is still there is another question.</returns>
    public static ServiceAccountClaims? Read(string? authorization, IReadOnlyList<TokenKey> keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (Parts(authorization) is not { } parts || keys.FirstOrDefault(k => k.Id == parts.KeyId) is not { } key)
            return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(parts.Payload));
            var root = document.RootElement;
            var cluster = new ClusterId(Text(root, "cluster"));
            if (!CryptographicOperations.FixedTimeEquals(key.Sign(cluster, parts.Signed), Base64Url.DecodeFromChars(parts.Signature)))
                return null;
            // From here on the text is one that this control plane has written.
            var own = root.GetProperty("kubernetes.io");
            var account = own.GetProperty("serviceaccount");
            var claims = new ServiceAccountClaims(Text(root, "tid"), cluster, Text(own, "namespace"), Text(account, "name"), Text(account, "uid"), Text(root, "jti"),
                [.. root.GetProperty("aud").EnumerateArray().Select(a => a.GetString()!)],
                DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("iat").GetInt64()), DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("exp").GetInt64()),
                Bindable.Select(kind => BoundOf(own, kind)).FirstOrDefault(b => b is not null));
            return claims.ExpiresAt > now && claims.Audiences.Contains(ServiceAccountClaims.AudienceOf(cluster)) ? claims : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (string KeyId, string Payload, string Signed, string Signature)? Parts(string? authorization)
    {
        if (authorization is null || authorization.Length > LongestToken + Prefix.Length || !authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || authorization[Prefix.Length..].Trim().Split('.') is not [var header, var payload, var signature])
            return null;
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            return Text(head.RootElement, "typ") == Type && Text(head.RootElement, "alg") == Algorithm
                ? (Text(head.RootElement, "kid"), payload, $"{header}.{payload}", signature)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static BoundObjectReference? BoundOf(JsonElement own, string kind) =>
        own.TryGetProperty(kind.ToLowerInvariant(), out var bound) ? new() { Kind = kind, Name = Text(bound, "name"), Uid = Text(bound, "uid") } : null;

    private static string Encode<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, Plain));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
