namespace CloudOrch.Domain.Api.Ownership;

/// <summary>Who owns fields: a name, how it writes, and where. Appliers are the same in every version of the API.</summary>
/// <param name="Operation">Apply or Update.</param>
/// <param name="ApiVersion">Empty for appliers.</param>
/// <param name="Subresource">Empty for the object itself.</param>
public sealed record ManagerId(string Name, string Operation, string ApiVersion, string Subresource)
{
    internal const string Apply = "Apply";
    internal const string Update = "Update";

    /// <summary><c>"kubectl" using apps/v1</c>, as messages about conflicts name a manager.</summary>
    public override string ToString()
    {
        string text = System.Text.Json.JsonSerializer.Serialize(Name, KubeJson.Options);
        if (Subresource.Length > 0)
            text += $" with subresource \"{Subresource}\"";
        return Operation == Update ? $"{text} using {ApiVersion}" : text;
    }
}

/// <summary>The managers of one object and their fields: <c>metadata.managedFields</c>, taken apart. Not safe for several threads.</summary>
/// <remarks>k8s.io/apimachinery/pkg/util/managedfields.</remarks>
internal sealed class ManagerTable
{
    /// <summary>Managers of updates beyond this many lose their names, oldest first.</summary>
    public const int MostUpdaters = 10;
    private const string Ancient = "ancient-changes";
    private const string FieldsType = "FieldsV1";

    private readonly Dictionary<ManagerId, Owned> owned = [];

    /// <param name="Time">When the fields last changed.</param>
    /// <param name="ApiVersion">In which the fields were written.</param>
    private sealed record Owned(FieldSet Fields, DateTimeOffset? Time, string ApiVersion);

    public bool HasAppliers => owned.Keys.Any(k => k.Operation == ManagerId.Apply);

    public bool IsEmpty => owned.Count == 0;

    /// <returns>null when an entry cannot be understood.</returns>
    public static ManagerTable? Read(ValueList<ManagedFieldsEntry>? entries)
    {
        var table = new ManagerTable();
        foreach (var entry in entries ?? [])
        {
            if (entry is not { Operation: ManagerId.Apply or ManagerId.Update, ApiVersion.Length: > 0, FieldsType: FieldsType })
                return null;
            if (FieldSet.Parse(entry.FieldsV1 ?? new("{}"u8.ToArray())) is not { } fields)
                return null;
            string version = entry.Operation == ManagerId.Apply ? "" : entry.ApiVersion;
            table.owned[new(entry.Manager ?? "", entry.Operation, version, entry.Subresource ?? "")] = new(fields, entry.Time, entry.ApiVersion);
        }
        return table;
    }

    public FieldSet FieldsOf(ManagerId manager) => owned.TryGetValue(manager, out var found) ? found.Fields : FieldSet.Empty;

    public void Set(ManagerId manager, FieldSet fields, string apiVersion, DateTimeOffset? time)
    {
        if (fields.IsEmpty)
            owned.Remove(manager);
        else
            owned[manager] = new(fields, time, apiVersion);
    }

    /// <returns>null for one who owns nothing.</returns>
    public string? VersionOf(ManagerId manager) => owned.TryGetValue(manager, out var found) ? found.ApiVersion : null;

    /// <summary>All fields that somebody owns, by the version that they are named in.</summary>
    public IReadOnlyDictionary<string, FieldSet> All() =>
        owned.Values.GroupBy(o => o.ApiVersion).ToDictionary(g => g.Key, g => g.Aggregate(FieldSet.Empty, (all, o) => all.Union(o.Fields)), StringComparer.Ordinal);

    /// <summary>Fields of others that <paramref name="changed"/> would take from them.</summary>
    /// <param name="changed">In the names of a version.</param>
    public List<(ManagerId Manager, FieldSet Fields)> Conflicts(ManagerId except, Func<string, FieldSet> changed) =>
        [.. owned.Where(o => o.Key != except).Select(o => (o.Key, Fields: o.Value.Fields.Intersect(changed(o.Value.ApiVersion)))).Where(c => !c.Fields.IsEmpty)];

    /// <summary>Nobody but one owns these fields any more.</summary>
    /// <param name="fields">In the names of a version.</param>
    public void Take(Func<string, FieldSet> fields, ManagerId? except)
    {
        foreach (var (manager, had) in owned.ToArray())
        {
            if (manager == except)
                continue;
            var left = had.Fields.Without(fields(had.ApiVersion));
            if (left.IsEmpty)
                owned.Remove(manager);
            else if (!ReferenceEquals(left, had.Fields))
                owned[manager] = had with { Fields = left };
        }
    }

    public void LimitUpdaters()
    {
        var named = owned.Where(o => o.Key.Operation == ManagerId.Update && o.Key.Name != Ancient)
            .OrderBy(o => o.Value.Time ?? DateTimeOffset.MinValue).ThenBy(o => o.Key.Name, StringComparer.Ordinal).ToList();
        foreach (var (manager, had) in named)
        {
            if (owned.Keys.Count(k => k.Operation == ManagerId.Update) <= MostUpdaters)
                return;
            var ancient = new ManagerId(Ancient, ManagerId.Update, manager.ApiVersion, "");
            owned.Remove(manager);
            owned[ancient] = new(had.Fields.Union(FieldsOf(ancient)), had.Time, had.ApiVersion);
        }
    }

    /// <summary>Whether the same managers own the same fields.</summary>
    public bool OwnsSameAs(ManagerTable other) =>
        owned.Count == other.owned.Count && owned.All(o => other.owned.TryGetValue(o.Key, out var theirs) && o.Value.Fields.Equals(theirs.Fields));

    /// <returns>null when there are none.</returns>
    public ValueList<ManagedFieldsEntry>? Write() => owned.Count == 0 ? null : owned
        .OrderBy(o => o.Key.Operation, StringComparer.Ordinal)
        .ThenBy(o => o.Value.Time?.ToUnixTimeSeconds() ?? 0)
        .ThenBy(o => o.Key.Name, StringComparer.Ordinal)
        .ThenBy(o => o.Value.ApiVersion, StringComparer.Ordinal)
        .ThenBy(o => o.Key.Subresource, StringComparer.Ordinal)
        .Select(o => new ManagedFieldsEntry
        {
            Manager = o.Key.Name.Length == 0 ? null : o.Key.Name,
            Operation = o.Key.Operation,
            ApiVersion = o.Value.ApiVersion,
            Time = o.Value.Time,
            FieldsType = FieldsType,
            FieldsV1 = o.Value.Fields.ToJson(),
            Subresource = o.Key.Subresource.Length == 0 ? null : o.Key.Subresource,
        }).ToValueList();
}
