using System.Globalization;
using System.Text.Json;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Decoding;

/// <summary>Walks a body beside its schema and notes what is wrong with it, each by the path of the field.</summary>
public sealed class BodyCheck
{
    private readonly List<string> strict = [];
    private readonly List<string> notActedOn = [];
    private readonly List<string> wrongTypes = [];
    private bool isSensitive;

    /// <summary><c>unknown field "spec.foo"</c>, <c>duplicate field "spec.replicas"</c></summary>
    public IReadOnlyList<string> StrictProblems => strict;

    /// <summary>Paths of fields that are stored without effect.</summary>
    public IReadOnlyList<string> NotActedOn => notActedOn;

    /// <summary><c>spec.replicas: expected a whole number, got "three"</c></summary>
    public IReadOnlyList<string> WrongTypes => wrongTypes;

    public bool HasNulls { get; private set; }

    public static BodyCheck Of(JsonElement body, ApiSchema schema)
    {
        var check = new BodyCheck();
        check.Visit(body, schema, "");
        return check;
    }

    private void Visit(JsonElement value, ApiSchema schema, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            HasNulls = true;
            return;
        }
        switch (schema.Shape)
        {
            case SchemaShape.Object when value.ValueKind == JsonValueKind.Object:
                VisitObject(value, schema, path);
                break;
            case SchemaShape.Map when value.ValueKind == JsonValueKind.Object:
                VisitMap(value, schema.Item!, path);
                break;
            case SchemaShape.List when value.ValueKind == JsonValueKind.Array:
                VisitList(value, schema.Item!, path);
                break;
            case SchemaShape.Any:
                break;
            default:
                if (!Fits(value, schema.Shape))
                    wrongTypes.Add($"{(path.Length == 0 ? "the body" : path)}: expected {Expected(schema.Shape)}, got {(isSensitive ? "another type" : Shorten(value.GetRawText()))}");
                break;
        }
    }

    private void VisitObject(JsonElement value, ApiSchema schema, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            string at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
                strict.Add($"duplicate field \"{at}\"");
            if (!schema.Fields.TryGetValue(member.Name, out var field))
                strict.Add($"unknown field \"{at}\"");
            else
            {
                if (field.NotActedOn is { } harmless && IsSet(member.Value, harmless) && !Has(value, field.ActedOnWith))
                    notActedOn.Add(at);
                notActedOn.AddRange(field.KeysNotActedOn.Where(k => member.Value.ValueKind == JsonValueKind.Object && member.Value.TryGetProperty(k, out _)).Select(k => $"{at}.{k}"));
                bool outer = isSensitive;
                isSensitive |= field.IsSensitive;
                Visit(member.Value, field.Schema, at);
                isSensitive = outer;
            }
        }
    }

    private void VisitMap(JsonElement value, ApiSchema item, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!seen.Add(member.Name))
                strict.Add($"duplicate field \"{path}.{member.Name}\"");
            Visit(member.Value, item, $"{path}.{member.Name}");
        }
    }

    private void VisitList(JsonElement value, ApiSchema item, string path)
    {
        int index = 0;
        foreach (var element in value.EnumerateArray())
        {
            string at = $"{path}[{index++}]";
            if (element.ValueKind == JsonValueKind.Null)
                wrongTypes.Add($"{at}: expected {Expected(item.Shape)}, got null");
            else
                Visit(element, item, at);
        }
    }

    /// <summary>What a client sends for "nothing" needs no warning: null, false, "", [] and {}.</summary>
    private static bool IsSet(JsonElement value, IReadOnlyList<string> harmless) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined => false,
        JsonValueKind.String => value.GetString()!.Length > 0 && !harmless.Contains(value.GetString()!),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    /// <param name="member">As <c>name=value</c>; null for none.</param>
    private static bool Has(JsonElement value, string? member) =>
        member?.Split('=') is [var name, var text] && value.TryGetProperty(name, out var held) && held.ValueKind == JsonValueKind.String && held.ValueEquals(text);

    private static bool Fits(JsonElement value, SchemaShape shape) => shape switch
    {
        SchemaShape.Text => value.ValueKind == JsonValueKind.String,
        SchemaShape.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        SchemaShape.Int32 => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        SchemaShape.Int64 => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        SchemaShape.IntOrString => value.ValueKind == JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
        SchemaShape.Quantity => value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && Quantity.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), out _),
        SchemaShape.Time or SchemaShape.MicroTime => value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        _ => false,
    };

    private static string Expected(SchemaShape shape) => shape switch
    {
        SchemaShape.Object or SchemaShape.Map => "an object",
        SchemaShape.List => "a list",
        SchemaShape.Text => "a string",
        SchemaShape.Flag => "true or false",
        SchemaShape.Int32 => "a whole number (32 bits)",
        SchemaShape.Int64 => "a whole number",
        SchemaShape.IntOrString => "a number or a string",
        SchemaShape.Quantity => "a quantity such as 250m, 1.5Gi or 1e3",
        SchemaShape.Time or SchemaShape.MicroTime => "a time such as 2030-01-31T10:00:00Z",
        _ => "another type",
    };

    private static string Shorten(string json) => json.Length > 60 ? json[..60] + "…" : json;
}
