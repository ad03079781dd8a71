namespace CloudOrch.ControlPlane.Seams;

/// <summary>Who calls, after the token was checked.</summary>
public abstract record CallerIdentity
{
    private CallerIdentity() { }

    /// <param name="TenantId">Entra's <c>tid</c>.</param>
    /// <param name="ObjectId">Entra's <c>oid</c>: the RBAC subject.</param>
    /// <param name="Roles">App roles and cluster roles that the token carries.</param>
    public sealed record User(string TenantId, string ObjectId, string DisplayName, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles) : CallerIdentity;

    public sealed record Node(string ClusterId, string NodeUid, string NodeName) : CallerIdentity;

    public sealed record Anonymous : CallerIdentity;
}
