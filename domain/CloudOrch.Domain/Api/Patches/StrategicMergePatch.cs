using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Patches;

/// <summary>Kubernetes' strategic merge patch: like a merge patch, but lists with a merge key are merged item by item.</summary>
/// <remarks>k8s.io/apimachinery/pkg/util/strategicpatch: mergeMap. Directives: $patch (replace, delete), $retainKeys, $setElementOrder/…, $deleteFromPrimitiveList/….</remarks>
internal static class StrategicMergePatch
{
    internal const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string SetElementOrder = "$setElementOrder/";
    private const string DeleteFromPrimitiveList = "$deleteFromPrimitiveList/";

    /// <summary>Changes <paramref name="original"/> and answers what takes its place. <paramref name="patch"/> is used up.</summary>
    public static JsonObject Apply(JsonObject original, JsonObject patch, ApiSchema? schema)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            patch.Remove(Directive);
            return DirectiveText(directive) switch
            {
                "replace" => (JsonObject)WithoutDirectives(patch)!,
                "delete" => [],
                "merge" => Apply(original, patch, schema),
                var other => throw new PatchException(400, $"unknown patch type \"{other}\": $patch is replace, delete or merge"),
            };
        }
        Retain(original, patch);
        OrderLists(original, patch, schema);
        foreach (var (name, value) in patch.ToArray())
        {
            if (name.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal))
                DeleteFrom(original, name[DeleteFromPrimitiveList.Length..], value);
            else
                Set(original, name, value, schema);
        }
        return original;
    }

    private static void Set(JsonObject original, string name, JsonNode? value, ApiSchema? schema)
    {
        if (value is null)
        {
            original.Remove(name);
            return;
        }
        original.TryGetPropertyValue(name, out var old);
        original[name] = (old, value) switch
        {
            (JsonObject oldMembers, JsonObject members) => Detach(original, name, Apply(oldMembers, Copy(members), schema?.At(name))),
            (JsonArray oldItems, JsonArray items) when MergeKeyOf(schema, name) is { } key => ListMerge.Apply(Copy(oldItems), Copy(items), key, schema!.At(name)?.At("")),
            _ => WithoutDirectives(value.DeepClone()),
        };
    }

    /// <summary>A node that stands in a document already must leave it before it is set again.</summary>
    private static JsonObject Detach(JsonObject parent, string name, JsonObject node)
    {
        if (ReferenceEquals(node.Parent, parent))
            parent.Remove(name);
        return node;
    }

    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var listed))
            return;
        patch.Remove(RetainKeys);
        var kept = Items(listed, RetainKeys).Select(DirectiveText).ToHashSet(StringComparer.Ordinal);
        if (patch.FirstOrDefault(p => p.Value is not null && !p.Key.StartsWith('$') && !kept.Contains(p.Key)).Key is { } extra)
            throw new PatchException(400, $"invalid patch format of $retainKeys: \"{extra}\" is set but not retained");
        foreach (string name in original.Select(p => p.Key).Where(k => !kept.Contains(k)).ToArray())
            original.Remove(name);
    }

    private static void OrderLists(JsonObject original, JsonObject patch, ApiSchema? schema)
    {
        foreach (var (directive, orderNode) in patch.ToArray())
        {
            if (!directive.StartsWith(SetElementOrder, StringComparison.Ordinal))
                continue;
            patch.Remove(directive);
            string name = directive[SetElementOrder.Length..];
            var order = Items(orderNode, directive);
            string key = MergeKeyOf(schema, name) ?? "";
            original.TryGetPropertyValue(name, out var oldNode);
            patch.TryGetPropertyValue(name, out var listNode);
            patch.TryGetPropertyValue(DeleteFromPrimitiveList + name, out var deleted);
            patch.Remove(DeleteFromPrimitiveList + name);
            if (listNode is null && patch.ContainsKey(name))
                continue;
            if (deleted is not null)
            {
                DeleteFrom(original, name, deleted);
                original.TryGetPropertyValue(name, out oldNode);
            }
            var old = oldNode is null ? null : oldNode as JsonArray ?? throw NotAList(name);
            var list = listNode is null ? null : listNode as JsonArray ?? throw NotAList(name);
            if (old is null && list is null)
                continue;
            old ??= [];
            var merged = list is null ? Copy(old) : ListMerge.Apply(Copy(old), Copy(list), key, schema?.At(name)?.At(""));
            patch.Remove(name);
            original[name] = ListMerge.Reorder(merged, order, old, key);
        }
    }

    private static void DeleteFrom(JsonObject original, string name, JsonNode? values)
    {
        var unwanted = Items(values, DeleteFromPrimitiveList + name);
        if (original[name] is not JsonArray list)
            return;
        original[name] = new JsonArray([.. list.Where(item => !unwanted.Any(u => JsonNode.DeepEquals(u, item))).Select(item => item?.DeepClone())]);
    }

    /// <summary>null: the list is replaced as a whole.</summary>
    private static string? MergeKeyOf(ApiSchema? schema, string name) =>
        schema is { Shape: SchemaShape.Object } && schema.Fields.TryGetValue(name, out var field) ? field.MergeKey : null;

    /// <summary>What is new in the object brings no directives and no nulls with it.</summary>
    internal static JsonNode? WithoutDirectives(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (value is null || IsDirective(name))
                        members.Remove(name);
                    else
                        WithoutDirectives(value);
                }
                break;
            case JsonArray items:
                for (int i = items.Count - 1; i >= 0; i--)
                {
                    if (items[i] is JsonObject member && member[Directive]?.ToString() is "delete" or "replace" && member.Count <= 2)
                        items.RemoveAt(i);
                    else
                        WithoutDirectives(items[i]);
                }
                break;
        }
        return node;
    }

    private static bool IsDirective(string name) => name is Directive or RetainKeys
        || name.StartsWith(SetElementOrder, StringComparison.Ordinal) || name.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal);

    internal static string DirectiveText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : throw new PatchException(400, "a directive of a strategic merge patch has a value that is not a string");

    private static JsonArray Items(JsonNode? node, string name) => node as JsonArray ?? throw NotAList(name);

    private static PatchException NotAList(string name) => new(400, $"\"{name}\": expected a list");

    private static T Copy<T>(T node)
        where T : JsonNode => (T)node.DeepClone();
}
