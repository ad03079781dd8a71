using System.Text.Json;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>What differs between two documents, field by field.</summary>
/// <param name="Added">Only the second has it.</param>
/// <param name="Removed">Only the first has it.</param>
/// <param name="Modified">Both have it, with other values.</param>
internal readonly record struct FieldDelta(FieldSet Added, FieldSet Removed, FieldSet Modified)
{
    private static readonly FieldDelta Nothing = new(FieldSet.Empty, FieldSet.Empty, FieldSet.Empty);

    public FieldSet Changed => Added.Union(Modified);

    public bool IsEmpty => Added.IsEmpty && Removed.IsEmpty && Modified.IsEmpty;

    public FieldDelta WithoutBranches(FieldSet ignored) => new(Added.WithoutBranches(ignored), Removed.WithoutBranches(ignored), Modified.WithoutBranches(ignored));

    public FieldDelta Without(FieldSet ignored) => new(Added.Without(ignored), Removed.Without(ignored), Modified.Without(ignored));

    /// <param name="old">Undefined: there is none.</param>
    /// <param name="next">Undefined: there is none.</param>
    /// <param name="place">Where both stand.</param>
    public static FieldDelta Of(JsonElement old, JsonElement next, FieldPlace place)
    {
        bool noOld = IsAbsent(old), noNext = IsAbsent(next);
        if (noOld && noNext)
            return Nothing;
        var delta = (noOld ? next : old).ValueKind switch
        {
            JsonValueKind.Object when !place.Atomic && (noOld || noNext || next.ValueKind == JsonValueKind.Object) => OfObjects(old, next, place),
            JsonValueKind.Array when place.ListKeys is not null && (noOld || noNext || next.ValueKind == JsonValueKind.Array) => OfLists(old, next, place),
            _ => null,
        };
        if (delta is not { } inner)
            return OfLeaves(old, next, noOld, noNext, place);
        return inner with
        {
            Added = noOld ? inner.Added.AsMember() : inner.Added,
            Removed = noNext ? inner.Removed.AsMember() : inner.Removed,
        };
    }

    private static FieldDelta OfLeaves(JsonElement old, JsonElement next, bool noOld, bool noNext, FieldPlace place) =>
        noOld ? Nothing with { Added = FieldSet.Leaf }
        : noNext ? Nothing with { Removed = FieldSet.Leaf }
        : JsonElement.DeepEquals(old, next) || (place.Schema?.Shape == SchemaShape.Quantity && IsSameAmount(old, next)) ? Nothing
        : Nothing with { Modified = FieldSet.Leaf };

    /// <summary>One CPU is a thousand millis.</summary>
    private static bool IsSameAmount(JsonElement old, JsonElement next) =>
        old.ValueKind == JsonValueKind.String && next.ValueKind == JsonValueKind.String
        && Quantity.TryParse(old.GetString(), out var before) && Quantity.TryParse(next.GetString(), out var after) && before == after;

    private static FieldDelta OfObjects(JsonElement old, JsonElement next, FieldPlace place)
    {
        var collected = new Collector();
        var (before, after) = (new Members(old), new Members(next));
        foreach (var member in before.All)
            collected.Add(FieldStep.Field(member.Name), Of(member.Value, after.Find(member.Name), place.Field(member.Name, out _)));
        foreach (var member in after.All)
        {
            if (IsAbsent(before.Find(member.Name)))
                collected.Add(FieldStep.Field(member.Name), Of(default, member.Value, place.Field(member.Name, out _)));
        }
        return collected.Build();
    }

    private static FieldDelta? OfLists(JsonElement old, JsonElement next, FieldPlace place)
    {
        JsonElement[] oldItems = IsAbsent(old) ? [] : [.. old.EnumerateArray()], nextItems = IsAbsent(next) ? [] : [.. next.EnumerateArray()];
        if (place.StepsOf(oldItems) is not { } before || place.StepsOf(nextItems) is not { } after)
            return null;
        var collected = new Collector();
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < after.Length; i++)
            unseen[after[i]] = i;
        for (int i = 0; i < before.Length; i++)
            collected.Add(before[i], Of(oldItems[i], unseen.Remove(before[i], out int at) ? nextItems[at] : default, place.Item));
        foreach (var (step, at) in unseen)
            collected.Add(step, Of(default, nextItems[at], place.Item));
        return collected.Build();
    }

    private static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    private struct Collector
    {
        private FieldSet.Builder added;
        private FieldSet.Builder removed;
        private FieldSet.Builder modified;

        public void Add(string step, FieldDelta delta)
        {
            added.Add(step, delta.Added);
            removed.Add(step, delta.Removed);
            modified.Add(step, delta.Modified);
        }

        public readonly FieldDelta Build() => new(added.Build(), removed.Build(), modified.Build());
    }
}

