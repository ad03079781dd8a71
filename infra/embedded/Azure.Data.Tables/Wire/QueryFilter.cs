using System.Globalization;

namespace Azure.Data.Tables.Wire;

/// <summary>OData literals for the arguments of an interpolated filter.</summary>
internal static class QueryFilter
{
    public static string Of(FormattableString filter)
    {
        object[] literals = new object[filter.ArgumentCount];
        for (int i = 0; i < literals.Length; i++)
            literals[i] = Literal(filter.GetArgument(i));
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }

    private static string Literal(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int or sbyte or byte or short or ushort => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture) + "L",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Guid id => $"guid'{id}'",
        DateTimeOffset at => $"datetime'{at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}'",
        DateTime at => $"datetime'{at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        char letter => letter == '\'' ? "''''" : $"'{letter}'",
        _ => throw new ArgumentException($"No table filter can hold a {value?.GetType().ToString() ?? "null"}.", nameof(value)),
    };
}
