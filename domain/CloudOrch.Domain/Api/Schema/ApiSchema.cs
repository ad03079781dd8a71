using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api.Schema;

public enum SchemaShape
{
    Object,
    List,
    Map,
    Text,
    Int32,
    Int64,
    Flag,
    Time,
    MicroTime,
    Quantity,
    IntOrString,
    /// <summary>Kept as it came.</summary>
    Any,
}

/// <summary>A field of an object. <c>NotActedOn</c> is null for what is acted on, else the values that need no warning. <c>MergeKey</c> is null for what a strategic merge patch replaces, "" for a set of plain values.</summary>
public sealed record ApiField(string Name, ApiSchema Schema, IReadOnlyList<string>? NotActedOn, string? MergeKey, bool RetainKeys, PropertyInfo Property)
{
    /// <summary>No message may show what the field holds.</summary>
    public bool IsSensitive { get; } = Property.GetCustomAttribute<SensitiveAttribute>() is not null;

    /// <summary>Said to clients in OpenAPI; what is refused is up to the kind's rules.</summary>
    public bool IsRequired { get; } = Property.GetCustomAttribute<RequiredAttribute>() is not null;

    /// <summary>As <see cref="NotActedOnAttribute.Unless"/>.</summary>
    public string? ActedOnWith { get; } = Property.GetCustomAttribute<NotActedOnAttribute>()?.Unless;

    /// <summary>As <see cref="KeysNotActedOnAttribute.Keys"/>.</summary>
    public IReadOnlyList<string> KeysNotActedOn { get; } = Property.GetCustomAttribute<KeysNotActedOnAttribute>()?.Keys ?? [];

    /// <summary>What tells the items of a list apart in server-side apply; none for a set of plain values, null for a list that has one owner as a whole.</summary>
    public IReadOnlyList<ListMapKey>? ListKeys { get; init; }

    /// <summary>An object or a map that has one owner as a whole in server-side apply.</summary>
    public bool Atomic { get; init; }
}

/// <summary>What the JSON of an API type looks like, made once from its record: checking, patching and OpenAPI all read this.</summary>
public sealed class ApiSchema
{
    private static readonly ConcurrentDictionary<Type, ApiSchema> Cache = new();
    private static readonly ApiSchema MicroTime = new(typeof(DateTimeOffset), SchemaShape.MicroTime, null);

    private readonly Lazy<IReadOnlyDictionary<string, ApiField>> fields;

    private ApiSchema(Type clrType, SchemaShape shape, ApiSchema? item)
    {
        (ClrType, Shape, Item) = (clrType, shape, item);
        fields = new(ReadFields);
        Atomic = clrType.GetCustomAttribute<AtomicAttribute>() is not null;
    }

    public Type ClrType { get; }

    public SchemaShape Shape { get; }

    /// <summary>What a list or a map holds.</summary>
    public ApiSchema? Item { get; }

    /// <summary>Every object of this type has one owner as a whole in server-side apply.</summary>
    public bool Atomic { get; }

    /// <summary>By JSON name, in the order of the record; empty unless this is an object.</summary>
    public IReadOnlyDictionary<string, ApiField> Fields => fields.Value;

    public static ApiSchema Of(Type type)
    {
        var actual = Nullable.GetUnderlyingType(type) ?? type;
        return Cache.GetOrAdd(actual, Create);
    }

    public static ApiSchema Of<T>() => Of(typeof(T));

    /// <summary>The schema at a path of JSON names; list items and map values are reached by any name. null where nothing is known.</summary>
    public ApiSchema? At(string name) => Shape switch
    {
        SchemaShape.Object => Fields.TryGetValue(name, out var field) ? field.Schema : null,
        SchemaShape.List or SchemaShape.Map => Item,
        _ => null,
    };

    private static ApiSchema Create(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>))
            return new(type, SchemaShape.List, Of(type.GetGenericArguments()[0]));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueMap<>))
            return new(type, SchemaShape.Map, Of(type.GetGenericArguments()[0]));
        if (typeof(ApiType).IsAssignableFrom(type))
            return new(type, SchemaShape.Object, null);
        return new(type, ShapeOf(type), null);
    }

    private static SchemaShape ShapeOf(Type type) =>
        type == typeof(string) ? SchemaShape.Text
        : type == typeof(int) ? SchemaShape.Int32
        : type == typeof(long) ? SchemaShape.Int64
        : type == typeof(bool) ? SchemaShape.Flag
        : type == typeof(DateTimeOffset) ? SchemaShape.Time
        : type == typeof(Quantity) ? SchemaShape.Quantity
        : type == typeof(IntOrString) ? SchemaShape.IntOrString
        : type == typeof(AnyJson) || type == typeof(JsonElement) || type == typeof(CompactJson) ? SchemaShape.Any
        : throw new NotSupportedException($"{type} is not a type of API fields");

    private Dictionary<string, ApiField> ReadFields()
    {
        var found = new Dictionary<string, ApiField>(StringComparer.Ordinal);
        if (Shape != SchemaShape.Object)
            return found;
        var properties = ClrType.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetIndexParameters().Length == 0 && p.CanWrite
                && p.GetCustomAttribute<JsonExtensionDataAttribute>() is null
                && p.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always);
        foreach (var property in properties)
        {
            string name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            bool micro = property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(MicroTimeConverter);
            var schema = micro ? MicroTime : Of(property.PropertyType);
            bool atomic = property.GetCustomAttribute<AtomicAttribute>() is not null;
            found[name] = new ApiField(name, schema,
                property.GetCustomAttribute<NotActedOnAttribute>()?.Harmless,
                property.GetCustomAttribute<MergeKeyAttribute>()?.Key,
                property.GetCustomAttribute<RetainKeysAttribute>() is not null,
                property)
            {
                ListKeys = atomic ? null : ListKeysOf(property),
                Atomic = atomic || (schema.Atomic && property.GetCustomAttribute<GranularAttribute>() is null),
            };
        }
        return found;
    }

    private static IReadOnlyList<ListMapKey>? ListKeysOf(PropertyInfo property)
    {
        if (property.GetCustomAttribute<ListMapKeysAttribute>() is { } keys)
            return keys.Keys;
        return property.GetCustomAttribute<MergeKeyAttribute>() is { } merge ? merge.Key.Length == 0 ? [] : [new(merge.Key, null)] : null;
    }
}
