using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.LimitRanges;

/// <summary>Bounds and defaults for what pods and claims of a namespace ask for: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/limit-range-v1/</summary>
public sealed record LimitRange : KubeObject
{
    /// <summary>The bounds and defaults.</summary>
    public LimitRangeSpec Spec { get; init; } = new();
}

/// <summary>Bounds and defaults.</summary>
public sealed record LimitRangeSpec : ApiType
{
    /// <summary>One entry for each type.</summary>
    [Required] public ValueList<LimitRangeItem> Limits { get; init; } = [];
}

/// <summary>Bounds and defaults for one type.</summary>
public sealed record LimitRangeItem : ApiType
{
    /// <summary>Container, Pod or PersistentVolumeClaim.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>The most that may be asked for.</summary>
    public ValueMap<Quantity>? Max { get; init; }
    /// <summary>The least that must be asked for.</summary>
    public ValueMap<Quantity>? Min { get; init; }
    /// <summary>The limit of a container that names none.</summary>
    public ValueMap<Quantity>? Default { get; init; }
    /// <summary>The request of a container that names none.</summary>
    public ValueMap<Quantity>? DefaultRequest { get; init; }
    /// <summary>Limit divided by request.</summary>
    public ValueMap<Quantity>? MaxLimitRequestRatio { get; init; }
}
