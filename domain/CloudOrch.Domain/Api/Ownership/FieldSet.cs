using System.Text.Json;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>A set of field paths as a tree; a node is a path, and belongs to the set or only leads to what does.</summary>
/// <remarks>
/// Steps are in the notation of fieldsV1: <c>f:name</c> a field, <c>k:{"name":"web"}</c> an item by its keys, <c>v:"x"</c> an item by its value. Sets do
/// not change once they are made, so trees share branches. The rules are those of sigs.k8s.io/structured-merge-diff.
/// </remarks>
public sealed class FieldSet : IEquatable<FieldSet>
{
    public static readonly FieldSet Empty = new(false);
    internal static readonly FieldSet Leaf = new(true);
    private const string Self = ".";

    /// <summary>By step, ordinal; null rather than empty.</summary>
    private readonly KeyValuePair<string, FieldSet>[]? children;

    private FieldSet(bool isMember, KeyValuePair<string, FieldSet>[]? children = null) => (IsMember, this.children) = (isMember, children);

    /// <summary>The path of this node belongs to the set.</summary>
    public bool IsMember { get; }

    public bool IsEmpty => !IsMember && children is null;

    private ReadOnlySpan<KeyValuePair<string, FieldSet>> Steps => children;

    /// <summary>What the set holds below a step; empty when nothing.</summary>
    public FieldSet Below(string step)
    {
        int low = 0, high = (children?.Length ?? 0) - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.CompareOrdinal(children![middle].Key, step);
            if (order == 0)
                return children[middle].Value;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return Empty;
    }

    /// <param name="path">Names of fields, from the root.</param>
    public static FieldSet Of(params ReadOnlySpan<string> path)
    {
        var set = Leaf;
        for (int i = path.Length - 1; i >= 0; i--)
            set = new(false, [new(FieldStep.Field(path[i]), set)]);
        return set;
    }

    public FieldSet Union(FieldSet other)
    {
        if (other.IsEmpty || ReferenceEquals(this, other))
            return this;
        if (IsEmpty)
            return other;
        var all = new List<KeyValuePair<string, FieldSet>>((children?.Length ?? 0) + (other.children?.Length ?? 0));
        var mine = Steps;
        var theirs = other.Steps;
        while (mine.Length > 0 || theirs.Length > 0)
        {
            int order = mine.Length == 0 ? 1 : theirs.Length == 0 ? -1 : string.CompareOrdinal(mine[0].Key, theirs[0].Key);
            all.Add(order == 0 ? new(mine[0].Key, mine[0].Value.Union(theirs[0].Value)) : order < 0 ? mine[0] : theirs[0]);
            mine = order <= 0 ? mine[1..] : mine;
            theirs = order >= 0 ? theirs[1..] : theirs;
        }
        return Make(IsMember || other.IsMember, [.. all]);
    }

    /// <summary>Path by path: what is below a path of <paramref name="other"/> stays.</summary>
    public FieldSet Without(FieldSet other)
    {
        if (other.IsEmpty || IsEmpty)
            return this;
        return Make(IsMember && !other.IsMember, Each((step, child) => child.Without(other.Below(step))));
    }

    /// <summary>As <see cref="Without"/>, and what is below the paths of <paramref name="other"/> goes too.</summary>
    public FieldSet WithoutBranches(FieldSet other)
    {
        if (other.IsMember)
            return Empty;
        return other.IsEmpty || IsEmpty ? this : Make(IsMember, Each((step, child) => child.WithoutBranches(other.Below(step))));
    }

    /// <summary>What the set holds below one field of the root.</summary>
    public FieldSet Only(string field)
    {
        string step = FieldStep.Field(field);
        var below = Below(step);
        return below.IsEmpty ? Empty : new(false, [new(step, below)]);
    }

    public FieldSet Intersect(FieldSet other) =>
        other.IsEmpty || IsEmpty ? Empty : Make(IsMember && other.IsMember, Each((step, child) => child.Intersect(other.Below(step))));