/// <summary>Documents seen as sets of fields.</summary>
internal static class FieldWalk
{
    /// <summary>The fields that a document sets. Nulls set nothing.</summary>
    /// <exception cref="OwnershipException">Items of a list cannot be told apart.</exception>
    public static FieldSet SetOf(JsonElement value, FieldPlace place) => SetOf(value, place, "", strict: true);

    /// <summary>The fields of a stored object, in which a list whose items cannot be told apart is one field.</summary>
    public static FieldSet SetOfLive(JsonElement value, FieldPlace place) => SetOf(value, place, "", strict: false);

    private static FieldSet SetOf(JsonElement value, FieldPlace place, string path, bool strict)
    {
        if (!place.IsShared(value))
            return FieldSet.Leaf;
        return value.ValueKind == JsonValueKind.Object ? SetOfObject(value, place, path, strict) : SetOfList(value, place, path, strict);
    }

    private static FieldSet SetOfObject(JsonElement value, FieldPlace place, string path, bool strict)
    {
        var set = new FieldSet.Builder();
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            var branch = SetOf(member.Value, place.Field(member.Name, out bool named), strict ? $"{path}.{member.Name}" : path, strict);
            // An empty list that is applied sets nothing, but one that is there can have an owner: who made the object.
            bool isEmpty = member.Value.ValueKind == JsonValueKind.Object ? member.Value.GetPropertyCount() == 0
                : !strict && member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0;
            set.Add(FieldStep.Field(member.Name), named && !isEmpty ? branch : branch.AsMember());
        }
        return set.Build();
    }

    private static FieldSet SetOfList(JsonElement value, FieldPlace place, string path, bool strict)
    {
        var set = new FieldSet.Builder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int at = 0;
        foreach (var item in value.EnumerateArray())
        {
            string? step = FieldStep.Item(item, place.ListKeys!);
            if (step is null || !seen.Add(step))
            {
                return !strict ? FieldSet.Leaf : throw new OwnershipException(
                    step is not null ? $"{path}: duplicate entries for key {FieldStep.Show(step)}"
                    : place.ListKeys!.Count == 0 ? $"{path}[{at}]: an item of a set of values must be a plain value"
                    : $"{path}: element {at}: associative list with keys has an element that omits key field \"{place.ListKeys[0].Name}\"");
            }
            set.Add(step, SetOf(item, place.Item, strict ? path + FieldStep.Show(step) : path, strict).AsMember());
            at++;
        }
        return set.Build();
    }

    /// <summary>Writes the live document with the applied one over it; lists are merged where their items can be told apart.</summary>
    public static void Merge(JsonElement live, JsonElement applied, FieldPlace place, Utf8JsonWriter writer)
    {
        if (applied.ValueKind == JsonValueKind.Undefined)
            live.WriteTo(writer);
        else if (live.ValueKind == JsonValueKind.Object && applied.ValueKind == JsonValueKind.Object && !place.Atomic)
            MergeObjects(live, applied, place, writer);
        else if (live.ValueKind == JsonValueKind.Array && applied.ValueKind == JsonValueKind.Array && place.ListKeys is not null)
            MergeLists(live, applied, place, writer);
        else
            applied.WriteTo(writer);
    }

    private static void MergeObjects(JsonElement live, JsonElement applied, FieldPlace place, Utf8JsonWriter writer)
    {
        var (old, wanted) = (new Members(live), new Members(applied));
        writer.WriteStartObject();
        foreach (var member in old.All)
        {
            writer.WritePropertyName(member.Name);
            Merge(member.Value, wanted.Find(member.Name), place.Field(member.Name, out _), writer);
        }
        foreach (var member in wanted.All)
        {
            if (old.Find(member.Name).ValueKind == JsonValueKind.Undefined)
                member.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    /// <summary>Applied items come in the order of the applied list; the others keep their place behind their old neighbours.</summary>
    private static void MergeLists(JsonElement live, JsonElement applied, FieldPlace place, Utf8JsonWriter writer)
    {
        JsonElement[] items = [.. applied.EnumerateArray()];
        string[] steps = place.StepsOf(items) ?? throw new OwnershipException("items of an applied list cannot be told apart");
        var wanted = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < steps.Length; i++)
            wanted[steps[i]] = i;
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var item in live.EnumerateArray())
        {
            if (FieldStep.Item(item, place.ListKeys!) is { } step && wanted.ContainsKey(step))
                known.TryAdd(step, item);
        }
        int next = 0;
        writer.WriteStartArray();
        foreach (var item in live.EnumerateArray())
        {
            if (FieldStep.Item(item, place.ListKeys!) is { } step && wanted.TryGetValue(step, out int at))
                WriteUpTo(at);
            else
                item.WriteTo(writer);
        }
        WriteUpTo(steps.Length - 1);
        writer.WriteEndArray();

        void WriteUpTo(int last)
        {
            for (; next <= last; next++)
            {
                if (known.TryGetValue(steps[next], out var old))
                    Merge(old, items[next], place.Item, writer);
                else
                    items[next].WriteTo(writer);
            }
        }
    }

    /// <summary>Writes the document without the fields of a set. What holds nothing any more afterwards stays, unless it belongs to the set too.</summary>
    public static void Remove(JsonElement value, FieldSet doomed, FieldPlace place, Utf8JsonWriter writer)
    {
        if (doomed.IsEmpty || !place.IsShared(value))
        {
            value.WriteTo(writer);
            return;
        }
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                var below = doomed.Below(FieldStep.Field(member.Name));
                var inner = place.Field(member.Name, out _);
                if (!Survives(member.Value, below, inner))
                    continue;
                writer.WritePropertyName(member.Name);
                Remove(member.Value, below, inner, writer);
            }
            writer.WriteEndObject();
            return;
        }
        writer.WriteStartArray();
        foreach (var item in value.EnumerateArray())
        {
            var below = FieldStep.Item(item, place.ListKeys!) is { } step ? doomed.Below(step) : FieldSet.Empty;
            if (Survives(item, below, place.Item))
                Remove(item, below, place.Item, writer);
        }
        writer.WriteEndArray();
    }

    /// <summary>What has one owner as a whole goes as a whole.</summary>
    private static bool Survives(JsonElement value, FieldSet doomed, FieldPlace place) =>
        !doomed.IsMember && (doomed.IsEmpty || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) || place.IsShared(value));
}

/// <summary>The members of an object, found fast also where they are many.</summary>
internal readonly struct Members
{
    private const int Few = 16;

    private readonly JsonElement value;
    private readonly Dictionary<string, JsonElement>? byName;

    public Members(JsonElement value)
    {
        this.value = value;
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() <= Few)
            return;
        byName = new(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
            byName[member.Name] = member.Value;
    }

    /// <summary>None where the value is no object.</summary>
    public JsonElement.ObjectEnumerator All => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    /// <returns>Undefined when there is none of this name.</returns>
    public JsonElement Find(string name) =>
        byName is not null ? byName.GetValueOrDefault(name)
        : value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) ? found : default;
}

/// <summary>A document cannot be taken apart into fields; the message says where.</summary>
internal sealed class OwnershipException(string message) : Exception(message);
