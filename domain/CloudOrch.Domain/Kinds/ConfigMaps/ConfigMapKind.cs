using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ConfigMaps;

public sealed class ConfigMapKind : KindDefinition<ConfigMap>
{
    /// <summary>Bytes of keys and values together.</summary>
    public const int SizeLimit = 1024 * 1024;

    private const string Frozen = "field is immutable when `immutable` is set";

    public override ResourceType Type => ResourceTypes.ConfigMaps;
    public override string Kind => "ConfigMap";
    public override string Singular => "configmap";
    public override IReadOnlyList<string> ShortNames => ["cm"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<ConfigMap>("Data", "Number of entries.", c => (c.Data?.Count ?? 0) + (c.BinaryData?.Count ?? 0)),
        Print.Age,
    ];

    protected override IEnumerable<FieldError> Validate(ConfigMap value)
    {
        long size = 0;
        foreach (var (key, text) in value.Data ?? ValueMap<string>.Empty)
        {
            foreach (string problem in Names.ConfigMapKey(key))
                yield return Refuse.Invalid($"data[{key}]", key, problem);
            if (value.BinaryData?.ContainsKey(key) == true)
                yield return Refuse.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
            size += Encoding.UTF8.GetByteCount(text);
        }
        foreach (var (key, text) in value.BinaryData ?? ValueMap<string>.Empty)
        {
            foreach (string problem in Names.ConfigMapKey(key))
                yield return Refuse.Invalid($"binaryData[{key}]", key, problem);
            if (!System.Buffers.Text.Base64.IsValid(text, out int decoded))
                yield return Refuse.Invalid($"binaryData[{key}]", text.Length > 40 ? text[..40] + "…" : text, "must be base64");
            size += decoded;
        }
        if (size > SizeLimit)
            yield return Refuse.TooLong("data", SizeLimit);
    }

    protected override IEnumerable<FieldError> ValidateUpdate(ConfigMap old, ConfigMap value)
    {
        if (old.Immutable != true)
            yield break;
        if (value.Immutable != true)
            yield return Refuse.Forbidden("immutable", Frozen);
        if ((value.Data ?? ValueMap<string>.Empty) != (old.Data ?? ValueMap<string>.Empty))
            yield return Refuse.Forbidden("data", Frozen);
        if ((value.BinaryData ?? ValueMap<string>.Empty) != (old.BinaryData ?? ValueMap<string>.Empty))
            yield return Refuse.Forbidden("binaryData", Frozen);
    }
}
