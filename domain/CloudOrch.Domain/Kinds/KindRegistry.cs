using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Domain.Kinds.ControllerRevisions;
using CloudOrch.Domain.Kinds.CronJobs;
using CloudOrch.Domain.Kinds.DaemonSets;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Endpoints;
using CloudOrch.Domain.Kinds.EndpointSlices;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;
using CloudOrch.Domain.Kinds.IngressClasses;
using CloudOrch.Domain.Kinds.Ingresses;
using CloudOrch.Domain.Kinds.Jobs;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.LimitRanges;
using CloudOrch.Domain.Kinds.Management;
using CloudOrch.Domain.Kinds.Metrics;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.NetworkPolicies;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Domain.Kinds.PodDisruptionBudgets;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.PodTemplates;
using CloudOrch.Domain.Kinds.PriorityClasses;
using CloudOrch.Domain.Kinds.Rbac;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Kinds.ResourceQuotas;
using CloudOrch.Domain.Kinds.Reviews;
using CloudOrch.Domain.Kinds.RuntimeClasses;
using CloudOrch.Domain.Kinds.Secrets;
using CloudOrch.Domain.Kinds.ServiceAccounts;
using CloudOrch.Domain.Kinds.Services;
using CloudOrch.Domain.Kinds.StatefulSets;
using CloudOrch.Domain.Kinds.StorageClasses;

namespace CloudOrch.Domain.Kinds;

/// <summary>The one list of kinds, and the one of further versions in which some of them are served.</summary>
public static class KindRegistry
{
    public static IReadOnlyList<KindDefinition> All { get; } =
    [
        new ConfigMapKind(),
        new EventKind(),
        new NamespaceKind(),
        new NodeKind(),
        new PodKind(),
        new DeploymentKind(),
        new ReplicaSetKind(),
        new LeaseKind(),
        new SecretKind(),
        new ServiceAccountKind(),
        new ServiceKind(),
        new EndpointsKind(),
        new EndpointSliceKind(),
        new PersistentVolumeKind(),
        new PersistentVolumeClaimKind(),
        new ResourceQuotaKind(),
        new LimitRangeKind(),
        new PodTemplateKind(),
        new SelfSubjectReviewKind(),
        new SelfSubjectAccessReviewKind(),
        new SelfSubjectRulesReviewKind(),
        new StatefulSetKind(),
        new DaemonSetKind(),
        new ControllerRevisionKind(),
        new JobKind(),
        new CronJobKind(),
        new PodDisruptionBudgetKind(),
        new IngressKind(),
        new IngressClassKind(),
        new NetworkPolicyKind(),
        new StorageClassKind(),
        new RuntimeClassKind(),
        new PriorityClassKind(),
        new HorizontalPodAutoscalerKind(),
        new RoleKind(),
        new ClusterRoleKind(),
        new RoleBindingKind(),
        new ClusterRoleBindingKind(),
        new NodeMetricsKind(),
        new PodMetricsKind(),
        new ClusterKind(),
        new JoinTokenKind(),
    ];

    private static readonly Dictionary<ResourceType, KindDefinition> ByType = All.ToDictionary(k => k.Type);

    /// <summary>Kinds and views: all that a client can name.</summary>
    public static IReadOnlyList<KindDefinition> Served { get; } =
    [
        .. All,
        new HorizontalPodAutoscalers.V1.HorizontalPodAutoscalerView(ByType[ResourceTypes.HorizontalPodAutoscalers]),
        new Events.V1.EventView(ByType[ResourceTypes.Events]),
    ];

    private static readonly Dictionary<(ResourceType Type, string Version), KindDefinition> ByPath = Served.ToDictionary(k => (k.Type, k.Version));
    private static readonly Dictionary<(string ApiVersion, string Kind), KindDefinition> ByName = Served.ToDictionary(k => (k.ApiVersion, k.Kind));
    private static readonly Dictionary<Type, KindDefinition> ByClrType = All.ToDictionary(k => k.ClrType);

    /// <returns>The kind as it is stored.</returns>
    public static KindDefinition? Find(ResourceType type) => ByType.GetValueOrDefault(type);

    /// <summary>The version of a kind that a path names.</summary>
    public static KindDefinition? FindServed(ResourceType type, string version) => ByPath.GetValueOrDefault((type, version));

    /// <summary>The version of a kind that a document names.</summary>
    public static KindDefinition? Find(string apiVersion, string kind) => ByName.GetValueOrDefault((apiVersion, kind));

    public static KindDefinition Of<T>() where T : KubeObject => ByClrType[typeof(T)];

    public static KindDefinition Of(KubeObject value) => ByClrType[value.GetType()];

    public static ResourceKey KeyOf(KubeObject value) =>
        new(Of(value).Type, value.Metadata.Namespace ?? "", value.Metadata.Name ?? "");
}
