using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

// As in pods, with a Secret that may be of any namespace.

/// <summary>A share of Azure Files.</summary>
public sealed record AzureFilePersistentVolumeSource : AzureFileVolumeSource
{
    /// <summary>The Secret's namespace; default: the claim's.</summary>
    public string? SecretNamespace { get; init; }
}

/// <summary>A directory of CephFS.</summary>
public sealed record CephFSPersistentVolumeSource : CephFSSource
{
    /// <summary>The Secret with the user's key.</summary>
    public SecretReference? SecretRef { get; init; }
}

/// <summary>A disk of OpenStack.</summary>
public sealed record CinderPersistentVolumeSource : CinderSource
{
    /// <summary>The Secret for OpenStack.</summary>
    public SecretReference? SecretRef { get; init; }
}

/// <summary>A volume of a driver by the former FlexVolume interface.</summary>
public sealed record FlexPersistentVolumeSource : FlexSource
{
    /// <summary>The Secret that the driver gets.</summary>
    public SecretReference? SecretRef { get; init; }
}

/// <summary>A volume of GlusterFS.</summary>
public sealed record GlusterfsPersistentVolumeSource : GlusterfsVolumeSource
{
    /// <summary>The namespace of the Endpoints; default: the claim's.</summary>
    public string? EndpointsNamespace { get; init; }
}

/// <summary>A disk that is reached by iSCSI.</summary>
public sealed record IscsiPersistentVolumeSource : IscsiSource
{
    /// <summary>The Secret for CHAP.</summary>
    public SecretReference? SecretRef { get; init; }
}

/// <summary>A block device of Ceph.</summary>
public sealed record RbdPersistentVolumeSource : RbdSource
{
    /// <summary>The Secret with the user's key.</summary>
    public SecretReference? SecretRef { get; init; }
}

/// <summary>A volume of ScaleIO.</summary>
public sealed record ScaleIOPersistentVolumeSource : ScaleIOSource
{
    /// <summary>The Secret for the gateway.</summary>
    [Required] public SecretReference? SecretRef { get; init; }
}

/// <summary>A volume of StorageOS.</summary>
public sealed record StorageOSPersistentVolumeSource : StorageOSSource
{
    /// <summary>The Secret for StorageOS.</summary>
    public ObjectReference? SecretRef { get; init; }
}
