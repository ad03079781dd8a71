using System.Buffers;
using System.Text.Json;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Tables;

/// <summary>The query parameter <c>includeObject</c>: what a row carries beside its cells.</summary>
public enum IncludeObject
{
    /// <summary>The default: PartialObjectMetadata.</summary>
    Metadata,
    None,
    /// <summary>The whole object: what kubectl asks for to sort or to print labels.</summary>
    Object,
}

/// <summary>metav1.Table: what kubectl prints. Asked for by <c>Accept: application/json;as=Table;g=meta.k8s.io;v=v1</c>.</summary>
public static class TableWriter
{
    private const string Group = "meta.k8s.io";

    /// <param name="version"><c>v1</c> or <c>v1beta1</c>, as the client asked.</param>
    /// <param name="withColumns">false in the later events of a watch: the client keeps the first's.</param>
    public static byte[] Write(KindDefinition kind, IEnumerable<KubeObject> objects, ListMeta metadata, IncludeObject include,
        DateTimeOffset now, string version = "v1", bool withColumns = true)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = KubeJson.Options.Encoder, SkipValidation = true }))
        {
            WriteStart(writer, kind, metadata, version, withColumns);
            foreach (var value in objects)
                WriteRow(writer, kind, value, include, now, version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>All that comes before the rows, for whoever writes a large table piece by piece; the array of rows and the table stay open.</summary>
    public static void WriteStart(Utf8JsonWriter writer, KindDefinition kind, ListMeta metadata, string version = "v1", bool withColumns = true)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", $"{Group}/{version}");
        writer.WritePropertyName("metadata");
        JsonSerializer.Serialize(writer, metadata, KubeJson.Options);
        writer.WriteStartArray("columnDefinitions");
        if (withColumns)
        {
            foreach (var column in kind.Columns)
                WriteColumn(writer, column);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
    }

    /// <summary>A table of one row, as a watch event or a GET of one object carries it.</summary>
    public static byte[] WriteOne(KindDefinition kind, KubeObject value, IncludeObject include, DateTimeOffset now, string version = "v1", bool withColumns = true) =>
        Write(kind, [value], new() { ResourceVersion = value.Metadata.ResourceVersion }, include, now, version, withColumns);

    private static void WriteColumn(Utf8JsonWriter writer, PrinterColumn column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("type", column.Type);
        writer.WriteString("format", column.Format);
        writer.WriteString("description", column.Description);
        writer.WriteNumber("priority", column.Priority);
        writer.WriteEndObject();
    }

    public static void WriteRow(Utf8JsonWriter writer, KindDefinition kind, KubeObject value, IncludeObject include, DateTimeOffset now, string version)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var column in kind.Columns)
            WriteCell(writer, column.Value(value, now));
        writer.WriteEndArray();
        if (include == IncludeObject.Object)
        {
            writer.WritePropertyName("object");
            writer.WriteRawValue(kind.Write(value), skipInputValidation: true);
        }
        else if (include == IncludeObject.Metadata)
        {
            writer.WriteStartObject("object");
            writer.WriteString("kind", "PartialObjectMetadata");
            writer.WriteString("apiVersion", $"{Group}/{version}");
            writer.WritePropertyName("metadata");
            JsonSerializer.Serialize(writer, value.Metadata, KubeJson.Options);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter writer, object? cell)
    {
        switch (cell)
        {
            case null:
                writer.WriteStringValue("");
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            default:
                writer.WriteStringValue(cell.ToString());
                break;
        }
    }
}
