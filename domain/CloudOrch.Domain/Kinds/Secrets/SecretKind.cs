using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Secrets;

public sealed class SecretKind : KindDefinition<Secret>
{
    private const string Frozen = "field is immutable when `immutable` is set";

    public override ResourceType Type => ResourceTypes.Secrets;
    public override string Kind => "Secret";
    public override string Singular => "secret";
    public override string? NotActedOn => OnlyStored("no pod can use it, and no token is made for it");

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Secret>("Type", "What the data is for.", s => s.Type),
        Print.Of<Secret>("Data", "Number of entries.", s => s.Data?.Count ?? 0),
        Print.Age,
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["type"] = s => ((Secret)s).Type ?? "",
    };

    protected override Secret Default(Secret value) => value with
    {
        Type = string.IsNullOrEmpty(value.Type) ? SecretRules.Opaque : value.Type,
        Data = value.StringData is { } plain ? (value.Data ?? ValueMap<string>.Empty).Concat(plain.Select(Encoded)).ToValueMap() : value.Data,
        StringData = null,
    };

    protected override IEnumerable<FieldError> Validate(Secret value) => SecretRules.Validate(value);

    protected override IEnumerable<FieldError> ValidateUpdate(Secret old, Secret value)
    {
        foreach (var error in Fields.Immutable("type", old.Type, value.Type))
            yield return error;
        if (old.Immutable != true)
            yield break;
        if (value.Immutable != true)
            yield return Refuse.Forbidden("immutable", Frozen);
        if ((value.Data ?? ValueMap<string>.Empty) != (old.Data ?? ValueMap<string>.Empty))
            yield return Refuse.Forbidden("data", Frozen);
    }

    private static KeyValuePair<string, string> Encoded(KeyValuePair<string, string> plain) =>
        new(plain.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(plain.Value)));
}
