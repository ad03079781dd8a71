using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>What is asked: the terms that Kubernetes' RBAC decides by.</summary>
public sealed record AccessRequest(string Verb, ResourceType Type, string Subresource, string Namespace, string Name);

/// <summary>One allowance; <c>*</c> stands for everything.</summary>
public sealed record RoleRule(IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Verbs)
{
    public bool Allows(AccessRequest request)
    {
        string resource = request.Subresource.Length == 0 ? request.Type.Resource : $"{request.Type.Resource}/{request.Subresource}";
        return Has(Groups, request.Type.Group) && Has(Resources, resource) && Has(Verbs, request.Verb);
    }

    private static bool Has(IReadOnlyList<string> allowed, string asked) => allowed.Contains("*") || allowed.Contains(asked);
}

/// <summary>Kubernetes' user-facing roles, held cluster-wide by the app role of the same name.</summary>
/// <remarks>Source: kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, for the kinds that are served.</remarks>
public static class BuiltInRoles
{
    public const string ClusterAdmin = "cluster-admin";
    public const string Admin = "admin";
    public const string Edit = "edit";
    public const string View = "view";

    /// <summary>App role: may create clusters, and is cluster-admin of those that he created.</summary>
    public const string CreateClusters = "Clusters.Create";

    private static readonly string[] Reading = ["get", "list", "watch"];
    private static readonly string[] Writing = ["create", "delete", "deletecollection", "patch", "update"];

    /// <remarks>Not secrets: what they hold would be the reader's own rights.</remarks>
    private static readonly RoleRule[] ViewRules =
    [
        new([""], ["configmaps", "endpoints", "events", "limitranges", "namespaces", "namespaces/status", "persistentvolumeclaims", "persistentvolumeclaims/status",
            "pods", "pods/log", "pods/status", "resourcequotas", "resourcequotas/status", "serviceaccounts", "services", "services/status"], Reading),
        new(["apps"], ["controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status",
            "replicasets", "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"], Reading),
        new(["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], Reading),
        new(["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"], Reading),
        new(["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"], Reading),
        new(["autoscaling"], ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], Reading),
        new(["discovery.k8s.io"], ["endpointslices"], Reading),
        new(["events.k8s.io"], ["events"], Reading),
        new(["metrics.k8s.io"], ["nodes", "pods"], Reading), // as metrics-server's role system:aggregated-metrics-reader
    ];

    private static readonly RoleRule[] EditRules =
    [
        .. ViewRules,
        new([""], ["configmaps", "persistentvolumeclaims", "pods", "pods/eviction", "secrets", "serviceaccounts", "services"], Writing),
        new([""], ["secrets"], Reading),
        new([""], ["serviceaccounts/token"], ["create"]),
        new(["", "events.k8s.io"], ["events"], ["create", "patch", "update"]),
        new(["apps"], ["daemonsets", "deployments", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets", "statefulsets/scale"], Writing),
        new(["batch"], ["cronjobs", "jobs"], Writing),
        new(["policy"], ["poddisruptionbudgets"], Writing),
        new(["networking.k8s.io"], ["ingresses", "networkpolicies"], Writing),
        new(["autoscaling"], ["horizontalpodautoscalers"], Writing),
        new(["coordination.k8s.io"], ["leases"], [.. Reading, .. Writing]),
    ];

    private static readonly Dictionary<string, RoleRule[]> Rules = new(StringComparer.Ordinal)
    {
        [ClusterAdmin] = [new(["*"], ["*"], ["*"])],
        [Admin] = [.. EditRules, new(["rbac.authorization.k8s.io"], ["rolebindings", "roles"], [.. Reading, .. Writing])],
        [Edit] = EditRules,
        [View] = ViewRules,
    };

    public static IReadOnlyCollection<string> Names => Rules.Keys;

    /// <param name="role">A name that is none of <see cref="Names"/> allows nothing.</param>
    public static bool Allows(string role, AccessRequest request) => Rules.TryGetValue(role, out var rules) && rules.Any(rule => rule.Allows(request));

    /// <param name="roles">Some of <see cref="Names"/>.</param>
    public static IEnumerable<RoleRule> RulesOf(IEnumerable<string> roles) => roles.SelectMany(role => Rules[role]);
}
