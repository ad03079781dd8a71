using System.Collections.Concurrent;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>events</c>: a revisioned partition per cluster.</summary>
public sealed class TablesEventStore : IEventStore
{
    private const int Attempts = 6;
    private const int MostRemembered = 20_000;
    private const long Epoch = 1;
    private readonly RevisionedTable _rows;

    // What this process has met. All else is taken to be new: looking up every Event of a burst would cost more than all else.
    private readonly ConcurrentDictionary<(ClusterId Cluster, ResourceKey Key), bool> _met = new();

    public TablesEventStore(ControlPlaneTables tables, IIdentityGenerator identities, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _rows = new RevisionedTable(tables.Events, tables.Options, identities, clock);
    }

    public async Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        foreach (EventRecord[] chunk in events.Chunk(StoreLimits.ChangesPerCommit))
        {
            await ChangeAsync(cluster, trusting => FoldAsync(cluster, chunk, trusting, cancellation), cancellation).ConfigureAwait(false);
            if (_met.Count > MostRemembered)
                _met.Clear();
            foreach (EventRecord e in chunk)
                _met[(cluster, KeyOf(e))] = true;
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

    public async Task<EventRecord?> ReplaceAsync(ClusterId cluster, EventRecord changed, CancellationToken cancellation)
    {
        bool found = false;
        Revision revision = await ChangeAsync(cluster, async _ =>
        {
            StoredObject? there = await _rows.GetAsync(cluster, KeyOf(changed), cancellation).ConfigureAwait(false);
            found = there?.Revision.ToString() == changed.Metadata.ResourceVersion;
            return found ? [new PendingChange(ChangeType.Modified, there!.Key, Body(changed))] : [];
        }, cancellation).ConfigureAwait(false);
        return found ? changed with { Metadata = changed.Metadata with { ResourceVersion = revision.ToString() } } : null;
    }

    public async Task<bool> DeleteAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation)
    {
        bool found = false;
        await ChangeAsync(cluster, async _ =>
        {
            StoredObject? there = await _rows.GetAsync(cluster, Key(namespaceName, name), cancellation).ConfigureAwait(false);
            found = there is not null;
            return there is null ? [] : [new PendingChange(ChangeType.Deleted, there.Key, there.Body)];
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

        foreach (ResourceKey[] chunk in expired.Chunk(StoreLimits.ChangesPerCommit))
        {
            await ChangeAsync(cluster, async _ =>
            {
                StoredObject?[] there = await Task.WhenAll(chunk.Select(key => _rows.GetAsync(cluster, key, cancellation))).ConfigureAwait(false);
                return [.. there.OfType<StoredObject>().Where(o => EventRules.IsExpired(Event(o), now)).Select(o => new PendingChange(ChangeType.Deleted, o.Key, o.Body))];
            }, cancellation).ConfigureAwait(false);
        }

        if (await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false) is { } head && head.Revision.Value > EventRules.KeptRevisions)
        {
            var upTo = new Revision(head.Revision.Value - EventRules.KeptRevisions);
            await _rows.CompactAsync(cluster, upTo, upTo, cancellation).ConfigureAwait(false);
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => _rows.PurgeAsync(cluster, cancellation);

    /// <summary>Works the changes out on the current head and commits them, again whenever somebody else was first.</summary>
    /// <param name="work">Whether it may take what this process never met to be new: until something was there already.</param>
    /// <returns>The stream's revision with them.</returns>
    private async Task<Revision> ChangeAsync(ClusterId cluster, Func<bool, Task<List<PendingChange>>> work, CancellationToken cancellation)
    {
        bool trusting = true;
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            StoreHead? head = await _rows.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false);
            if (head is null)
            {
                await _rows.CreateAsync(cluster, Epoch, cancellation).ConfigureAwait(false);
                continue;
            }

            List<PendingChange> changes = await work(trusting).ConfigureAwait(false);
            switch (await _rows.CommitAsync(cluster, head, changes, onlyNew: true, cancellation).ConfigureAwait(false))
            {
                case CommitOutcome.Committed committed:
                    return committed.Head.Revision;
                case CommitOutcome.Conflict conflict:
                    trusting &= conflict.Current.Revision != head.Revision;
                    break;
                case CommitOutcome.TooLarge tooLarge:
                    throw new InvalidOperationException($"Events do not fit: {tooLarge.Limit}.");
            }
        }

        throw new StoreUnavailableException($"The Events of cluster {cluster} change too often.");
    }

    /// <summary>Each Event raises the count of the one that it repeats, or becomes a row of its own.</summary>
    /// <param name="trusting">What this process never met is taken to be new; if it is there after all, that is a conflict, and nothing is written.</param>
    private async Task<List<PendingChange>> FoldAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, bool trusting, CancellationToken cancellation)
    {
        var known = events.Select(KeyOf).Distinct().Where(key => !trusting || _met.ContainsKey((cluster, key)));
        StoredObject?[] found = await Task.WhenAll(known.Select(key => _rows.GetAsync(cluster, key, cancellation))).ConfigureAwait(false);
        Dictionary<ResourceKey, EventRecord> current = found.OfType<StoredObject>().ToDictionary(o => o.Key, Event);
        var changes = new List<PendingChange>(events.Count);
        foreach (EventRecord e in events)
        {
            ResourceKey key = KeyOf(e);
            bool isRepeated = current.TryGetValue(key, out EventRecord? first);
            EventRecord now = current[key] = isRepeated ? EventRules.Fold(first!, e) : e;
            changes.Add(new PendingChange(isRepeated ? ChangeType.Modified : ChangeType.Added, key, Body(now)));
        }

        return changes;
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

    private static ResourceKey KeyOf(EventRecord e) => Key(e.Metadata.Namespace ?? "", e.Metadata.Name ?? "");

    private static ResourceKey Key(string namespaceName, string name) => new(ResourceTypes.Events, namespaceName, name);
}
