using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

public sealed class PersistentVolumeKind : SpecKind<PersistentVolume, PersistentVolumeSpec, PersistentVolumeStatus>
{
    public override ResourceType Type => ResourceTypes.PersistentVolumes;
    public override string Kind => "PersistentVolume";
    public override string Singular => "persistentvolume";
    public override IReadOnlyList<string> ShortNames => ["pv"];
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("no claim is bound to it, and no pod can mount it");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PersistentVolume>("Capacity", "Its size.", v => Storage.Of(v.Spec.Capacity)?.ToString() ?? "0"),
        Print.Of<PersistentVolume>("Access Modes", "How it can be mounted.", v => Storage.Modes(v.Spec.AccessModes)),
        Print.Of<PersistentVolume>("Reclaim Policy", "What happens to it when its claim goes.", v => v.Spec.PersistentVolumeReclaimPolicy),
        Print.Of<PersistentVolume>("Status", "The phase, or Terminating.", v => v.Metadata.DeletionTimestamp is null ? v.Status?.Phase : "Terminating"),
        Print.Of<PersistentVolume>("Claim", "The claim that it is bound to.", v => v.Spec.ClaimRef is { } claim ? $"{claim.Namespace}/{claim.Name}" : ""),
        Print.Of<PersistentVolume>("StorageClass", "Its class.", v => Storage.ClassOf(v.Metadata, v.Spec.StorageClassName)),
        Print.Of<PersistentVolume>("VolumeAttributesClass", "Its class of attributes.", v => Storage.OrUnset(v.Spec.VolumeAttributesClassName)),
        Print.Of<PersistentVolume>("Reason", "Why it failed.", v => v.Status?.Reason ?? ""),
        Print.Age,
        Print.Of<PersistentVolume>("VolumeMode", "Filesystem or Block.", v => Storage.OrUnset(v.Spec.VolumeMode), priority: 1),
    ];

    protected override PersistentVolumeStatus NewStatus => new() { Phase = "Pending" };

    protected override PersistentVolume Default(PersistentVolume value) => value with
    {
        Spec = value.Spec with
        {
            PersistentVolumeReclaimPolicy = string.IsNullOrEmpty(value.Spec.PersistentVolumeReclaimPolicy) ? "Retain" : value.Spec.PersistentVolumeReclaimPolicy,
            VolumeMode = value.Spec.VolumeMode ?? "Filesystem",
            HostPath = VolumeDefaults.Of(value.Spec.HostPath),
            Iscsi = VolumeDefaults.Iscsi(value.Spec.Iscsi),
            Rbd = VolumeDefaults.Rbd(value.Spec.Rbd),
            AzureDisk = VolumeDefaults.Of(value.Spec.AzureDisk),
            ScaleIO = VolumeDefaults.ScaleIO(value.Spec.ScaleIO),
        },
    };

    protected override IEnumerable<FieldError> Validate(PersistentVolume value) => PersistentVolumeRules.Validate(value.Spec);

    protected override IEnumerable<FieldError> ValidateUpdate(PersistentVolume old, PersistentVolume value) => PersistentVolumeRules.ValidateUpdate(old.Spec, value.Spec);
}
