using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.PersistentVolumes;

/// <summary>What volumes and their claims have in common.</summary>
internal static class Storage
{
    private const string Resource = "storage";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";
    private const string Alone = "ReadWriteOncePod";

    /// <summary>As they are printed, in this order.</summary>
    private static readonly (string Mode, string Short)[] AccessModes =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), (Alone, "RWOP")];

    public static Quantity? Of(ValueMap<Quantity>? amounts) => amounts is not null && amounts.TryGetValue(Resource, out var amount) ? amount : null;

    public static string Modes(ValueList<string>? modes) => string.Join(',', AccessModes.Where(m => modes?.Contains(m.Mode) == true).Select(m => m.Short));

    public static string ClassOf(ObjectMeta metadata, string? name) =>
        metadata.Annotations?.TryGetValue(ClassAnnotation, out var annotated) == true ? annotated : name ?? "";

    public static string OrUnset(string? text) => string.IsNullOrEmpty(text) ? "<unset>" : text;

    public static IEnumerable<FieldError> ValidateModes(string field, ValueList<string>? modes, string missing = "")
    {
        if (modes is not { Count: > 0 })
            yield return Refuse.Required(field, missing);
        string[] supported = [.. AccessModes.Select(m => m.Mode)];
        foreach (string mode in modes ?? [])
        {
            if (!supported.Contains(mode))
                yield return Refuse.NotSupported(field, mode, supported);
        }
        if (modes is { Count: > 1 } && modes.Contains(Alone))
            yield return Refuse.Forbidden(field, $"may not use {Alone} with other access modes");
    }

    public static IEnumerable<FieldError> ValidateVolumeMode(string field, string? mode) => Fields.OneOf(field, mode, "Block", "Filesystem");

    public static IEnumerable<FieldError> Positive(string field, Quantity amount) =>
        amount > default(Quantity) ? [] : [Refuse.Invalid(field, amount.ToString(), "must be greater than zero")];
}
