namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1 and discovery/v1 generated.proto: kinds beside pods.</summary>
internal static class CoreMessages
{
    public const string Text = """
        Secret
        1 metadata ObjectMeta
        2 data map:bytes
        3 type string
        4 stringData map:string
        5 immutable bool*

        ServiceAccount
        1 metadata ObjectMeta
        2 secrets ObjectReference[]
        3 imagePullSecrets LocalObjectReference[]
        4 automountServiceAccountToken bool*

        ObjectReference
        1 kind string
        2 namespace string
        3 name string
        4 uid string
        5 apiVersion string
        6 resourceVersion string
        7 fieldPath string

        Service
        1 metadata ObjectMeta
        2 spec ServiceSpec
        3 status ignored

        ServiceSpec
        1 ports ServicePort[]
        2 selector map:string
        3 clusterIP string
        4 type string
        5 externalIPs string[]
        7 sessionAffinity string
        8 loadBalancerIP string
        9 loadBalancerSourceRanges string[]
        10 externalName string
        11 externalTrafficPolicy string
        12 healthCheckNodePort int
        13 publishNotReadyAddresses bool
        14 sessionAffinityConfig SessionAffinityConfig
        17 ipFamilyPolicy string
        18 clusterIPs string[]
        19 ipFamilies string[]
        20 allocateLoadBalancerNodePorts bool*
        21 loadBalancerClass string
        22 internalTrafficPolicy string
        23 trafficDistribution string

        ServicePort
        1 name string
        2 protocol string
        3 port int
        4 targetPort IntOrString
        5 nodePort int
        6 appProtocol string

        SessionAffinityConfig
        1 clientIP ClientIPConfig

        ClientIPConfig
        1 timeoutSeconds int*

        Endpoints
        1 metadata ObjectMeta
        2 subsets EndpointSubset[]

        EndpointSubset
        1 addresses EndpointAddress[]
        2 notReadyAddresses EndpointAddress[]
        3 ports EndpointPort[]

        EndpointAddress
        1 ip string
        2 targetRef ObjectReference
        3 hostname string
        4 nodeName string

        EndpointPort
        1 name string
        2 port int
        3 protocol string
        4 appProtocol string

        EndpointSlice
        1 metadata ObjectMeta
        2 endpoints Endpoint[]
        3 ports EndpointSlicePort[]
        4 addressType string

        Endpoint
        1 addresses string[]
        2 conditions EndpointConditions
        3 hostname string
        4 targetRef ObjectReference
        5 deprecatedTopology map:string
        6 nodeName string
        7 zone string
        8 hints EndpointHints

        EndpointConditions
        1 ready bool*
        2 serving bool*
        3 terminating bool*

        EndpointHints
        1 forZones EndpointHint[]
        2 forNodes EndpointHint[]

        EndpointHint
        1 name string

        EndpointSlicePort
        1 name string*
        2 protocol string
        3 port int*
        4 appProtocol string

        ResourceQuota
        1 metadata ObjectMeta
        2 spec ResourceQuotaSpec
        3 status ignored

        ResourceQuotaSpec
        1 hard map:Quantity
        2 scopes string[]
        3 scopeSelector ScopeSelector

        ScopeSelector
        1 matchExpressions ScopedResourceSelectorRequirement[]

        ScopedResourceSelectorRequirement
        1 scopeName string
        2 operator string
        3 values string[]

        LimitRange
        1 metadata ObjectMeta
        2 spec LimitRangeSpec

        LimitRangeSpec
        1 limits LimitRangeItem[]

        LimitRangeItem
        1 type string
        2 max map:Quantity
        3 min map:Quantity
        4 default map:Quantity
        5 defaultRequest map:Quantity
        6 maxLimitRequestRatio map:Quantity

        PodTemplate
        1 metadata ObjectMeta
        2 template PodTemplateSpec
        """;
}
