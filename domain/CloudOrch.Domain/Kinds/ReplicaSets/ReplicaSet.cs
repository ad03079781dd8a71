using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.ReplicaSets;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/</summary>
public sealed record ReplicaSet : KubeObject
{
    public ReplicaSetSpec Spec { get; init; } = new();
    public ReplicaSetStatus? Status { get; init; }
}

public sealed record ReplicaSetSpec : ApiType
{
    /// <summary>Default 1.</summary>
    public int? Replicas { get; init; }
    public int? MinReadySeconds { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec Template { get; init; } = new();
}

public sealed record ReplicaSetStatus : ApiType
{
    public int Replicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int FullyLabeledReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int ReadyReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int AvailableReplicas { get; init; }
    public int? TerminatingReplicas { get; init; }
    public long? ObservedGeneration { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
}
