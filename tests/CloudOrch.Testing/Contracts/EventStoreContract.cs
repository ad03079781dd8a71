using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="IEventStore"/>.</summary>
public abstract class EventStoreContract
{
    private static readonly DateTimeOffset s_now = new(2030, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static int s_clusters;
    private readonly ClusterId _cluster = new($"e{Interlocked.Increment(ref s_clusters)}");

    private static CancellationToken None => CancellationToken.None;

    protected abstract Task<IEventStore> OpenAsync();

    /// <summary>The same Events as another process sees them, which has met none of them.</summary>
    protected abstract IEventStore Elsewhere(IEventStore opened);

    [Fact]
    public async Task Before_the_first_Event_all_is_empty()
    {
        IEventStore events = await OpenAsync();
        (IReadOnlyList<EventRecord> none, Revision revision) = await events.ListAsync(_cluster, null, None);
        Assert.Empty(none);
        Assert.Empty(Assert.IsType<LogOutcome.Changes>(await events.ReadLogAsync(_cluster, revision, None)).Items);
        Assert.Null(await events.GetAsync(_cluster, "default", "x", None));
        Assert.False(await events.DeleteAsync(_cluster, "default", "x", None));
        await events.ExpireAsync(_cluster, s_now, None);
    }

    [Fact]
    public async Task Events_are_listed_by_namespace_and_followed_by_revision()
    {
        IEventStore events = await OpenAsync();
        Revision start = (await events.ListAsync(_cluster, null, None)).Revision;
        await events.RecordAsync(_cluster, [Event("e1", "one"), Event("e2", "two", space: "other")], None);
        (IReadOnlyList<EventRecord> found, Revision revision) = await events.ListAsync(_cluster, null, None);
        Assert.Equal(["e1", "e2"], found.Select(e => e.Metadata.Name).Order());
        Assert.Equal("e2", Assert.Single((await events.ListAsync(_cluster, "other", None)).Events).Metadata.Name);
        EventRecord one = Assert.IsType<EventRecord>(await events.GetAsync(_cluster, "default", "e1", None));
        Assert.Equal(("one", "2"), (one.Message, one.Metadata.ResourceVersion));

        var log = Assert.IsType<LogOutcome.Changes>(await events.ReadLogAsync(_cluster, start, None));
        Assert.Equal([(2, ChangeType.Added, "e1"), (3, ChangeType.Added, "e2")], log.Items.Select(c => (c.Revision.Value, c.Type, c.Key.Name)));
        Assert.True(await events.DeleteAsync(_cluster, "default", "e1", None));
        log = Assert.IsType<LogOutcome.Changes>(await events.ReadLogAsync(_cluster, revision, None));
        Assert.Equal((4, ChangeType.Deleted, "e1"), log.Items.Select(c => (c.Revision.Value, c.Type, c.Key.Name)).Single());
    }

    [Fact]
    public async Task Repetitions_raise_the_count_of_the_first()
    {
        IEventStore events = await OpenAsync();
        await events.RecordAsync(_cluster, [Event("e1", "pulling"), Event("e1", "pulling", after: 10)], None);
        await events.RecordAsync(_cluster, [Event("e1", "pulling the image again", after: 20), Event("e4", "pulled", after: 21)], None);
        IReadOnlyList<EventRecord> found = (await events.ListAsync(_cluster, "default", None)).Events;
        Assert.Equal(["e1", "e4"], found.Select(e => e.Metadata.Name).Order());
        EventRecord first = found.Single(e => e.Metadata.Name == "e1");
        Assert.Equal((3, "pulling the image again"), (first.Count, first.Message));
        Assert.Equal(s_now, first.FirstTimestamp);
        Assert.Equal(s_now.AddSeconds(20), first.LastTimestamp);
        Assert.Equal(first.Metadata.Uid, Event("e1", "").Metadata.Uid);
        Assert.True(await events.DeleteAsync(_cluster, "default", "e1", None));
        await events.RecordAsync(_cluster, [Event("e1", "pulling", after: 30)], None);
        Assert.Equal(1, (await events.GetAsync(_cluster, "default", "e1", None))!.Count);
    }

    [Fact]
    public async Task An_Event_is_replaced_as_long_as_nobody_else_changed_it()
    {
        IEventStore events = await OpenAsync();
        await events.RecordAsync(_cluster, [Event("e1", "one")], None);
        EventRecord read = (await events.GetAsync(_cluster, "default", "e1", None))!;
        EventRecord changed = Assert.IsType<EventRecord>(await events.ReplaceAsync(_cluster, read with { Message = "two", Count = 5 }, None));
        Assert.Equal(changed, await events.GetAsync(_cluster, "default", "e1", None));
        Assert.Equal(("two", 5), (changed.Message, changed.Count));
        var log = Assert.IsType<LogOutcome.Changes>(await events.ReadLogAsync(_cluster, new Revision(2), None));
        Assert.Equal((3, ChangeType.Modified, "e1"), log.Items.Select(c => (c.Revision.Value, c.Type, c.Key.Name)).Single());

        Assert.Null(await events.ReplaceAsync(_cluster, read with { Message = "late" }, None));
        Assert.True(await events.DeleteAsync(_cluster, "default", "e1", None));
        Assert.Null(await events.ReplaceAsync(_cluster, changed, None));
        Assert.Null(await events.GetAsync(_cluster, "default", "e1", None));
        await events.RecordAsync(_cluster, [changed], None);
        Assert.Equal(5, (await events.GetAsync(_cluster, "default", "e1", None))!.Count);
    }

    [Fact]
    public async Task What_another_process_recorded_is_repeated_too()
    {
        IEventStore events = await OpenAsync();
        await events.RecordAsync(_cluster, [Event("e1", "pulling"), Event("e2", "pulled")], None);
        await Elsewhere(events).RecordAsync(_cluster, [Event("e3", "started", after: 1), Event("e1", "pulling", after: 10)], None);
        IReadOnlyList<EventRecord> found = (await events.ListAsync(_cluster, "default", None)).Events;
        Assert.Equal(["e1", "e2", "e3"], found.Select(e => e.Metadata.Name).Order());
        Assert.Equal(2, found.Single(e => e.Metadata.Name == "e1").Count);
    }

    [Fact]
    public async Task Recorders_that_race_lose_nothing()
    {
        IEventStore events = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => events.RecordAsync(_cluster, [Event("same", "same"), Event($"own{i}", $"own {i}")], None))));
        IReadOnlyList<EventRecord> found = (await events.ListAsync(_cluster, null, None)).Events;
        Assert.Equal(5, found.Count);
        Assert.Equal(4, found.Single(e => e.Message == "same").Count);
    }

    [Fact]
    public async Task Old_Events_expire_by_their_last_occurrence_and_a_purge_removes_all()
    {
        IEventStore events = await OpenAsync();
        await events.RecordAsync(_cluster, [Event("old", "old"), Event("repeated", "repeated"), Event("new", "new", after: 3_600)], None);
        await events.RecordAsync(_cluster, [Event("repeated", "repeated", after: 3_000)], None);
        await events.ExpireAsync(_cluster, s_now + EventRules.Lifetime + TimeSpan.FromSeconds(1), None);
        Assert.Equal(["new", "repeated"], (await events.ListAsync(_cluster, null, None)).Events.Select(e => e.Metadata.Name).Order());
        await events.PurgeAsync(_cluster, None);
        Assert.Empty((await events.ListAsync(_cluster, null, None)).Events);
    }

    private static EventRecord Event(string name, string message, int after = 0, string space = "default") => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = space, Uid = "uid-" + name, CreationTimestamp = s_now.AddSeconds(after) },
        InvolvedObject = new ObjectReference { Kind = "Pod", Namespace = space, Name = "p", Uid = "pod-uid" },
        Reason = "Test",
        Message = message,
        Source = new EventSource { Component = "kubelet", Host = "n1" },
        FirstTimestamp = s_now.AddSeconds(after),
        LastTimestamp = s_now.AddSeconds(after),
        Count = 1,
        Type = "Normal",
    };
}
