using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.ControlPlane.Tests.State;

public sealed class ClusterCacheTests
{
    private static readonly ClusterId Id = new("c-1");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly FaultyStore store = new();

    private ClusterCache NewCache(CacheOptions? options = null) =>
        new(Id, store, TimeProvider.System, options ?? new(), NullLogger<ClusterCache>.Instance);

    private static ResourceKey KeyOf(string name) => new(new("test", "things"), "default", name);

    private static PendingChange Change(ChangeType type, string name, string value = "1") =>
        new(type, KeyOf(name), KubeJson.Write(new ConfigMap
        {
            Kind = "Thing", ApiVersion = "test/v1", Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" }, Data = ValueMap.Of(("v", value)),
        }));

    private async Task<Revision> WriteAsync(params PendingChange[] changes)
    {
        await store.CreateClusterAsync(Id, 1, default);
        var head = (await store.ReadHeadAsync(Id, default))!;
        return ((CommitOutcome.Committed)await store.CommitAsync(Id, head, changes, default)).Head.Revision;
    }

    private static async Task<List<WatchStep>> TakeAsync(IAsyncEnumerable<WatchStep> watch, int events)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var steps = new List<WatchStep>();
        await foreach (var step in watch.WithCancellation(deadline.Token))
        {
            steps.Add(step);
            if (steps.OfType<WatchStep.Batch>().Sum(b => b.Events.Count) >= events)
                break;
        }
        return steps;
    }

    private static List<ClusterEvent> EventsOf(IEnumerable<WatchStep> steps) => [.. steps.OfType<WatchStep.Batch>().SelectMany(b => b.Events)];

    [Fact]
    public async Task A_caught_up_snapshot_holds_every_commit_that_was_acknowledged_before()
    {
        await WriteAsync(Change(ChangeType.Added, "a"), Change(ChangeType.Added, "b"));
        var cache = NewCache();
        Assert.Equal(3, (await cache.CatchUpAsync(default)).Revision.Value);
        await WriteAsync(Change(ChangeType.Modified, "a", "2"), Change(ChangeType.Deleted, "b"));
        var snapshot = await cache.CatchUpAsync(default);
        Assert.Equal("4", snapshot.Find(KeyOf("a"))!.Metadata.ResourceVersion);
        Assert.Null(snapshot.Find(KeyOf("b")));
        Assert.Equal(1, snapshot.Count);
        Assert.Equal(1, store.Listings);
    }

    [Fact]
    public async Task Being_current_costs_one_head_read()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        await cache.CatchUpAsync(default);
        int before = store.HeadReads;
        await cache.CatchUpAsync(default);
        Assert.Equal(before + 1, store.HeadReads);
    }

    [Fact]
    public async Task Fifty_callers_at_once_share_few_reads()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        await cache.CatchUpAsync(default);
        int before = store.HeadReads;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cache.CatchUpAsync(default)));
        Assert.InRange(store.HeadReads - before, 1, 50);
        await WriteAsync(Change(ChangeType.Added, "z"));
        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cache.CatchUpAsync(default)));
        Assert.All(seen, s => Assert.NotNull(s.Find(KeyOf("z"))));
    }

    [Fact]
    public async Task Changes_during_the_listing_are_replayed_over_it()
    {
        await WriteAsync([.. Enumerable.Range(0, 20).Select(i => Change(ChangeType.Added, $"n{i:D2}"))]);
        store.ListPage = 5;
        int page = 0;
        store.AfterPage = () => page++ switch
        {
            0 => WriteAsync(Change(ChangeType.Deleted, "n00"), Change(ChangeType.Modified, "n19", "new"), Change(ChangeType.Added, "m")),
            1 => WriteAsync(Change(ChangeType.Deleted, "n19"), Change(ChangeType.Modified, "n01", "new")),
            _ => Task.CompletedTask,
        };
        var snapshot = await NewCache().CatchUpAsync(default);
        Assert.Equal(19, snapshot.Count);
        Assert.Null(snapshot.Find(KeyOf("n00")));
        Assert.Null(snapshot.Find(KeyOf("n19")));
        Assert.NotNull(snapshot.Find(KeyOf("m")));
        Assert.Equal(snapshot.Revision.ToString(), snapshot.Find(KeyOf("n01"))!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_compacted_log_leads_to_a_new_listing()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        await cache.CatchUpAsync(default);
        var revision = await WriteAsync(Change(ChangeType.Added, "b"), Change(ChangeType.Deleted, "a"));
        await store.CompactAsync(Id, revision, default);
        var snapshot = await cache.CatchUpAsync(default);
        Assert.Equal(2, store.Listings);
        Assert.NotNull(snapshot.Find(KeyOf("b")));
        Assert.Null(snapshot.Find(KeyOf("a")));
    }

    [Fact]
    public async Task A_watch_resumes_exactly_after_every_revision()
    {
        await WriteAsync(Change(ChangeType.Added, "a"), Change(ChangeType.Added, "b"));
        await WriteAsync(Change(ChangeType.Modified, "a", "2"), Change(ChangeType.Deleted, "b"));
        await WriteAsync(Change(ChangeType.Added, "b", "again"));
        var whole = EventsOf(await TakeAsync(NewCache().WatchAsync(new(1), default), 5));
        Assert.Equal([2, 3, 4, 5, 6], whole.Select(e => e.Revision.Value));
        foreach (var warm in new[] { false, true })
        {
            for (int k = 1; k < 6; k++)
            {
                var cache = NewCache();
                if (warm)
                    await cache.CatchUpAsync(default);
                var rest = EventsOf(await TakeAsync(cache.WatchAsync(new(k), default), 6 - k));
                Assert.Equal(whole.Skip(k - 1).Select(e => (e.Revision, e.Type, e.Key)), rest.Select(e => (e.Revision, e.Type, e.Key)));
            }
        }
    }

    [Fact]
    public async Task A_watcher_sees_commits_of_other_processes_and_own_ones_with_the_former_state()
    {
        await WriteAsync(Change(ChangeType.Added, "a", "1"));
        var cache = NewCache();
        var basis = await cache.CatchUpAsync(default);
        var watching = TakeAsync(cache.WatchAsync(basis.Revision, default), 2);
        await WriteAsync(Change(ChangeType.Modified, "a", "2"));
        await Eventually.Async(() => cache.Current!.Revision.Value == 3, Deadline, "the poll sees the other process");
        var now = cache.Current!;
        var outcome = await cache.CommitAsync(now, [new(ChangeType.Deleted, KeyOf("a"), now.Find(KeyOf("a"))!)], default);
        Assert.IsType<CommitOutcome.Committed>(outcome);
        Assert.Equal(4, cache.Current!.Revision.Value);
        var events = EventsOf(await watching);
        Assert.Equal([ChangeType.Modified, ChangeType.Deleted], events.Select(e => e.Type));
        Assert.Equal("2", events[0].Previous!.Metadata.ResourceVersion);
        Assert.Equal("4", events[1].Object.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_compacted_revision_cannot_be_watched()
    {
        var revision = await WriteAsync(Change(ChangeType.Added, "a"), Change(ChangeType.Added, "b"), Change(ChangeType.Added, "c"));
        await store.CompactAsync(Id, revision, default);
        Assert.IsType<WatchStep.Expired>(Assert.Single(await TakeAsync(NewCache().WatchAsync(new(2), default), 1)));
    }

    [Fact]
    public async Task A_slow_watcher_is_cut_off()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache(new() { RingEvents = 4 });
        var basis = await cache.CatchUpAsync(default);
        await using var slow = cache.WatchAsync(basis.Revision, default).GetAsyncEnumerator();
        var first = slow.MoveNextAsync();
        await WriteAsync(Change(ChangeType.Added, "b"));
        Assert.True(await first);
        await WriteAsync([.. Enumerable.Range(0, 10).Select(i => Change(ChangeType.Added, $"n{i}"))]);
        await cache.CatchUpAsync(default);
        Assert.True(await slow.MoveNextAsync());
        Assert.IsType<WatchStep.Expired>(slow.Current);
        Assert.False(await slow.MoveNextAsync());
    }

    [Fact]
    public async Task A_deleted_cluster_ends_its_watches()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        var basis = await cache.CatchUpAsync(default);
        var watching = TakeAsync(cache.WatchAsync(basis.Revision, default), 1);
        await store.PurgeAsync(Id, default);
        Assert.IsType<WatchStep.Gone>(Assert.Single(await watching));
        await Assert.ThrowsAsync<ClusterGoneException>(() => cache.CatchUpAsync(default));
    }

    [Fact]
    public async Task Stale_commits_conflict_and_a_compaction_alone_does_not()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        var old = await cache.CatchUpAsync(default);
        await store.CompactAsync(Id, old.Revision, default);
        var thing = old.Find(KeyOf("a"))!;
        Assert.IsType<CommitOutcome.Committed>(await cache.CommitAsync(old, [new(ChangeType.Modified, KeyOf("a"), thing)], default));
        Assert.IsType<CommitOutcome.Conflict>(await cache.CommitAsync(old, [new(ChangeType.Modified, KeyOf("a"), thing)], default));
    }

    /// <summary>Who asks while a reading is under way may have committed after it began: he gets the next one, which all of them share.</summary>
    [Fact]
    public async Task Readers_who_come_during_a_reading_share_the_next_one()
    {
        await WriteAsync(Change(ChangeType.Added, "a"));
        var cache = NewCache();
        await cache.CatchUpAsync(default);
        var open = new TaskCompletionSource();
        store.HeadMayBeRead = open.Task;
        int before = store.HeadReads;
        var first = cache.CatchUpAsync(default);
        await Eventually.Async(() => store.HeadReads > before, Deadline, "the first reading is under way");
        Task<ClusterSnapshot>[] others = [.. Enumerable.Range(0, 5).Select(_ => cache.CatchUpAsync(default))];
        open.SetResult();
        await Task.WhenAll([first, .. others]).WaitAsync(Deadline);
        Assert.Equal(before + 2, store.HeadReads);
        Assert.Equal(2, (await cache.CatchUpAsync(default)).Revision.Value);
    }

    [Fact]
    public async Task Storage_that_lost_acknowledged_writes_is_read_anew_and_watchers_begin_again()
    {
        await WriteAsync(Change(ChangeType.Added, "a"), Change(ChangeType.Added, "b"), Change(ChangeType.Added, "c"));
        var cache = NewCache();
        var at = (await cache.CatchUpAsync(default)).Revision;
        var watching = TakeAsync(cache.WatchAsync(at, default), int.MaxValue);
        store.LoseEverything(Id);
        await WriteAsync(Change(ChangeType.Added, "a", "2"));
        var snapshot = await cache.CatchUpAsync(default);
        Assert.Equal((2, 1), (snapshot.Revision.Value, snapshot.Count));
        Assert.IsType<WatchStep.Expired>((await watching)[^1]);
        await WriteAsync(Change(ChangeType.Added, "d"));
        Assert.NotNull((await cache.CatchUpAsync(default)).Find(KeyOf("d")));
    }

    [Fact]
    public async Task The_least_recently_used_cluster_is_evicted_when_memory_is_short()
    {
        var caches = new ClusterCaches(store, TimeProvider.System, new() { MaxBytes = 500 }, NullLogger<ClusterCache>.Instance);
        foreach (var name in new[] { "one", "two", "three" })
        {
            var id = new ClusterId(name);
            await store.CreateClusterAsync(id, 1, default);
            var head = (await store.ReadHeadAsync(id, default))!;
            await store.CommitAsync(id, head, [Change(ChangeType.Added, "a", new string('x', 200))], default);
            await caches.Of(id).CatchUpAsync(default);
        }
        Assert.NotNull(caches.Loaded(new("three")));
        Assert.Null(caches.Loaded(new("one")));
        Assert.True(caches.Bytes <= 700);
    }
}
