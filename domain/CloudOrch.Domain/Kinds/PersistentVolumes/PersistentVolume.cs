using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

/// <summary>Storage that claims can have: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/</summary>
public sealed record PersistentVolume : SpecObject<PersistentVolumeSpec, PersistentVolumeStatus>;

/// <summary>Exactly one of the sources is set; they are those of Kubernetes, also where it no longer acts on them.</summary>
public sealed record PersistentVolumeSpec : ApiType
{
    /// <summary>Exactly one entry: storage.</summary>
    public ValueMap<Quantity>? Capacity { get; init; }
    /// <summary>ReadWriteOnce, ReadOnlyMany, ReadWriteMany; ReadWriteOncePod by itself.</summary>
    public ValueList<string>? AccessModes { get; init; }
    /// <summary>The claim that has the volume.</summary>
    [Granular] public ObjectReference? ClaimRef { get; init; }
    /// <summary>Retain (default), Delete or Recycle.</summary>
    public string? PersistentVolumeReclaimPolicy { get; init; }
    /// <summary>The class that the volume belongs to.</summary>
    public string? StorageClassName { get; init; }
    /// <summary>Options that the volume is mounted with.</summary>
    public ValueList<string>? MountOptions { get; init; }
    /// <summary>Filesystem (default) or Block.</summary>
    public string? VolumeMode { get; init; }
    /// <summary>The nodes that can reach the volume.</summary>
    public VolumeNodeAffinity? NodeAffinity { get; init; }
    /// <summary>The class of settings that can change while the volume is used.</summary>
    public string? VolumeAttributesClassName { get; init; }

    /// <summary>A directory of the node.</summary>
    public HostPathVolumeSource? HostPath { get; init; }
    /// <summary>A directory of an NFS server.</summary>
    public NfsVolumeSource? Nfs { get; init; }
    /// <summary>A disk or directory of one node.</summary>
    public LocalVolumeSource? Local { get; init; }
    /// <summary>A volume of a CSI driver.</summary>
    public CsiPersistentVolumeSource? Csi { get; init; }
    /// <summary>A disk that is reached by iSCSI.</summary>
    public IscsiPersistentVolumeSource? Iscsi { get; init; }
    /// <summary>A disk that is reached by Fibre Channel.</summary>
    public FcVolumeSource? Fc { get; init; }
    /// <summary>A share of Azure Files.</summary>
    public AzureFilePersistentVolumeSource? AzureFile { get; init; }
    /// <summary>A disk of Azure.</summary>
    public AzureDiskVolumeSource? AzureDisk { get; init; }
    /// <summary>A disk of AWS.</summary>
    public AwsElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }
    /// <summary>A disk of Google's cloud.</summary>
    public GcePersistentDiskVolumeSource? GcePersistentDisk { get; init; }
    /// <summary>A directory of CephFS.</summary>
    public CephFSPersistentVolumeSource? Cephfs { get; init; }
    /// <summary>A block device of Ceph.</summary>
    public RbdPersistentVolumeSource? Rbd { get; init; }
    /// <summary>A disk of OpenStack.</summary>
    public CinderPersistentVolumeSource? Cinder { get; init; }
    /// <summary>A volume of GlusterFS.</summary>
    public GlusterfsPersistentVolumeSource? Glusterfs { get; init; }
    /// <summary>A volume of Flocker.</summary>
    public FlockerVolumeSource? Flocker { get; init; }
    /// <summary>A volume of a driver by the former FlexVolume interface.</summary>
    public FlexPersistentVolumeSource? FlexVolume { get; init; }
    /// <summary>A disk of vSphere.</summary>
    public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }
    /// <summary>A volume of Quobyte.</summary>
    public QuobyteVolumeSource? Quobyte { get; init; }
    /// <summary>A disk of Photon.</summary>
    public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }
    /// <summary>A volume of Portworx.</summary>
    public PortworxVolumeSource? PortworxVolume { get; init; }
    /// <summary>A volume of ScaleIO.</summary>
    public ScaleIOPersistentVolumeSource? ScaleIO { get; init; }
    /// <summary>A volume of StorageOS.</summary>
    public StorageOSPersistentVolumeSource? Storageos { get; init; }
}

/// <summary>A disk or directory of one node.</summary>
public sealed record LocalVolumeSource : ApiType
{
    /// <summary>The path on the node.</summary>
    [Required] public string? Path { get; init; }
    /// <summary>The file system that a disk has.</summary>
    public string? FsType { get; init; }
}

/// <summary>A volume of a CSI driver.</summary>
public sealed record CsiPersistentVolumeSource : ApiType
{
    /// <summary>The driver's name.</summary>
    [Required] public string? Driver { get; init; }
    /// <summary>The volume's name at the driver.</summary>
    [Required] public string? VolumeHandle { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>The file system that the volume has.</summary>
    public string? FsType { get; init; }
    /// <summary>What the driver wants to know about the volume.</summary>
    public ValueMap<string>? VolumeAttributes { get; init; }
    /// <summary>The Secret for attaching the volume to a node.</summary>
    public SecretReference? ControllerPublishSecretRef { get; init; }
    /// <summary>The Secret for preparing the volume on a node.</summary>
    public SecretReference? NodeStageSecretRef { get; init; }
    /// <summary>The Secret for mounting the volume.</summary>
    public SecretReference? NodePublishSecretRef { get; init; }
    /// <summary>The Secret for making the volume larger.</summary>
    public SecretReference? ControllerExpandSecretRef { get; init; }
    /// <summary>The Secret for making the file system larger.</summary>
    public SecretReference? NodeExpandSecretRef { get; init; }
}

/// <summary>A Secret of any namespace.</summary>
[Atomic]
public sealed record SecretReference : ApiType
{
    /// <summary>The Secret's name.</summary>
    public string? Name { get; init; }
    /// <summary>The Secret's namespace.</summary>
    public string? Namespace { get; init; }
}

/// <summary>The nodes that can reach a volume.</summary>
public sealed record VolumeNodeAffinity : ApiType
{
    /// <summary>What must hold for a node.</summary>
    public NodeSelector? Required { get; init; }
}

/// <summary>How a volume is used.</summary>
public sealed record PersistentVolumeStatus : ApiType
{
    /// <summary>Pending, Available, Bound, Released or Failed.</summary>
    public string? Phase { get; init; }
    /// <summary>A sentence for people: why the volume is in its phase.</summary>
    public string? Message { get; init; }
    /// <summary>One word for programs: why the volume is in its phase.</summary>
    public string? Reason { get; init; }
    /// <summary>When the phase last changed.</summary>
    public DateTimeOffset? LastPhaseTransitionTime { get; init; }
}
