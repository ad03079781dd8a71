using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Ownership;

/// <summary>Who writes, and when.</summary>
/// <param name="Manager">The request's <c>fieldManager</c>, or the client's name.</param>
/// <param name="Subresource">status, scale; empty for the object itself.</param>
public sealed record FieldWriter(string Manager, string Subresource, DateTimeOffset Now);

/// <summary>An applied document, read once: what it says, and which fields that are.</summary>
/// <param name="Json">As objects are stored.</param>
/// <param name="Fields">Without those that no manager owns.</param>
public sealed record AppliedConfig(ReadOnlyMemory<byte> Json, FieldSet Fields);

/// <summary>What became of a claim to fields.</summary>
public abstract record ClaimOutcome
{
    private ClaimOutcome() { }

    /// <param name="ManagedFields">Of the new object.</param>
    public sealed record Granted(ValueList<ManagedFieldsEntry>? ManagedFields) : ClaimOutcome;

    /// <param name="Conflicts">Fields that others own, with other values.</param>
    public sealed record Refused(IReadOnlyList<FieldConflict> Conflicts) : ClaimOutcome;
}

/// <summary>A field that another manager owns.</summary>
public sealed record FieldConflict(ManagerId Manager, string Field);

/// <summary>Server-side apply: which manager owns which fields of an object, and what applying a document makes of it.</summary>
/// <remarks>
/// Pure. Laws: two managers own one field only while they mean the same value; applying the same document twice changes nothing; what a manager
/// applied and applies no more is removed, unless another one owns it. An object without managed fields was made by the control plane or before there
/// was tracking: writes to it are not tracked until somebody applies, and then everything that is there belongs to <c>before-first-apply</c>.
/// A manager's fields are named as in the version that it wrote in, and compared with objects as that version shows them.
/// </remarks>
public static class FieldOwnership
{
    /// <summary>The longest name of a manager.</summary>
    public const int LongestManager = 128;

    /// <summary>An object with so many fields that their names are more than this is tracked only once somebody applies: else a ConfigMap that fits its row might not.</summary>
    private const int MostBytesOfUpdaters = 128 << 10;

    private const string BeforeFirstApply = "before-first-apply";
    private const string Status = "status";

    private static readonly string[] SystemFields =
    [
        "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
    ];

    private static readonly FieldSet Unowned = SystemFields.Aggregate(
        FieldSet.Of("apiVersion").Union(FieldSet.Of("kind")).Union(FieldSet.Of("metadata")), (set, name) => set.Union(FieldSet.Of("metadata", name)));

    private static readonly FieldSet SystemBranches = SystemFields.Aggregate(FieldSet.Of("apiVersion").Union(FieldSet.Of("kind")), (set, name) => set.Union(FieldSet.Of("metadata", name)));

    private static readonly ConcurrentDictionary<Type, byte[]> EmptyObjects = new();

    /// <summary>The managed fields of an object that a POST, a PUT or a patch other than apply makes.</summary>
    /// <param name="old">null: it is created.</param>
    /// <param name="next">As it will be stored, with the managed fields that the request proposes.</param>
    public static ValueList<ManagedFieldsEntry>? AfterUpdate(KindDefinition kind, KubeObject? old, KubeObject next, FieldWriter writer)
    {
        var had = old?.Metadata.ManagedFields;
        var proposed = writer.Subresource.Length > 0 ? null : next.Metadata.ManagedFields;
        bool isReset = proposed is [{ } only] && only == new ManagedFieldsEntry();
        var given = isReset ? new() : proposed is { Count: > 0 } ? ManagerTable.Read(proposed) : null;
        bool isOwn = given is not null;
        var table = given ?? ManagerTable.Read(had) ?? new();
        if (old is not null && table.IsEmpty)
            return null;
        var deltas = DeltasOf(kind, old, next, writer.Subresource);
        if (deltas.IsEmpty)
            return isOwn ? table.Write() : had;
        Track(kind, table, deltas, writer);
        var owners = table.Write();
        return table.HasAppliers || owners is null || owners.Sum(e => (long)e.FieldsV1!.Utf8.Length) <= MostBytesOfUpdaters ? owners : null;
    }

