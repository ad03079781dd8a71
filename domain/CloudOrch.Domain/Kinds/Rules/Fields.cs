using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>Checks of one field that many kinds need; each answers what it found.</summary>
internal static class Fields
{
    public static IEnumerable<FieldError> Required(string field, string? value) => string.IsNullOrEmpty(value) ? [Refuse.Required(field)] : [];

    /// <summary>Absent, or as the rule says.</summary>
    public static IEnumerable<FieldError> Optional(string field, string? value, Func<string, IEnumerable<string>> rule) =>
        string.IsNullOrEmpty(value) ? [] : rule(value).Select(problem => Refuse.Invalid(field, value, problem));

    /// <summary>Present, and as the rule says.</summary>
    public static IEnumerable<FieldError> Named(string field, string? value, Func<string, IEnumerable<string>> rule) =>
        string.IsNullOrEmpty(value) ? [Refuse.Required(field)] : Optional(field, value, rule);

    /// <summary>Absent, or one of a few.</summary>
    public static IEnumerable<FieldError> OneOf(string field, string? value, params string[] supported) =>
        string.IsNullOrEmpty(value) || supported.Contains(value) ? [] : [Refuse.NotSupported(field, value, supported)];

    public static IEnumerable<FieldError> RequiredOneOf(string field, string? value, params string[] supported) =>
        string.IsNullOrEmpty(value) ? [Refuse.Required(field)] : OneOf(field, value, supported);

    public static IEnumerable<FieldError> Port(string field, int value) => Names.Port(value).Select(problem => Refuse.Invalid(field, value, problem));

    /// <summary>A port by number or by name.</summary>
    public static IEnumerable<FieldError> Port(string field, IntOrString value) => value.Text is { } name
        ? Names.PortName(name).Select(problem => Refuse.Invalid(field, name, problem))
        : Port(field, value.Number);

    public static IEnumerable<FieldError> Protocol(string field, string? value) => RequiredOneOf(field, value, "SCTP", "TCP", "UDP");

    /// <summary>Each item with its path: <c>spec.ports[2]</c>.</summary>
    public static IEnumerable<FieldError> Each<T>(string field, ValueList<T>? list, Func<string, T, IEnumerable<FieldError>> check) =>
        (list ?? []).SelectMany((item, i) => check($"{field}[{i}]", item));

    /// <summary>Items that have a key which an earlier one has, too.</summary>
    public static IEnumerable<FieldError> Unique<T>(string field, ValueList<T>? list, Func<T, string?> key, string suffix = "")
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Each(field, list, (at, item) => key(item) is { Length: > 0 } name && !seen.Add(name) ? [Refuse.Duplicate(at + suffix, name)] : []);
    }

    /// <summary>What may not be changed once an object is created.</summary>
    public static IEnumerable<FieldError> Immutable<T>(string field, T old, T value) =>
        EqualityComparer<T>.Default.Equals(old, value) ? [] : [Refuse.Immutable(field, value)];
}
