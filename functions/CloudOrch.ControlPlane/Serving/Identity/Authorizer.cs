using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Management;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>Deny unless a rule allows: 401 for the unknown, 403 for the known, and a cluster of another tenant does not exist.</summary>
public static class Authorizer
{
    /// <summary>Annotation of a Cluster with the oid of who created it; he is its cluster-admin.</summary>
    public const string OwnerAnnotation = "management.cloudorch.io/owner";

    /// <summary>What every user may do in a cluster of his tenant: ask about himself (Kubernetes' system:basic-user).</summary>
    public static readonly RoleRule OfEveryUser = new(["authentication.k8s.io", "authorization.k8s.io"],
        ["selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]);

    /// <returns>null when allowed, else why not.</returns>
    public static Status? CheckResource(CallerIdentity.User user, ClusterRecord cluster, AccessRequest request)
    {
        if (AllowedBy(user, cluster, request) is not null)
            return null;
        string group = $"API group \"{request.Type.Group}\"";
        string resource = request.Subresource.Length == 0 ? request.Type.Resource : $"{request.Type.Resource}/{request.Subresource}";
        string scope = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        return Refusals.Forbidden(request.Type, request.Name,
            $"User \"{user.DisplayName}\" cannot {request.Verb} resource \"{resource}\" in {group} {scope}");
    }

    /// <summary>What allows it, for people; null: nothing does.</summary>
    public static string? AllowedBy(CallerIdentity.User user, ClusterRecord cluster, AccessRequest request) =>
        user.Roles.FirstOrDefault(role => BuiltInRoles.Allows(role, request)) is { } role ? $"allowed by the role {role}"
        : OfEveryUser.Allows(request) ? "allowed for every user"
        : Owns(user, cluster) ? $"allowed by the role {BuiltInRoles.ClusterAdmin}, which who creates a cluster has in it"
        : null;

    /// <summary>The built-in roles that the user has in the cluster: those of his token, and cluster-admin of what he created.</summary>
    public static IReadOnlyList<string> RolesOf(CallerIdentity.User user, ClusterRecord cluster) =>
        [.. user.Roles.Where(BuiltInRoles.Names.Contains).Concat(Owns(user, cluster) ? [BuiltInRoles.ClusterAdmin] : Array.Empty<string>()).Distinct()];

    /// <summary>Whether the user may do this to clusters and join tokens; <paramref name="cluster"/> is the one concerned, if there is one.</summary>
    public static Status? CheckManagement(CallerIdentity.User user, ClusterRecord? cluster, AccessRequest request)
    {
        bool allowed = request switch
        {
            { Verb: "create" } when request.Type == ResourceTypes.Clusters => user.Roles.Contains(BuiltInRoles.CreateClusters),
            { Verb: "get" or "list" } when request.Type == ResourceTypes.Clusters => MaySee(user, cluster),
            _ => user.Roles.Contains(BuiltInRoles.ClusterAdmin) || (cluster is not null && Owns(user, cluster)),
        };
        return allowed ? null : Refusals.Forbidden(request.Type, request.Name,
            $"User \"{user.DisplayName}\" cannot {request.Verb} resource \"{request.Type.Resource}\" in API group \"{request.Type.Group}\" at the cluster scope");
    }

    public static bool Owns(CallerIdentity.User user, ClusterRecord cluster) =>
        KubeJson.Read<Cluster>(cluster.Document.Span).Metadata.Annotations?.TryGetValue(OwnerAnnotation, out var owner) == true && owner == user.ObjectId;

    /// <summary>Listing is open to whoever holds any role; what a user may not see is left out of his list.</summary>
    private static bool MaySee(CallerIdentity.User user, ClusterRecord? cluster) =>
        user.Roles.Any(r => r == BuiltInRoles.CreateClusters || BuiltInRoles.Names.Contains(r)) || (cluster is not null && Owns(user, cluster));
}
