namespace Microsoft.Identity.Web;

/// <summary>Claim types of tokens of the Microsoft identity platform, as written and as ASP.NET Core maps them by default.</summary>
public static class ClaimConstants
{
    public const string Name = "name";
    public const string ObjectId = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    public const string Oid = "oid";
    public const string PreferredUserName = "preferred_username";
    public const string TenantId = "http://schemas.microsoft.com/identity/claims/tenantid";
    public const string Tid = "tid";
    public const string Scope = "http://schemas.microsoft.com/identity/claims/scope";
    public const string Scp = "scp";
    public const string Roles = "roles";
    public const string Role = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
    public const string Sub = "sub";
    public const string NameIdentifierId = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
}
