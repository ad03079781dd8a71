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
    [NotActedOn] public AnyJson? Secret { get; init; }
    /// <summary>Fields of the pod itself as files.</summary>
    [NotActedOn] public AnyJson? DownwardAPI { get; init; }
    /// <summary>Several sources in one directory.</summary>
    [NotActedOn] public AnyJson? Projected { get; init; }
    /// <summary>The storage that a claim of the namespace has.</summary>
    [NotActedOn] public AnyJson? PersistentVolumeClaim { get; init; }
    /// <summary>A directory of an NFS server.</summary>
    [NotActedOn] public AnyJson? Nfs { get; init; }
    /// <summary>Storage of a CSI driver that goes with the pod.</summary>
    [NotActedOn] public AnyJson? Csi { get; init; }
    /// <summary>A claim that is made for the pod and goes with it.</summary>
    [NotActedOn] public AnyJson? Ephemeral { get; init; }
    /// <summary>A disk of AWS.</summary>
    [NotActedOn] public AnyJson? AwsElasticBlockStore { get; init; }
    /// <summary>A disk of Azure.</summary>
    [NotActedOn] public AnyJson? AzureDisk { get; init; }
    /// <summary>A share of Azure Files.</summary>
    [NotActedOn] public AnyJson? AzureFile { get; init; }
    /// <summary>A directory of CephFS.</summary>
    [NotActedOn] public AnyJson? Cephfs { get; init; }
    /// <summary>A volume of OpenStack Cinder.</summary>
    [NotActedOn] public AnyJson? Cinder { get; init; }
    /// <summary>A disk by Fibre Channel.</summary>
    [NotActedOn] public AnyJson? Fc { get; init; }
    /// <summary>Storage of a FlexVolume driver.</summary>
    [NotActedOn] public AnyJson? FlexVolume { get; init; }
    /// <summary>A dataset of Flocker.</summary>
    [NotActedOn] public AnyJson? Flocker { get; init; }
    /// <summary>A disk of Google Compute Engine.</summary>
    [NotActedOn] public AnyJson? GcePersistentDisk { get; init; }
    /// <summary>The files of a git repository.</summary>
    [NotActedOn] public AnyJson? GitRepo { get; init; }
    /// <summary>A directory of Gluster.</summary>
    [NotActedOn] public AnyJson? Glusterfs { get; init; }
    /// <summary>The files of an OCI image.</summary>
    [NotActedOn] public AnyJson? Image { get; init; }
    /// <summary>A disk by iSCSI.</summary>
    [NotActedOn] public AnyJson? Iscsi { get; init; }
    /// <summary>A disk of a Photon controller.</summary>
    [NotActedOn] public AnyJson? PhotonPersistentDisk { get; init; }
    /// <summary>A volume of Portworx.</summary>
    [NotActedOn] public AnyJson? PortworxVolume { get; init; }
    /// <summary>A volume of Quobyte.</summary>
    [NotActedOn] public AnyJson? Quobyte { get; init; }
    /// <summary>A Ceph block device.</summary>
    [NotActedOn] public AnyJson? Rbd { get; init; }
    /// <summary>A volume of ScaleIO.</summary>
    [NotActedOn] public AnyJson? ScaleIO { get; init; }
    /// <summary>A volume of StorageOS.</summary>
    [NotActedOn] public AnyJson? Storageos { get; init; }
    /// <summary>A disk of vSphere.</summary>
    [NotActedOn] public AnyJson? VsphereVolume { get; init; }
}

/// <summary>A directory that is empty when the pod starts, and goes with it.</summary>
public sealed record EmptyDirVolumeSource : ApiType
{
    /// <summary>"" (disk) or Memory (tmpfs).</summary>
    public string? Medium { get; init; }
    /// <summary>The most that may be stored there.</summary>
    public Quantity? SizeLimit { get; init; }
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
