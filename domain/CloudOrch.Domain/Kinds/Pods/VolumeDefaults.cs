using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.ServiceAccounts;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/v1: what the sources of volumes have when nobody says otherwise, in pods and in PersistentVolumes.</summary>
internal static class VolumeDefaults
{
    /// <summary>0644.</summary>
    public const int Mode = 420;

    /// <summary>A day.</summary>
    private const int CertificateSeconds = 86_400;

    public static HostPathVolumeSource? Of(HostPathVolumeSource? source) => source is null ? null : source with { Type = source.Type ?? "" };

    public static DownwardApiVolumeFile Of(DownwardApiVolumeFile file) =>
        file.FieldRef is not { } field ? file : file with { FieldRef = field with { ApiVersion = OrElse(field.ApiVersion, "v1") } };

    public static VolumeProjection Of(VolumeProjection projection) => projection with
    {
        DownwardAPI = projection.DownwardAPI is not { } down ? null : down with { Items = down.Items?.Select(Of).ToValueList() },
        ServiceAccountToken = projection.ServiceAccountToken is not { } token ? null : token with { ExpirationSeconds = token.ExpirationSeconds ?? TokenRequestRules.DefaultSeconds },
        PodCertificate = projection.PodCertificate is not { } own ? null : own with { MaxExpirationSeconds = own.MaxExpirationSeconds ?? CertificateSeconds },
    };

    public static AzureDiskVolumeSource? Of(AzureDiskVolumeSource? source) => source is null ? null : source with
    {
        CachingMode = source.CachingMode ?? "ReadWrite",
        Kind = source.Kind ?? "Shared",
        FsType = source.FsType ?? "ext4",
        ReadOnly = source.ReadOnly ?? false,
    };

    public static T? Iscsi<T>(T? source)
        where T : IscsiSource => source is null ? null : (T)(source with { IscsiInterface = OrElse(source.IscsiInterface, "default") });

    public static T? Rbd<T>(T? source)
        where T : RbdSource => source is null ? null : (T)(source with
        {
            Pool = OrElse(source.Pool, "rbd"),
            User = OrElse(source.User, "admin"),
            Keyring = OrElse(source.Keyring, "/etc/ceph/keyring"),
        });

    public static T? ScaleIO<T>(T? source)
        where T : ScaleIOSource => source is null ? null : (T)(source with { StorageMode = OrElse(source.StorageMode, "ThinProvisioned"), FsType = OrElse(source.FsType, "xfs") });

    private static string OrElse(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
