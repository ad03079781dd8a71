using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>One step of a field's path, in the notation of fieldsV1.</summary>
internal static class FieldStep
{
    public static string Field(string name) => "f:" + name;

    /// <returns>null when the item cannot be told apart: it lacks a key, or is not what the list holds.</returns>
    public static string? Item(JsonElement item, IReadOnlyList<ListMapKey> keys)
    {
        if (keys.Count == 0)
            return item.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null ? null : "v:" + Scalar(item);
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var text = new StringBuilder("k:{");
        bool any = false;
        foreach (var key in Sorted(keys))
        {
            string value;
            if (item.TryGetProperty(key.Name, out var found) && found.ValueKind != JsonValueKind.Null)
                value = Scalar(found);
            else if (key.Default is not null)
                value = Text(key.Default);
            else if (keys.Count > 1)
                continue;
            else
                return null;
            if (any)
                text.Append(',');
            any = true;
            text.Append(Text(key.Name)).Append(':').Append(value);
        }
        return any ? text.Append('}').ToString() : null;
    }

    /// <summary>As this program writes it; null for what is no step.</summary>
    public static string? Normal(string step)
    {
        if (step.StartsWith("f:", StringComparison.Ordinal))
            return step;
        if (step.Length < 3 || step[1] != ':')
            return null;
        using var document = JsonDocument.Parse(step.AsMemory(2));
        var value = document.RootElement;
        return step[0] switch
        {
            'v' => "v:" + Scalar(value),
            'k' when value.ValueKind == JsonValueKind.Object => "k:{" + string.Join(',',
                value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{Text(m.Name)}:{Scalar(m.Value)}")) + "}",
            'i' when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int index) => "i:" + index.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    /// <summary><c>.name</c>, <c>[name="web"]</c>, <c>[="value"]</c></summary>
    public static string Show(string step)
    {
        if (step[0] == 'f')
            return "." + step[2..];
        if (step[0] != 'k')
            return step[0] == 'v' ? $"[={step[2..]}]" : $"[{step[2..]}]";
        using var document = JsonDocument.Parse(step.AsMemory(2));
        return $"[{string.Join(',', document.RootElement.EnumerateObject().Select(m => $"{m.Name}={m.Value.GetRawText()}"))}]";
    }

    private static IEnumerable<ListMapKey> Sorted(IReadOnlyList<ListMapKey> keys) =>
        keys.Count == 1 ? keys : keys.OrderBy(k => k.Name, StringComparer.Ordinal);

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? Text(value.GetString()!) : value.GetRawText();

    private static string Text(string text) => $"\"{JsonEncodedText.Encode(text, KubeJson.Options.Encoder)}\"";
}
