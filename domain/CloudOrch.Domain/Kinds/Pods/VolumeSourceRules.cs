using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.PersistentVolumeClaims;
using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Domain.Kinds.Rules;
using CloudOrch.Domain.Kinds.ServiceAccounts;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: validateVolumeSource, and the sources of PersistentVolumes.</summary>
internal static class VolumeSourceRules
{
    private static readonly string[] HostPathTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

    /// <summary>What of a pod a file can hold; <c>metadata.labels['…']</c> and <c>metadata.annotations['…']</c> beside these.</summary>
    private static readonly string[] FilePaths = ["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];

    public static IEnumerable<FieldError> Validate(string field, ApiType source) => RequiredFields.Missing(field, source).Concat(source switch
    {
        EmptyDirVolumeSource empty => EmptyDir(field, empty),
        HostPathVolumeSource host => HostPath(field, host),
        LocalVolumeSource local => NoWayUp($"{field}.path", local.Path),
        ConfigMapVolumeSource map => [.. Fields.Required($"{field}.name", map.Name), .. Mode($"{field}.defaultMode", map.DefaultMode), .. Items(field, map.Items)],
        SecretVolumeSource secret => [.. Fields.Required($"{field}.secretName", secret.SecretName), .. Mode($"{field}.defaultMode", secret.DefaultMode), .. Items(field, secret.Items)],
        DownwardApiVolumeSource down => [.. Mode($"{field}.defaultMode", down.DefaultMode), .. Fields.Each($"{field}.items", down.Items, File)],
        ProjectedVolumeSource projected => [.. Mode($"{field}.defaultMode", projected.DefaultMode), .. Fields.Each($"{field}.sources", projected.Sources, Projection)],
        EphemeralVolumeSource ephemeral => ephemeral.VolumeClaimTemplate is { } claim
            ? PersistentVolumeClaimRules.Validate($"{field}.volumeClaimTemplate.spec", claim.Spec) : [Refuse.Required($"{field}.volumeClaimTemplate")],
        CsiVolumeSource csi => Driver(field, csi.Driver),
        CsiPersistentVolumeSource csi => Driver(field, csi.Driver),
        NfsVolumeSource { Path: { Length: > 0 } path } when !path.StartsWith('/') => [Refuse.Invalid($"{field}.path", path, "must be an absolute path")],
        ImageVolumeSource image => Fields.OneOf($"{field}.pullPolicy", image.PullPolicy, "Always", "IfNotPresent", "Never"),
        GitRepoVolumeSource git => LocalPath($"{field}.directory", git.Directory),
        IscsiSource iscsi => Iscsi(field, iscsi),
        FcVolumeSource fc => Fc(field, fc),
        FlockerVolumeSource flocker => Flocker(field, flocker),
        AzureDiskVolumeSource disk => AzureDisk(field, disk),
        AwsElasticBlockStoreVolumeSource disk => Amounts.Between($"{field}.partition", disk.Partition, 0, 255),
        GcePersistentDiskVolumeSource disk => Amounts.Between($"{field}.partition", disk.Partition, 0, 255),
        ScaleIOSource scale => Fields.Required($"{field}.volumeName", scale.VolumeName),
        StorageOSSource storage => Fields.Required($"{field}.volumeName", storage.VolumeName),
        _ => [],
    });

    public static IEnumerable<FieldError> LocalPath(string field, string? path)
    {
        if (string.IsNullOrEmpty(path))
            return [];
        return path.StartsWith('/') ? [Refuse.Invalid(field, path, "must be a relative path"), .. NoWayUp(field, path)] : NoWayUp(field, path);
    }

    private static IEnumerable<FieldError> NoWayUp(string field, string? path) =>
        path?.Split('/').Contains("..") == true ? [Refuse.Invalid(field, path, "must not contain '..'")] : [];

    private static IEnumerable<FieldError> EmptyDir(string field, EmptyDirVolumeSource empty)
    {
        if (empty.SizeLimit is { IsNegative: true } size)
            yield return Refuse.Forbidden($"{field}.sizeLimit", $"SizeLimit field must be a valid resource quantity, not {size}");
        if (empty.Medium is not (null or "" or "Memory" or "HugePages") && !empty.Medium.StartsWith("HugePages-", StringComparison.Ordinal))
            yield return Refuse.NotSupported($"{field}.medium", empty.Medium, "", "HugePages", "Memory");
    }

    private static IEnumerable<FieldError> HostPath(string field, HostPathVolumeSource host)
    {
        foreach (var error in NoWayUp($"{field}.path", host.Path))
            yield return error;
        if (!HostPathTypes.Contains(host.Type ?? ""))
            yield return Refuse.NotSupported($"{field}.type", host.Type, HostPathTypes);
    }

    private static IEnumerable<FieldError> Items(string field, ValueList<KeyToPath>? items) => Fields.Each($"{field}.items", items,
        (at, item) => [.. RequiredFields.Missing(at, item), .. LocalPath($"{at}.path", item.Path), .. Mode($"{at}.mode", item.Mode)]);

    private static IEnumerable<FieldError> File(string field, DownwardApiVolumeFile file)
    {
        foreach (var error in RequiredFields.Missing(field, file).Concat(LocalPath($"{field}.path", file.Path)).Concat(Mode($"{field}.mode", file.Mode)))
            yield return error;
        if (file.FieldRef is { } reference && !FilePaths.Contains(reference.FieldPath) && !EnvironmentRules.IsSubscript(reference.FieldPath))
            yield return Refuse.NotSupported($"{field}.fieldRef.fieldPath", reference.FieldPath, [.. FilePaths, "metadata.annotations['<KEY>']", "metadata.labels['<KEY>']"]);
        // A volume is of no container, so the one that is meant has to be named.
        if (file.ResourceFieldRef is { } resource)
        {
            foreach (var error in Fields.Required($"{field}.resourceFieldRef.containerName", resource.ContainerName).Concat(Fields.Required($"{field}.resourceFieldRef.resource", resource.Resource)))
                yield return error;
        }
        if (file is { FieldRef: null, ResourceFieldRef: null })
            yield return Refuse.Required(field, "one of fieldRef and resourceFieldRef is required");
        if (file is { FieldRef: not null, ResourceFieldRef: not null })
            yield return Refuse.Invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
    }

    private static IEnumerable<FieldError> Projection(string field, VolumeProjection projection)
    {
        (string Name, ApiType? Source)[] sources =
        [
            ("secret", projection.Secret), ("configMap", projection.ConfigMap), ("downwardAPI", projection.DownwardAPI), ("serviceAccountToken", projection.ServiceAccountToken),
            ("clusterTrustBundle", projection.ClusterTrustBundle), ("podCertificate", projection.PodCertificate),
        ];
        var set = sources.Where(s => s.Source is not null).ToArray();
        foreach (var (name, source) in set)
        {
            foreach (var error in Projected($"{field}.{name}", source!))
                yield return error;
        }
        foreach (var (name, _) in set.Skip(1))
            yield return Refuse.Forbidden($"{field}.{name}", "may not specify more than 1 volume type");
    }

    private static IEnumerable<FieldError> Projected(string field, ApiType source) => RequiredFields.Missing(field, source).Concat(source switch
    {
        SecretProjection secret => [.. Fields.Required($"{field}.name", secret.Name), .. Items(field, secret.Items)],
        ConfigMapProjection map => [.. Fields.Required($"{field}.name", map.Name), .. Items(field, map.Items)],
        DownwardApiProjection down => Fields.Each($"{field}.items", down.Items, File),
        ServiceAccountTokenProjection token => [.. TokenRequestRules.Lifetime($"{field}.expirationSeconds", token.ExpirationSeconds), .. LocalPath($"{field}.path", token.Path)],
        ClusterTrustBundleProjection bundle => LocalPath($"{field}.path", bundle.Path),
        _ => [],
    });

    private static IEnumerable<FieldError> Driver(string field, string? driver) => Fields.Optional($"{field}.driver", driver, name => Names.Subdomain(name.ToLowerInvariant()));

    private static IEnumerable<FieldError> AzureDisk(string field, AzureDiskVolumeSource disk)
    {
        foreach (var error in Fields.OneOf($"{field}.cachingMode", disk.CachingMode, "None", "ReadOnly", "ReadWrite").Concat(Fields.OneOf($"{field}.kind", disk.Kind, "Dedicated", "Managed", "Shared")))
            yield return error;
        var (start, form) = disk.Kind == "Managed"
            ? ("/subscriptions/", "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}")
            : ("https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
        if (disk.DiskUri.Length > 0 && !disk.DiskUri.StartsWith(start, StringComparison.Ordinal))
            yield return Refuse.NotSupported($"{field}.diskURI", disk.DiskUri, form);
    }

    private static IEnumerable<FieldError> Iscsi(string field, IscsiSource iscsi)
    {
        if ((iscsi.ChapAuthDiscovery == true || iscsi.ChapAuthSession == true) && iscsi is IscsiVolumeSource { SecretRef: null } or IscsiPersistentVolumeSource { SecretRef: null })
            yield return Refuse.Required($"{field}.secretRef");
        if (iscsi.Iqn.Length > 0 && !new[] { "iqn", "eui", "naa" }.Any(start => iscsi.Iqn.StartsWith(start, StringComparison.Ordinal)))
            yield return Refuse.Invalid($"{field}.iqn", iscsi.Iqn, "must be valid format starting with iqn, eui, or naa");
        foreach (var error in Amounts.Between($"{field}.lun", iscsi.Lun, 0, 255))
            yield return error;
    }

    private static IEnumerable<FieldError> Fc(string field, FcVolumeSource fc)
    {
        bool names = fc.TargetWwns is { Count: > 0 }, ids = fc.Wwids is { Count: > 0 };
        if (!names && !ids)
            yield return Refuse.Required($"{field}.targetWWNs", "must specify either targetWWNs or wwids, but not both");
        if (names && ids)
            yield return Refuse.Invalid($"{field}.targetWWNs", fc.TargetWwns, "targetWWNs and wwids can not be specified simultaneously");
        if (names && fc.Lun is null)
            yield return Refuse.Required($"{field}.lun", "lun is required if targetWWNs is specified");
        foreach (var error in Amounts.Between($"{field}.lun", names ? fc.Lun : null, 0, 255))
            yield return error;
    }

    private static IEnumerable<FieldError> Flocker(string field, FlockerVolumeSource flocker) => (string.IsNullOrEmpty(flocker.DatasetName), string.IsNullOrEmpty(flocker.DatasetUuid)) switch
    {
        (true, true) => [Refuse.Required(field, "one of datasetName and datasetUUID is required")],
        (false, false) => [Refuse.Invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously")],
        _ => [],
    };

    private static IEnumerable<FieldError> Mode(string field, int? mode) =>
        mode is < 0 or > 511 ? [Refuse.Invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")] : [];
}
