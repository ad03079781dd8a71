using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.PersistentVolumeClaims;

/// <summary>Storage that a user asks for: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/</summary>
public sealed record PersistentVolumeClaim : SpecObject<PersistentVolumeClaimSpec, PersistentVolumeClaimStatus>;

/// <summary>Storage that is asked for.</summary>
public sealed record PersistentVolumeClaimSpec : ApiType
{
    /// <summary>ReadWriteOnce, ReadOnlyMany, ReadWriteMany; ReadWriteOncePod by itself.</summary>
    public ValueList<string>? AccessModes { get; init; }
    /// <summary>Labels of the volumes that may be taken.</summary>
    public LabelSelector? Selector { get; init; }
    /// <summary>How much storage is asked for.</summary>
    public VolumeResourceRequirements? Resources { get; init; }
    /// <summary>The volume that the claim has.</summary>
    public string? VolumeName { get; init; }
    /// <summary>"": no class; absent: the default class.</summary>
    public string? StorageClassName { get; init; }
    /// <summary>Filesystem (default) or Block.</summary>
    public string? VolumeMode { get; init; }
    /// <summary>What the new volume is filled from.</summary>
    public TypedLocalObjectReference? DataSource { get; init; }
    /// <summary>The same as <see cref="DataSource"/>, and objects of other namespaces, too.</summary>
    public TypedObjectReference? DataSourceRef { get; init; }
    /// <summary>The class of settings that can change while the volume is used.</summary>
    public string? VolumeAttributesClassName { get; init; }
}

/// <summary>How much storage is asked for.</summary>
public sealed record VolumeResourceRequirements : ApiType
{
    /// <summary>The most storage that is taken.</summary>
    public ValueMap<Quantity>? Limits { get; init; }
    /// <summary>The least storage that is taken, under the key storage.</summary>
    public ValueMap<Quantity>? Requests { get; init; }
}

/// <summary>An object of the same namespace.</summary>
[Atomic]
public sealed record TypedLocalObjectReference : ApiType
{
    /// <summary>The group of the object's kind.</summary>
    public string? ApiGroup { get; init; }
    /// <summary>The object's kind.</summary>
    [Required] public string? Kind { get; init; }
    /// <summary>The object's name.</summary>
    [Required] public string? Name { get; init; }
}

/// <summary>An object, perhaps of another namespace.</summary>
public sealed record TypedObjectReference : ApiType
{
    /// <summary>The group of the object's kind.</summary>
    public string? ApiGroup { get; init; }
    /// <summary>The object's kind.</summary>
    [Required] public string? Kind { get; init; }
    /// <summary>The object's name.</summary>
    [Required] public string? Name { get; init; }
    /// <summary>The object's namespace.</summary>
    public string? Namespace { get; init; }
}

/// <summary>The storage that a claim has.</summary>
public sealed record PersistentVolumeClaimStatus : ApiType
{
    /// <summary>Pending, Bound or Lost.</summary>
    public string? Phase { get; init; }
    /// <summary>How the volume can be mounted.</summary>
    public ValueList<string>? AccessModes { get; init; }
    /// <summary>How much storage the volume has.</summary>
    public ValueMap<Quantity>? Capacity { get; init; }
    /// <summary>What else was observed, such as Resizing.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    /// <summary>How much storage is set aside.</summary>
    public ValueMap<Quantity>? AllocatedResources { get; init; }
    /// <summary>How far a change of size is.</summary>
    public ValueMap<string>? AllocatedResourceStatuses { get; init; }
    /// <summary>The class whose settings the volume has.</summary>
    public string? CurrentVolumeAttributesClassName { get; init; }
    /// <summary>How far a change of settings is.</summary>
    public ModifyVolumeStatus? ModifyVolumeStatus { get; init; }
}

/// <summary>How far a change of a volume's settings is.</summary>
public sealed record ModifyVolumeStatus : ApiType
{
    /// <summary>The class whose settings are wanted.</summary>
    public string? TargetVolumeAttributesClassName { get; init; }
    /// <summary>Pending, InProgress or Infeasible.</summary>
    [Required] public string? Status { get; init; }
}
