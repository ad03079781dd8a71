using System.Buffers.Text;
using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Secrets;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateSecret. No message shows a value.</summary>
public static class SecretRules
{
    public const string Opaque = "Opaque";

    /// <summary>Bytes of all values together.</summary>
    public const int SizeLimit = 1024 * 1024;

    private const string AccountName = "kubernetes.io/service-account.name";
    private const string Redacted = "<secret contents redacted>";

    public static IEnumerable<FieldError> Validate(Secret value)
    {
        long size = 0;
        foreach (var (key, text) in value.Data ?? ValueMap<string>.Empty)
        {
            foreach (string problem in Names.ConfigMapKey(key))
                yield return Refuse.Invalid($"data[{key}]", key, problem);
            if (!Base64.IsValid(text, out int decoded))
                yield return Refuse.Invalid($"data[{key}]", Redacted, "must be base64");
            size += decoded;
        }
        if (size > SizeLimit)
            yield return Refuse.TooLong("data", SizeLimit);
        foreach (var error in OfType(value, value.Data ?? ValueMap<string>.Empty))
            yield return error;
    }

    private static IEnumerable<FieldError> OfType(Secret value, ValueMap<string> data) => value.Type switch
    {
        "kubernetes.io/service-account-token" => value.Metadata.Annotations?.TryGetValue(AccountName, out var account) == true && account.Length > 0
            ? [] : [Refuse.Required($"metadata.annotations[{AccountName}]")],
        "kubernetes.io/dockercfg" => Json(data, ".dockercfg"),
        "kubernetes.io/dockerconfigjson" => Json(data, ".dockerconfigjson"),
        "kubernetes.io/basic-auth" => data.ContainsKey("username") || data.ContainsKey("password") ? [] : Missing(data, "username", "password"),
        "kubernetes.io/ssh-auth" => data.TryGetValue("ssh-privatekey", out var key) && key.Length > 0 ? [] : [Refuse.Required("data[ssh-privatekey]")],
        "kubernetes.io/tls" => Missing(data, "tls.crt", "tls.key"),
        _ => [],
    };

    private static IEnumerable<FieldError> Missing(ValueMap<string> data, params string[] keys) =>
        keys.Where(k => !data.ContainsKey(k)).Select(k => Refuse.Required($"data[{k}]"));

    private static IEnumerable<FieldError> Json(ValueMap<string> data, string key)
    {
        if (!data.TryGetValue(key, out string? text))
            return [Refuse.Required($"data[{key}]")];
        return !Base64.IsValid(text) || IsObject(Convert.FromBase64String(text)) ? [] : [Refuse.Invalid($"data[{key}]", Redacted, "must be a JSON object")];
    }

    private static bool IsObject(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            // What is wrong with it would show a part of it.
            return false;
        }
    }
}
