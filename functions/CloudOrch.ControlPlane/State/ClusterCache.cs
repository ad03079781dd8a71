using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.State;

/// <summary>One cluster's state in this process: listed once, then following the log. Many readers, no reader waits for a writer.</summary>
/// <remarks>
/// Laws: a snapshot that <see cref="CatchUpAsync"/> returns holds every commit that was acknowledged before the call; a gap or a
/// compaction leads to a new listing, never to a missing change; own commits are seen at once.
/// Failure: <see cref="StoreUnavailableException"/>, <see cref="ClusterGoneException"/>; the next call tries anew.
/// </remarks>
public sealed partial class ClusterCache
{
    private readonly IResourceStore store;
    private readonly TimeProvider clock;
    private readonly CacheOptions options;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly EventRing ring;
    private ClusterSnapshot? current;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<ClusterSnapshot>? running;
    private Task<ClusterSnapshot>? queued;
    private bool gone;

    /// <summary>When <see cref="current"/> was last known to be the newest; null: not since somebody else was first.</summary>
    private long? newestAt;

    /// <summary>When somebody else was first with a commit; null: never.</summary>
    private long? contendedAt;

    public ClusterCache(ClusterId cluster, IResourceStore store, TimeProvider clock, CacheOptions options, ILogger<ClusterCache> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        Cluster = cluster;
        (this.store, this.clock, this.options, this.logger) = (store, clock, options, logger);
        ring = new EventRing(options.RingEvents, options.RingBytes);
    }

    public ClusterId Cluster { get; }

    /// <summary>The newest snapshot known here, maybe behind; null before the first listing.</summary>
    public ClusterSnapshot? Current
    {
        get
        {
            lock (gate)
                return current;
        }
    }

    /// <summary>A snapshot that was the newest a moment ago, and most likely is: a commit that builds on it proves it. null: read first.</summary>
    public ClusterSnapshot? Recent
    {
        get
        {
            lock (gate)
                return IsWithin(newestAt, options.TrustedFor) && !IsWithin(contendedAt, options.ContendedFor) && current!.Head.ETag.Length > 0 ? current : null;
        }
    }

    internal long LastUsed { get; set; }

    internal bool Watched => Volatile.Read(ref watchers) > 0;

    /// <summary>A snapshot that is current: one point read of <c>head</c>, plus the log rows that are new.</summary>
    /// <remarks>
    /// Callers that arrive while a read is under way share the next one: the running read may have seen <c>head</c> before they asked.
    /// </remarks>
    public Task<ClusterSnapshot> CatchUpAsync(CancellationToken cancellation)
    {
        Task<ClusterSnapshot> mine;
        lock (gate)
        {
            // The one before is fixed here: by the time the queued one runs, it may be the running one itself.
            var before = running;
            if (before is null)
                mine = running = Task.Run(() => RefreshAsync(null));
            else
                mine = queued ??= Task.Run(() => RefreshAsync(before));
        }
        return mine.WaitAsync(cancellation);
    }

    private async Task<ClusterSnapshot> RefreshAsync(Task<ClusterSnapshot>? before)
    {
        if (before is not null)
            await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        try
        {
            return await CatchUpOnceAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
                (running, queued) = (queued, null);
        }
    }

    private async Task<ClusterSnapshot> CatchUpOnceAsync()
    {
        var before = Current;
        long asked = clock.GetTimestamp();
        var snapshot = await CatchUpOnceAsync(before).ConfigureAwait(false);
        lock (gate)
            newestAt = asked;
        return snapshot;
    }

    private async Task<ClusterSnapshot> CatchUpOnceAsync(ClusterSnapshot? before)
    {
        var head = await store.ReadHeadAsync(Cluster, CancellationToken.None).ConfigureAwait(false);
        if (head is null)
            throw Lost();
        if (before is not null && before.Head.Epoch == head.Epoch && head.Revision < before.Revision)
        {
            Log.WentBack(logger, Cluster.Value, before.Revision.Value, head.Revision.Value);
            return await ListAsync().ConfigureAwait(false);
        }
        while (Current is { } have && have.Head.Epoch == head.Epoch)
        {
            if (have.Revision >= head.Revision)
                return have.Revision == head.Revision && have.Head.ETag != head.ETag ? Refresh(head) : have;
            switch (await store.ReadLogAsync(Cluster, have.Revision, CancellationToken.None).ConfigureAwait(false))
            {
                case LogOutcome.Changes { Items.Count: > 0 } changes when changes.Items[0].Revision <= have.Revision.Next:
                    if (!Follow(changes.Items, head))
                        return await ListAsync().ConfigureAwait(false);
                    break;
                case LogOutcome.Gone:
                    throw Lost();
                default:
                    return await ListAsync().ConfigureAwait(false);
            }
        }
        return await ListAsync().ConfigureAwait(false);
    }

