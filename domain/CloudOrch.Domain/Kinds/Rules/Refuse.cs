using System.Text.Encodings.Web;
using System.Text.Json;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rules;

/// <summary>Field errors in Kubernetes' words (k8s.io/apimachinery/pkg/util/validation/field). The message does not repeat the field.</summary>
public static class Refuse
{
    private static readonly JsonSerializerOptions ValueOptions = new(KubeJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FieldError Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, object? value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {Show(value)}: {detail}");

    public static FieldError NotSupported(string field, string? value, params ReadOnlySpan<string> supported) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {Show(value)}: supported values: {List(supported)}");

    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    public static FieldError Duplicate(string field, object? value) => new(field, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    public static FieldError NotFound(string field, object? value) => new(field, "FieldValueNotFound", $"Not found: {Show(value)}");

    public static FieldError TooLong(string field, long limit) => new(field, "FieldValueTooLong", $"Too long: may not be more than {limit} bytes");

    public static FieldError TooMany(string field, int count, int limit) => new(field, "FieldValueTooMany", $"Too many: {count}: must have at most {limit} items");

    public static FieldError Immutable(string field, object? value) => Invalid(field, value, "field is immutable");

    /// <summary>As the API server prints values: strings quoted, numbers plain, anything else as JSON.</summary>
    private static string Show(object? value) => JsonSerializer.Serialize(value, ValueOptions);

    private static string List(ReadOnlySpan<string> supported)
    {
        var quoted = new List<string>();
        foreach (string value in supported)
            quoted.Add(Show(value));
        quoted.Sort(StringComparer.Ordinal);
        return string.Join(", ", quoted);
    }
}
