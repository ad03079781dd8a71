using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api;

/// <summary>JSON that is kept as it came, compared by content.</summary>
/// <remarks>A bare JsonElement in a record compares by document: two readings of the same object would differ.</remarks>
[JsonConverter(typeof(AnyJsonConverter))]
public readonly struct AnyJson(JsonElement value) : IEquatable<AnyJson>
{
    public JsonElement Value { get; } = value;

    public static implicit operator AnyJson(JsonElement value) => new(value);

    public static implicit operator JsonElement(AnyJson value) => value.Value;

    public bool Equals(AnyJson other) => Value.ValueKind == other.Value.ValueKind
        && (Value.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(Value, other.Value));

    public override bool Equals(object? obj) => obj is AnyJson other && Equals(other);

    public override int GetHashCode() => Value.ValueKind.GetHashCode();

    public static bool operator ==(AnyJson left, AnyJson right) => left.Equals(right);

    public static bool operator !=(AnyJson left, AnyJson right) => !left.Equals(right);

    public override string ToString() => Value.ValueKind == JsonValueKind.Undefined ? "" : Value.GetRawText();
}

public sealed class AnyJsonConverter : JsonConverter<AnyJson>
{
    public override AnyJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, AnyJson value, JsonSerializerOptions options) => value.Value.WriteTo(writer);
}
