using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.StatefulSets;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/</summary>
public sealed record StatefulSet : SpecObject<StatefulSetSpec, StatefulSetStatus>;

public sealed record StatefulSetSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec Template { get; init; } = new();
    public ValueList<PersistentVolumeClaim>? VolumeClaimTemplates { get; init; }
    /// <summary>The Service that names the pods.</summary>
    public string ServiceName { get; init; } = "";
    /// <summary>OrderedReady (default) or Parallel.</summary>
    public string? PodManagementPolicy { get; init; }
    public StatefulSetUpdateStrategy? UpdateStrategy { get; init; }
    /// <summary>Old revisions kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
    public int? MinReadySeconds { get; init; }
    public ClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }
    public StatefulSetOrdinals? Ordinals { get; init; }
}

public sealed record StatefulSetUpdateStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or OnDelete.</summary>
    public string? Type { get; init; }
    public RollingUpdateStatefulSet? RollingUpdate { get; init; }
}

public sealed record RollingUpdateStatefulSet : ApiType
{
    /// <summary>Pods with a smaller number keep the old revision; default 0.</summary>
    public int? Partition { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>Each Retain (default) or Delete.</summary>
public sealed record ClaimRetentionPolicy : ApiType
{
    public string? WhenDeleted { get; init; }
    public string? WhenScaled { get; init; }
}

public sealed record StatefulSetOrdinals : ApiType
{
    /// <summary>The number of the first pod.</summary>
    public int Start { get; init; }
}

public sealed record StatefulSetStatus : ApiType
{
    public long? ObservedGeneration { get; init; }
    public int Replicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int CurrentReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedReplicas { get; init; }
    public int AvailableReplicas { get; init; }
    public string? CurrentRevision { get; init; }
    public string? UpdateRevision { get; init; }
    public int? CollisionCount { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
