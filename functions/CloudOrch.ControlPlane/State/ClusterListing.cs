using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.State;

/// <summary>Objects read from the store at exactly one revision: pages are not a snapshot, so the log is replayed over them.</summary>
public sealed record ClusterListing(IReadOnlyCollection<SnapshotEntry> Entries, StoreHead Head)
{
    private const int MaxAttempts = 6;

    /// <param name="type">null reads the whole cluster.</param>
    /// <param name="namespaceName">null reads every namespace.</param>
    /// <returns>null when the cluster does not exist.</returns>
    /// <exception cref="StoreUnavailableException">Also when the log was compacted under every attempt.</exception>
    public static async Task<ClusterListing?> ReadAsync(IResourceStore store, ClusterId cluster, ResourceType? type, string? namespaceName, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var from = await store.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false);
            if (from is null)
                return null;
            var entries = new Dictionary<ResourceKey, SnapshotEntry>();
            string? continuation = null;
            do
            {
                var page = await store.ListAsync(cluster, type, namespaceName, continuation, cancellation).ConfigureAwait(false);
                foreach (var row in page.Items)
                    entries[row.Key] = new(row.Key, row.Revision, ObjectCodec.Read(row.Key.Type, row.Revision, row.Body.Span), row.Body.Length);
                continuation = page.Continuation;
            }
            while (continuation is not null);
            bool Concerns(ResourceKey key) => (type is null || key.Type == type) && (namespaceName is null || key.Namespace == namespaceName);
            switch (await ReplayAsync(store, cluster, entries, from.Revision, Concerns, cancellation).ConfigureAwait(false))
            {
                case (null, true):
                    return null;
                case ({ } head, _):
                    return new(entries.Values, head);
            }
        }
        throw new StoreUnavailableException($"cluster {cluster}: the log was compacted {MaxAttempts} times while the cluster was being listed");
    }

    internal static SnapshotEntry EntryOf(CommittedChange change) =>
        new(change.Key, change.Revision, ObjectCodec.Read(change.Key.Type, change.Revision, change.Body.Span), change.Body.Length);

    /// <returns>The head that the entries now stand at; null when the log no longer reaches back, or when the cluster is gone.</returns>
    private static async Task<(StoreHead? Head, bool Gone)> ReplayAsync(IResourceStore store, ClusterId cluster, Dictionary<ResourceKey, SnapshotEntry> entries,
        Revision at, Func<ResourceKey, bool> concerns, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await store.ReadHeadAsync(cluster, cancellation).ConfigureAwait(false);
            if (head is null)
                return (null, true);
            while (at < head.Revision)
            {
                var log = await store.ReadLogAsync(cluster, at, cancellation).ConfigureAwait(false);
                if (log is not LogOutcome.Changes { Items.Count: > 0 } changes)
                    return (null, log is LogOutcome.Gone);
                foreach (var change in changes.Items)
                {
                    if (change.Revision > at.Next)
                        return (null, false);
                    at = change.Revision;
                    if (concerns(change.Key))
                        Apply(entries, change);
                }
            }
            if (at == head.Revision)
                return (head, false);
        }
    }

    private static void Apply(Dictionary<ResourceKey, SnapshotEntry> entries, CommittedChange change)
    {
        if (entries.TryGetValue(change.Key, out var entry) && entry.Revision >= change.Revision)
            return;
        if (change.Type == ChangeType.Deleted)
            entries.Remove(change.Key);
        else
            entries[change.Key] = EntryOf(change);
    }
}
