using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds;

/// <summary>The resource types by name, for code that means one in particular. The list of all kinds is <see cref="KindRegistry"/>.</summary>
public static class ResourceTypes
{
    public static readonly ResourceType Namespaces = new("", "namespaces");
    public static readonly ResourceType Nodes = new("", "nodes");
    public static readonly ResourceType Pods = new("", "pods");
    public static readonly ResourceType ConfigMaps = new("", "configmaps");
    public static readonly ResourceType Secrets = new("", "secrets");
    public static readonly ResourceType ServiceAccounts = new("", "serviceaccounts");
    public static readonly ResourceType Services = new("", "services");
    public static readonly ResourceType Endpoints = new("", "endpoints");
    public static readonly ResourceType PersistentVolumes = new("", "persistentvolumes");
    public static readonly ResourceType PersistentVolumeClaims = new("", "persistentvolumeclaims");
    public static readonly ResourceType ResourceQuotas = new("", "resourcequotas");
    public static readonly ResourceType LimitRanges = new("", "limitranges");
    public static readonly ResourceType PodTemplates = new("", "podtemplates");
    public static readonly ResourceType Events = new("", "events");
    public static readonly ResourceType Deployments = new("apps", "deployments");
    public static readonly ResourceType ReplicaSets = new("apps", "replicasets");
    public static readonly ResourceType StatefulSets = new("apps", "statefulsets");
    public static readonly ResourceType DaemonSets = new("apps", "daemonsets");
    public static readonly ResourceType ControllerRevisions = new("apps", "controllerrevisions");
    public static readonly ResourceType Jobs = new("batch", "jobs");
    public static readonly ResourceType CronJobs = new("batch", "cronjobs");
    public static readonly ResourceType PodDisruptionBudgets = new("policy", "poddisruptionbudgets");
    public static readonly ResourceType Ingresses = new("networking.k8s.io", "ingresses");
    public static readonly ResourceType IngressClasses = new("networking.k8s.io", "ingressclasses");
    public static readonly ResourceType NetworkPolicies = new("networking.k8s.io", "networkpolicies");
    public static readonly ResourceType StorageClasses = new("storage.k8s.io", "storageclasses");
    public static readonly ResourceType RuntimeClasses = new("node.k8s.io", "runtimeclasses");
    public static readonly ResourceType PriorityClasses = new("scheduling.k8s.io", "priorityclasses");
    public static readonly ResourceType HorizontalPodAutoscalers = new("autoscaling", "horizontalpodautoscalers");
    public static readonly ResourceType Roles = new("rbac.authorization.k8s.io", "roles");
    public static readonly ResourceType ClusterRoles = new("rbac.authorization.k8s.io", "clusterroles");
    public static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "rolebindings");
    public static readonly ResourceType ClusterRoleBindings = new("rbac.authorization.k8s.io", "clusterrolebindings");
    public static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "endpointslices");
    public static readonly ResourceType Leases = new("coordination.k8s.io", "leases");
    public static readonly ResourceType SelfSubjectReviews = new("authentication.k8s.io", "selfsubjectreviews");
    public static readonly ResourceType SelfSubjectAccessReviews = new("authorization.k8s.io", "selfsubjectaccessreviews");
    public static readonly ResourceType SelfSubjectRulesReviews = new("authorization.k8s.io", "selfsubjectrulesreviews");
    public static readonly ResourceType NodeMetrics = new("metrics.k8s.io", "nodes");
    public static readonly ResourceType PodMetrics = new("metrics.k8s.io", "pods");
    public static readonly ResourceType Clusters = new("management.cloudorch.io", "clusters");
    public static readonly ResourceType JoinTokens = new("management.cloudorch.io", "jointokens");
}
