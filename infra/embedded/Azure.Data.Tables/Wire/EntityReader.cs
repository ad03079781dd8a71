using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Wire;

/// <summary>Rows out of OData JSON with minimal metadata.</summary>
internal static class EntityReader
{
    private static ReadOnlySpan<byte> TypeSuffix => "@odata.type"u8;

    public static TableEntity ReadOne(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return ReadEntity(ref reader);
    }

    /// <summary>The rows of an answer to a query.</summary>
    /// <exception cref="JsonException">The answer is cut off or not a list of rows: an error, never a shorter list.</exception>
    public static List<TableEntity> ReadMany(ReadOnlySpan<byte> json)
    {
        var rows = new List<TableEntity>();
        bool found = false;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isValue)
            {
                reader.Skip();
                continue;
            }

            found = reader.TokenType == JsonTokenType.StartArray;
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                rows.Add(ReadEntity(ref reader));
        }

        if (!found)
            throw new JsonException("The answer to the query has no list of rows.");
        return rows;
    }

    private static TableEntity ReadEntity(ref Utf8JsonReader reader)
    {
        var entity = new TableEntity();
        Dictionary<string, object> values = entity.Raw;
        string? typedName = null;
        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.EndsWith(TypeSuffix))
            {
                string annotated = reader.GetString()!;
                typedName = annotated[..^TypeSuffix.Length];
                reader.Read();
                type = reader.GetString();
                // Annotations come before their property; one that comes after converts what was read.
                if (values.TryGetValue(typedName, out object? early) && early is string text)
                {
                    values[typedName] = Convert(text, type);
                    typedName = null;
                }

                continue;
            }

            string name = Name(ref reader);
            reader.Read();
            if (name.StartsWith("odata.", StringComparison.Ordinal) && name != TableEntity.ETagName)
            {
                reader.Skip();
                continue;
            }

            object? value = ReadValue(ref reader, name == typedName ? type : name == TableEntity.TimestampName ? "Edm.DateTime" : null);
            if (value is not null)
                values[name] = value;
        }

        return entity;
    }

    private static object? ReadValue(ref Utf8JsonReader reader, string? type)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return type switch
                {
                    null or "Edm.String" => reader.GetString()!,
                    "Edm.Binary" => reader.GetBytesFromBase64(),
                    "Edm.DateTime" => reader.TryGetDateTimeOffset(out DateTimeOffset at) ? at.ToUniversalTime() : Convert(reader.GetString()!, type),
                    _ => Convert(reader.GetString()!, type),
                };
            case JsonTokenType.Number:
                if (type == "Edm.Int64")
                    return reader.GetInt64();
                return type != "Edm.Double" && reader.ValueSpan.IndexOfAny(".eE"u8) < 0 && reader.TryGetInt32(out int whole) ? (object)whole : reader.GetDouble();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                reader.Skip();
                return null;
        }
    }

    private static object Convert(string text, string? type) => type switch
    {
        "Edm.Int64" => long.Parse(text, CultureInfo.InvariantCulture),
        "Edm.Int32" => int.Parse(text, CultureInfo.InvariantCulture),
        "Edm.Binary" => System.Convert.FromBase64String(text),
        "Edm.Guid" => Guid.Parse(text),
        "Edm.Double" => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        "Edm.Boolean" => bool.Parse(text),
        "Edm.DateTime" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => text,
    };

    private static string Name(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("PartitionKey"u8))
            return TableEntity.PartitionKeyName;
        if (reader.ValueTextEquals("RowKey"u8))
            return TableEntity.RowKeyName;
        if (reader.ValueTextEquals("Timestamp"u8))
            return TableEntity.TimestampName;
        if (reader.ValueTextEquals("odata.etag"u8))
            return TableEntity.ETagName;
        return reader.GetString()!;
    }
}
