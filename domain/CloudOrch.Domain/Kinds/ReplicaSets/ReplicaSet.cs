using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.ReplicaSets;

/// <summary>A number of equal pods; mostly made by a Deployment: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/</summary>
public sealed record ReplicaSet : KubeObject
{
    /// <summary>The replicas that are wanted.</summary>
    public ReplicaSetSpec Spec { get; init; } = new();
    /// <summary>The replicas that there are.</summary>
    public ReplicaSetStatus? Status { get; init; }
}

/// <summary>The replicas that are wanted.</summary>
public sealed record ReplicaSetSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    /// <summary>Seconds that a pod must be ready for before it counts as available; default 0.</summary>
    public int? MinReadySeconds { get; init; }
    /// <summary>The labels of the pods that count as replicas; the template must have them. Immutable.</summary>
    [Required] public LabelSelector? Selector { get; init; }
    /// <summary>What new pods look like; those that run stay as they are.</summary>
    public PodTemplateSpec Template { get; init; } = new();
}

/// <summary>The replicas that a ReplicaSet has.</summary>
public sealed record ReplicaSetStatus : ApiType
{
    /// <summary>Pods that are not ended.</summary>
    [Required] public int Replicas { get; init; }
    /// <summary>Pods that have all labels of the template.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int FullyLabeledReplicas { get; init; }
    /// <summary>Pods that are ready.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    /// <summary>Pods that have been ready for minReadySeconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int AvailableReplicas { get; init; }
    /// <summary>Pods that are on their way out.</summary>
    public int? TerminatingReplicas { get; init; }
    /// <summary>The generation that this status is about.</summary>
    public long? ObservedGeneration { get; init; }
    /// <summary>ReplicaFailure: pods could not be made or deleted.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