    /// <summary>The managed fields of an object that the control plane itself has changed.</summary>
    /// <remarks>Its status is the control plane's own, whoever owned it, and is not tracked.</remarks>
    public static ValueList<ManagedFieldsEntry>? AfterOwnWrite(KindDefinition kind, KubeObject old, KubeObject next, string manager, DateTimeOffset now)
    {
        if (old.Metadata.ManagedFields is not { Count: > 0 } had)
            return null;
        // The usual case, in which nothing has to be read: only the status changes, and nobody applies that.
        if (kind.Subresources.Contains(Status) && !had.Any(e => e.FieldsV1?.Utf8.Span.IndexOf("\"f:status\""u8) >= 0) && kind.PrepareForStatusUpdate(old, next) == next)
            return had;
        if (ManagerTable.Read(had) is not { } table)
            return had;
        var deltas = new Deltas(kind, version => AllOf(version, old, next));
        if (deltas.IsEmpty)
            return had;
        var before = ManagerTable.Read(had)!;
        table.Take(deltas.In, null);
        Track(kind, table, new(kind, version => AllOf(version, old, next).WithoutBranches(FieldSet.Of(Status))), new(manager, "", now));
        return table.OwnsSameAs(before) ? had : table.Write();
    }

    /// <summary>Reads an applied document, which the reader of bodies has found to be one of the kind.</summary>
    public static (AppliedConfig? Config, string? Refusal) Read(KindDefinition kind, JsonElement document, string subresource)
    {
        byte[] json = Written(w => Config.Normalize(document, ApiSchema.Of(kind.ClrType), w));
        try
        {
            var fields = FieldWalk.SetOf(Parse(json), FieldPlace.Of(kind.ClrType));
            fields = fields.WithoutBranches(SystemBranches).Without(Unowned);
            // A writer of the status cannot set anything else, nor a writer of the object its status.
            return (new(json, subresource == Status ? fields.Only(Status) : kind.Subresources.Contains(Status) ? fields.WithoutBranches(FieldSet.Of(Status)) : fields), null);
        }
        catch (OwnershipException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>The object with the applied document merged into it, and without what the manager had applied and applies no more.</summary>
    /// <param name="old">null: it is created.</param>
    /// <returns>JSON, to be read, completed and checked like that of a PUT.</returns>
    public static byte[] Merge(KindDefinition kind, KubeObject? old, AppliedConfig applied, FieldWriter writer)
    {
        byte[] merged = Written(w => FieldWalk.Merge(Parse(Json(kind, old)), Parse(applied.Json), FieldPlace.Of(kind.ClrType), w));
        var table = TableOf(kind, old, writer);
        var id = ApplierOf(writer);
        var lastKind = In(kind, table.VersionOf(id) ?? kind.ApiVersion);
        var place = FieldPlace.Of(lastKind.ClrType);
        var last = table.FieldsOf(id).WithNamedFields(place);
        if (last.IsEmpty)
            return merged;
        table.Set(id, applied.Fields, kind.ApiVersion, writer.Now);
        byte[] document = Converted(merged, kind, lastKind);
        // What is gone, but for what somebody owns still, and but for what was never this manager's.
        byte[] kept = Written(w => FieldWalk.Remove(Parse(document), last, place, w));
        foreach (var (version, fields) in table.All().OrderByDescending(o => o.Key == lastKind.ApiVersion))
            kept = WithOwned(lastKind, document, kept, In(kind, version), fields);
        var left = FieldWalk.SetOfLive(Parse(kept), place).WithNamedFields(place);
        var all = FieldWalk.SetOfLive(Parse(document), place).WithNamedFields(place);
        return Converted(Written(w => FieldWalk.Remove(Parse(document), all.Without(left).Intersect(last), place, w)), lastKind, kind);
    }

    /// <summary>Puts back what was removed of a document and that somebody owns.</summary>
    /// <param name="owner">The version in which the owned fields are named.</param>
    private static byte[] WithOwned(KindDefinition kind, byte[] document, byte[] removed, KindDefinition owner, FieldSet fields)
    {
        var place = FieldPlace.Of(owner.ClrType);
        var whole = Parse(Converted(document, kind, owner));
        var all = FieldWalk.SetOfLive(whole, place).WithNamedFields(place);
        var left = FieldWalk.SetOfLive(Parse(Converted(removed, kind, owner)), place).WithNamedFields(place);
        return Converted(Written(w => FieldWalk.Remove(whole, all.Without(left.Union(fields.WithNamedFields(place))), place, w)), owner, kind);
    }

    /// <summary>The managed fields of an object after an apply, or the conflicts that are in its way.</summary>
    /// <param name="old">null: it is created.</param>
    /// <param name="next">What became of <see cref="Merge"/>, as it will be stored.</param>
    /// <param name="force">Takes what others own.</param>
    public static ClaimOutcome AfterApply(KindDefinition kind, KubeObject? old, KubeObject next, AppliedConfig applied, FieldWriter writer, bool force)
    {
        var table = TableOf(kind, old, writer);
        var before = TableOf(kind, old, writer);
        var id = ApplierOf(writer);
        var deltas = DeltasOf(kind, old, next, writer.Subresource);
        var conflicts = table.Conflicts(id, version => deltas[version].Changed);
        if (conflicts.Count > 0 && !force)
        {
            return new ClaimOutcome.Refused([.. conflicts.OrderBy(c => c.Manager.ToString(), StringComparer.Ordinal)
                .SelectMany(c => c.Fields.Paths().Select(p => new FieldConflict(c.Manager, p)))]);
        }
        table.Take(deltas.In, id);
        table.Set(id, applied.Fields, kind.ApiVersion, ToSeconds(writer.Now));
        table.LimitUpdaters();
        return new ClaimOutcome.Granted(old is not null && deltas.IsEmpty && table.OwnsSameAs(before) && old.Metadata.ManagedFields is { Count: > 0 } had ? had : table.Write());
    }

    /// <summary>Fields that kubectl may take without force, since it set them itself by <c>kubectl apply</c> without <c>--server-side</c> and nobody has changed them.</summary>
    public static bool AreOfClientSideApply(KindDefinition kind, KubeObject old, IReadOnlyList<FieldConflict> conflicts)
    {
        if (old.Metadata.Annotations?.TryGetValue(LastApplied, out string? text) != true)
            return false;
        try
        {
            using var document = JsonDocument.Parse(text!, new() { MaxDepth = KubeJson.Options.MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("apiVersion", out var version) || !version.ValueEquals(kind.ApiVersion))
                return false;
            var place = FieldPlace.Of(kind.ClrType);
            var applied = Parse(Written(w => Config.Normalize(document.RootElement, ApiSchema.Of(kind.ClrType), w)));
            var delta = FieldDelta.Of(applied, Parse(Json(kind, old)), place);
            var allowed = FieldWalk.SetOf(applied, place).Without(delta.Modified).Without(delta.Added).Without(delta.Removed).Paths().ToHashSet(StringComparer.Ordinal);
            return conflicts.All(c => allowed.Contains(c.Field));
        }
        catch (Exception e) when (e is JsonException or OwnershipException)
        {
            return false;
        }
    }

    /// <summary>The annotation in which kubectl keeps what it applied last.</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The part of a client's name that is its field manager when it names none: <c>kubectl</c> of <c>kubectl/v1.33.0 (linux/amd64)</c>.</summary>
    public static string ManagerOf(string userAgent)
    {
        var name = new StringBuilder();
        foreach (var rune in userAgent.Split('/')[0].EnumerateRunes())
        {
            if (!IsPrintable(rune))
                continue;
            if (Encoding.UTF8.GetByteCount(name.ToString()) + rune.Utf8SequenceLength > LongestManager)
                break;
            name.Append(rune.ToString());
        }
        return name.ToString();
    }

    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || !(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);

    private static ManagerId ApplierOf(FieldWriter writer) => new(writer.Manager, ManagerId.Apply, "", writer.Subresource);

    /// <summary>What changes goes to the writer, and what goes is nobody's any more.</summary>
    private static void Track(KindDefinition kind, ManagerTable table, Deltas deltas, FieldWriter writer)
    {
        var changed = deltas[kind.ApiVersion].Changed;
        table.Take(deltas.In, null);
        if (changed.IsEmpty)
            return;
        var id = new ManagerId(writer.Manager, ManagerId.Update, kind.ApiVersion, writer.Subresource);
        table.Set(id, table.FieldsOf(id).Union(changed), kind.ApiVersion, ToSeconds(writer.Now));
        table.LimitUpdaters();
    }

    private static ManagerTable TableOf(KindDefinition kind, KubeObject? old, FieldWriter writer)
    {
        var table = ManagerTable.Read(old?.Metadata.ManagedFields) ?? new();
        if (old is null || !table.IsEmpty)
            return table;
        table.Set(new(BeforeFirstApply, ManagerId.Update, kind.ApiVersion, ""), DeltasOf(kind, null, old, "")[kind.ApiVersion].Changed, kind.ApiVersion, ToSeconds(writer.Now));
        return table;
    }

    private static Deltas DeltasOf(KindDefinition kind, KubeObject? old, KubeObject next, string subresource) => new(kind, version =>
    {
        var delta = AllOf(version, old, next);
        return subresource == Status || !kind.Subresources.Contains(Status) ? delta : delta.WithoutBranches(FieldSet.Of(Status));
    });

    private static FieldDelta AllOf(KindDefinition kind, KubeObject? old, KubeObject next) =>
        FieldDelta.Of(Parse(Json(kind, old)), Parse(Json(kind, next)), FieldPlace.Of(kind.ClrType)).WithoutBranches(SystemBranches).Without(Unowned);

    /// <summary>The kind in another version; one that is not served (any more) is read as if it were this one.</summary>
    private static KindDefinition In(KindDefinition kind, string apiVersion) =>
        apiVersion != kind.ApiVersion && KindRegistry.Find(apiVersion, kind.Kind) is { } other && other.Stored == kind.Stored ? other : kind;

    private static byte[] Converted(byte[] json, KindDefinition from, KindDefinition to) => from == to ? json : to.Write(from.Read(json));

    private static byte[] Json(KindDefinition kind, KubeObject? value) => value is null
        ? EmptyObjects.GetOrAdd(kind.ClrType, _ => kind.Write((KubeObject)Activator.CreateInstance(kind.Stored.ClrType)!))
        : kind.Write(value);

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = KubeJson.Options.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = KubeJson.Options.Encoder, SkipValidation = true }))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static DateTimeOffset ToSeconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>What a write changes, in each version that somebody asks about.</summary>
    private sealed class Deltas(KindDefinition kind, Func<KindDefinition, FieldDelta> make)
    {
        private readonly Dictionary<KindDefinition, FieldDelta> made = [];

        public bool IsEmpty => this[kind.ApiVersion].IsEmpty;

        public FieldDelta this[string apiVersion]
        {
            get
            {
                var version = FieldOwnership.In(kind, apiVersion);
                return made.TryGetValue(version, out var delta) ? delta : made[version] = make(version);
            }
        }

        /// <summary>Fields that have another value now, or none.</summary>
        public FieldSet In(string apiVersion) => this[apiVersion].Changed.Union(this[apiVersion].Removed);
    }
}
