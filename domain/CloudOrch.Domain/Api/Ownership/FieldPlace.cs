using System.Text.Json;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>Where a walk through a document stands in its schema: what is below, and whether it has one owner as a whole.</summary>
/// <remarks>Where no schema is known, objects are shared field by field, and lists are not shared.</remarks>
internal readonly record struct FieldPlace
{
    /// <summary>What lies deeper is not shared: a set of fields is a document within a document, and must stay within the depth that can be read.</summary>
    public const int Deepest = 48;

    private readonly int depth;

    private FieldPlace(ApiSchema? schema, bool atomic, IReadOnlyList<ListMapKey>? listKeys, int depth)
    {
        (Schema, this.depth) = (schema, depth);
        Atomic = atomic || depth >= Deepest;
        ListKeys = depth < Deepest ? listKeys : null;
    }

    /// <summary>null where nothing is known.</summary>
    public ApiSchema? Schema { get; }

    public bool Atomic { get; }

    /// <summary>What tells the items of a list apart; null for a list that is not shared.</summary>
    public IReadOnlyList<ListMapKey>? ListKeys { get; }

    public static FieldPlace Of(Type kind) => new(ApiSchema.Of(kind), false, null, 0);

    /// <param name="named">The schema knows the field: it is there for every object of its kind, and so is no item of a map.</param>
    public FieldPlace Field(string name, out bool named)
    {
        named = false;
        switch (Schema?.Shape)
        {
            case SchemaShape.Object when Schema.Fields.TryGetValue(name, out var field):
                named = true;
                return new(field.Schema, field.Atomic, field.ListKeys, depth + 1);
            case SchemaShape.Map:
                return new(Schema.Item, Schema.Item!.Atomic, null, depth + 1);
            default:
                return new(null, false, null, depth + 1);
        }
    }

    public FieldPlace Item => Schema is { Shape: SchemaShape.List, Item: { } item } ? new(item, item.Atomic, null, depth + 1) : new(null, false, null, depth + 1);

    public FieldPlace At(string step, out bool named)
    {
        if (step[0] == 'f')
            return Field(step[2..], out named);
        named = false;
        return Item;
    }

    public bool IsShared(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !Atomic,
        JsonValueKind.Array => ListKeys is not null,
        _ => false,
    };

    /// <summary>The steps of a list's items; null when they cannot be told apart, or are there twice.</summary>
    public string[]? StepsOf(JsonElement[] items)
    {
        var steps = new string[items.Length];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < items.Length; i++)
        {
            if (FieldStep.Item(items[i], ListKeys!) is not { } step || !seen.Add(step))
                return null;
            steps[i] = step;
        }
        return steps;
    }
}
