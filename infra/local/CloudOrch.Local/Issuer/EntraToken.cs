using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudOrch.Local.Issuer;

/// <summary>What a v2.0 access token of Entra says about its bearer.</summary>
/// <remarks>Claims and their meaning: Microsoft identity platform, «Access token claims reference».</remarks>
public sealed record EntraToken
{
    /// <summary>Base address of the issuer, without a tenant; <c>iss</c> is <c>{issuer}/{tid}/v2.0</c>.</summary>
    public required Uri Issuer { get; init; }

    public required Guid Tenant { get; init; }
    public required Guid ObjectId { get; init; }
    public required string Audience { get; init; }
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public string? Username { get; init; }
    public string? Name { get; init; }

    /// <summary>Delegated permissions, space-separated; null in an application's own token.</summary>
    public string? Scope { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The client application that asked for it (<c>azp</c>).</summary>
    public string? Client { get; init; }

    public static string IssuerOf(Uri issuer, string tenant) => $"{issuer.AbsoluteUri.TrimEnd('/')}/{tenant}/v2.0";

    /// <summary>The signed compact form (RS256).</summary>
    public string Sign(SecurityKey key)
    {
        var claims = new Dictionary<string, object>
        {
            ["ver"] = "2.0",
            ["tid"] = Tenant.ToString(),
            ["oid"] = ObjectId.ToString(),
            ["sub"] = Subject(),
            ["uti"] = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16)),
        };
        Add("preferred_username", Username);
        Add("name", Name);
        Add("scp", Scope);
        Add("azp", Client);
        if (Scope is null)
            claims["idtyp"] = "app";
        if (Roles.Count > 0)
            claims["roles"] = Roles.ToArray();
        if (Groups.Count > 0)
            claims["groups"] = Groups.ToArray();

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = IssuerOf(Issuer, Tenant.ToString()),
            Audience = Audience,
            Claims = claims,
            IssuedAt = NotBefore.UtcDateTime,
            NotBefore = NotBefore.UtcDateTime,
            Expires = Expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
        });

        void Add(string claim, string? value)
        {
            if (value is not null)
                claims[claim] = value;
        }
    }

    // `sub` is pairwise in Entra: per user and application; an application's own token has its object id.
    private string Subject() => Scope is null
        ? ObjectId.ToString()
        : Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Tenant}/{ObjectId}/{Audience}")));
}
