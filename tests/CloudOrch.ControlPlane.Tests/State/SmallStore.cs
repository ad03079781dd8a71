using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Tests.State;

/// <summary>The store's laws in memory, with switches for the faults that the caches and verbs must stand: all on one lock.</summary>
internal sealed class SmallStore : IResourceStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<ClusterId, Partition> clusters = [];

    public int HeadReads { get; private set; }
    public int Listings { get; private set; }
    public int Commits { get; private set; }

    /// <summary>Commits that answer Conflict although nobody else wrote.</summary>
    public int ConflictsToCome { get; set; }

    /// <summary>Runs once before the next commit, outside the lock: another process writing in between.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    public bool Unavailable { get; set; }

    /// <summary>Purges that find the table throttled.</summary>
    public int PurgesToFail { get; set; }

    /// <summary>The largest log page.</summary>
    public int LogPage { get; set; } = 100;

    public int ListPage { get; set; } = 100;

    /// <summary>Runs after each page of a listing: changes that happen meanwhile.</summary>
    public Func<Task>? AfterPage { get; set; }

    private sealed class Partition(long epoch)
    {
        public StoreHead Head = new(epoch, new(1), new(1), "1");
        public readonly SortedDictionary<string, StoredObject> Objects = new(StringComparer.Ordinal);
        public readonly List<CommittedChange> Log = [];
        public BrainProgress Progress = new(new(1), new(1), null, "p1");
    }

    private static string RowOf(ResourceKey key) => $"{key.Type.Group}!{key.Type.Resource}!{key.Namespace}!{key.Name}";

    private Partition? Find(ClusterId cluster) =>
        Unavailable ? throw new StoreUnavailableException("the table is throttled") : clusters.GetValueOrDefault(cluster);

    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation)
    {
        lock (gate)
            return Task.FromResult(Find(cluster) is null && clusters.TryAdd(cluster, new(epoch)));
    }

    public Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (gate)
        {
            HeadReads++;
            return Task.FromResult(Find(cluster)?.Head);
        }
    }

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation)
    {
        lock (gate)
            return Task.FromResult(Find(cluster)?.Objects.GetValueOrDefault(RowOf(key)));
    }

    public async Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation)
    {
        ObjectPage page;
        lock (gate)
        {
            Listings += continuation is null ? 1 : 0;
            var rows = (Find(cluster)?.Objects ?? []).Where(o => string.CompareOrdinal(o.Key, continuation) > 0
                && (type is null || o.Value.Key.Type == type) && (namespaceName is null || o.Value.Key.Namespace == namespaceName)).Take(ListPage + 1).ToList();
            page = new([.. rows.Take(ListPage).Select(o => o.Value)], rows.Count > ListPage ? rows[ListPage - 1].Key : null);
        }
        if (AfterPage is not null)
            await AfterPage();
        return page;
    }

    public async Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        if (BeforeCommit is { } before)
        {
            BeforeCommit = null;
            await before();
        }
        await Task.Yield();
        lock (gate)
        {
            if (Find(cluster) is not { } partition)
                return new CommitOutcome.Gone();
            if (ConflictsToCome > 0)
            {
                ConflictsToCome--;
                partition.Head = partition.Head with { ETag = partition.Head.ETag + "'" };
                return new CommitOutcome.Conflict(partition.Head with { Revision = partition.Head.Revision.Next });
            }
            if (changes.Count > 98)
                return new CommitOutcome.TooLarge(null, "98 changes a commit");
            if (changes.FirstOrDefault(c => c.Body.Length > 900 * 1024) is { } large)
                return new CommitOutcome.TooLarge(large.Key, "900 KiB an object");
            if (changes.Select(c => c.Key).Distinct().Count() != changes.Count)
                throw new InvalidOperationException("a transaction names a row once");
            if (partition.Head.ETag != head.ETag)
                return new CommitOutcome.Conflict(partition.Head);
            var revision = partition.Head.Revision;
            foreach (var change in changes)
            {
                revision = revision.Next;
                partition.Log.Add(new(revision, change.Type, change.Key, change.Body));
                if (change.Type == ChangeType.Deleted)
                    partition.Objects.Remove(RowOf(change.Key));
                else
                    partition.Objects[RowOf(change.Key)] = new(change.Key, revision, change.Body);
            }
            Commits++;
            partition.Head = partition.Head with { Revision = revision, ETag = $"{revision}" };
            return new CommitOutcome.Committed(partition.Head);
        }
    }

    public async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        foreach (var part in changes.Chunk(98))
        {
            last = await CommitAsync(cluster, head, part, cancellation);
            if (last is not CommitOutcome.Committed committed)
                break;
            (head, done) = (committed.Head, done + part.Length);
        }
        return new(done, last);
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (Find(cluster) is not { } partition)
                return Task.FromResult<LogOutcome>(new LogOutcome.Gone());
            if (after < partition.Head.CompactedTo)
                return Task.FromResult<LogOutcome>(new LogOutcome.Compacted(partition.Head.CompactedTo));
            var items = partition.Log.Where(c => c.Revision > after).ToList();
            return Task.FromResult<LogOutcome>(new LogOutcome.Changes([.. items.Take(LogPage)], items.Count > LogPage));
        }
    }

    public Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation)
    {
        lock (gate)
        {
            var partition = Find(cluster)!;
            partition.Head = partition.Head with { CompactedTo = upTo, ETag = partition.Head.ETag + "c" };
            partition.Log.RemoveAll(c => c.Revision <= upTo);
            return Task.CompletedTask;
        }
    }

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (gate)
            return Task.FromResult(Find(cluster)!.Progress);
    }

    public Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation)
    {
        lock (gate)
        {
            var partition = Find(cluster)!;
            if (partition.Progress.ETag != progress.ETag)
                return Task.FromResult<BrainProgress?>(null);
            return Task.FromResult<BrainProgress?>(partition.Progress = progress with { ETag = progress.ETag + "." });
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        if (PurgesToFail-- > 0)
            throw new StoreUnavailableException("the table is throttled");
        lock (gate)
            clusters.Remove(cluster);
        return Task.CompletedTask;
    }
}
