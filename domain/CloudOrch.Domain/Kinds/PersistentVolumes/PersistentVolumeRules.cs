using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidatePersistentVolumeSpec.</summary>
internal static class PersistentVolumeRules
{
    private static readonly string[] NoSources =
        ["capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity", "volumeAttributesClassName"];

    /// <summary>Every field that is not of the volume itself names a place where its bytes are.</summary>
    private static readonly ApiField[] SourceFields =
        [.. ApiSchema.Of<PersistentVolumeSpec>().Fields.Values.Where(f => !NoSources.Contains(f.Name)).OrderBy(f => f.Name, StringComparer.Ordinal)];

    public static IEnumerable<FieldError> Validate(PersistentVolumeSpec spec) =>
    [
        .. Storage.ValidateModes("spec.accessModes", spec.AccessModes),
        .. Capacity(spec.Capacity ?? ValueMap<Quantity>.Empty),
        .. Fields.OneOf("spec.persistentVolumeReclaimPolicy", spec.PersistentVolumeReclaimPolicy, "Delete", "Recycle", "Retain"),
        .. Affinity(spec),
        .. Sources(spec),
        .. Fields.Optional("spec.storageClassName", spec.StorageClassName, Names.Subdomain),
        .. Fields.Optional("spec.volumeAttributesClassName", spec.VolumeAttributesClassName, Names.Subdomain),
        .. Storage.ValidateVolumeMode("spec.volumeMode", spec.VolumeMode),
    ];

    public static IEnumerable<FieldError> ValidateUpdate(PersistentVolumeSpec old, PersistentVolumeSpec value) =>
    [
        .. SourceFields.Where(f => !Equals(f.Property.GetValue(old), f.Property.GetValue(value)))
            .Select(f => Refuse.Forbidden($"spec.{f.Name}", "the source of a volume is immutable after creation")),
        .. Fields.Immutable("spec.volumeMode", old.VolumeMode, value.VolumeMode),
        .. old.NodeAffinity is null ? [] : Fields.Immutable("spec.nodeAffinity", old.NodeAffinity, value.NodeAffinity),
    ];

    private static IEnumerable<FieldError> Capacity(ValueMap<Quantity> capacity)
    {
        if (capacity.Count == 0)
            yield return Refuse.Required("spec.capacity");
        foreach (var (name, amount) in capacity)
        {
            if (name != "storage")
                yield return Refuse.NotSupported("spec.capacity", name, "storage");
            foreach (var error in Storage.Positive($"spec.capacity[{name}]", amount))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> Affinity(PersistentVolumeSpec spec)
    {
        if (spec.NodeAffinity is { Required: null })
            return [Refuse.Required("spec.nodeAffinity.required", "must specify required node constraints")];
        if (spec.NodeAffinity?.Required is { } required)
            return AffinityRules.Selector("spec.nodeAffinity.required", required);
        return spec.Local is null ? [] : [Refuse.Required("spec.nodeAffinity", "Local volume requires node affinity")];
    }

    private static IEnumerable<FieldError> Sources(PersistentVolumeSpec spec)
    {
        (string Name, ApiType Source)[] set = [.. SourceFields.Select(f => (f.Name, (ApiType?)f.Property.GetValue(spec))).Where(f => f.Item2 is not null)!];
        if (set.Length == 0 && spec.Unknown is null or { Count: 0 })
            yield return Refuse.Required("spec", "must specify a volume type");
        foreach (var (extra, _) in set.Skip(1))
            yield return Refuse.Forbidden($"spec.{extra}", "may not specify more than 1 volume type");
        foreach (var error in set.SelectMany(s => VolumeSourceRules.Validate($"spec.{s.Name}", s.Source)))
            yield return error;
        if (spec is { HostPath.Path: "/", PersistentVolumeReclaimPolicy: "Recycle" })
            yield return Refuse.Forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
    }
}
