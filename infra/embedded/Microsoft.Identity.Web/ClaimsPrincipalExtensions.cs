using System.Security.Claims;

namespace Microsoft.Identity.Web;

public static class ClaimsPrincipalExtensions
{
    /// <summary>Null when the principal has none; whether the claim was mapped does not matter.</summary>
    public static string? GetObjectId(this ClaimsPrincipal claimsPrincipal) =>
        Value(claimsPrincipal, ClaimConstants.Oid, ClaimConstants.ObjectId);

    /// <inheritdoc cref="GetObjectId"/>
    public static string? GetTenantId(this ClaimsPrincipal claimsPrincipal) =>
        Value(claimsPrincipal, ClaimConstants.Tid, ClaimConstants.TenantId);

    /// <summary>What to show for the principal: preferred_username (v2.0), else the name claim of older tokens.</summary>
    public static string? GetDisplayName(this ClaimsPrincipal claimsPrincipal) =>
        Value(claimsPrincipal, ClaimConstants.PreferredUserName, ClaimsIdentity.DefaultNameClaimType, ClaimConstants.Name);

    private static string? Value(ClaimsPrincipal principal, params string[] types)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return types.Select(principal.FindFirst).FirstOrDefault(claim => !string.IsNullOrEmpty(claim?.Value))?.Value;
    }
}
