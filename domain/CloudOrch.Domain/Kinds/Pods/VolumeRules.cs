using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateVolumes, ValidateVolumeMounts.</summary>
internal static class VolumeRules
{
    private static readonly string[] HostPathTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

    /// <summary>The names of the sources that are set.</summary>
    public static IReadOnlyList<string> SourcesOf(Volume volume)
    {
        (string Name, bool Set)[] sources =
        [
            ("emptyDir", volume.EmptyDir is not null), ("hostPath", volume.HostPath is not null), ("configMap", volume.ConfigMap is not null),
            ("secret", volume.Secret is not null), ("downwardAPI", volume.DownwardAPI is not null), ("projected", volume.Projected is not null),
            ("persistentVolumeClaim", volume.PersistentVolumeClaim is not null), ("nfs", volume.Nfs is not null), ("csi", volume.Csi is not null),
            ("ephemeral", volume.Ephemeral is not null),
            ("awsElasticBlockStore", volume.AwsElasticBlockStore is not null), ("azureDisk", volume.AzureDisk is not null), ("azureFile", volume.AzureFile is not null),
            ("cephfs", volume.Cephfs is not null), ("cinder", volume.Cinder is not null), ("fc", volume.Fc is not null),
            ("flexVolume", volume.FlexVolume is not null), ("flocker", volume.Flocker is not null), ("gcePersistentDisk", volume.GcePersistentDisk is not null),
            ("gitRepo", volume.GitRepo is not null), ("glusterfs", volume.Glusterfs is not null), ("image", volume.Image is not null),
            ("iscsi", volume.Iscsi is not null), ("photonPersistentDisk", volume.PhotonPersistentDisk is not null), ("portworxVolume", volume.PortworxVolume is not null),
            ("quobyte", volume.Quobyte is not null), ("rbd", volume.Rbd is not null), ("scaleIO", volume.ScaleIO is not null),
            ("storageos", volume.Storageos is not null), ("vsphereVolume", volume.VsphereVolume is not null),
        ];
        return [.. sources.Where(s => s.Set).Select(s => s.Name)];
    }

    public static IEnumerable<FieldError> Validate(string field, ValueList<Volume> volumes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < volumes.Count; i++)
        {
            string at = $"{field}[{i}]";
            if (volumes[i].Name.Length == 0)
                yield return Refuse.Required($"{at}.name");
            else
            {
                foreach (string problem in Names.Label(volumes[i].Name))
                    yield return Refuse.Invalid($"{at}.name", volumes[i].Name, problem);
                if (!names.Add(volumes[i].Name))
                    yield return Refuse.Duplicate($"{at}.name", volumes[i].Name);
            }
            var sources = SourcesOf(volumes[i]);
            if (sources.Count == 0)
                yield return Refuse.Required(at, "must specify a volume type");
            foreach (string extra in sources.Skip(1))
                yield return Refuse.Forbidden($"{at}.{extra}", "may not specify more than 1 volume type");
            foreach (var error in Source(at, volumes[i]))
                yield return error;
        }
    }

    public static IEnumerable<FieldError> ValidateMounts(string field, ValueList<VolumeMount> mounts, HashSet<string> volumes)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < mounts.Count; i++)
        {
            string at = $"{field}[{i}]";
            if (mounts[i].Name.Length == 0)
                yield return Refuse.Required($"{at}.name");
            else if (!volumes.Contains(mounts[i].Name))
                yield return Refuse.NotFound($"{at}.name", mounts[i].Name);
            if (mounts[i].MountPath.Length == 0)
                yield return Refuse.Required($"{at}.mountPath");
            else if (!paths.Add(mounts[i].MountPath))
                yield return Refuse.Invalid($"{at}.mountPath", mounts[i].MountPath, "must be unique");
            foreach (var error in LocalPath($"{at}.subPath", mounts[i].SubPath))
                yield return error;
        }
    }

    public static IEnumerable<FieldError> HostPath(string field, HostPathVolumeSource host)
    {
        if (host.Path.Length == 0)
            yield return Refuse.Required($"{field}.path");
        else if (host.Path.Split('/').Contains(".."))
            yield return Refuse.Invalid($"{field}.path", host.Path, "must not contain '..'");
        if (!HostPathTypes.Contains(host.Type ?? ""))
            yield return Refuse.NotSupported($"{field}.type", host.Type, HostPathTypes);
    }

    private static IEnumerable<FieldError> Source(string field, Volume volume)
    {
        if (volume.EmptyDir is { } empty)
        {
            if (empty.SizeLimit is { IsNegative: true } size)
                yield return Refuse.Forbidden($"{field}.emptyDir.sizeLimit", $"SizeLimit field must be a valid resource quantity, not {size}");
            if (empty.Medium is not (null or "" or "Memory"))
                yield return Refuse.NotSupported($"{field}.emptyDir.medium", empty.Medium, "", "Memory");
        }
        if (volume.HostPath is { } host)
        {
            foreach (var error in HostPath($"{field}.hostPath", host))
                yield return error;
        }
        if (volume.ConfigMap is { } map)
        {
            if (string.IsNullOrEmpty(map.Name))
                yield return Refuse.Required($"{field}.configMap.name");
            foreach (var error in Mode($"{field}.configMap.defaultMode", map.DefaultMode))
                yield return error;
            var items = map.Items ?? [];
            for (int i = 0; i < items.Count; i++)
            {
                string at = $"{field}.configMap.items[{i}]";
                if (items[i].Key.Length == 0)
                    yield return Refuse.Required($"{at}.key");
                if (items[i].Path.Length == 0)
                    yield return Refuse.Required($"{at}.path");
                foreach (var error in LocalPath($"{at}.path", items[i].Path).Concat(Mode($"{at}.mode", items[i].Mode)))
                    yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Mode(string field, int? mode) =>
        mode is < 0 or > 511 ? [Refuse.Invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")] : [];

    private static IEnumerable<FieldError> LocalPath(string field, string? path)
    {
        if (string.IsNullOrEmpty(path))
            yield break;
        if (path.StartsWith('/'))
            yield return Refuse.Invalid(field, path, "must be a relative path");
        if (path.Split('/').Contains(".."))
            yield return Refuse.Invalid(field, path, "must not contain '..'");
    }
}
