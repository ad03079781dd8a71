using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.RuntimeClasses;

/// <summary>What runs the containers of pods: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/runtime-class-v1/</summary>
public sealed record RuntimeClass : KubeObject
{
    /// <summary>The name of a configuration of the nodes' container runtime; immutable.</summary>
    [Required] public string Handler { get; init; } = "";
    /// <summary>What each pod needs beside its containers.</summary>
    public RuntimeOverhead? Overhead { get; init; }
    /// <summary>Which nodes have the runtime.</summary>
    public RuntimeScheduling? Scheduling { get; init; }
}

/// <summary>What each pod needs beside its containers.</summary>
public sealed record RuntimeOverhead : ApiType
{
    /// <summary>The amount by resource.</summary>
    public ValueMap<Quantity>? PodFixed { get; init; }
}

/// <summary>Which nodes have a runtime.</summary>
public sealed record RuntimeScheduling : ApiType
{
    /// <summary>Labels of the nodes.</summary>
    public ValueMap<string>? NodeSelector { get; init; }
    /// <summary>Taints of the nodes that pods can live with.</summary>
    public ValueList<Toleration>? Tolerations { get; init; }
}
