using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateVolumes, ValidateVolumeMounts.</summary>
internal static class VolumeRules
{
    private static readonly ApiField[] SourceFields = [.. ApiSchema.Of<Volume>().Fields.Values.Where(f => f.Name != "name")];

    /// <summary>The sources that are set, by their names.</summary>
    public static IReadOnlyList<(string Name, ApiType Source)> SourcesOf(Volume volume) =>
        [.. SourceFields.Select(f => (f.Name, (ApiType?)f.Property.GetValue(volume))).Where(f => f.Item2 is not null)!];

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
            foreach (var (extra, _) in sources.Skip(1))
                yield return Refuse.Forbidden($"{at}.{extra}", "may not specify more than 1 volume type");
            foreach (var error in sources.SelectMany(s => VolumeSourceRules.Validate($"{at}.{s.Name}", s.Source)))
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
            foreach (var error in VolumeSourceRules.LocalPath($"{at}.subPath", mounts[i].SubPath))
                yield return error;
        }
    }
}
