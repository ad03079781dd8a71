using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.StatefulSets;

/// <summary>Pods that each have a name and storage of their own: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/</summary>
public sealed record StatefulSet : SpecObject<StatefulSetSpec, StatefulSetStatus>;

/// <summary>The pods that are wanted, and their storage.</summary>
public sealed record StatefulSetSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    /// <summary>The labels of the pods that count as replicas; the template must have them. Immutable.</summary>
    [Required] public LabelSelector? Selector { get; init; }
    /// <summary>What the pods look like.</summary>
    [Required] public PodTemplateSpec Template { get; init; } = new();
    /// <summary>Claims that every pod gets for itself. Immutable.</summary>
    public ValueList<PersistentVolumeClaim>? VolumeClaimTemplates { get; init; }
    /// <summary>The Service that names the pods.</summary>
    public string ServiceName { get; init; } = "";
    /// <summary>OrderedReady (default) or Parallel.</summary>
    public string? PodManagementPolicy { get; init; }
    /// <summary>How old pods give way to new ones.</summary>
    public StatefulSetUpdateStrategy? UpdateStrategy { get; init; }
    /// <summary>Old revisions kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
    /// <summary>Seconds that a pod must be ready for before it counts as available; default 0.</summary>
    public int? MinReadySeconds { get; init; }
    /// <summary>What becomes of the claims of pods that go.</summary>
    public ClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }
    /// <summary>How the pods are numbered.</summary>
    public StatefulSetOrdinals? Ordinals { get; init; }
}

/// <summary>How pods of an old template give way to those of the new one.</summary>
public sealed record StatefulSetUpdateStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or OnDelete.</summary>
    public string? Type { get; init; }
    /// <summary>How far a rolling update may go; only with type RollingUpdate.</summary>
    public RollingUpdateStatefulSet? RollingUpdate { get; init; }
}

/// <summary>How far a rolling update may go.</summary>
public sealed record RollingUpdateStatefulSet : ApiType
{
    /// <summary>Pods with a smaller number keep the old revision; default 0.</summary>
    public int? Partition { get; init; }
    /// <summary>Pods that may be missing meanwhile, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>Each Retain (default) or Delete.</summary>
public sealed record ClaimRetentionPolicy : ApiType
{
    /// <summary>What becomes of the claims when the StatefulSet is deleted.</summary>
    public string? WhenDeleted { get; init; }
    /// <summary>What becomes of a claim when its pod is scaled away.</summary>
    public string? WhenScaled { get; init; }
}

/// <summary>How pods are numbered.</summary>
public sealed record StatefulSetOrdinals : ApiType
{
    /// <summary>The number of the first pod.</summary>
    public int Start { get; init; }
}

/// <summary>The pods that there are.</summary>
public sealed record StatefulSetStatus : ApiType
{
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>Pods that there are.</summary>
    [Required] public int Replicas { get; init; }
    /// <summary>Pods that are ready.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    /// <summary>Pods of the template before the update.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int CurrentReplicas { get; init; }
    /// <summary>Pods of the current template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedReplicas { get; init; }
    /// <summary>Pods that have been ready for minReadySeconds.</summary>
    public int AvailableReplicas { get; init; }
    /// <summary>The ControllerRevision of the template before the update.</summary>
    public string? CurrentRevision { get; init; }
    /// <summary>The ControllerRevision of the current template.</summary>
    public string? UpdateRevision { get; init; }
    /// <summary>How often the name of a ControllerRevision was taken by another one.</summary>
    public int? CollisionCount { get; init; }
    /// <summary>What else was observed.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
