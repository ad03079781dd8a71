using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>Replicas of a pod that are replaced step by step when their template changes: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/</summary>
public sealed record Deployment : KubeObject
{
    /// <summary>The replicas that are wanted.</summary>
    public DeploymentSpec Spec { get; init; } = new();
    /// <summary>The replicas that there are.</summary>
    public DeploymentStatus? Status { get; init; }
}

/// <summary>The replicas that are wanted, and how a new template is rolled out.</summary>
public sealed record DeploymentSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    /// <summary>The labels of the pods that count as replicas; the template must have them. Immutable.</summary>
    [Required] public LabelSelector? Selector { get; init; }
    /// <summary>What the pods look like; a change is rolled out.</summary>
    [Required] public PodTemplateSpec Template { get; init; } = new();
    /// <summary>How old pods give way to new ones.</summary>
    [RetainKeys] public DeploymentStrategy? Strategy { get; init; }
    /// <summary>Seconds that a pod must be ready for before it counts as available; default 0.</summary>
    public int? MinReadySeconds { get; init; }
    /// <summary>Old ReplicaSets kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
    /// <summary>Whether changes of the template wait until this is false again.</summary>
    public bool? Paused { get; init; }
    /// <summary>Seconds without progress after which Progressing becomes False; default 600.</summary>
    public int? ProgressDeadlineSeconds { get; init; }
}

/// <summary>How pods of an old template give way to those of the new one.</summary>
public sealed record DeploymentStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or Recreate.</summary>
    public string? Type { get; init; }
    /// <summary>How far a rolling update may go; only with type RollingUpdate.</summary>
    public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary>Both default to 25 %: surge rounded up, unavailable rounded down; both zero is refused.</summary>
public sealed record RollingUpdateDeployment : ApiType
{
    /// <summary>Replicas that may be missing meanwhile, as a number or a percentage.</summary>
    public IntOrString? MaxUnavailable { get; init; }
    /// <summary>Pods that there may be beyond the replicas meanwhile, as a number or a percentage.</summary>
    public IntOrString? MaxSurge { get; init; }
}

/// <summary>The replicas that a Deployment has.</summary>
public sealed record DeploymentStatus : ApiType
{
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>Pods that are not ended, old and new.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Replicas { get; init; }
    /// <summary>Pods of the current template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedReplicas { get; init; }
    /// <summary>Pods that are ready.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    /// <summary>Pods that have been ready for minReadySeconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int AvailableReplicas { get; init; }
    /// <summary>Pods that are still missing until all replicas are available.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UnavailableReplicas { get; init; }
    /// <summary>Pods that are on their way out.</summary>
    public int? TerminatingReplicas { get; init; }
    /// <summary>How often the name of a ReplicaSet was taken by another one.</summary>
    public int? CollisionCount { get; init; }
    /// <summary>Available, Progressing, ReplicaFailure.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
