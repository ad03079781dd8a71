using System.Text.Json.Nodes;

namespace CloudOrch.Domain.Api.Patches;

/// <summary>RFC 7386: null removes, objects merge, anything else replaces.</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in members)
        {
            if (value is null)
                result.Remove(name);
            else
            {
                result.TryGetPropertyValue(name, out var old);
                result.Remove(name);
                result[name] = Apply(old, value);
            }
        }
        return result;
    }
}