    /// <summary>The same set with every field that the schema names and that leads to a member made one itself: to keep a field is to keep the objects around it.</summary>
    internal FieldSet WithNamedFields(FieldPlace place) => children is null ? this : Make(IsMember, Each((step, child) =>
    {
        var below = place.At(step, out bool named);
        var inner = child.WithNamedFields(below);
        return named && inner.children is not null && !inner.IsMember ? new(true, inner.children) : inner;
    }));

    /// <summary>Every path of the set, as Kubernetes prints it: <c>.spec.template.spec.containers[name="web"].image</c>.</summary>
    public IEnumerable<string> Paths() => Paths("");

    private IEnumerable<string> Paths(string at)
    {
        if (IsMember)
            yield return at;
        foreach (var (step, child) in children ?? [])
        {
            foreach (string path in child.Paths(at + FieldStep.Show(step)))
                yield return path;
        }
    }

    public bool Equals(FieldSet? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null && IsMember == other.IsMember && Steps.SequenceEqual(other.Steps);
    }

    public override bool Equals(object? obj) => Equals(obj as FieldSet);

    public override int GetHashCode() => HashCode.Combine(IsMember, children?.Length ?? 0);

    public override string ToString() => ToJson().ToString();

    /// <summary>The set in the notation of fieldsV1.</summary>
    public CompactJson ToJson()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = KubeJson.Options.Encoder, SkipValidation = true }))
            Write(writer, root: true);
        return new(buffer.WrittenSpan.ToArray());
    }

    private void Write(Utf8JsonWriter writer, bool root)
    {
        writer.WriteStartObject();
        if (IsMember && (root || children is not null))
        {
            writer.WriteStartObject(Self);
            writer.WriteEndObject();
        }
        foreach (var (step, child) in Steps)
        {
            writer.WritePropertyName(step);
            child.Write(writer, root: false);
        }
        writer.WriteEndObject();
    }

    /// <returns>null when this is not in the notation of fieldsV1.</returns>
    public static FieldSet? Parse(CompactJson json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.Utf8);
            return Parse(document.RootElement, root: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static FieldSet? Parse(JsonElement node, bool root)
    {
        if (node.ValueKind != JsonValueKind.Object)
            return null;
        var set = new Builder();
        bool any = false;
        foreach (var entry in node.EnumerateObject())
        {
            any = true;
            if (entry.Name == Self)
            {
                set.IsMember = true;
                continue;
            }
            if (FieldStep.Normal(entry.Name) is not { } step || Parse(entry.Value, root: false) is not { } child)
                return null;
            set.Add(step, child);
        }
        set.IsMember |= !root && !any;
        return set.Build();
    }

    private KeyValuePair<string, FieldSet>[] Each(Func<string, FieldSet, FieldSet> change)
    {
        var all = new List<KeyValuePair<string, FieldSet>>(children?.Length ?? 0);
        foreach (var (step, child) in Steps)
        {
            if (change(step, child) is { IsEmpty: false } changed)
                all.Add(new(step, changed));
        }
        return [.. all];
    }

    private static FieldSet Make(bool isMember, KeyValuePair<string, FieldSet>[] children) =>
        children.Length > 0 ? new(isMember, children) : isMember ? Leaf : Empty;

    /// <summary>The same set with its root made a member.</summary>
    internal FieldSet AsMember() => IsMember ? this : children is null ? Leaf : new(true, children);

    /// <summary>Collects the branches of one node.</summary>
    internal struct Builder
    {
        private List<KeyValuePair<string, FieldSet>>? branches;

        public bool IsMember { get; set; }

        public void Add(string step, FieldSet branch)
        {
            if (!branch.IsEmpty)
                (branches ??= []).Add(new(step, branch));
        }

        public readonly FieldSet Build()
        {
            if (branches is null)
                return IsMember ? Leaf : Empty;
            branches.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
            // A document that names a field twice means one of them.
            for (int i = branches.Count - 1; i > 0; i--)
            {
                if (branches[i].Key == branches[i - 1].Key)
                    branches.RemoveAt(i);
            }
            return new(IsMember, [.. branches]);
        }
    }
}
