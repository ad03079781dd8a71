using System.Globalization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rules;

public static class Amounts
{
    public const string MustNotBeNegative = "must be greater than or equal to 0";

    public static IEnumerable<FieldError> NotNegative(string field, long? value) =>
        value < 0 ? [Refuse.Invalid(field, value, MustNotBeNegative)] : [];

    public static IEnumerable<FieldError> Between(string field, long? value, long low, long high) =>
        value < low || value > high ? [Refuse.Invalid(field, value, $"must be between {low} and {high}, inclusive")] : [];

    public static IEnumerable<FieldError> CountOrPercent(string field, IntOrString value)
    {
        if (value.Text is not { } text)
            return NotNegative(field, value.Number);
        return text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? []
            : [Refuse.Invalid(field, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")];
    }

    public static IEnumerable<FieldError> NotAboveHundredPercent(string field, IntOrString value) =>
        value.Text is not null && value.Of(100, roundUp: false) > 100 ? [Refuse.Invalid(field, value, "must not be greater than 100%")] : [];
}
