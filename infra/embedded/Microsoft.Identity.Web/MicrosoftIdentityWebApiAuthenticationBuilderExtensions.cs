using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Identity.Web;

public static class MicrosoftIdentityWebApiAuthenticationBuilderExtensions
{
    /// <summary>Accepts access tokens of the Microsoft identity platform, as the named section says.</summary>
    /// <inheritdoc cref="AddMicrosoftIdentityWebApi(AuthenticationBuilder, IConfigurationSection, string, bool)" path="/remarks"/>
    public static MicrosoftIdentityWebApiAuthenticationBuilderWithConfiguration AddMicrosoftIdentityWebApi(
        this AuthenticationBuilder builder,
        IConfiguration configuration,
        string configSectionName = "AzureAd",
        string jwtBearerScheme = JwtBearerDefaults.AuthenticationScheme,
        bool subscribeToJwtBearerMiddlewareDiagnosticsEvents = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configSectionName);
        return builder.AddMicrosoftIdentityWebApi(
            configuration.GetSection(configSectionName), jwtBearerScheme, subscribeToJwtBearerMiddlewareDiagnosticsEvents);
    }

    /// <summary>Accepts access tokens of the Microsoft identity platform, as the section says.</summary>
    /// <remarks>
    /// <c>Instance</c> (such as https://login.microsoftonline.com/), <c>TenantId</c> (a tenant, or <c>organizations</c> or <c>common</c> for all),
    /// <c>ClientId</c> (the audience of v2.0 tokens, unless <c>Audience</c> or <c>TokenValidationParameters:ValidAudiences</c> says otherwise),
    /// <c>AllowWebApiToBeAuthorizedByACL</c> (take tokens without any scope or role), and every option of JwtBearer.
    /// </remarks>
    public static MicrosoftIdentityWebApiAuthenticationBuilderWithConfiguration AddMicrosoftIdentityWebApi(
        this AuthenticationBuilder builder,
        IConfigurationSection configurationSection,
        string jwtBearerScheme = JwtBearerDefaults.AuthenticationScheme,
        bool subscribeToJwtBearerMiddlewareDiagnosticsEvents = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configurationSection);
        if (subscribeToJwtBearerMiddlewareDiagnosticsEvents)
            throw new NotSupportedException("Diagnostics events are not part of the embedded library.");
        builder.AddJwtBearer(jwtBearerScheme, options => configurationSection.Bind(options));
        builder.Services.AddOptions<JwtBearerOptions>(jwtBearerScheme)
            .Configure(options => EntraTokenRules.Apply(options, EntraTokenRules.Settings.Of(configurationSection)));
        return new MicrosoftIdentityWebApiAuthenticationBuilderWithConfiguration(builder.Services, configurationSection);
    }
}
