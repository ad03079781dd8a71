using System.Collections.Concurrent;
using System.Reflection;

namespace Azure.Data.Tables.Wire;

/// <summary>Between <see cref="TableEntity"/>, which the wire code reads and writes, and a caller's own entity class.</summary>
internal static class Codec
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    public static IEnumerable<KeyValuePair<string, object>> Properties(ITableEntity entity) => entity is TableEntity dynamic
        ? dynamic.Raw
        : Of(entity.GetType()).Where(p => p.Name != nameof(ITableEntity.ETag))
            .Select(p => new KeyValuePair<string, object>(p.Name, p.GetValue(entity)!));

    public static T To<T>(TableEntity row) where T : class, ITableEntity
    {
        if (row is T same)
            return same;
        T entity = Activator.CreateInstance<T>();
        foreach (PropertyInfo property in Of(typeof(T)))
        {
            if (property.Name == nameof(ITableEntity.ETag))
                entity.ETag = row.ETag;
            else if (row.Raw.TryGetValue(property.Name, out object? value))
                property.SetValue(entity, Fit(value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        }

        return entity;
    }

    private static object Fit(object value, Type wanted) => value switch
    {
        DateTimeOffset at when wanted == typeof(DateTime) => at.UtcDateTime,
        byte[] bytes when wanted == typeof(BinaryData) => BinaryData.FromBytes(bytes),
        int number when wanted == typeof(long) => (long)number,
        int number when wanted == typeof(double) => (double)number,
        string text when wanted.IsEnum => Enum.Parse(wanted, text),
        _ => value,
    };

    private static PropertyInfo[] Of(Type type) => s_properties.GetOrAdd(type, static t =>
        [.. t.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.CanWrite && p.GetIndexParameters().Length == 0)]);
}
