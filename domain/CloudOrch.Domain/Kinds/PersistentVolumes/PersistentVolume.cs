using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/</summary>
public sealed record PersistentVolume : SpecObject<PersistentVolumeSpec, PersistentVolumeStatus>;

/// <summary>Exactly one of the sources is set; they are those of Kubernetes, also where it no longer acts on them.</summary>
public sealed record PersistentVolumeSpec : ApiType
{
    /// <summary>Exactly one entry: storage.</summary>
    public ValueMap<Quantity>? Capacity { get; init; }
    /// <summary>ReadWriteOnce, ReadOnlyMany, ReadWriteMany; ReadWriteOncePod by itself.</summary>
    public ValueList<string>? AccessModes { get; init; }
    [Granular] public ObjectReference? ClaimRef { get; init; }
    /// <summary>Retain (default), Delete or Recycle.</summary>
    public string? PersistentVolumeReclaimPolicy { get; init; }
    public string? StorageClassName { get; init; }
    public ValueList<string>? MountOptions { get; init; }
    /// <summary>Filesystem (default) or Block.</summary>
    public string? VolumeMode { get; init; }
    public VolumeNodeAffinity? NodeAffinity { get; init; }
    public string? VolumeAttributesClassName { get; init; }

    public HostPathVolumeSource? HostPath { get; init; }
    public NfsVolumeSource? Nfs { get; init; }
    public LocalVolumeSource? Local { get; init; }
    public CsiPersistentVolumeSource? Csi { get; init; }
    public AnyJson? Iscsi { get; init; }
    public AnyJson? Fc { get; init; }
    public AnyJson? AzureFile { get; init; }
    public AnyJson? AzureDisk { get; init; }
    public AnyJson? AwsElasticBlockStore { get; init; }
    public AnyJson? GcePersistentDisk { get; init; }
    public AnyJson? Cephfs { get; init; }
    public AnyJson? Rbd { get; init; }
    public AnyJson? Cinder { get; init; }
    public AnyJson? Glusterfs { get; init; }
    public AnyJson? Flocker { get; init; }
    public AnyJson? FlexVolume { get; init; }
    public AnyJson? VsphereVolume { get; init; }
    public AnyJson? Quobyte { get; init; }
    public AnyJson? PhotonPersistentDisk { get; init; }
    public AnyJson? PortworxVolume { get; init; }
    public AnyJson? ScaleIO { get; init; }
    public AnyJson? Storageos { get; init; }
}

public sealed record NfsVolumeSource : ApiType
{
    public string? Server { get; init; }
    public string? Path { get; init; }
    public bool? ReadOnly { get; init; }
}

public sealed record LocalVolumeSource : ApiType
{
    public string? Path { get; init; }
    public string? FsType { get; init; }
}

public sealed record CsiPersistentVolumeSource : ApiType
{
    public string? Driver { get; init; }
    public string? VolumeHandle { get; init; }
    public bool? ReadOnly { get; init; }
    public string? FsType { get; init; }
    public ValueMap<string>? VolumeAttributes { get; init; }
    public SecretReference? ControllerPublishSecretRef { get; init; }
    public SecretReference? NodeStageSecretRef { get; init; }
    public SecretReference? NodePublishSecretRef { get; init; }
    public SecretReference? ControllerExpandSecretRef { get; init; }
    public SecretReference? NodeExpandSecretRef { get; init; }
}

[Atomic]
public sealed record SecretReference : ApiType
{
    public string? Name { get; init; }
    public string? Namespace { get; init; }
}

public sealed record VolumeNodeAffinity : ApiType
{
    public NodeSelector? Required { get; init; }
}

/// <summary>One of the terms must hold.</summary>
[Atomic]
public sealed record NodeSelector : ApiType
{
    public ValueList<NodeSelectorTerm>? NodeSelectorTerms { get; init; }
}

[Atomic]
public sealed record NodeSelectorTerm : ApiType
{
    public ValueList<LabelSelectorRequirement>? MatchExpressions { get; init; }
    public ValueList<LabelSelectorRequirement>? MatchFields { get; init; }
}

public sealed record PersistentVolumeStatus : ApiType
{
    /// <summary>Pending, Available, Bound, Released or Failed.</summary>
    public string? Phase { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset? LastPhaseTransitionTime { get; init; }
}
