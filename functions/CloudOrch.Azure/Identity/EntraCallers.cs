using System.Buffers.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.Domain.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Identity.Web;

namespace CloudOrch.Azure.Identity;

/// <summary>Who a person (or CI) is, by an access token of Entra ID; the control plane itself checks the tokens of nodes and of service accounts.</summary>
public static class EntraCallers
{
    /// <summary>The settings of Microsoft.Identity.Web: Instance, TenantId (<c>organizations</c> for every tenant), ClientId, Audience.</summary>
    public const string SettingsSection = "AzureAd";

    private const string Prefix = "Bearer ";

    public static IServiceCollection AddEntraCallers(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddMicrosoftIdentityWebApi(configuration.GetSection(SettingsSection));
        return services;
    }

    /// <summary>Sets <c>http.User</c> to whom the request's token names; leaves it unauthenticated without a token, with a refused one, or with one that the control plane checks.</summary>
    public static async Task AuthenticateAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        string authorization = http.Request.Headers.Authorization.ToString();
        // A token of our own is signed by nobody that Entra knows: asking would only make it fetch its keys again.
        if (!authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || IsOwnToken(authorization.AsSpan(Prefix.Length).Trim()))
            return;
        var result = await http.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (result.Principal is { } principal)
            http.User = principal;
    }

    private static bool IsOwnToken(ReadOnlySpan<char> token)
    {
        int dot = token.IndexOf('.');
        if (dot is <= 0 or > 1024)
            return false;
        Span<byte> header = stackalloc byte[1024];
        if (!Base64Url.TryDecodeFromChars(token[..dot], header, out int length))
            return false;
        try
        {
            var reader = new Utf8JsonReader(header[..length]);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("typ"))
                    return reader.Read() && reader.TokenType == JsonTokenType.String && (reader.ValueTextEquals(NodeToken.Type) || reader.ValueTextEquals(ServiceAccountTokens.Type));
            }
        }
        catch (JsonException)
        {
            // No token at all: Entra's check refuses it.
        }

        return false;
    }
}
