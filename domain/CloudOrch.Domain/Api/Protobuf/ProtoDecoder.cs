using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>Turns a message into the JSON that Kubernetes would write for it.</summary>
internal sealed class ProtoDecoder(ProtoDescription description)
{
    private const int MaxDepth = 40;

    public JsonObject Decode(string message, ReadOnlySpan<byte> bytes)
    {
        var result = new JsonObject();
        Fill(result, message, bytes, 0);
        return result;
    }

    private void Fill(JsonObject target, string message, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > MaxDepth)
            throw new ProtobufException("messages are nested too deeply");
        var fields = description[message];
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (!fields.TryGetValue(reader.Field, out var field))
            {
                if (IsEmpty(reader))
                    continue;
                throw new ProtobufException($"field {reader.Field} of {message} is not known here; send the object as JSON");
            }
            if (field.Type == "ignored")
                continue;
            if (field.Map)
                AddEntry(Container(target, field.Name, () => new JsonObject()), field, reader.Bytes, depth);
            else if (field.Inline)
                Fill(target, field.Type, Expect(reader, 2), depth + 1);
            else if (field.Repeated)
                Append(Container(target, field.Name, () => new JsonArray()), field, reader, depth);
            else if (Value(field, reader, depth) is { } value)
                target[field.Name] = value;
        }
    }

    private void Append(JsonArray list, ProtoField field, ProtoReader reader, int depth)
    {
        if (field.Type == "int" && reader.WireType == 2)
        {
            // Packed: many numbers in one field.
            var packed = reader.Bytes;
            while (!packed.IsEmpty)
                list.Add((JsonNode)(long)ProtoReader.Varint(ref packed));
        }
        else
            list.Add(Value(field with { Keep = true }, reader, depth));
    }

    /// <summary>A map is a list of messages {key = 1, value = 2}.</summary>
    private void AddEntry(JsonObject map, ProtoField field, ReadOnlySpan<byte> entry, int depth)
    {
        string key = "";
        JsonNode? value = null;
        var reader = new ProtoReader(entry);
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = Text(Expect(reader, 2));
            else if (reader.Field == 2)
                value = Value(field with { Keep = true, Map = false }, reader, depth);
        }
        map[key] = value ?? "";
    }

    /// <summary>null: the field is as good as absent.</summary>
    private JsonNode? Value(ProtoField field, ProtoReader reader, int depth)
    {
        switch (field.Type)
        {
            case "string":
                string text = Text(Expect(reader, 2));
                return text.Length > 0 || field.Keep ? text : null;
            case "bytes":
                return Convert.ToBase64String(Expect(reader, 2));
            case "json":
                return ParseJson(Expect(reader, 2));
            case "int":
                long number = (long)Number(reader);
                return number != 0 || field.Keep ? number : null;
            case "bool":
                bool flag = Number(reader) != 0;
                return flag || field.Keep ? flag : null;
            case "Quantity":
                string amount = First(Expect(reader, 2));
                return amount.Length > 0 ? amount : field.Keep ? "0" : null;
            case "IntOrString":
                return IntOrString(Expect(reader, 2));
            case "Time" or "MicroTime":
                return Time(Expect(reader, 2), field.Type == "MicroTime");
            default:
                var inner = new JsonObject();
                Fill(inner, field.Type, Expect(reader, 2), depth + 1);
                return inner;
        }
    }

    private static T Container<T>(JsonObject target, string name, Func<T> make)
        where T : JsonNode
    {
        if (target[name] is not T container)
            target[name] = container = make();
        return container;
    }

    private static ReadOnlySpan<byte> Expect(ProtoReader reader, int wireType) => reader.WireType == wireType ? reader.Bytes
        : throw new ProtobufException($"field {reader.Field} has wire type {reader.WireType}, expected {wireType}");

    private static ulong Number(ProtoReader reader) => reader.WireType == 0 ? reader.Number
        : throw new ProtobufException($"field {reader.Field} has wire type {reader.WireType}, expected 0");

    private static bool IsEmpty(ProtoReader reader) => reader.WireType == 0 ? reader.Number == 0 : reader.Bytes.IsEmpty;

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string First(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                return Text(Expect(reader, 2));
        }
        return "";
    }

    private static JsonNode IntOrString(ReadOnlySpan<byte> message)
    {
        (ulong type, int number, string text) = (0, 0, "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                type = Number(reader);
            else if (reader.Field == 2)
                number = (int)(long)Number(reader);
            else if (reader.Field == 3)
                text = Text(Expect(reader, 2));
        }
        return type == 0 ? number : text;
    }

    /// <summary>Seconds and nanoseconds since 1970; an empty message is no time.</summary>
    private static JsonNode? Time(ReadOnlySpan<byte> message, bool micro)
    {
        if (message.IsEmpty)
            return null;
        (long seconds, long nanos) = (0, 0);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
                seconds = (long)Number(reader);
            else if (reader.Field == 2)
                nanos = (long)Number(reader);
        }
        if (seconds is < -62135596800 or > 253402300799)
            throw new ProtobufException($"{seconds} seconds since 1970 is no time");
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        return time.UtcDateTime.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static JsonNode? ParseJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new ProtobufException($"a field that holds JSON does not: {e.Message}");
        }
    }
}
