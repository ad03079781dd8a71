namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/networking/v1, storage/v1, node/v1, scheduling/v1, autoscaling/v1 and v2, events/v1 and core/v1 (Event) generated.proto.</summary>
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

        HorizontalPodAutoscalerV1
        1 metadata ObjectMeta
        2 spec HorizontalPodAutoscalerSpecV1
        3 status ignored

        HorizontalPodAutoscalerSpecV1
        1 scaleTargetRef CrossVersionObjectReference
        2 minReplicas int*
        3 maxReplicas int
        4 targetCPUUtilizationPercentage int*

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

        CoreEvent
        1 metadata ObjectMeta
        2 involvedObject ObjectReference
        3 reason string
        4 message string
        5 source EventSource
        6 firstTimestamp Time
        7 lastTimestamp Time
        8 count int
        9 type string
        10 eventTime MicroTime
        11 series EventSeries
        12 action string
        13 related ObjectReference
        14 reportingComponent string
        15 reportingInstance string

        Event
        1 metadata ObjectMeta
        2 eventTime MicroTime
        3 series EventSeries
        4 reportingController string
        5 reportingInstance string
        6 action string
        7 reason string
        8 regarding ObjectReference
        9 related ObjectReference
        10 note string
        11 type string
        12 deprecatedSource EventSource
        13 deprecatedFirstTimestamp Time
        14 deprecatedLastTimestamp Time
        15 deprecatedCount int

        EventSource
        1 component string
        2 host string

        EventSeries
        1 count int
        2 lastObservedTime MicroTime
        """;
}
