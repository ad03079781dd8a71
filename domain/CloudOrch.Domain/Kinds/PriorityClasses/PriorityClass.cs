using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.PriorityClasses;

/// <summary>How important pods are: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/priority-class-v1/</summary>
public sealed record PriorityClass : KubeObject
{
    /// <summary>The higher, the sooner; immutable.</summary>
    [Required] public int Value { get; init; }
    /// <summary>For pods that name no class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool GlobalDefault { get; init; }
    /// <summary>For people: which pods this is meant for.</summary>
    public string? Description { get; init; }
    /// <summary>PreemptLowerPriority (default) or Never.</summary>
    public string? PreemptionPolicy { get; init; }
}
