namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1/generated.proto: what says where a pod runs and how it finds others.</summary>
internal static class SchedulingMessages
{
    public const string Text = """
        Toleration
        1 key string
        2 operator string
        3 value string
        4 effect string
        5 tolerationSeconds int*

        HostAlias
        1 ip string
        2 hostnames string[]

        Affinity
        1 nodeAffinity NodeAffinity
        2 podAffinity PodAffinity
        3 podAntiAffinity PodAffinity

        NodeAffinity
        1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector
        2 preferredDuringSchedulingIgnoredDuringExecution PreferredSchedulingTerm[]

        NodeSelector
        1 nodeSelectorTerms NodeSelectorTerm[]

        NodeSelectorTerm
        1 matchExpressions LabelSelectorRequirement[]
        2 matchFields LabelSelectorRequirement[]

        PreferredSchedulingTerm
        1 weight int
        2 preference NodeSelectorTerm

        PodAffinity
        1 requiredDuringSchedulingIgnoredDuringExecution PodAffinityTerm[]
        2 preferredDuringSchedulingIgnoredDuringExecution WeightedPodAffinityTerm[]

        WeightedPodAffinityTerm
        1 weight int
        2 podAffinityTerm PodAffinityTerm

        PodAffinityTerm
        1 labelSelector LabelSelector
        2 namespaces string[]
        3 topologyKey string
        4 namespaceSelector LabelSelector
        5 matchLabelKeys string[]
        6 mismatchLabelKeys string[]

        TopologySpreadConstraint
        1 maxSkew int
        2 topologyKey string
        3 whenUnsatisfiable string
        4 labelSelector LabelSelector
        5 minDomains int*
        6 nodeAffinityPolicy string
        7 nodeTaintsPolicy string
        8 matchLabelKeys string[]

        PodDNSConfig
        1 nameservers string[]
        2 searches string[]
        3 options PodDNSConfigOption[]

        PodDNSConfigOption
        1 name string
        2 value string

        PodReadinessGate
        1 conditionType string

        PodOS
        1 name string

        PodSchedulingGate
        1 name string

        PodResourceClaim
        1 name string
        3 resourceClaimName string
        4 resourceClaimTemplateName string
        """;
}
