using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Decoding;

/// <summary>Reads request bodies: JSON in, an object or a refusal in words out.</summary>
/// <remarks>Fields that this version does not know stay in the object, so that nothing is dropped silently.</remarks>
public static class ObjectReader
{
    public const int MaxDepth = 64;

    /// <returns>The object as it is stored.</returns>
    /// <param name="problems">What was wrong with the body before it was JSON, for strict validation: <c>line 5: key "image" already set in map</c>.</param>
    public static DecodeOutcome Read(KindDefinition kind, ReadOnlyMemory<byte> json, FieldValidation validation, IReadOnlyList<string>? problems = null)
    {
        var outcome = Read(kind.ClrType, kind.Kind, kind.ApiVersion, json, validation, problems ?? []);
        return outcome is DecodeOutcome.Decoded decoded ? decoded with { Object = kind.ToStored(decoded.Object) } : outcome;
    }

    /// <summary>For bodies of kinds that are not stored, such as Scale and DeleteOptions.</summary>
    public static DecodeOutcome Read<T>(string kind, string apiVersion, ReadOnlyMemory<byte> json, FieldValidation validation, IReadOnlyList<string>? problems = null)
        where T : KubeObject => Read(typeof(T), kind, apiVersion, json, validation, problems ?? []);

    /// <summary>The problems that strict validation would refuse, for instance those that an object has already before a patch.</summary>
    public static IReadOnlyList<string> StrictProblems(KindDefinition kind, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return BodyCheck.Of(document.RootElement, ApiSchema.Of(kind.ClrType)).StrictProblems;
    }

    private static DecodeOutcome Read(Type type, string kind, string apiVersion, ReadOnlyMemory<byte> json, FieldValidation validation, IReadOnlyList<string> problems)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new DecodeOutcome.Refused($"the body is not an object of kind {kind}: expected {{…}}, got {root.ValueKind}");
            if (WrongKind(root, kind, apiVersion) is { } wrong)
                return new DecodeOutcome.Refused(wrong);
            var schema = ApiSchema.Of(type);
            var check = BodyCheck.Of(root, schema);
            string version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
            string cannot = $"{kind} in version \"{version}\" cannot be handled as a {kind}";
            if (check.WrongTypes.Count > 0)
                return new DecodeOutcome.Refused($"{cannot}: {string.Join(", ", check.WrongTypes)}");
            string[] strict = [.. problems, .. check.StrictProblems];
            if (validation == FieldValidation.Strict && strict.Length > 0)
                return new DecodeOutcome.Refused($"{cannot}: strict decoding error: {string.Join(", ", strict)}");
            string[] warnings =
            [
                .. validation == FieldValidation.Warn ? strict : [],
                .. check.NotActedOn.Select(f => $"{f}: this field is stored, but nothing acts on it"),
            ];
            return new DecodeOutcome.Decoded(Deserialize(root, schema, check.HasNulls), warnings);
        }
        catch (JsonException e)
        {
            return new DecodeOutcome.Refused($"the body is not valid JSON: {e.Message}");
        }
    }

    private static KubeObject Deserialize(JsonElement root, ApiSchema schema, bool hasNulls)
    {
        if (!hasNulls)
            return (KubeObject)root.Deserialize(schema.ClrType, KubeJson.Options)!;
        var node = JsonObject.Create(root)!;
        WithoutNulls(node, schema);
        return (KubeObject)node.Deserialize(schema.ClrType, KubeJson.Options)!;
    }

    /// <summary>Null means absent in Kubernetes: Go clients write <c>"containers": null</c> for an empty list.</summary>
    private static void WithoutNulls(JsonNode? node, ApiSchema schema)
    {
        switch (node)
        {
            case JsonObject members when schema.Shape is SchemaShape.Object or SchemaShape.Map:
                foreach (var (name, value) in members.ToArray())
                {
                    if (value is null && !(schema.Shape == SchemaShape.Map && schema.Item!.Shape == SchemaShape.Text))
                        members.Remove(name);
                    else if (schema.At(name) is { } inner)
                        WithoutNulls(value, inner);
                }
                break;
            case JsonArray items when schema.Shape == SchemaShape.List:
                foreach (var item in items)
                    WithoutNulls(item, schema.Item!);
                break;
        }
    }

    private static string? WrongKind(JsonElement root, string kind, string apiVersion)
    {
        string? bodyKind = Text(root, "kind"), bodyVersion = Text(root, "apiVersion");
        if (bodyKind is not (null or "") && bodyKind != kind)
            return $"no kind \"{bodyKind}\" is accepted here: the path takes {kind} of {apiVersion}";
        // Go clients write DeleteOptions in the version of the group that they delete from.
        return bodyVersion is not (null or "") && bodyVersion != apiVersion && kind != "DeleteOptions"
            ? $"the API version in the data ({bodyVersion}) does not match the expected API version ({apiVersion})"
            : null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
