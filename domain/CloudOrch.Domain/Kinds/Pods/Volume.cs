using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>A directory that containers of a pod can mount; exactly one source is set.</summary>
public sealed record Volume : ApiType
{
    /// <summary>What the containers' mounts call the volume.</summary>
    [Required] public string Name { get; init; } = "";
    /// <summary>A directory that is empty when the pod starts, and goes with it.</summary>
    public EmptyDirVolumeSource? EmptyDir { get; init; }
    /// <summary>A file or directory of the node.</summary>
    public HostPathVolumeSource? HostPath { get; init; }
    /// <summary>The keys of a ConfigMap as files.</summary>
    public ConfigMapVolumeSource? ConfigMap { get; init; }
    /// <summary>The keys of a Secret as files.</summary>
    [NotActedOn] public SecretVolumeSource? Secret { get; init; }
    /// <summary>Fields of the pod itself as files.</summary>
    [NotActedOn] public DownwardApiVolumeSource? DownwardAPI { get; init; }
    /// <summary>Several sources in one directory.</summary>
    [NotActedOn] public ProjectedVolumeSource? Projected { get; init; }
    /// <summary>The storage that a claim of the namespace has.</summary>
    [NotActedOn] public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }
    /// <summary>A directory of an NFS server.</summary>
    [NotActedOn] public NfsVolumeSource? Nfs { get; init; }
    /// <summary>Storage of a CSI driver that goes with the pod.</summary>
    [NotActedOn] public CsiVolumeSource? Csi { get; init; }
    /// <summary>A claim that is made for the pod and goes with it.</summary>
    [NotActedOn] public EphemeralVolumeSource? Ephemeral { get; init; }
    /// <summary>A disk of AWS.</summary>
    [NotActedOn] public AwsElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }
    /// <summary>A disk of Azure.</summary>
    [NotActedOn] public AzureDiskVolumeSource? AzureDisk { get; init; }
    /// <summary>A share of Azure Files.</summary>
    [NotActedOn] public AzureFileVolumeSource? AzureFile { get; init; }
    /// <summary>A directory of CephFS.</summary>
    [NotActedOn] public CephFSVolumeSource? Cephfs { get; init; }
    /// <summary>A volume of OpenStack Cinder.</summary>
    [NotActedOn] public CinderVolumeSource? Cinder { get; init; }
    /// <summary>A disk by Fibre Channel.</summary>
    [NotActedOn] public FcVolumeSource? Fc { get; init; }
    /// <summary>Storage of a FlexVolume driver.</summary>
    [NotActedOn] public FlexVolumeSource? FlexVolume { get; init; }
    /// <summary>A dataset of Flocker.</summary>
    [NotActedOn] public FlockerVolumeSource? Flocker { get; init; }
    /// <summary>A disk of Google Compute Engine.</summary>
    [NotActedOn] public GcePersistentDiskVolumeSource? GcePersistentDisk { get; init; }
    /// <summary>The files of a git repository.</summary>
    [NotActedOn] public GitRepoVolumeSource? GitRepo { get; init; }
    /// <summary>A directory of Gluster.</summary>
    [NotActedOn] public GlusterfsVolumeSource? Glusterfs { get; init; }
    /// <summary>The files of an OCI image.</summary>
    [NotActedOn] public ImageVolumeSource? Image { get; init; }
    /// <summary>A disk by iSCSI.</summary>
    [NotActedOn] public IscsiVolumeSource? Iscsi { get; init; }
    /// <summary>A disk of a Photon controller.</summary>
    [NotActedOn] public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }
    /// <summary>A volume of Portworx.</summary>
    [NotActedOn] public PortworxVolumeSource? PortworxVolume { get; init; }
    /// <summary>A volume of Quobyte.</summary>
    [NotActedOn] public QuobyteVolumeSource? Quobyte { get; init; }
    /// <summary>A Ceph block device.</summary>
    [NotActedOn] public RbdVolumeSource? Rbd { get; init; }
    /// <summary>A volume of ScaleIO.</summary>
    [NotActedOn] public ScaleIOVolumeSource? ScaleIO { get; init; }
    /// <summary>A volume of StorageOS.</summary>
    [NotActedOn] public StorageOSVolumeSource? Storageos { get; init; }
    /// <summary>A disk of vSphere.</summary>
    [NotActedOn] public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }
}

/// <summary>A directory that is empty when the pod starts, and goes with it.</summary>
public sealed record EmptyDirVolumeSource : ApiType
{
    /// <summary>"" (disk), Memory (tmpfs), HugePages or HugePages-size, such as HugePages-2Mi.</summary>
    [NotActedOn("Memory")] public string? Medium { get; init; }
    /// <summary>The most that may be stored there.</summary>
    [NotActedOn(Unless = "medium=Memory")] public Quantity? SizeLimit { get; init; }
}

/// <summary>A file or directory of the node.</summary>
public sealed record HostPathVolumeSource : ApiType
{
    /// <summary>The path on the node.</summary>
    [Required] public string Path { get; init; } = "";
    /// <summary>"", DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice.</summary>
    public string? Type { get; init; }
}

/// <summary>The keys of a ConfigMap as files.</summary>
public sealed record ConfigMapVolumeSource : ApiType
{
    /// <summary>The ConfigMap's name.</summary>
    public string? Name { get; init; }
    /// <summary>Which keys become files, and where; default: every key, under its own name.</summary>
    public ValueList<KeyToPath>? Items { get; init; }
    /// <summary>The files' permission bits; default 0644.</summary>
    public int? DefaultMode { get; init; }
    /// <summary>Whether the pod starts although there is no such ConfigMap or key.</summary>
    public bool? Optional { get; init; }
}

/// <summary>A key that becomes a file.</summary>
public sealed record KeyToPath : ApiType
{
    /// <summary>The key.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>The file's path within the volume.</summary>
    [Required] public string Path { get; init; } = "";
    /// <summary>The file's permission bits; default: those of the volume.</summary>
    public int? Mode { get; init; }
}
