using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Azure.Data.Tables.Wire;

/// <summary>A row as OData JSON: types that JSON has not carry an annotation, null properties are not sent.</summary>
internal static class EntityWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> output, ITableEntity entity)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        foreach ((string name, object? value) in Codec.Properties(entity))
        {
            if (value is null || name is TableEntity.TimestampName or TableEntity.ETagName)
                continue;
            WriteProperty(json, name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                Annotate(json, name, "Edm.Int64");
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case byte[] bytes:
                Annotate(json, name, "Edm.Binary");
                json.WriteBase64String(name, bytes);
                break;
            case BinaryData data:
                Annotate(json, name, "Edm.Binary");
                json.WriteBase64String(name, data.ToMemory().Span);
                break;
            case double number:
                Annotate(json, name, "Edm.Double");
                json.WriteString(name, number switch
                {
                    double.PositiveInfinity => "Infinity",
                    double.NegativeInfinity => "-Infinity",
                    _ => number.ToString("R", CultureInfo.InvariantCulture),
                });
                break;
            case Guid id:
                Annotate(json, name, "Edm.Guid");
                json.WriteString(name, id);
                break;
            case DateTimeOffset at:
                Annotate(json, name, "Edm.DateTime");
                json.WriteString(name, at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                break;
            case DateTime at:
                Annotate(json, name, "Edm.DateTime");
                json.WriteString(name, at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
                break;
            case Enum member:
                json.WriteString(name, member.ToString());
                break;
            default:
                throw new NotSupportedException($"Property '{name}' is {value.GetType()}, which no table property can hold.");
        }
    }

    private static void Annotate(Utf8JsonWriter json, string name, string type) => json.WriteString(name + "@odata.type", type);
}
