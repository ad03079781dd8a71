using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.Identity.Web;

/// <summary>What a token of the Microsoft identity platform must hold beyond a valid signature and lifetime.</summary>
internal static class EntraTokenRules
{
    internal sealed record Settings(string? Authority, string? Instance, string? TenantId, string? ClientId, bool AuthorizedByList)
    {
        public static Settings Of(IConfiguration section) => new(
            section["Authority"], section["Instance"], section["TenantId"], section["ClientId"], section.GetValue("AllowWebApiToBeAuthorizedByACL", false));
    }

    /// <exception cref="ArgumentNullException">A setting that must be there is not.</exception>
    public static void Apply(JwtBearerOptions options, Settings settings)
    {
        string clientId = Required(settings.ClientId, "ClientId");
        string authority = string.IsNullOrEmpty(settings.Authority)
            ? $"{Required(settings.Instance, "Instance").TrimEnd('/')}/{Required(settings.TenantId, "TenantId")}"
            : settings.Authority.TrimEnd('/');
        options.Authority = authority.EndsWith("/v2.0", StringComparison.Ordinal) ? authority : authority + "/v2.0";

        var parameters = options.TokenValidationParameters;
        // JwtBearer adds options.Audience to the valid audiences only later, so it counts here by itself.
        if (parameters.AudienceValidator is null && parameters.ValidAudience is null && parameters.ValidAudiences is null && string.IsNullOrEmpty(options.Audience))
            parameters.AudienceValidator = (audiences, token, _) => audiences.Contains(DefaultAudience(token, clientId), StringComparer.Ordinal);
        if (parameters.ValidateIssuer && parameters.IssuerValidator is null)
            parameters.IssuerValidatorUsingConfiguration = (issuer, token, _, configuration) => ValidateIssuer(issuer, token, configuration?.Issuer);

        options.Events ??= new JwtBearerEvents();
        if (!settings.AuthorizedByList)
        {
            var before = options.Events.OnTokenValidated;
            options.Events.OnTokenValidated = async context =>
            {
                await before(context);
                if (context.Result is null && !HasScopeOrRole(context.Principal))
                    context.Fail($"IDW10201: Neither scope nor roles claim was found in the bearer token. Authentication scheme used: '{context.Scheme.Name}'. ");
            };
        }
    }

    /// <summary>The issuer of the token's own tenant at this authority: for a multi-tenant authority its document has a template.</summary>
    internal static string ValidateIssuer(string issuer, SecurityToken token, string? expected)
    {
        if (string.IsNullOrWhiteSpace(issuer))
            throw new SecurityTokenInvalidIssuerException("IDX40000: The issuer is null or empty.");
        string? tenant = token is JsonWebToken jwt && jwt.TryGetClaim(ClaimConstants.Tid, out var tid) ? tid.Value : null;
        if (string.IsNullOrWhiteSpace(tenant))
            throw new SecurityTokenInvalidIssuerException("IDX40003: Neither `tid` nor `tenantId` claim is present in the token obtained from Microsoft identity platform.");
        if (expected is not null && string.Equals(issuer, expected.Replace("{tenantid}", tenant, StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal))
            return issuer;
        throw new SecurityTokenInvalidIssuerException($"IDX40001: Issuer: '{issuer}', does not match any of the valid issuers provided for this application. ")
        {
            InvalidIssuer = issuer,
        };
    }

    private static string DefaultAudience(SecurityToken token, string clientId) =>
        token is JsonWebToken jwt && jwt.TryGetClaim("ver", out var version) && version.Value == "2.0" ? clientId : $"api://{clientId}";

    private static bool HasScopeOrRole(ClaimsPrincipal? principal) =>
        principal?.Claims.Any(c => c.Type is ClaimConstants.Scope or ClaimConstants.Scp or ClaimConstants.Roles or ClaimConstants.Role or ClaimTypes.Role) == true;

    private static string Required(string? value, string name) =>
        string.IsNullOrEmpty(value) ? throw new ArgumentNullException(name, $"IDW10106: The '{name}' option must be provided. ") : value;
}
