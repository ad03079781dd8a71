using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.DaemonSets;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/</summary>
public sealed record DaemonSet : SpecObject<DaemonSetSpec, DaemonSetStatus>;

public sealed record DaemonSetSpec : ApiType
{
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec Template { get; init; } = new();
    public DaemonSetUpdateStrategy? UpdateStrategy { get; init; }
    public int? MinReadySeconds { get; init; }
    /// <summary>Old revisions kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
}

public sealed record DaemonSetUpdateStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or OnDelete.</summary>
    public string? Type { get; init; }
    public RollingUpdateDaemonSet? RollingUpdate { get; init; }
}

/// <summary>Exactly one of the two is not zero; default: one pod may be missing.</summary>
public sealed record RollingUpdateDaemonSet : ApiType
{
    public IntOrString? MaxUnavailable { get; init; }
    public IntOrString? MaxSurge { get; init; }
}

public sealed record DaemonSetStatus : ApiType
{
    public int CurrentNumberScheduled { get; init; }
    public int NumberMisscheduled { get; init; }
    public int DesiredNumberScheduled { get; init; }
    public int NumberReady { get; init; }
    public long? ObservedGeneration { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedNumberScheduled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int NumberAvailable { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int NumberUnavailable { get; init; }
    public int? CollisionCount { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
