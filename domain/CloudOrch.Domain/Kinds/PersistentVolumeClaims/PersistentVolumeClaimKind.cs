using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.PersistentVolumeClaims;

public sealed class PersistentVolumeClaimKind : SpecKind<PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimStatus>
{
    public override ResourceType Type => ResourceTypes.PersistentVolumeClaims;
    public override string Kind => "PersistentVolumeClaim";
    public override string Singular => "persistentvolumeclaim";
    public override IReadOnlyList<string> ShortNames => ["pvc"];
    public override string? NotActedOn => OnlyStored("no volume is bound to it, and no pod can mount it");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PersistentVolumeClaim>("Status", "The phase, or Terminating.", c => c.Metadata.DeletionTimestamp is null ? c.Status?.Phase : "Terminating"),
        Print.Of<PersistentVolumeClaim>("Volume", "The volume that it is bound to.", c => c.Spec.VolumeName ?? ""),
        Print.Of<PersistentVolumeClaim>("Capacity", "Size of that volume.", c => IsPlaced(c) ? Storage.Of(c.Status?.Capacity)?.ToString() ?? "0" : ""),
        Print.Of<PersistentVolumeClaim>("Access Modes", "How that volume can be mounted.", c => IsPlaced(c) ? Storage.Modes(c.Status?.AccessModes) : ""),
        Print.Of<PersistentVolumeClaim>("StorageClass", "Its class.", c => Storage.ClassOf(c.Metadata, c.Spec.StorageClassName)),
        Print.Of<PersistentVolumeClaim>("VolumeAttributesClass", "Its class of attributes.", c => Storage.OrUnset(c.Spec.VolumeAttributesClassName)),
        Print.Age,
        Print.Of<PersistentVolumeClaim>("VolumeMode", "Filesystem or Block.", c => Storage.OrUnset(c.Spec.VolumeMode), priority: 1),
    ];

    protected override PersistentVolumeClaimStatus NewStatus => new() { Phase = "Pending" };

    protected override PersistentVolumeClaim Default(PersistentVolumeClaim value) => With(value, PersistentVolumeClaimRules.Default(value.Spec));

    protected override IEnumerable<FieldError> Validate(PersistentVolumeClaim value) => PersistentVolumeClaimRules.Validate("spec", value.Spec);

    protected override IEnumerable<FieldError> ValidateUpdate(PersistentVolumeClaim old, PersistentVolumeClaim value) => PersistentVolumeClaimRules.ValidateUpdate(old, value);

    private static bool IsPlaced(PersistentVolumeClaim claim) => !string.IsNullOrEmpty(claim.Spec.VolumeName);
}
