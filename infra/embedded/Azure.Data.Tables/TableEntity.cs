using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Azure.Data.Tables;

/// <summary>A row as a dictionary of EDM values: string, int, long, double, bool, Guid, DateTime, DateTimeOffset, byte[], BinaryData.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The official package's name.")]
public sealed class TableEntity : ITableEntity, IDictionary<string, object>
{
    internal const string PartitionKeyName = "PartitionKey";
    internal const string RowKeyName = "RowKey";
    internal const string TimestampName = "Timestamp";
    internal const string ETagName = "odata.etag";

    private readonly Dictionary<string, object> _properties;

    public TableEntity() => _properties = new(8);

    public TableEntity(string partitionKey, string rowKey) : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public TableEntity(IDictionary<string, object> values) => _properties = new(values);

    public string PartitionKey
    {
        get => GetString(PartitionKeyName);
        set => _properties[PartitionKeyName] = value;
    }

    public string RowKey
    {
        get => GetString(RowKeyName);
        set => _properties[RowKeyName] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetValue<DateTimeOffset?>(TimestampName);
        set => Set(TimestampName, value);
    }

    public ETag ETag
    {
        get => _properties.TryGetValue(ETagName, out object? tag) ? new ETag((string)tag) : default;
        set => _properties[ETagName] = value.ToString();
    }

    public int Count => _properties.Count;

    public ICollection<string> Keys => _properties.Keys;

    ICollection<object> IDictionary<string, object>.Values => _properties.Values;

    bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

    /// <summary>A missing property reads as null; setting null removes nothing on the service (null is not sent).</summary>
    public object this[string key]
    {
        get => _properties.TryGetValue(key, out object? value) ? value : null!;
        set => Set(key, value);
    }

    internal Dictionary<string, object> Raw => _properties;

    public string GetString(string key) => GetValue<string>(key)!;

    public BinaryData GetBinaryData(string key) => _properties.TryGetValue(key, out object? value)
        ? value switch
        {
            null => null!,
            byte[] bytes => BinaryData.FromBytes(bytes),
            BinaryData data => data,
            _ => throw Mismatch(key, typeof(BinaryData), value),
        }
        : null!;

    public byte[] GetBinary(string key) => _properties.TryGetValue(key, out object? value)
        ? value switch
        {
            null => null!,
            byte[] bytes => bytes,
            BinaryData data => data.ToArray(),
            _ => throw Mismatch(key, typeof(byte[]), value),
        }
        : null!;

    public bool? GetBoolean(string key) => GetValue<bool?>(key);

    public DateTime? GetDateTime(string key) => this[key] is DateTimeOffset at ? at.UtcDateTime : GetValue<DateTime?>(key);

    public DateTimeOffset? GetDateTimeOffset(string key) => this[key] is DateTime at
        ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))
        : GetValue<DateTimeOffset?>(key);

    public double? GetDouble(string key) => GetValue<double?>(key);

    public Guid? GetGuid(string key) => GetValue<Guid?>(key);

    public int? GetInt32(string key) => GetValue<int?>(key);

    /// <summary>Reads an Int64; an Int32 widens to it.</summary>
    public long? GetInt64(string key) => this[key] is int small ? small : GetValue<long?>(key);

    public void Add(string key, object value) => _properties.Add(key, value);

    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    public bool Remove(string key) => _properties.Remove(key);

    public bool TryGetValue(string key, out object value) => _properties.TryGetValue(key, out value!);

    public void Clear() => _properties.Clear();

    void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) => _properties.Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object>>)_properties).Contains(item);

    void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, object>>)_properties).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) => _properties.Remove(item.Key);

    IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _properties.GetEnumerator();

    private T? GetValue<T>(string key)
    {
        if (!_properties.TryGetValue(key, out object? value) || value is null)
            return default;
        return value is T typed ? typed : throw Mismatch(key, typeof(T), value);
    }

    // A property keeps the type it was first given, as in the official package: a silent change of type would be a change of schema.
    private void Set(string key, object? value)
    {
        if (value is not null && _properties.TryGetValue(key, out object? old) && old is not null && old.GetType() != value.GetType()
            && !Widens(old.GetType(), value.GetType()))
        {
            throw new ArgumentException($"Property '{key}' is {old.GetType().Name} and cannot become {value.GetType().Name}.", nameof(value));
        }

        _properties[key] = value!;
    }

    private static bool Widens(Type old, Type now) =>
        (old == typeof(int) && (now == typeof(long) || now == typeof(double)))
        || (old == typeof(long) && now == typeof(int))
        || (old == typeof(DateTime) && now == typeof(DateTimeOffset))
        || (old == typeof(DateTimeOffset) && now == typeof(DateTime));

    private static InvalidOperationException Mismatch(string key, Type wanted, object value) =>
        new($"Cannot return {wanted} type for a {value.GetType()} typed property '{key}'.");
}
