using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/</summary>
public sealed record Deployment : KubeObject
{
    public DeploymentSpec Spec { get; init; } = new();
    public DeploymentStatus? Status { get; init; }
}

public sealed record DeploymentSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec Template { get; init; } = new();
    [RetainKeys] public DeploymentStrategy? Strategy { get; init; }
    public int? MinReadySeconds { get; init; }
    /// <summary>Old ReplicaSets kept for undo; default 10.</summary>
    public int? RevisionHistoryLimit { get; init; }
    public bool? Paused { get; init; }
    /// <summary>Seconds without progress after which Progressing becomes False; default 600.</summary>
    public int? ProgressDeadlineSeconds { get; init; }
}

public sealed record DeploymentStrategy : ApiType
{
    /// <summary>RollingUpdate (default) or Recreate.</summary>
    public string? Type { get; init; }
    public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary>Both default to 25 %: surge rounded up, unavailable rounded down; both zero is refused.</summary>
public sealed record RollingUpdateDeployment : ApiType
{
    public IntOrString? MaxUnavailable { get; init; }
    public IntOrString? MaxSurge { get; init; }
}

public sealed record DeploymentStatus : ApiType
{
    public long? ObservedGeneration { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Replicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UpdatedReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int AvailableReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int UnavailableReplicas { get; init; }
    public int? TerminatingReplicas { get; init; }
    public int? CollisionCount { get; init; }
    /// <summary>Available, Progressing, ReplicaFailure.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
