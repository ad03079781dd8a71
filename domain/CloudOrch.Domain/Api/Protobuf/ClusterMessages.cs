namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/networking/v1, storage/v1, node/v1, scheduling/v1 and autoscaling/v2 generated.proto.</summary>
internal static class ClusterMessages
{
    public const string Text = """
        Ingress
        1 metadata ObjectMeta
        2 spec IngressSpec
        3 status ignored

        IngressSpec
        1 defaultBackend IngressBackend
        2 tls IngressTLS[]
        3 rules IngressRule[]
        4 ingressClassName string*

        IngressBackend
        3 resource TypedLocalObjectReference
        4 service IngressServiceBackend

        IngressServiceBackend
        1 name string
        2 port ServiceBackendPort

        ServiceBackendPort
        1 name string
        2 number int

        IngressTLS
        1 hosts string[]
        2 secretName string

        IngressRule
        1 host string
        2 ingressRuleValue inline:IngressRuleValue

        IngressRuleValue
        1 http HTTPIngressRuleValue

        HTTPIngressRuleValue
        1 paths HTTPIngressPath[]

        HTTPIngressPath
        1 path string
        2 backend IngressBackend
        3 pathType string

        IngressClass
        1 metadata ObjectMeta
        2 spec IngressClassSpec

        IngressClassSpec
        1 controller string
        2 parameters IngressClassParameters

        IngressClassParameters
        1 apiGroup string*
        2 kind string
        3 name string
        4 scope string
        5 namespace string*

        NetworkPolicy
        1 metadata ObjectMeta
        2 spec NetworkPolicySpec

        NetworkPolicySpec
        1 podSelector LabelSelector
        2 ingress NetworkPolicyIngressRule[]
        3 egress NetworkPolicyEgressRule[]
        4 policyTypes string[]

        NetworkPolicyIngressRule
        1 ports NetworkPolicyPort[]
        2 from NetworkPolicyPeer[]

        NetworkPolicyEgressRule
        1 ports NetworkPolicyPort[]
        2 to NetworkPolicyPeer[]

        NetworkPolicyPort
        1 protocol string
        2 port IntOrString
        3 endPort int*

        NetworkPolicyPeer
        1 podSelector LabelSelector
        2 namespaceSelector LabelSelector
        3 ipBlock IPBlock

        IPBlock
        1 cidr string
        2 except string[]

        StorageClass
        1 metadata ObjectMeta
        2 provisioner string
        3 parameters map:string
        4 reclaimPolicy string
        5 mountOptions string[]
        6 allowVolumeExpansion bool*
        7 volumeBindingMode string
        8 allowedTopologies TopologySelectorTerm[]

        TopologySelectorTerm
        1 matchLabelExpressions TopologySelectorRequirement[]

        TopologySelectorRequirement
        1 key string
        2 values string[]

        RuntimeClass
        1 metadata ObjectMeta
        2 handler string
        3 overhead RuntimeOverhead
        4 scheduling RuntimeScheduling

        RuntimeOverhead
        1 podFixed map:Quantity

        RuntimeScheduling
        1 nodeSelector map:string
        2 tolerations Toleration[]

        PriorityClass
        1 metadata ObjectMeta
        2 value int
        3 globalDefault bool
        4 description string
        5 preemptionPolicy string

        HorizontalPodAutoscaler
        1 metadata ObjectMeta
        2 spec HorizontalPodAutoscalerSpec
        3 status ignored

        HorizontalPodAutoscalerSpec
        1 scaleTargetRef CrossVersionObjectReference
        2 minReplicas int*
        3 maxReplicas int
        4 metrics MetricSpec[]
        5 behavior AutoscalerBehavior

        CrossVersionObjectReference
        1 kind string
        2 name string
        3 apiVersion string

        AutoscalerBehavior
        1 scaleUp ScalingRules
        2 scaleDown ScalingRules

        ScalingRules
        1 selectPolicy string
        2 policies ScalingPolicy[]
        3 stabilizationWindowSeconds int*
        4 tolerance Quantity*

        ScalingPolicy
        1 type string
        2 value int
        3 periodSeconds int

        MetricSpec
        1 type string
        2 object ObjectMetric
        3 pods PodsMetric
        4 resource ResourceMetric
        5 external PodsMetric
        7 containerResource ContainerResourceMetric

        ObjectMetric
        1 describedObject CrossVersionObjectReference
        2 target MetricTarget
        3 metric MetricIdentifier

        PodsMetric
        1 metric MetricIdentifier
        2 target MetricTarget

        ResourceMetric
        1 name string
        2 target MetricTarget

        ContainerResourceMetric
        1 name string
        2 target MetricTarget
        3 container string

        MetricIdentifier
        1 name string
        2 selector LabelSelector

        MetricTarget
        1 type string
        2 value Quantity*
        3 averageValue Quantity*
        4 averageUtilization int*
        """;
}
