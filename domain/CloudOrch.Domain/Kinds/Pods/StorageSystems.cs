using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Pods;

// Storage that pods and PersistentVolumes name in the same words; where only the Secret is named otherwise, the rest is in an abstract record.

/// <summary>A directory of an NFS server.</summary>
public sealed record NfsVolumeSource : ApiType
{
    /// <summary>The server's name or address.</summary>
    [Required] public string? Server { get; init; }
    /// <summary>The directory that the server exports.</summary>
    [Required] public string? Path { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A disk of AWS.</summary>
public sealed record AwsElasticBlockStoreVolumeSource : ApiType
{
    /// <summary>The disk's id.</summary>
    [JsonPropertyName("volumeID")]
    [Required] public string VolumeId { get; init; } = "";
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>The disk's partition; 0 or absent: all of it.</summary>
    public int? Partition { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A disk of Google Compute Engine.</summary>
public sealed record GcePersistentDiskVolumeSource : ApiType
{
    /// <summary>The disk's name.</summary>
    [Required] public string PdName { get; init; } = "";
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>The disk's partition; 0 or absent: all of it.</summary>
    public int? Partition { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A disk of Azure.</summary>
public sealed record AzureDiskVolumeSource : ApiType
{
    /// <summary>The disk's name.</summary>
    [Required] public string DiskName { get; init; } = "";
    /// <summary>The disk's URI in Azure.</summary>
    [JsonPropertyName("diskURI")]
    [Required] public string DiskUri { get; init; } = "";
    /// <summary>None, ReadOnly or ReadWrite (default).</summary>
    public string? CachingMode { get; init; }
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>Shared (several disks in a storage account, default), Dedicated (one) or Managed.</summary>
    public string? Kind { get; init; }
}

/// <summary>A share of Azure Files.</summary>
public record AzureFileVolumeSource : ApiType
{
    /// <summary>The Secret with the storage account's name and key.</summary>
    [Required] public string SecretName { get; init; } = "";
    /// <summary>The share's name.</summary>
    [Required] public string ShareName { get; init; } = "";
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A directory of CephFS.</summary>
public abstract record CephFSSource : ApiType
{
    /// <summary>Addresses of Ceph monitors.</summary>
    [Required] public ValueList<string>? Monitors { get; init; }
    /// <summary>The directory; default /.</summary>
    public string? Path { get; init; }
    /// <summary>The user at Ceph; default admin.</summary>
    public string? User { get; init; }
    /// <summary>The file with the user's key; default /etc/ceph/user.secret.</summary>
    public string? SecretFile { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A directory of CephFS.</summary>
public sealed record CephFSVolumeSource : CephFSSource
{
    /// <summary>The Secret with the user's key.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A volume of OpenStack Cinder.</summary>
public abstract record CinderSource : ApiType
{
    /// <summary>The volume's id.</summary>
    [JsonPropertyName("volumeID")]
    [Required] public string VolumeId { get; init; } = "";
    /// <summary>The volume's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A volume of OpenStack Cinder.</summary>
public sealed record CinderVolumeSource : CinderSource
{
    /// <summary>The Secret for OpenStack.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A disk by Fibre Channel: by world wide names and lun, or by world wide identifiers.</summary>
public sealed record FcVolumeSource : ApiType
{
    /// <summary>World wide names of the targets.</summary>
    [JsonPropertyName("targetWWNs")]
    public ValueList<string>? TargetWwns { get; init; }
    /// <summary>The number of the disk at the targets.</summary>
    public int? Lun { get; init; }
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>World wide identifiers of the disk.</summary>
    public ValueList<string>? Wwids { get; init; }
}

/// <summary>Storage of a FlexVolume driver.</summary>
public abstract record FlexSource : ApiType
{
    /// <summary>The driver's name.</summary>
    [Required] public string Driver { get; init; } = "";
    /// <summary>The volume's file system; default: the driver's choice.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>What the driver wants to know about the volume.</summary>
    public ValueMap<string>? Options { get; init; }
}

/// <summary>Storage of a FlexVolume driver.</summary>
public sealed record FlexVolumeSource : FlexSource
{
    /// <summary>The Secret that the driver gets.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A dataset of Flocker, by its name or by its uuid.</summary>
public sealed record FlockerVolumeSource : ApiType
{
    /// <summary>The dataset's name.</summary>
    public string? DatasetName { get; init; }
    /// <summary>The dataset's uuid.</summary>
    [JsonPropertyName("datasetUUID")]
    public string? DatasetUuid { get; init; }
}

/// <summary>A directory of GlusterFS.</summary>
public record GlusterfsVolumeSource : ApiType
{
    /// <summary>The Endpoints with the servers' addresses.</summary>
    [Required] public string Endpoints { get; init; } = "";
    /// <summary>The volume's path at the servers.</summary>
    [Required] public string Path { get; init; } = "";
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A disk by iSCSI.</summary>
public abstract record IscsiSource : ApiType
{
    /// <summary>The target's address, with its port unless that is 3260.</summary>
    [Required] public string TargetPortal { get; init; } = "";
    /// <summary>The target's qualified name.</summary>
    [Required] public string Iqn { get; init; } = "";
    /// <summary>The number of the disk at the target.</summary>
    [Required] public int Lun { get; init; }
    /// <summary>The initiator's interface; default: default (tcp).</summary>
    public string? IscsiInterface { get; init; }
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>Further addresses of the target.</summary>
    public ValueList<string>? Portals { get; init; }
    /// <summary>Whether the discovery of targets is authenticated by CHAP.</summary>
    public bool? ChapAuthDiscovery { get; init; }
    /// <summary>Whether sessions are authenticated by CHAP.</summary>
    public bool? ChapAuthSession { get; init; }
    /// <summary>The initiator's qualified name.</summary>
    public string? InitiatorName { get; init; }
}

/// <summary>A disk by iSCSI.</summary>
public sealed record IscsiVolumeSource : IscsiSource
{
    /// <summary>The Secret for CHAP.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A disk of a Photon controller.</summary>
public sealed record PhotonPersistentDiskVolumeSource : ApiType
{
    /// <summary>The disk's id.</summary>
    [JsonPropertyName("pdID")]
    [Required] public string PdId { get; init; } = "";
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
}

/// <summary>A volume of Portworx.</summary>
public sealed record PortworxVolumeSource : ApiType
{
    /// <summary>The volume's id.</summary>
    [JsonPropertyName("volumeID")]
    [Required] public string VolumeId { get; init; } = "";
    /// <summary>The volume's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A volume of Quobyte.</summary>
public sealed record QuobyteVolumeSource : ApiType
{
    /// <summary>Addresses of the registry as host:port, separated by commas.</summary>
    [Required] public string Registry { get; init; } = "";
    /// <summary>The volume's name.</summary>
    [Required] public string Volume { get; init; } = "";
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
    /// <summary>The user that it is mounted as.</summary>
    public string? User { get; init; }
    /// <summary>The group that it is mounted as.</summary>
    public string? Group { get; init; }
    /// <summary>The tenant that owns the volume.</summary>
    public string? Tenant { get; init; }
}

/// <summary>A Ceph block device.</summary>
public abstract record RbdSource : ApiType
{
    /// <summary>Addresses of Ceph monitors.</summary>
    [Required] public ValueList<string>? Monitors { get; init; }
    /// <summary>The device's image.</summary>
    [Required] public string Image { get; init; } = "";
    /// <summary>The device's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>The image's pool; default rbd.</summary>
    public string? Pool { get; init; }
    /// <summary>The user at Ceph; default admin.</summary>
    public string? User { get; init; }
    /// <summary>The file with the user's key; default /etc/ceph/keyring.</summary>
    public string? Keyring { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A Ceph block device.</summary>
public sealed record RbdVolumeSource : RbdSource
{
    /// <summary>The Secret with the user's key.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A volume of ScaleIO.</summary>
public abstract record ScaleIOSource : ApiType
{
    /// <summary>The gateway's address.</summary>
    [Required] public string Gateway { get; init; } = "";
    /// <summary>The storage system's name.</summary>
    [Required] public string System { get; init; } = "";
    /// <summary>Whether the gateway is spoken to by TLS; default false.</summary>
    public bool? SslEnabled { get; init; }
    /// <summary>The protection domain.</summary>
    public string? ProtectionDomain { get; init; }
    /// <summary>The storage pool.</summary>
    public string? StoragePool { get; init; }
    /// <summary>ThickProvisioned or ThinProvisioned (default).</summary>
    public string? StorageMode { get; init; }
    /// <summary>The volume's name.</summary>
    public string? VolumeName { get; init; }
    /// <summary>The volume's file system; default xfs.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A volume of ScaleIO.</summary>
public sealed record ScaleIOVolumeSource : ScaleIOSource
{
    /// <summary>The Secret for the gateway.</summary>
    [Required] public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A volume of StorageOS.</summary>
public abstract record StorageOSSource : ApiType
{
    /// <summary>The volume's name.</summary>
    public string? VolumeName { get; init; }
    /// <summary>The volume's namespace at StorageOS; default: the pod's.</summary>
    public string? VolumeNamespace { get; init; }
    /// <summary>The volume's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>Whether it can only be read; default false.</summary>
    public bool? ReadOnly { get; init; }
}

/// <summary>A volume of StorageOS.</summary>
public sealed record StorageOSVolumeSource : StorageOSSource
{
    /// <summary>The Secret for StorageOS.</summary>
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>A disk of vSphere.</summary>
public sealed record VsphereVirtualDiskVolumeSource : ApiType
{
    /// <summary>The disk's path.</summary>
    [Required] public string VolumePath { get; init; } = "";
    /// <summary>The disk's file system; default ext4.</summary>
    public string? FsType { get; init; }
    /// <summary>The name of its storage policy.</summary>
    public string? StoragePolicyName { get; init; }
    /// <summary>The id of its storage policy.</summary>
    [JsonPropertyName("storagePolicyID")]
    public string? StoragePolicyId { get; init; }
}
