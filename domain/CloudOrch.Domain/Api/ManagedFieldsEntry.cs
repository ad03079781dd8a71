using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api;

/// <summary>One manager's fields of an object: https://kubernetes.io/docs/reference/using-api/server-side-apply/#managing-fields</summary>
public sealed record ManagedFieldsEntry : ApiType
{
    /// <summary>The name of the program or person that set the fields.</summary>
    public string? Manager { get; init; }
    /// <summary>Apply or Update.</summary>
    public string? Operation { get; init; }
    /// <summary>The version of the kind that the names of fields are of.</summary>
    public string? ApiVersion { get; init; }
    /// <summary>When the fields of this entry last changed.</summary>
    public DateTimeOffset? Time { get; init; }
    /// <summary>FieldsV1, the only format there is.</summary>
    public string? FieldsType { get; init; }
    /// <summary><c>{"f:spec":{"f:replicas":{}}}</c></summary>
    public CompactJson? FieldsV1 { get; init; }
    /// <summary>Empty for writes to the object itself.</summary>
    public string? Subresource { get; init; }
}

/// <summary>JSON that is kept as its bytes, without white space: nothing of it is needed until an object is written, and caches hold many.</summary>
[JsonConverter(typeof(CompactJsonConverter))]
public sealed class CompactJson(byte[] utf8) : IEquatable<CompactJson>
{
    public ReadOnlyMemory<byte> Utf8 => utf8;

    public bool Equals(CompactJson? other) => other is not null && utf8.AsSpan().SequenceEqual(other.Utf8.Span);

    public override bool Equals(object? obj) => Equals(obj as CompactJson);

    public override int GetHashCode() => utf8.Length;

    public override string ToString() => System.Text.Encoding.UTF8.GetString(utf8);
}

public sealed class CompactJsonConverter : JsonConverter<CompactJson>
{
    public override CompactJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, KubeJson.Options));
    }

    public override void Write(Utf8JsonWriter writer, CompactJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
