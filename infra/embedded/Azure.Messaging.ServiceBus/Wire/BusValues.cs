#nullable enable
using System.Globalization;
using System.Runtime.Serialization;

namespace CloudOrch.BusWire;

/// <summary>Application properties to and from their wire form. The types are those that AMQP and the official client allow.</summary>
internal static class BusValues
{
    /// <exception cref="SerializationException">The value's type cannot be an application property.</exception>
    public static BusValue Of(object? value) => value switch
    {
        null => new("null", ""),
        string v => new("string", v),
        bool v => new("bool", v ? "true" : "false"),
        byte v => new("byte", Text(v)),
        sbyte v => new("sbyte", Text(v)),
        short v => new("short", Text(v)),
        ushort v => new("ushort", Text(v)),
        int v => new("int", Text(v)),
        uint v => new("uint", Text(v)),
        long v => new("long", Text(v)),
        ulong v => new("ulong", Text(v)),
        float v => new("float", v.ToString("R", CultureInfo.InvariantCulture)),
        double v => new("double", v.ToString("R", CultureInfo.InvariantCulture)),
        decimal v => new("decimal", Text(v)),
        char v => new("char", v.ToString()),
        Guid v => new("guid", v.ToString("D")),
        DateTime v => new("datetime", v.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)),
        DateTimeOffset v => new("datetimeoffset", v.ToString("O", CultureInfo.InvariantCulture)),
        TimeSpan v => new("timespan", v.ToString("c", CultureInfo.InvariantCulture)),
        Uri v => new("uri", v.OriginalString),
        byte[] v => new("bytes", Convert.ToBase64String(v)),
        _ => throw new SerializationException($"Serialization operation failed due to unsupported type {value.GetType().FullName}."),
    };

    /// <exception cref="FormatException">The type is unknown or the text is not one of its values.</exception>
    public static object? ToObject(BusValue value) => value.Type switch
    {
        "null" => null,
        "string" => value.Text,
        "bool" => value.Text == "true",
        "byte" => byte.Parse(value.Text, CultureInfo.InvariantCulture),
        "sbyte" => sbyte.Parse(value.Text, CultureInfo.InvariantCulture),
        "short" => short.Parse(value.Text, CultureInfo.InvariantCulture),
        "ushort" => ushort.Parse(value.Text, CultureInfo.InvariantCulture),
        "int" => int.Parse(value.Text, CultureInfo.InvariantCulture),
        "uint" => uint.Parse(value.Text, CultureInfo.InvariantCulture),
        "long" => long.Parse(value.Text, CultureInfo.InvariantCulture),
        "ulong" => ulong.Parse(value.Text, CultureInfo.InvariantCulture),
        "float" => float.Parse(value.Text, CultureInfo.InvariantCulture),
        "double" => double.Parse(value.Text, CultureInfo.InvariantCulture),
        "decimal" => decimal.Parse(value.Text, CultureInfo.InvariantCulture),
        "char" => value.Text[0],
        "guid" => Guid.ParseExact(value.Text, "D"),
        "datetime" => DateTime.Parse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "datetimeoffset" => DateTimeOffset.Parse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        "timespan" => TimeSpan.ParseExact(value.Text, "c", CultureInfo.InvariantCulture),
        "uri" => new Uri(value.Text, UriKind.RelativeOrAbsolute),
        "bytes" => Convert.FromBase64String(value.Text),
        _ => throw new FormatException($"unknown property type '{value.Type}'"),
    };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
