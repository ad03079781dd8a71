using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CloudOrch.Local.Issuer;

/// <summary>An application that may ask for a token of its own, with its secret and app roles.</summary>
public sealed record IssuerClient(string ClientId, string ClientSecret, Guid Tenant, Guid ObjectId, IReadOnlyList<string>? Roles = null)
{
    /// <summary>The clients in <c>clients.json</c> of the directory; none if it is not there.</summary>
    public static IReadOnlyList<IssuerClient> Load(string directory)
    {
        string path = Path.Combine(directory, "clients.json");
        return File.Exists(path)
            ? JsonSerializer.Deserialize<IssuerClient[]>(File.ReadAllText(path), JsonSerializerOptions.Web) ?? []
            : [];
    }
}

/// <summary>The OAuth 2.0 client credentials grant (RFC 6749 §4.4), as Entra's v2.0 token endpoint answers it.</summary>
public static class ClientCredentials
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static IResult Answer(
        IFormCollection form, string tenant, Uri publicUrl, IssuerKey key, IReadOnlyList<IssuerClient> clients, DateTimeOffset now)
    {
        if (form["grant_type"] != "client_credentials")
            return Error(400, "unsupported_grant_type", "Only client_credentials is served here.");
        string scope = form["scope"].ToString();
        const string suffix = "/.default";
        if (!scope.EndsWith(suffix, StringComparison.Ordinal))
            return Error(400, "invalid_scope", "The scope of an application's token is its resource followed by /.default.");

        var client = clients.FirstOrDefault(c => c.ClientId == form["client_id"].ToString() && c.Tenant.ToString() == tenant);
        if (client is null || !Same(client.ClientSecret, form["client_secret"].ToString()))
            return Error(401, "invalid_client", "Unknown client or wrong secret.");

        var token = new EntraToken
        {
            Issuer = publicUrl,
            Tenant = client.Tenant,
            ObjectId = client.ObjectId,
            Audience = scope[..^suffix.Length],
            NotBefore = now.AddMinutes(-5),
            Expires = now + Lifetime,
            Roles = client.Roles ?? [],
            Client = client.ClientId,
        };
        return Results.Json(new { token_type = "Bearer", expires_in = (int)Lifetime.TotalSeconds, access_token = token.Sign(key.Key) });
    }

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static IResult Error(int status, string error, string description) =>
        Results.Json(new { error, error_description = description }, statusCode: status);
}
