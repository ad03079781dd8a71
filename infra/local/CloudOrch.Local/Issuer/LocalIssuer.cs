using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Issuer;

/// <summary>An OIDC issuer with Entra's addresses: discovery and keys per tenant, and tokens for clients of a list.</summary>
public static class LocalIssuer
{
    /// <summary>Tenants that stand for «any»: their discovery document has Entra's template instead of one issuer.</summary>
    private static readonly string[] AnyTenant = ["common", "organizations"];

    /// <param name="builder">The server.</param>
    /// <param name="publicUrl">The base address that clients know; asked for anew with each request, since a free port is known only once listening.</param>
    /// <param name="key">What signs.</param>
    /// <param name="clients">The applications that may ask for tokens of their own.</param>
    public static WebApplication Build(WebApplicationBuilder builder, Func<HttpContext, Uri> publicUrl, IssuerKey key, IReadOnlyList<IssuerClient> clients)
    {
        var app = builder.Build();
        app.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", (HttpContext http, string tenant) =>
            IsTenant(tenant) ? Results.Json(Discovery(publicUrl(http), tenant)) : UnknownTenant(tenant));
        app.MapGet("/{tenant}/discovery/v2.0/keys", (string tenant) =>
            IsTenant(tenant) ? Results.Json(new { keys = new[] { key.PublicJwk() } }) : UnknownTenant(tenant));
        app.MapPost("/{tenant}/oauth2/v2.0/token", async (HttpContext http, string tenant) =>
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return ClientCredentials.Answer(form, tenant, publicUrl(http), key, clients, TimeProvider.System.GetUtcNow());
        });
        return app;
    }

    private static bool IsTenant(string tenant) => AnyTenant.Contains(tenant) || Guid.TryParse(tenant, out _);

    private static IResult UnknownTenant(string tenant) =>
        Results.Json(new { error = "invalid_tenant", error_description = $"Tenant '{tenant}' not found." }, statusCode: 400);

    private static Dictionary<string, object> Discovery(Uri publicUrl, string tenant)
    {
        string root = publicUrl.AbsoluteUri.TrimEnd('/');
        return new()
        {
            ["issuer"] = EntraToken.IssuerOf(publicUrl, AnyTenant.Contains(tenant) ? "{tenantid}" : tenant),
            ["jwks_uri"] = $"{root}/{tenant}/discovery/v2.0/keys",
            ["token_endpoint"] = $"{root}/{tenant}/oauth2/v2.0/token",
            ["authorization_endpoint"] = $"{root}/{tenant}/oauth2/v2.0/authorize",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "pairwise" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
            ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_post" },
        };
    }
}

/// <summary><c>issuer</c>: runs the issuer until stopped; its clients are the lines of <c>clients.json</c> in its directory, if there.</summary>
public static class IssuerCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        string directory = arguments.Required("directory");
        using var key = IssuerKey.OpenOrCreate(directory);
        var listen = arguments.Url("listen");
        var publicUrl = arguments.Optional("public-url") is { } url ? Arguments.ToUrl("public-url", url) : null;
        var builder = TlsServer.CreateBuilder(listen, arguments.Optional("certificate"), arguments.Optional("key"));
        await using var app = LocalIssuer.Build(
            builder, http => publicUrl ?? new Uri($"{http.Request.Scheme}://{http.Request.Host}"), key, IssuerClient.Load(directory));
        return await TlsServer.RunAsync(app, "issuer", ct);
    }
}
