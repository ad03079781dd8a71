using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>events</c>: a revisioned partition per cluster, and rows <c>d!{hash of an Event's identity}</c> that find the Event whose count to raise.</summary>
public sealed class TablesEventStore : IEventStore
{
    // Each takes a row, an index row and a place in the log.
    private const int EventsPerCommit = 40;
    private const int Attempts = 6;
    private const int MostRemembered = 20_000;
    private const long Epoch = 1;
    private readonly RevisionedTable _rows;
    private readonly TableClient _table;

    // Hashes that this process has met. One that it has not is taken to be new: looking up every Event of a burst would cost more than all else.
    private readonly ConcurrentDictionary<(ClusterId Cluster, string Hash), bool> _met = new();

    public TablesEventStore(ControlPlaneTables tables, IIdentityGenerator identities, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _rows = new RevisionedTable(tables.Events, tables.Options, identities, clock);
        _table = tables.Events.Repeatable;
    }

    public async Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        foreach (EventRecord[] chunk in events.Chunk(EventsPerCommit))
        {
            (string Hash, EventRecord Event)[] hashed = [.. chunk.Select(e => (HashOf(e), e))];
            await ChangeAsync(cluster, attempt => FoldAsync(cluster, hashed, optimistic: attempt == 1, cancellation), cancellation).ConfigureAwait(false);
            if (_met.Count > MostRemembered)
                _met.Clear();
            foreach ((string hash, _) in hashed)
                _met[(cluster, hash)] = true;
        }
    }

    public async Task<EventRecord?> GetAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation) =>
        await _rows.GetAsync(cluster, Key(namespaceName, name), cancellation).ConfigureAwait(false) is { } found ? Event(found) : null;

    public async Task<(IReadOnlyList<EventRecord> Events, Revision Revision)> ListAsync(ClusterId cluster, string? namespaceName, CancellationToken cancellation)
    {
        StoreHead? head = await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false);
        if (head is null)
            return ([], new Revision(1));
        var events = new List<EventRecord>();
        await foreach (StoredObject found in AllAsync(cluster, namespaceName, cancellation).ConfigureAwait(false))
            events.Add(Event(found));
        return (events, head.Revision);
    }

    public async Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation)
    {
        LogOutcome outcome = await _rows.ReadLogAsync(cluster, after, cancellation).ConfigureAwait(false);
        // A cluster whose first Event is still to come has no rows here, and is not gone.
        return outcome is LogOutcome.Gone ? new LogOutcome.Changes([], false) : outcome;
    }

    public async Task<bool> DeleteAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation)
    {
        bool found = false;
        await ChangeAsync(cluster, async _ =>
        {
            StoredObject? there = await _rows.GetAsync(cluster, Key(namespaceName, name), cancellation).ConfigureAwait(false);
            found = there is not null;
            return (there is null ? [] : [new PendingChange(ChangeType.Deleted, there.Key, there.Body)], []);
        }, cancellation).ConfigureAwait(false);
        return found;
    }

    public async Task ExpireAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false) is null)
            return;
        var expired = new List<ResourceKey>();
        await foreach (StoredObject found in AllAsync(cluster, null, cancellation).ConfigureAwait(false))
        {
            if (EventRules.IsExpired(Event(found), now))
                expired.Add(found.Key);
        }

        foreach (ResourceKey[] chunk in expired.Chunk(EventsPerCommit))
        {
            await ChangeAsync(cluster, async _ =>
            {
                StoredObject?[] there = await Task.WhenAll(chunk.Select(key => _rows.GetAsync(cluster, key, cancellation))).ConfigureAwait(false);
                return ([.. there.OfType<StoredObject>().Where(o => EventRules.IsExpired(Event(o), now)).Select(o => new PendingChange(ChangeType.Deleted, o.Key, o.Body))], []);
            }, cancellation).ConfigureAwait(false);
        }

        await Pages.DeleteAllAsync(_table, TableClient.CreateQueryFilter(
            $"PartitionKey eq {cluster.Value} and RowKey ge {"d!"} and RowKey lt {"d\""} and Timestamp lt {now - EventRules.Lifetime}"), cancellation).ConfigureAwait(false);
        if (await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false) is { } head && head.Revision.Value > EventRules.KeptRevisions)
        {
            var upTo = new Revision(head.Revision.Value - EventRules.KeptRevisions);
            await _rows.CompactAsync(cluster, upTo, upTo, cancellation).ConfigureAwait(false);
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => _rows.PurgeAsync(cluster, cancellation);

    /// <summary>Works the changes out on the current head and commits them, again whenever somebody else was first.</summary>
    private async Task ChangeAsync(ClusterId cluster, Func<int, Task<(List<PendingChange> Changes, List<TableTransactionAction> Others)>> work, CancellationToken cancellation)
    {
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            StoreHead? head = await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false);
            if (head is null)
            {
                await _rows.CreateAsync(cluster, Epoch, cancellation).ConfigureAwait(false);
                continue;
            }

            (List<PendingChange> changes, List<TableTransactionAction> others) = await work(attempt).ConfigureAwait(false);
            switch (await _rows.CommitAsync(cluster, head, changes, others, cancellation).ConfigureAwait(false))
            {
                case CommitOutcome.Committed:
                    return;
                case CommitOutcome.TooLarge tooLarge:
                    throw new InvalidOperationException($"Events do not fit: {tooLarge.Limit}.");
            }
        }

        throw new StoreUnavailableException($"The Events of cluster {cluster} change too often.");
    }

    /// <summary>Each Event raises the count of the one that it repeats, or becomes a row of its own.</summary>
    /// <param name="optimistic">What this process never met is taken to be new; an index row that is there after all is a conflict, and nothing is written.</param>
    private async Task<(List<PendingChange> Changes, List<TableTransactionAction> Others)> FoldAsync(
        ClusterId cluster, IReadOnlyList<(string Hash, EventRecord Event)> events, bool optimistic, CancellationToken cancellation)
    {
        ILookup<bool, string> hashes = events.Select(e => e.Hash).Distinct().ToLookup(hash => optimistic && !_met.ContainsKey((cluster, hash)));
        HashSet<string> assumedNew = [.. hashes[true]];
        var pending = new Dictionary<string, Pending>(StringComparer.Ordinal);
        foreach ((string hash, Pending? first) in await Task.WhenAll(
            hashes[false].Select(async hash => (hash, await FindFirstAsync(cluster, hash, cancellation).ConfigureAwait(false)))).ConfigureAwait(false))
        {
            if (first is not null)
                pending[hash] = first;
        }

        var changes = new List<PendingChange>();
        var others = new Dictionary<string, TableTransactionAction>(StringComparer.Ordinal);
        foreach ((string hash, EventRecord e) in events)
        {
            bool folds = pending.TryGetValue(hash, out Pending? first) && EventRules.Folds(first.Event, e);
            Pending now = folds ? first! with { Event = EventRules.Fold(first.Event, e) } : new Pending(KeyOf(e), e);
            pending[hash] = now;
            changes.Add(new PendingChange(folds ? ChangeType.Modified : ChangeType.Added, now.Key, Body(now.Event)));
            if (folds)
                continue;
            TableTransactionActionType write = assumedNew.Contains(hash) ? TableTransactionActionType.Add : TableTransactionActionType.UpsertReplace;
            others[hash] = new(write, new TableEntity(cluster.Value, hash) { ["R"] = RowKeys.Of(now.Key) });
        }

        return (changes, [.. others.Values]);
    }

    private async Task<Pending?> FindFirstAsync(ClusterId cluster, string hash, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> index = await Faults.GuardAsync(
            () => _table.GetEntityIfExistsAsync<TableEntity>(cluster.Value, hash, null, cancellation), cancellation).ConfigureAwait(false);
        if (!index.HasValue)
            return null;
        ResourceKey key = RowKeys.Parse(index.Value!.GetString("R"));
        return await _rows.GetAsync(cluster, key, cancellation).ConfigureAwait(false) is { } found ? new Pending(key, Event(found)) : null;
    }

    private async IAsyncEnumerable<StoredObject> AllAsync(
        ClusterId cluster, string? namespaceName, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        string? continuation = null;
        do
        {
            ObjectPage page = await _rows.ListAsync(cluster, ResourceTypes.Events, namespaceName, continuation, cancellation).ConfigureAwait(false);
            foreach (StoredObject found in page.Items)
                yield return found;
            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private static EventRecord Event(StoredObject stored)
    {
        var e = KubeJson.Read<EventRecord>(stored.Body.Span);
        return e with { Metadata = e.Metadata with { ResourceVersion = stored.Revision.ToString() } };
    }

    private static byte[] Body(EventRecord e) => KubeJson.Write(e with { Metadata = e.Metadata with { ResourceVersion = null } });

    private static string HashOf(EventRecord e) => "d!" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EventRules.IdentityOf(e))).AsSpan(0, 16));

    private static ResourceKey KeyOf(EventRecord e) => Key(e.Metadata.Namespace ?? "", e.Metadata.Name ?? "");

    private static ResourceKey Key(string namespaceName, string name) => new(ResourceTypes.Events, namespaceName, name);

    private sealed record Pending(ResourceKey Key, EventRecord Event);
}
