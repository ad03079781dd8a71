using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.LimitRanges;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/limit-range-v1/</summary>
public sealed record LimitRange : KubeObject
{
    public LimitRangeSpec Spec { get; init; } = new();
}

public sealed record LimitRangeSpec : ApiType
{
    public ValueList<LimitRangeItem> Limits { get; init; } = [];
}

public sealed record LimitRangeItem : ApiType
{
    /// <summary>Container, Pod or PersistentVolumeClaim.</summary>
    public string Type { get; init; } = "";
    public ValueMap<Quantity>? Max { get; init; }
    public ValueMap<Quantity>? Min { get; init; }
    /// <summary>The limit of a container that names none.</summary>
    public ValueMap<Quantity>? Default { get; init; }
    /// <summary>The request of a container that names none.</summary>
    public ValueMap<Quantity>? DefaultRequest { get; init; }
    /// <summary>Limit divided by request.</summary>
    public ValueMap<Quantity>? MaxLimitRequestRatio { get; init; }
}
