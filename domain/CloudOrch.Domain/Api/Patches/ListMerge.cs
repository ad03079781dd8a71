using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Patches;

/// <summary>Merging of two lists whose items are matched by a key, or by value where the key is "".</summary>
/// <remarks>k8s.io/apimachinery/pkg/util/strategicpatch: mergeSlice, normalizeElementOrder.</remarks>
internal static class ListMerge
{
    public static JsonArray Apply(JsonArray original, JsonArray patch, string key, ApiSchema? item)
    {
        if (original.Concat(patch).All(i => i is not JsonObject))
            return Order(Distinct([.. original, .. patch]), patch, original, "");
        if (key.Length == 0)
            throw new PatchException(400, "cannot merge lists of objects without a merge key");
        var kept = Directives(original, patch, key, out var changes);
        var merged = kept.Select(i => i?.DeepClone()).ToList();
        foreach (var change in changes)
        {
            var value = KeyOf(change, key) ?? throw NoKey(change, key);
            int at = merged.FindIndex(m => JsonNode.DeepEquals(KeyOf(m, key), value));
            if (at >= 0)
                merged[at] = StrategicMergePatch.Apply((JsonObject)merged[at]!.DeepClone(), (JsonObject)change.DeepClone(), item);
            else
                merged.Add(StrategicMergePatch.WithoutDirectives(change.DeepClone()));
        }
        return Order(merged, new JsonArray([.. changes.Select(c => (JsonNode?)c.DeepClone())]), original, key);
    }

    /// <summary>Puts what <paramref name="order"/> names into that order; the rest keeps its place among its old neighbours.</summary>
    public static JsonArray Reorder(JsonArray merged, JsonArray order, JsonArray live, string key) => Order([.. merged], order, live, key);

    /// <summary>Takes the items that say <c>$patch</c> out of the patch and does what they say.</summary>
    private static List<JsonNode?> Directives(JsonArray original, JsonArray patch, string key, out List<JsonObject> changes)
    {
        changes = [];
        var kept = original.ToList();
        bool replace = false;
        foreach (var node in patch)
        {
            var change = node as JsonObject ?? throw new PatchException(400, "a list of objects is patched with something that is not an object");
            if (!change.TryGetPropertyValue(StrategicMergePatch.Directive, out var directive))
            {
                changes.Add(change);
                continue;
            }
            switch (StrategicMergePatch.DirectiveText(directive))
            {
                case "delete":
                    var value = KeyOf(change, key) ?? throw NoKey(change, key);
                    kept.RemoveAll(i => JsonNode.DeepEquals(KeyOf(i, key), value));
                    break;
                case "replace":
                    replace = true;
                    break;
                case "merge":
                    var plain = (JsonObject)change.DeepClone();
                    plain.Remove(StrategicMergePatch.Directive);
                    changes.Add(plain);
                    break;
                case var other:
                    throw new PatchException(400, $"unknown patch type \"{other}\": $patch is replace, delete or merge");
            }
        }
        return replace ? [] : kept;
    }

    private static JsonArray Order(List<JsonNode?> merged, JsonArray order, JsonArray live, string key)
    {
        var named = merged.Where(i => IndexOf(order, i, key) >= 0).OrderBy(i => IndexOf(order, i, key)).ToList();
        // Items that the live list does not have keep their order at the end.
        var others = merged.Where(i => IndexOf(order, i, key) < 0)
            .OrderBy(i => IndexOf(live, i, key) is var at and >= 0 ? at : int.MaxValue).ToList();
        var result = new JsonArray();
        int left = 0, right = 0;
        while (left < others.Count || right < named.Count)
        {
            bool takeOther = right >= named.Count
                || (left < others.Count && IndexOf(live, others[left], key) is var l and >= 0 && IndexOf(live, named[right], key) is var r and >= 0 && l < r);
            result.Add((takeOther ? others[left++] : named[right++])?.DeepClone());
        }
        return result;
    }

    private static int IndexOf(JsonArray list, JsonNode? item, string key)
    {
        var wanted = Identity(item, key);
        for (int i = 0; i < list.Count; i++)
        {
            if (JsonNode.DeepEquals(Identity(list[i], key), wanted))
                return i;
        }
        return -1;
    }

    private static JsonNode? Identity(JsonNode? item, string key) => key.Length > 0 && item is JsonObject ? KeyOf(item, key) : item;

    private static JsonNode? KeyOf(JsonNode? item, string key) => item is JsonObject members && members.TryGetPropertyValue(key, out var value) ? value : null;

    private static List<JsonNode?> Distinct(IEnumerable<JsonNode?> values)
    {
        var result = new List<JsonNode?>();
        foreach (var value in values)
        {
            if (!result.Any(r => JsonNode.DeepEquals(r, value)))
                result.Add(value);
        }
        return result;
    }

    private static PatchException NoKey(JsonObject item, string key) =>
        new(400, $"map: {item.ToJsonString()} does not contain declared merge key: {key}");
}
