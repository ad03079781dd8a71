using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.RuntimeClasses;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/runtime-class-v1/</summary>
public sealed record RuntimeClass : KubeObject
{
    /// <summary>The name of a configuration of the nodes' container runtime; immutable.</summary>
    public string Handler { get; init; } = "";
    public RuntimeOverhead? Overhead { get; init; }
    public RuntimeScheduling? Scheduling { get; init; }
}

public sealed record RuntimeOverhead : ApiType
{
    public ValueMap<Quantity>? PodFixed { get; init; }
}

public sealed record RuntimeScheduling : ApiType
{
    public ValueMap<string>? NodeSelector { get; init; }
    public ValueList<Toleration>? Tolerations { get; init; }
}
