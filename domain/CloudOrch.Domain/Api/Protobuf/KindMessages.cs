namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>The kinds that may come as protobuf, and those of them that are acted on: k8s.io/api/core/v1, apps/v1, autoscaling/v1, coordination/v1 and policy/v1 generated.proto.</summary>
internal static class KindMessages
{
    /// <summary>apiVersion and kind to the message's name.</summary>
    public static readonly IReadOnlyDictionary<(string ApiVersion, string Kind), string> Kinds = new Dictionary<(string, string), string>
    {
        [("v1", "Namespace")] = "Namespace",
        [("v1", "ConfigMap")] = "ConfigMap",
        [("v1", "Pod")] = "Pod",
        [("v1", "Secret")] = "Secret",
        [("v1", "ServiceAccount")] = "ServiceAccount",
        [("v1", "Service")] = "Service",
        [("v1", "Endpoints")] = "Endpoints",
        [("v1", "PersistentVolume")] = "PersistentVolume",
        [("v1", "PersistentVolumeClaim")] = "PersistentVolumeClaim",
        [("v1", "ResourceQuota")] = "ResourceQuota",
        [("v1", "LimitRange")] = "LimitRange",
        [("v1", "PodTemplate")] = "PodTemplate",
        [("v1", "DeleteOptions")] = "DeleteOptions",
        [("v1", "Binding")] = "Binding",
        [("apps/v1", "Deployment")] = "Deployment",
        [("apps/v1", "ReplicaSet")] = "ReplicaSet",
        [("apps/v1", "StatefulSet")] = "StatefulSet",
        [("apps/v1", "DaemonSet")] = "DaemonSet",
        [("apps/v1", "ControllerRevision")] = "ControllerRevision",
        [("batch/v1", "Job")] = "Job",
        [("batch/v1", "CronJob")] = "CronJob",
        [("policy/v1", "PodDisruptionBudget")] = "PodDisruptionBudget",
        [("networking.k8s.io/v1", "Ingress")] = "Ingress",
        [("networking.k8s.io/v1", "IngressClass")] = "IngressClass",
        [("networking.k8s.io/v1", "NetworkPolicy")] = "NetworkPolicy",
        [("storage.k8s.io/v1", "StorageClass")] = "StorageClass",
        [("node.k8s.io/v1", "RuntimeClass")] = "RuntimeClass",
        [("scheduling.k8s.io/v1", "PriorityClass")] = "PriorityClass",
        [("autoscaling/v2", "HorizontalPodAutoscaler")] = "HorizontalPodAutoscaler",
        [("autoscaling/v1", "HorizontalPodAutoscaler")] = "HorizontalPodAutoscalerV1",
        [("v1", "Event")] = "CoreEvent",
        [("events.k8s.io/v1", "Event")] = "Event",
        [("rbac.authorization.k8s.io/v1", "Role")] = "Role",
        [("rbac.authorization.k8s.io/v1", "ClusterRole")] = "ClusterRole",
        [("rbac.authorization.k8s.io/v1", "RoleBinding")] = "RoleBinding",
        [("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")] = "RoleBinding",
        [("autoscaling/v1", "Scale")] = "Scale",
        [("coordination.k8s.io/v1", "Lease")] = "Lease",
        [("discovery.k8s.io/v1", "EndpointSlice")] = "EndpointSlice",
        [("authentication.k8s.io/v1", "SelfSubjectReview")] = "SelfSubjectReview",
        [("authorization.k8s.io/v1", "SelfSubjectAccessReview")] = "SelfSubjectAccessReview",
        [("authorization.k8s.io/v1", "SelfSubjectRulesReview")] = "SelfSubjectRulesReview",
        [("authentication.k8s.io/v1", "TokenRequest")] = "TokenRequest",
        [("policy/v1", "Eviction")] = "Eviction",
        [("policy/v1beta1", "Eviction")] = "Eviction",
    };

    public const string Text = """
        Namespace
        1 metadata ObjectMeta
        2 spec NamespaceSpec
        3 status ignored

        NamespaceSpec
        1 finalizers string[]

        ConfigMap
        1 metadata ObjectMeta
        2 data map:string
        3 binaryData map:bytes
        4 immutable bool*

        Pod
        1 metadata ObjectMeta
        2 spec PodSpec
        3 status ignored

        Deployment
        1 metadata ObjectMeta
        2 spec DeploymentSpec
        3 status ignored

        DeploymentSpec
        1 replicas int*
        2 selector LabelSelector
        3 template PodTemplateSpec
        4 strategy DeploymentStrategy
        5 minReadySeconds int
        6 revisionHistoryLimit int*
        7 paused bool
        9 progressDeadlineSeconds int*

        DeploymentStrategy
        1 type string
        2 rollingUpdate RollingUpdateDeployment

        RollingUpdateDeployment
        1 maxUnavailable IntOrString
        2 maxSurge IntOrString

        ReplicaSet
        1 metadata ObjectMeta
        2 spec ReplicaSetSpec
        3 status ignored

        ReplicaSetSpec
        1 replicas int*
        2 selector LabelSelector
        3 template PodTemplateSpec
        4 minReadySeconds int

        PodTemplateSpec
        1 metadata ObjectMeta
        2 spec PodSpec

        Scale
        1 metadata ObjectMeta
        2 spec ScaleSpec
        3 status ignored

        ScaleSpec
        1 replicas int*

        Lease
        1 metadata ObjectMeta
        2 spec LeaseSpec

        LeaseSpec
        1 holderIdentity string
        2 leaseDurationSeconds int*
        3 acquireTime MicroTime
        4 renewTime MicroTime
        5 leaseTransitions int*
        6 strategy string
        7 preferredHolder string

        Binding
        1 metadata ObjectMeta
        2 target ObjectReference

        Eviction
        1 metadata ObjectMeta
        2 deleteOptions DeleteOptions
        """;
}
