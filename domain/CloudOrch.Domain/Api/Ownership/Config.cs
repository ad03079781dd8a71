using System.Globalization;
using System.Text.Json;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>Brings a document that a client wrote into the form in which objects are stored, so that equal values compare as equal.</summary>
internal static class Config
{
    /// <summary>Nulls go, of a repeated field the last stays, amounts and times are written as they are stored.</summary>
    public static void Normalize(JsonElement value, ApiSchema? schema, Utf8JsonWriter writer)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, member) in Last(value))
                {
                    if (member.ValueKind == JsonValueKind.Null)
                        continue;
                    writer.WritePropertyName(name);
                    Normalize(member, schema?.At(name), writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Normalize(item, schema?.At(""), writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String or JsonValueKind.Number when schema?.Shape == SchemaShape.Quantity
                && Quantity.TryParse(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), out var amount):
                JsonSerializer.Serialize(writer, amount, KubeJson.Options);
                break;
            case JsonValueKind.Number when schema?.Shape is SchemaShape.Int32 or SchemaShape.Int64 or SchemaShape.IntOrString && value.TryGetInt64(out long number):
                writer.WriteNumberValue(number);
                break;
            case JsonValueKind.String when schema?.Shape == SchemaShape.Time
                && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                JsonSerializer.Serialize(writer, time, KubeJson.Options);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static IEnumerable<(string Name, JsonElement Value)> Last(JsonElement value)
    {
        var members = value.EnumerateObject().Select(m => (m.Name, m.Value)).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        return members.TrueForAll(m => names.Add(m.Name))
            ? members
            : members.GroupBy(m => m.Name, StringComparer.Ordinal).Select(g => g.Last());
    }
}
