using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api;

/// <summary>An immutable map from string to <typeparamref name="TValue"/>, ordered by key (ordinal) and compared by content.</summary>
/// <remarks>For labels, annotations, selectors, resource lists and data: small maps that are read far more often than made.</remarks>
[JsonConverter(typeof(ValueMapConverterFactory))]
public sealed class ValueMap<TValue> : IReadOnlyDictionary<string, TValue>, IEquatable<ValueMap<TValue>>
{
    public static readonly ValueMap<TValue> Empty = new([]);

    private readonly KeyValuePair<string, TValue>[] entries;

    private ValueMap(KeyValuePair<string, TValue>[] entries) => this.entries = entries;

    /// <summary>A later entry of the same key wins, as in a JSON object that repeats one.</summary>
    public static ValueMap<TValue> From(IEnumerable<KeyValuePair<string, TValue>> source)
    {
        var sorted = new SortedDictionary<string, TValue>(StringComparer.Ordinal);
        foreach (var (key, value) in source)
            sorted[key] = value;
        return sorted.Count == 0 ? Empty : new([.. sorted]);
    }

    public int Count => entries.Length;

    public IEnumerable<string> Keys => entries.Select(e => e.Key);

    public IEnumerable<TValue> Values => entries.Select(e => e.Value);

    public TValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"no entry \"{key}\"");

    /// <summary>For loops that run often: nothing is allocated.</summary>
    public ReadOnlySpan<KeyValuePair<string, TValue>> AsSpan() => entries;

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value)
    {
        int low = 0, high = entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.CompareOrdinal(entries[middle].Key, key);
            if (order == 0)
            {
                value = entries[middle].Value;
                return true;
            }
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        value = default;
        return false;
    }

    public ValueMap<TValue> With(string key, TValue value) => From([.. entries, new(key, value)]);

    public ValueMap<TValue> Without(string key) => From(entries.Where(e => e.Key != key));

    public bool Equals(ValueMap<TValue>? other)
    {
        if (other is null || other.entries.Length != entries.Length)
            return false;
        if (ReferenceEquals(this, other))
            return true;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Key != other.entries[i].Key || !EqualityComparer<TValue>.Default.Equals(entries[i].Value, other.entries[i].Value))
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ValueMap<TValue>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in entries)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    public static bool operator ==(ValueMap<TValue>? left, ValueMap<TValue>? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ValueMap<TValue>? left, ValueMap<TValue>? right) => !(left == right);

    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, TValue>>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => entries.GetEnumerator();

    public override string ToString() => $"{{{string.Join(", ", entries.Select(e => $"{e.Key}={e.Value}"))}}}";
}

public static class ValueMap
{
    public static ValueMap<TValue> Of<TValue>(params ReadOnlySpan<(string Key, TValue Value)> entries)
    {
        var pairs = new List<KeyValuePair<string, TValue>>(entries.Length);
        foreach (var (key, value) in entries)
            pairs.Add(new(key, value));
        return ValueMap<TValue>.From(pairs);
    }

    public static ValueMap<TValue> ToValueMap<TValue>(this IEnumerable<KeyValuePair<string, TValue>> entries) => ValueMap<TValue>.From(entries);
}

public sealed class ValueMapConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ValueMap<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<TValue> : JsonConverter<ValueMap<TValue>>
    {
        public override ValueMap<TValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("expected a map");
            var entries = new List<KeyValuePair<string, TValue>>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string key = reader.GetString()!;
                reader.Read();
                // Kubernetes reads a null value of a string map as "".
                var value = reader.TokenType == JsonTokenType.Null && typeof(TValue) == typeof(string)
                    ? (TValue)(object)""
                    : JsonSerializer.Deserialize<TValue>(ref reader, options)!;
                entries.Add(new(key, value));
            }
            return entries.ToValueMap();
        }

        public override void Write(Utf8JsonWriter writer, ValueMap<TValue> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (key, item) in value)
            {
                writer.WritePropertyName(key);
                JsonSerializer.Serialize(writer, item, options);
            }
            writer.WriteEndObject();
        }
    }
}
