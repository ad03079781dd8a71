using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.PersistentVolumeClaims;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/</summary>
public sealed record PersistentVolumeClaim : SpecObject<PersistentVolumeClaimSpec, PersistentVolumeClaimStatus>;

public sealed record PersistentVolumeClaimSpec : ApiType
{
    /// <summary>ReadWriteOnce, ReadOnlyMany, ReadWriteMany; ReadWriteOncePod by itself.</summary>
    public ValueList<string>? AccessModes { get; init; }
    public LabelSelector? Selector { get; init; }
    public VolumeResourceRequirements? Resources { get; init; }
    public string? VolumeName { get; init; }
    /// <summary>"": no class; absent: the default class.</summary>
    public string? StorageClassName { get; init; }
    /// <summary>Filesystem (default) or Block.</summary>
    public string? VolumeMode { get; init; }
    public TypedLocalObjectReference? DataSource { get; init; }
    /// <summary>The same as <see cref="DataSource"/>, and objects of other namespaces, too.</summary>
    public TypedObjectReference? DataSourceRef { get; init; }
    public string? VolumeAttributesClassName { get; init; }
}

public sealed record VolumeResourceRequirements : ApiType
{
    public ValueMap<Quantity>? Limits { get; init; }
    public ValueMap<Quantity>? Requests { get; init; }
}

[Atomic]
public sealed record TypedLocalObjectReference : ApiType
{
    public string? ApiGroup { get; init; }
    public string? Kind { get; init; }
    public string? Name { get; init; }
}

public sealed record TypedObjectReference : ApiType
{
    public string? ApiGroup { get; init; }
    public string? Kind { get; init; }
    public string? Name { get; init; }
    public string? Namespace { get; init; }
}

public sealed record PersistentVolumeClaimStatus : ApiType
{
    /// <summary>Pending, Bound or Lost.</summary>
    public string? Phase { get; init; }
    public ValueList<string>? AccessModes { get; init; }
    public ValueMap<Quantity>? Capacity { get; init; }
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    public ValueMap<Quantity>? AllocatedResources { get; init; }
    public ValueMap<string>? AllocatedResourceStatuses { get; init; }
    public string? CurrentVolumeAttributesClassName { get; init; }
    public ModifyVolumeStatus? ModifyVolumeStatus { get; init; }
}

public sealed record ModifyVolumeStatus : ApiType
{
    public string? TargetVolumeAttributesClassName { get; init; }
    /// <summary>Pending, InProgress or Infeasible.</summary>
    public string? Status { get; init; }
}
