using System.Globalization;
using System.IO.Compression;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Memory;

/// <summary>The store's twin: the same laws and limits, in memory. The contract suite checks both.</summary>
public sealed class MemoryStore : IResourceStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClusterId, Partition> _clusters = [];
    private long _tags;

    /// <summary>Objects of one page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Changes of one page of the log.</summary>
    public int LogPageSize { get; init; } = 5_000;

    /// <summary>Asked before a commit is applied; what it throws, the caller sees, and nothing was written.</summary>
    public Action<ClusterId, IReadOnlyList<PendingChange>>? BeforeCommit { get; set; }

    /// <summary>Asked after a commit was applied; what it throws, the caller sees, and the commit stands.</summary>
    public Action<ClusterId, IReadOnlyList<PendingChange>>? AfterCommit { get; set; }

    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.TryAdd(cluster, new Partition(epoch, NextTag())));
    }

    public Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.TryGetValue(cluster, out Partition? partition) ? partition.Head : null);
    }

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.TryGetValue(cluster, out Partition? partition) ? partition.Objects.GetValueOrDefault(key) : null);
    }

    public Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_clusters.TryGetValue(cluster, out Partition? partition))
                return Task.FromResult(new ObjectPage([], null));
            var items = partition.Objects
                .Where(o => (type is null || o.Key.Type == type) && (namespaceName is null || o.Key.Namespace == namespaceName))
                .OrderBy(o => Order(o.Key), StringComparer.Ordinal)
                .SkipWhile(o => continuation is not null && string.CompareOrdinal(Order(o.Key), continuation) <= 0)
                .Take(PageSize + 1)
                .Select(o => o.Value)
                .ToList();
            return Task.FromResult(items.Count > PageSize
                ? new ObjectPage(items[..PageSize], Order(items[PageSize - 1].Key))
                : new ObjectPage(items, null));
        }
    }

    public Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0)
            return Task.FromResult<CommitOutcome>(new CommitOutcome.Committed(head));
        if (changes.Count > StoreLimits.ChangesPerCommit)
            return Task.FromResult<CommitOutcome>(new CommitOutcome.TooLarge(null, $"a commit holds at most {StoreLimits.ChangesPerCommit} changes"));
        if (TooLarge(changes) is { } tooLarge)
            return Task.FromResult<CommitOutcome>(tooLarge);
        BeforeCommit?.Invoke(cluster, changes);
        CommitOutcome outcome;
        lock (_gate)
            outcome = Apply(cluster, head, changes);
        if (outcome is CommitOutcome.Committed)
            AfterCommit?.Invoke(cluster, changes);
        return Task.FromResult(outcome);
    }

    public async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        while (done < changes.Count && last is CommitOutcome.Committed committed)
        {
            var chunk = new List<PendingChange>();
            long bytes = 0;
            foreach (PendingChange change in changes.Skip(done).Take(StoreLimits.ChangesPerCommit))
            {
                bytes += change.Body.Length;
                if (chunk.Count > 0 && bytes > StoreLimits.BodyBytes)
                    break;
                chunk.Add(change);
            }

            last = await CommitAsync(cluster, committed.Head, chunk, cancellation);
            if (last is CommitOutcome.Committed)
                done += chunk.Count;
        }

        return new InOrderOutcome(done, last);
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_clusters.TryGetValue(cluster, out Partition? partition))
                return Task.FromResult<LogOutcome>(new LogOutcome.Gone());
            if (after < partition.Head.CompactedTo)
                return Task.FromResult<LogOutcome>(new LogOutcome.Compacted(partition.Head.CompactedTo));
            long first = partition.Log.Count == 0 ? 0 : partition.Log[0].Revision.Value;
            List<CommittedChange> items = [.. partition.Log.Skip((int)Math.Max(0, after.Value + 1 - first)).Take(LogPageSize)];
            bool more = items.Count > 0 && items[^1].Revision < partition.Head.Revision;
            return Task.FromResult<LogOutcome>(new LogOutcome.Changes(items, more));
        }
    }

    public Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_clusters.TryGetValue(cluster, out Partition? partition))
                return Task.CompletedTask;
            long to = Math.Min(Math.Min(upTo.Value, partition.Progress.DispatchedTo.Value), partition.Head.Revision.Value);
            if (to <= partition.Head.CompactedTo.Value)
                return Task.CompletedTask;
            partition.Head = partition.Head with { CompactedTo = new Revision(to), ETag = NextTag() };
            partition.Log.RemoveAll(c => c.Revision.Value <= to);
            return Task.CompletedTask;
        }
    }

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_clusters.TryGetValue(cluster, out Partition? partition) ? partition.Progress : Partition.NoProgress);
    }

    public Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (!_clusters.TryGetValue(cluster, out Partition? partition) || partition.Progress.ETag != progress.ETag)
                return Task.FromResult<BrainProgress?>(null);
            return Task.FromResult<BrainProgress?>(partition.Progress = progress with { ETag = NextTag() });
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
            _clusters.Remove(cluster);
        return Task.CompletedTask;
    }

    private CommitOutcome Apply(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes)
    {
        if (!_clusters.TryGetValue(cluster, out Partition? partition))
            return new CommitOutcome.Gone();
        // A compaction since the head was read is no conflict: nothing was committed.
        if (partition.Head.Revision != head.Revision || partition.Head.Epoch != head.Epoch)
            return new CommitOutcome.Conflict(partition.Head);
        var alive = new HashSet<ResourceKey>();
        foreach (PendingChange change in changes)
        {
            if (change.Type != ChangeType.Deleted)
                alive.Add(change.Key);
            else if (!alive.Remove(change.Key) && !partition.Objects.ContainsKey(change.Key))
                throw new InvalidOperationException($"{change.Key} is to be deleted and is not there.");
        }

        Revision revision = head.Revision;
        foreach (PendingChange change in changes)
        {
            revision = revision.Next;
            byte[] body = change.Body.ToArray();
            partition.Log.Add(new CommittedChange(revision, change.Type, change.Key, body));
            if (change.Type == ChangeType.Deleted)
                partition.Objects.Remove(change.Key);
            else
                partition.Objects[change.Key] = new StoredObject(change.Key, revision, body);
        }

        partition.Head = partition.Head with { Revision = revision, ETag = NextTag() };
        return new CommitOutcome.Committed(partition.Head);
    }

    private static CommitOutcome.TooLarge? TooLarge(IReadOnlyList<PendingChange> changes)
    {
        foreach (PendingChange change in changes)
        {
            if (StoredBytes(change.Body.Span) > StoreLimits.BodyBytes - 1024)
                return new CommitOutcome.TooLarge(change.Key, $"an object holds at most {StoreLimits.BodyBytes - 1024} bytes");
        }

        return changes.Sum(c => StoredBytes(c.Body.Span)) > StoreLimits.BodyBytes
            ? new CommitOutcome.TooLarge(null, $"a commit holds at most {StoreLimits.BodyBytes} bytes")
            : null;
    }

    // What does not fit as it is may fit compressed, as in the tables.
    private static long StoredBytes(ReadOnlySpan<byte> body) =>
        body.Length > StoreLimits.BodyBytes / 4
        && BrotliEncoder.TryCompress(body, new byte[body.Length], out int written, quality: 1, window: 18) ? written : body.Length;

    private string NextTag() => (++_tags).ToString(CultureInfo.InvariantCulture);

    private static string Order(ResourceKey key) => $"{key.Type.Group}!{key.Type.Resource}!{key.Namespace}!{key.Name}";

    private sealed class Partition(long epoch, string tag)
    {
        public static readonly BrainProgress NoProgress = new(Revision.Zero, Revision.Zero, null, "");

        public StoreHead Head { get; set; } = new(epoch, new Revision(1), new Revision(1), tag);

        public BrainProgress Progress { get; set; } = NoProgress;

        public Dictionary<ResourceKey, StoredObject> Objects { get; } = [];

        public List<CommittedChange> Log { get; } = [];
    }
}
