using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudOrch.Domain.Api.Patches;

/// <summary>RFC 6902 with the pointers of RFC 6901. All operations apply, or none.</summary>
internal static class JsonPatch
{
    /// <summary>As in Kubernetes' API server.</summary>
    public const int MostOperations = 10_000;

    public static JsonNode? Apply(JsonNode? target, JsonArray operations)
    {
        if (operations.Count > MostOperations)
            throw new PatchException(413, $"the patch has {operations.Count} operations; at most {MostOperations} are allowed in one request");
        for (int i = 0; i < operations.Count; i++)
            target = Run(target, operations[i] as JsonObject ?? throw new PatchException(400, $"operation {i} is not an object"), i);
        return target;
    }

    private static JsonNode? Run(JsonNode? target, JsonObject operation, int index)
    {
        string op = Text(operation, "op", index);
        string[] path = Pointer(Text(operation, "path", index), index);
        switch (op)
        {
            case "add":
                return Add(target, path, Value(operation, index)?.DeepClone(), index);
            case "remove":
                return Remove(target, path, index, out _);
            case "replace":
                Find(target, path, index);
                return path.Length == 0 ? Value(operation, index)?.DeepClone() : Add(Remove(target, path, index, out _), path, Value(operation, index)?.DeepClone(), index);
            case "move":
            {
                string from = Text(operation, "from", index), to = Text(operation, "path", index);
                if (to.StartsWith(from + "/", StringComparison.Ordinal))
                    throw Fails(index, $"cannot move \"{from}\" into itself");
                return Add(Remove(target, Pointer(from, index), index, out var moved), path, moved, index);
            }
            case "copy":
                return Add(target, path, Find(target, Pointer(Text(operation, "from", index), index), index)?.DeepClone(), index);
            case "test":
            {
                var expected = Value(operation, index);
                var actual = FindOrAbsent(target, path);
                if (!JsonNode.DeepEquals(expected, actual))
                    throw Fails(index, $"testing value {Text(operation, "path", index)} failed: expected {Show(expected)}, found another value");
                return target;
            }
            default:
                throw new PatchException(400, $"operation {index}: unknown op \"{op}\": use add, remove, replace, move, copy or test");
        }
    }

    private static JsonNode? Add(JsonNode? target, string[] path, JsonNode? value, int index)
    {
        if (path.Length == 0)
            return value;
        switch (Find(target, path[..^1], index))
        {
            case JsonObject members:
                members[path[^1]] = value;
                return target;
            case JsonArray items:
                int at = path[^1] == "-" ? items.Count : Index(path[^1], items.Count, index);
                items.Insert(at, value);
                return target;
            default:
                throw Fails(index, $"nothing can be added below \"/{string.Join('/', path[..^1])}\": it is no object and no list");
        }
    }

    private static JsonNode? Remove(JsonNode? target, string[] path, int index, out JsonNode? removed)
    {
        if (path.Length == 0)
        {
            removed = target;
            return null;
        }
        removed = Find(target, path, index);
        if (Find(target, path[..^1], index) is JsonArray items)
            items.RemoveAt(Index(path[^1], items.Count - 1, index));
        else
            ((JsonObject)Find(target, path[..^1], index)!).Remove(path[^1]);
        return target;
    }

    private static JsonNode? FindOrAbsent(JsonNode? target, string[] path)
    {
        foreach (string step in path)
        {
            if (target is JsonObject members && members.TryGetPropertyValue(step, out var member))
                target = member;
            else if (target is JsonArray items && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at < items.Count)
                target = items[at];
            else
                return null;
        }
        return target;
    }

    private static JsonNode? Find(JsonNode? target, string[] path, int index)
    {
        for (int i = 0; i < path.Length; i++)
        {
            target = target switch
            {
                JsonObject members when members.TryGetPropertyValue(path[i], out var member) => member,
                JsonArray items => items[Index(path[i], items.Count - 1, index)],
                _ => throw Fails(index, $"nothing is at \"/{string.Join('/', path[..(i + 1)])}\""),
            };
        }
        return target;
    }

    private static int Index(string step, int most, int index) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at <= most && (step == "0" || step[0] != '0')
            ? at
            : throw Fails(index, $"\"{step}\" is no index of a list of {most + 1}");

    private static string[] Pointer(string text, int index)
    {
        if (text.Length == 0)
            return [];
        if (text[0] != '/')
            throw new PatchException(400, $"operation {index}: \"{text}\" is not a JSON pointer: it starts with \"/\"");
        return [.. text[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static string Text(JsonObject operation, string name, int index) =>
        operation[name] is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw new PatchException(400, $"operation {index} has no string \"{name}\"");

    private static JsonNode? Value(JsonObject operation, int index) =>
        operation.TryGetPropertyValue("value", out var value) ? value : throw new PatchException(400, $"operation {index} has no \"value\"");

    private static string Show(JsonNode? node) => JsonSerializer.Serialize(node, KubeJson.Options);

    private static PatchException Fails(int index, string why) => new(422, $"the patch does not apply: operation {index}: {why}");
}
