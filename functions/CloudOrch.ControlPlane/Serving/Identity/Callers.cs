using System.Security.Claims;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>What a checked Entra ID token says about its bearer.</summary>
public static class Callers
{
    private const string MappedTenant = "http://schemas.microsoft.com/identity/claims/tenantid";
    private const string MappedObject = "http://schemas.microsoft.com/identity/claims/objectidentifier";

    /// <returns>Anonymous when nobody is authenticated, or when the token names no tenant or subject.</returns>
    public static CallerIdentity Of(ClaimsPrincipal principal)
    {
        if (principal.Identity is not { IsAuthenticated: true } || First(principal, "tid", MappedTenant) is not { } tenant
            || First(principal, "oid", MappedObject) is not { } subject)
            return new CallerIdentity.Anonymous();
        string display = First(principal, "preferred_username", "upn", "name", ClaimTypes.Name, "azp", "appid") ?? subject;
        return new CallerIdentity.User(tenant, subject, display, All(principal, "groups"), All(principal, "roles", ClaimTypes.Role));
    }

    private static string? First(ClaimsPrincipal principal, params string[] types) =>
        types.Select(t => principal.FindFirst(t)?.Value).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private static string[] All(ClaimsPrincipal principal, params string[] types) =>
        [.. principal.Claims.Where(c => types.Contains(c.Type)).Select(c => c.Value).Distinct(StringComparer.Ordinal)];
}
