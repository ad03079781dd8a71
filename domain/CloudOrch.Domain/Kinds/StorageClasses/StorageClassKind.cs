using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.StorageClasses;

public sealed class StorageClassKind : KindDefinition<StorageClass>
{
    private const int MostParameters = 512;
    private const int ParametersLimit = 256 * 1024;

    private static readonly string[] DefaultAnnotations = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    public override ResourceType Type => ResourceTypes.StorageClasses;
    public override string Kind => "StorageClass";
    public override string Singular => "storageclass";
    public override IReadOnlyList<string> ShortNames => ["sc"];
    public override bool Namespaced => false;
    public override string? NotActedOn => OnlyStored("no volume is made for its claims");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name with { Value = (c, _) => IsDefault(c.Metadata) ? $"{c.Metadata.Name} (default)" : c.Metadata.Name },
        Print.Of<StorageClass>("Provisioner", "Who makes the volumes.", c => c.Provisioner),
        Print.Of<StorageClass>("ReclaimPolicy", "What happens to a volume when its claim goes.", c => c.ReclaimPolicy ?? "Delete"),
        Print.Of<StorageClass>("VolumeBindingMode", "When a claim is bound.", c => c.VolumeBindingMode ?? "Immediate"),
        Print.Of<StorageClass>("AllowVolumeExpansion", "Whether claims may grow.", c => c.AllowVolumeExpansion ?? false),
        Print.Age,
    ];

    protected override StorageClass Default(StorageClass value) => value with
    {
        ReclaimPolicy = value.ReclaimPolicy ?? "Delete",
        VolumeBindingMode = value.VolumeBindingMode ?? "Immediate",
    };

    /// <summary>k8s.io/kubernetes/pkg/apis/storage/validation: ValidateStorageClass.</summary>
    protected override IEnumerable<FieldError> Validate(StorageClass value) =>
    [
        .. Fields.Named("provisioner", value.Provisioner, name => Names.Qualified(name.ToLowerInvariant())),
        .. Parameters(value.Parameters ?? ValueMap<string>.Empty),
        .. Fields.OneOf("reclaimPolicy", value.ReclaimPolicy, "Delete", "Retain"),
        .. Fields.OneOf("volumeBindingMode", value.VolumeBindingMode, "Immediate", "WaitForFirstConsumer"),
        .. Fields.Each("allowedTopologies", value.AllowedTopologies, (at, term) => Fields.Each($"{at}.matchLabelExpressions", term.MatchLabelExpressions, Requirement)),
    ];

    protected override IEnumerable<FieldError> ValidateUpdate(StorageClass old, StorageClass value)
    {
        if ((old.Parameters ?? ValueMap<string>.Empty) != (value.Parameters ?? ValueMap<string>.Empty))
            yield return Refuse.Forbidden("parameters", "updates to parameters are forbidden.");
        if (old.Provisioner != value.Provisioner)
            yield return Refuse.Forbidden("provisioner", "updates to provisioner are forbidden.");
        if (old.ReclaimPolicy != value.ReclaimPolicy)
            yield return Refuse.Forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.");
        foreach (var error in Fields.Immutable("volumeBindingMode", old.VolumeBindingMode, value.VolumeBindingMode))
            yield return error;
    }

    private static IEnumerable<FieldError> Parameters(ValueMap<string> parameters)
    {
        if (parameters.Count > MostParameters)
            yield return Refuse.TooMany("parameters", parameters.Count, MostParameters);
        if (parameters.ContainsKey(""))
            yield return Refuse.Invalid("parameters", "", "field can not be empty.");
        if (parameters.Sum(p => (long)Encoding.UTF8.GetByteCount(p.Key) + Encoding.UTF8.GetByteCount(p.Value)) > ParametersLimit)
            yield return Refuse.TooLong("parameters", ParametersLimit);
    }

    private static IEnumerable<FieldError> Requirement(string field, TopologySelectorRequirement requirement) =>
    [
        .. Fields.Named($"{field}.key", requirement.Key, Names.Qualified),
        .. requirement.Values.Count == 0 ? [Refuse.Required($"{field}.values")] : Fields.Unique($"{field}.values", requirement.Values, v => v),
    ];

    private static bool IsDefault(ObjectMeta metadata) => DefaultAnnotations.Any(a => metadata.Annotations?.TryGetValue(a, out var value) == true && value == "true");
}
