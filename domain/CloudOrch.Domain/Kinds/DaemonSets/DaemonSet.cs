using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.DaemonSets;

/// <summary>One pod on every node, or on some: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/</summary>
public sealed record DaemonSet : SpecObject<DaemonSetSpec, DaemonSetStatus>;

/// <summary>The pod that every node gets.</summary>
public sealed record DaemonSetSpec : ApiType
{
    /// <summary>The labels of the pods that count; the template must have them. Immutable.</summary>
    [Required] public LabelSelector? Selector { get; init; }
    /// <summary>What the pods look like, and on which nodes they are.</summary>
    [Required] public PodTemplateSpec Template { get; init; } = new();
    /// <summary>How old pods give way to new ones.</summary>
    public DaemonSetUpdateStrategy? UpdateStrategy { get; init; }
    /// <summary>Seconds that a pod must be ready for before it counts as available; default 0.</summary>
    public int? MinReadySeconds { get; init; }
    /// <summary>Old revisions kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
}

/// <summary>How pods of an old template give way to those of the new one.</summary>
public sealed record DaemonSetUpdateStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or OnDelete.</summary>
    public string? Type { get; init; }
    /// <summary>How far a rolling update may go; only with type RollingUpdate.</summary>
    public RollingUpdateDaemonSet? RollingUpdate { get; init; }
}

/// <summary>Exactly one of the two is not zero; default: one pod may be missing.</summary>
public sealed record RollingUpdateDaemonSet : ApiType
{
    /// <summary>Nodes whose pod may be missing meanwhile, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; init; }
    /// <summary>Nodes that may have an old and a new pod meanwhile, as a number or a percentage.</summary>
    public IntOrString? MaxSurge { get; init; }
}

/// <summary>How many nodes have their pod.</summary>
public sealed record DaemonSetStatus : ApiType
{
    /// <summary>Nodes that have the pod and should.</summary>
    [Required] public int CurrentNumberScheduled { get; init; }
    /// <summary>Nodes that have the pod and should not.</summary>
    [Required] public int NumberMisscheduled { get; init; }
    /// <summary>Nodes that should have the pod.</summary>
    [Required] public int DesiredNumberScheduled { get; init; }
    /// <summary>Nodes whose pod is ready.</summary>
    [Required] public int NumberReady { get; init; }
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>Nodes that have a pod of the current template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedNumberScheduled { get; init; }
    /// <summary>Nodes whose pod has been ready for minReadySeconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int NumberAvailable { get; init; }
    /// <summary>Nodes that should have an available pod and do not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int NumberUnavailable { get; init; }
    /// <summary>How often the name of a ControllerRevision was taken by another one.</summary>
    public int? CollisionCount { get; init; }
    /// <summary>What else was observed.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