    private async Task<ClusterSnapshot> ListAsync()
    {
        if (await ClusterListing.ReadAsync(store, Cluster, null, null, CancellationToken.None).ConfigureAwait(false) is not { } listing)
            throw Lost();
        var listed = ClusterSnapshot.Load(listing.Entries, listing.Head);
        Log.Listed(logger, Cluster.Value, listed.Count, listing.Head.Revision.Value);
        return Replace(listed);
    }

    /// <summary>Applies logged changes up to <paramref name="head"/>; false on a gap.</summary>
    private bool Follow(IReadOnlyList<CommittedChange> changes, StoreHead head)
    {
        var entries = changes.Where(c => c.Revision <= head.Revision).Select(c => (c.Type, Entry: ClusterListing.EntryOf(c))).ToList();
        lock (gate)
        {
            var fresh = entries.Where(e => e.Entry.Revision > current!.Revision).ToList();
            for (int i = 0; i < fresh.Count; i++)
            {
                if (fresh[i].Entry.Revision.Value != current!.Revision.Value + i + 1)
                {
                    Log.Gap(logger, Cluster.Value, current.Revision.Value, fresh[i].Entry.Revision.Value);
                    return false;
                }
            }
            if (fresh.Count > 0)
                Publish(fresh, fresh[^1].Entry.Revision == head.Revision ? head : head with { Revision = fresh[^1].Entry.Revision, ETag = "" });
            return true;
        }
    }

    /// <summary>Makes a commit of this process visible at once; ignored when the cache stands elsewhere (it will read the log).</summary>
    private void ApplyOwn(StoreHead basis, StoreHead head, IEnumerable<ObjectChange> changes, IReadOnlyList<PendingChange> pending)
    {
        var entries = changes.Select((change, i) =>
        {
            var revision = new Revision(basis.Revision.Value + i + 1);
            return (change.Type, new SnapshotEntry(change.Key, revision, ObjectCodec.At(change.Object, revision), pending[i].Body.Length));
        }).ToList();
        lock (gate)
        {
            if (current is not null && current.Revision == basis.Revision && current.Head.Epoch == basis.Epoch
                && head.Revision.Value == basis.Revision.Value + entries.Count)
            {
                Publish(entries, head);
                newestAt = clock.GetTimestamp();
            }
        }
        Expect();
    }

    /// <summary>Somebody else was first.</summary>
    private void Contended()
    {
        lock (gate)
            (newestAt, contendedAt) = (null, clock.GetTimestamp());
        Kick();
    }

    private bool IsWithin(long? at, TimeSpan age) => at is { } then && clock.GetElapsedTime(then) <= age;

    private void Publish(List<(ChangeType Type, SnapshotEntry Entry)> changes, StoreHead head)
    {
        foreach (var (type, entry) in changes)
        {
            var previous = current!.FindEntry(entry.Key)?.Object;
            ring.Add(new(entry.Revision, type, entry.Key, entry.Object, previous, PreviousKnown: true), entry.Bytes);
            current = current.With([(entry.Key, type == ChangeType.Deleted ? null : entry)], head with { Revision = entry.Revision });
        }
        current = current!.At(head);
        Signal();
    }

    private ClusterSnapshot Refresh(StoreHead head)
    {
        lock (gate)
        {
            if (current!.Revision == head.Revision)
                current = current.At(head);
            return current;
        }
    }

    private ClusterSnapshot Replace(ClusterSnapshot listed)
    {
        lock (gate)
        {
            if (current is not null && listed.Revision < current.Revision)
                timeline++;
            current = listed;
            ring.Reset(listed.Revision);
            Signal();
            return listed;
        }
    }

    private ClusterGoneException Lost()
    {
        lock (gate)
        {
            gone = true;
            Signal();
        }
        return new(Cluster);
    }

    private void Signal()
    {
        var waiting = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Cluster {Cluster}: listed {Count} objects at revision {Revision}")]
        public static partial void Listed(ILogger logger, string cluster, int count, long revision);

        [LoggerMessage(2, LogLevel.Warning, "Cluster {Cluster}: after revision {Have} the log continues at {Found}; listing again")]
        public static partial void Gap(ILogger logger, string cluster, long have, long found);

        [LoggerMessage(4, LogLevel.Critical, "Cluster {Cluster}: the storage lost acknowledged writes: it went back from revision {Have} to {Found}; listing again")]
        public static partial void WentBack(ILogger logger, string cluster, long have, long found);

        [LoggerMessage(3, LogLevel.Warning, "Cluster {Cluster}: following the log failed, again in {Pause}")]
        public static partial void FollowFailed(ILogger logger, Exception error, string cluster, TimeSpan pause);
    }
}
