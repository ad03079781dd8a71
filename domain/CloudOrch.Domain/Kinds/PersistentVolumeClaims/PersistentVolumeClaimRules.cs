using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.PersistentVolumeClaims;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidatePersistentVolumeClaimSpec.</summary>
internal static class PersistentVolumeClaimRules
{
    public static PersistentVolumeClaimSpec Default(PersistentVolumeClaimSpec spec) => spec with
    {
        VolumeMode = spec.VolumeMode ?? "Filesystem",
        // Each of the two names the same object, as long as it is in this namespace.
        DataSource = spec.DataSource ?? (spec.DataSourceRef is { Namespace: null } other ? new() { ApiGroup = other.ApiGroup, Kind = other.Kind, Name = other.Name } : null),
        DataSourceRef = spec.DataSourceRef ?? (spec.DataSource is { } source ? new() { ApiGroup = source.ApiGroup, Kind = source.Kind, Name = source.Name } : null),
    };

    public static IEnumerable<FieldError> Validate(string field, PersistentVolumeClaimSpec spec) =>
    [
        .. Storage.ValidateModes($"{field}.accessModes", spec.AccessModes, "at least 1 access mode is required"),
        .. spec.Selector is { } selector ? SelectorRules.Validate($"{field}.selector", selector) : [],
        .. Storage.Of(spec.Resources?.Requests) is { } amount ? Storage.Positive($"{field}.resources[storage]", amount) : [Refuse.Required($"{field}.resources[storage]")],
        .. Fields.Optional($"{field}.storageClassName", spec.StorageClassName, Names.Subdomain),
        .. Fields.Optional($"{field}.volumeAttributesClassName", spec.VolumeAttributesClassName, Names.Subdomain),
        .. Storage.ValidateVolumeMode($"{field}.volumeMode", spec.VolumeMode),
        .. spec.DataSource is { } source ? Source($"{field}.dataSource", source.ApiGroup, source.Kind, source.Name) : [],
        .. spec.DataSourceRef is { } other ? Source($"{field}.dataSourceRef", other.ApiGroup, other.Kind, other.Name) : [],
        .. spec is { DataSource: { } a, DataSourceRef: { Namespace: null } b } && (a.ApiGroup, a.Kind, a.Name) != (b.ApiGroup, b.Kind, b.Name)
            ? [Refuse.Invalid(field, "", "must match dataSourceRef")] : Array.Empty<FieldError>(),
    ];

    public static IEnumerable<FieldError> ValidateUpdate(PersistentVolumeClaim old, PersistentVolumeClaim value)
    {
        bool bound = old.Status?.Phase == "Bound";
        var allowed = value.Spec with
        {
            // Binding names the volume, once; a default class is filled in later.
            VolumeName = string.IsNullOrEmpty(old.Spec.VolumeName) ? old.Spec.VolumeName : value.Spec.VolumeName,
            StorageClassName = old.Spec.StorageClassName is null ? null : value.Spec.StorageClassName,
            VolumeAttributesClassName = bound ? old.Spec.VolumeAttributesClassName : value.Spec.VolumeAttributesClassName,
            Resources = bound ? (value.Spec.Resources ?? new()) with { Requests = old.Spec.Resources?.Requests } : value.Spec.Resources,
        };
        if (allowed != old.Spec)
            yield return Refuse.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        if (bound && Storage.Of(value.Spec.Resources?.Requests) < (Storage.Of(old.Status?.Capacity) ?? Storage.Of(old.Spec.Resources?.Requests)))
            yield return Refuse.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
    }

    private static IEnumerable<FieldError> Source(string field, string? group, string? kind, string? name) =>
    [
        .. Fields.Required($"{field}.name", name),
        .. Fields.Required($"{field}.kind", kind),
        .. string.IsNullOrEmpty(group) && kind is { Length: > 0 } and not "PersistentVolumeClaim"
            ? [Refuse.Invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")] : Array.Empty<FieldError>(),
        .. Fields.Optional($"{field}.apiGroup", group, Names.Subdomain),
    ];
}
