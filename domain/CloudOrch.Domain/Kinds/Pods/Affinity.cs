using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>Which nodes a pod needs or prefers, and which pods it seeks or avoids: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#affinity-and-anti-affinity</summary>
public sealed record Affinity : ApiType
{
    /// <summary>Nodes that the pod needs or prefers.</summary>
    public NodeAffinity? NodeAffinity { get; init; }
    /// <summary>Pods near which the pod must or should be.</summary>
    public PodAffinity? PodAffinity { get; init; }
    /// <summary>Pods near which the pod must not or should not be.</summary>
    public PodAntiAffinity? PodAntiAffinity { get; init; }
}

/// <summary>Nodes that a pod needs or prefers.</summary>
public sealed record NodeAffinity : ApiType
{
    /// <summary>What must hold for the node when the pod gets it; later changes of the node do not matter.</summary>
    public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }
    /// <summary>Of the nodes that are possible, the one with the highest sum of weights is preferred.</summary>
    public ValueList<PreferredSchedulingTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>A condition on nodes, and what it is worth when it holds.</summary>
public sealed record PreferredSchedulingTerm : ApiType
{
    /// <summary>From 1 to 100.</summary>
    [Required] public int Weight { get; init; }
    /// <summary>The condition.</summary>
    [Required] public NodeSelectorTerm Preference { get; init; } = new();
}

/// <summary>One of the terms must hold.</summary>
[Atomic]
public sealed record NodeSelector : ApiType
{
    /// <summary>The terms.</summary>
    [Required] public ValueList<NodeSelectorTerm>? NodeSelectorTerms { get; init; }
}

/// <summary>Conditions on a node, all of which must hold.</summary>
[Atomic]
public sealed record NodeSelectorTerm : ApiType
{
    /// <summary>Conditions on the node's labels.</summary>
    public ValueList<NodeSelectorRequirement>? MatchExpressions { get; init; }
    /// <summary>Conditions on the node's fields; only metadata.name is one.</summary>
    public ValueList<NodeSelectorRequirement>? MatchFields { get; init; }
}

/// <summary>A condition on one label or field of a node.</summary>
public sealed record NodeSelectorRequirement : ApiType
{
    /// <summary>The label or field.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>In, NotIn, Exists, DoesNotExist, Gt or Lt.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>What is compared with: at least one for In and NotIn, one whole number for Gt and Lt, else none.</summary>
    public ValueList<string>? Values { get; init; }
}

/// <summary>Pods near which a pod must or should be.</summary>
public sealed record PodAffinity : ApiType
{
    /// <summary>All must hold when the pod gets its node; later changes do not matter.</summary>
    public ValueList<PodAffinityTerm>? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }
    /// <summary>Of the nodes that are possible, the one with the highest sum of weights is preferred.</summary>
    public ValueList<WeightedPodAffinityTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>Pods near which a pod must not or should not be.</summary>
public sealed record PodAntiAffinity : ApiType
{
    /// <summary>None of these pods may be near when the pod gets its node; later changes do not matter.</summary>
    public ValueList<PodAffinityTerm>? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }
    /// <summary>Of the nodes that are possible, the one with the lowest sum of weights is preferred.</summary>
    public ValueList<WeightedPodAffinityTerm>? PreferredDuringSchedulingIgnoredDuringExecution { get; init; }
}

/// <summary>Pods near the node, and what they are worth.</summary>
public sealed record WeightedPodAffinityTerm : ApiType
{
    /// <summary>From 1 to 100.</summary>
    [Required] public int Weight { get; init; }
    /// <summary>The pods, and what near means.</summary>
    [Required] public PodAffinityTerm PodAffinityTerm { get; init; } = new();
}

/// <summary>Some pods, and what near means.</summary>
public sealed record PodAffinityTerm : ApiType
{
    /// <summary>The pods' labels; absent: no pod.</summary>
    public LabelSelector? LabelSelector { get; init; }
    /// <summary>The pods' namespaces, beside those of namespaceSelector; with neither: the pod's own.</summary>
    public ValueList<string>? Namespaces { get; init; }
    /// <summary>The label of nodes whose value must be the same for nodes to be near, such as kubernetes.io/hostname.</summary>
    [Required] public string TopologyKey { get; init; } = "";
    /// <summary>Labels of the pods' namespaces; empty: all namespaces.</summary>
    public LabelSelector? NamespaceSelector { get; init; }
    /// <summary>Labels of which the pods must have the same value as the pod itself.</summary>
    public ValueList<string>? MatchLabelKeys { get; init; }
    /// <summary>Labels of which the pods must have another value than the pod itself.</summary>
    public ValueList<string>? MismatchLabelKeys { get; init; }
}

/// <summary>How pods are spread over zones or nodes: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/</summary>
public sealed record TopologySpreadConstraint : ApiType
{
    /// <summary>How many pods more than in the emptiest place may be in any, at least 1.</summary>
    [Required] public int MaxSkew { get; init; }
    /// <summary>The label of nodes by whose value places are told apart.</summary>
    [Required] public string TopologyKey { get; init; } = "";
    /// <summary>DoNotSchedule: the pod waits; ScheduleAnyway: it is put where the skew is least.</summary>
    [Required] public string WhenUnsatisfiable { get; init; } = "";
    /// <summary>The pods that are counted.</summary>
    public LabelSelector? LabelSelector { get; init; }
    /// <summary>How many places there must be, else the emptiest counts as empty; with DoNotSchedule only.</summary>
    public int? MinDomains { get; init; }
    /// <summary>Whether only nodes count that the pod's node selector and affinity allow: Honor (default) or Ignore.</summary>
    public string? NodeAffinityPolicy { get; init; }
    /// <summary>Whether nodes count whose taints the pod does not tolerate: Honor (no) or Ignore (yes, default).</summary>
    public string? NodeTaintsPolicy { get; init; }
    /// <summary>Labels of which counted pods must have the same value as the pod itself.</summary>
    public ValueList<string>? MatchLabelKeys { get; init; }
}
