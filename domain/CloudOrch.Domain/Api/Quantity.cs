using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api;

/// <summary>A fixed-point amount such as <c>250m</c>, <c>1.5Gi</c> or <c>1e3</c>, kept as it was written.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/. Equality is by amount, not by notation.</remarks>
[JsonConverter(typeof(QuantityConverter))]
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private readonly string? text;

    /// <summary>The amount in units of 10⁻⁹, rounded up as Kubernetes does.</summary>
    private readonly BigInteger nanos;

    private Quantity(string text, BigInteger nanos) => (this.text, this.nanos) = (text, nanos);

    public static Quantity OfMilli(long milli) =>
        new(milli % 1000 == 0 ? (milli / 1000).ToString(CultureInfo.InvariantCulture) : $"{milli}m", (BigInteger)milli * 1_000_000);

    /// <summary>Billionths: what a processor's time is measured in.</summary>
    public static Quantity OfNano(long nano) => new(nano == 0 ? "0" : $"{nano}n", nano);

    public static Quantity OfUnits(long units) => new(units.ToString(CultureInfo.InvariantCulture), (BigInteger)units * 1_000_000_000);

    /// <summary>Bytes, written in the largest binary unit that divides them.</summary>
    public static Quantity OfBytes(long bytes)
    {
        string[] suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        int unit = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && unit < suffixes.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return new($"{value}{suffixes[unit]}", (BigInteger)bytes * 1_000_000_000);
    }

    /// <summary>Whole units, rounded up: bytes, pods.</summary>
    public long Units => Saturate(CeilingDivide(nanos, 1_000_000_000));

    /// <summary>Thousandths, rounded up: millicores.</summary>
    public long Milli => Saturate(CeilingDivide(nanos, 1_000_000));

    public bool IsNegative => nanos.Sign < 0;

    public static bool TryParse(string? s, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(s) || s.Length > 64)
            return false;
        int end = 0;
        while (end < s.Length && (char.IsAsciiDigit(s[end]) || s[end] is '.' || (end == 0 && s[end] is '+' or '-')))
            end++;
        var number = s[..end];
        var suffix = s[end..];
        if (!TryParseSuffix(suffix, out var numerator, out var denominator))
            return false;
        var digits = number.TrimStart('+', '-');
        int dot = digits.IndexOf('.', StringComparison.Ordinal);
        if (digits.Length == 0 || digits == "." || digits.LastIndexOf('.') != dot)
            return false;
        var whole = dot < 0 ? digits : digits[..dot];
        var fraction = dot < 0 ? "" : digits[(dot + 1)..];
        var scaled = BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture) * numerator * 1_000_000_000;
        denominator *= BigInteger.Pow(10, fraction.Length);
        if (number[0] == '-')
            scaled = -scaled;
        quantity = new(s, CeilingDivide(scaled, denominator));
        return true;
    }

    public static Quantity Parse(string s) =>
        TryParse(s, out var quantity) ? quantity : throw new FormatException($"\"{s}\" is not a quantity such as 250m, 1.5Gi or 1e3");

    public static Quantity operator +(Quantity left, Quantity right) => OfNanos(left.nanos + right.nanos, left.text ?? right.text);

    private static Quantity OfNanos(BigInteger nanos, string? notation)
    {
        if (nanos % 1_000_000_000 != 0)
            return OfMilli(Saturate(CeilingDivide(nanos, 1_000_000)));
        long units = Saturate(nanos / 1_000_000_000);
        return notation is not null && notation.EndsWith('i') ? OfBytes(units) : OfUnits(units);
    }

    private static bool TryParseSuffix(string suffix, out BigInteger numerator, out BigInteger denominator)
    {
        (numerator, denominator) = (BigInteger.One, BigInteger.One);
        int binary = suffix switch { "Ki" => 1, "Mi" => 2, "Gi" => 3, "Ti" => 4, "Pi" => 5, "Ei" => 6, _ => 0 };
        if (binary > 0)
        {
            numerator = BigInteger.Pow(1024, binary);
            return true;
        }
        int? power = suffix switch { "n" => -9, "u" => -6, "m" => -3, "" => 0, "k" => 3, "M" => 6, "G" => 9, "T" => 12, "P" => 15, "E" => 18, _ => null };
        if (power is null && suffix.Length > 1 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent) && Math.Abs(exponent) <= 30)
            power = exponent;
        if (power is null)
            return false;
        if (power >= 0)
            numerator = BigInteger.Pow(10, power.Value);
        else
            denominator = BigInteger.Pow(10, -power.Value);
        return true;
    }

    private static BigInteger CeilingDivide(BigInteger value, BigInteger by)
    {
        var quotient = BigInteger.DivRem(value, by, out var remainder);
        return remainder.Sign > 0 ? quotient + 1 : quotient;
    }

    private static long Saturate(BigInteger value) =>
        value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;

    public bool Equals(Quantity other) => nanos == other.nanos;

    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    public override int GetHashCode() => nanos.GetHashCode();

    public int CompareTo(Quantity other) => nanos.CompareTo(other.nanos);

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    public override string ToString() => text ?? "0";
}

public sealed class QuantityConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
        return Quantity.TryParse(text, out var quantity)
            ? quantity
            : throw new JsonException($"\"{text}\" is not a quantity such as 250m, 1.5Gi or 1e3");
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
