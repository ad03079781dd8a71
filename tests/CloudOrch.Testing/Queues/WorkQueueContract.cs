using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Queues;

/// <summary>A work queue with its consumer's side and a clock that the test moves.</summary>
public interface IWorkQueueHarness : IAsyncDisposable
{
    IWorkQueue Queue { get; }

    ManualClock Clock { get; }

    /// <summary>The next doorbell of a cluster that nobody holds, or null when there is none at this moment.</summary>
    Task<IDoorbellDelivery?> TakeAsync();

    Task<IReadOnlyList<Doorbell>> ParkedAsync();
}

/// <summary>A doorbell in its consumer's hands, which holds the cluster until it is settled.</summary>
public interface IDoorbellDelivery
{
    Doorbell Doorbell { get; }

    int DeliveryCount { get; }

    Task CompleteAsync();

    Task AbandonAsync();

    Task ParkAsync();
}

/// <summary>What every <see cref="IWorkQueue"/> keeps: at least once, one consumer a cluster, delayed rings, poison parked.</summary>
public abstract class WorkQueueContract
{
    private static readonly ClusterId One = new("c0000001");
    private static readonly ClusterId Two = new("c0000002");

    protected abstract Task<IWorkQueueHarness> OpenAsync();

    [Fact]
    public async Task A_ring_arrives_with_its_cluster_reason_and_revision_and_once_completed_not_again()
    {
        await using var h = await OpenAsync();
        await h.Queue.RingAsync(new Doorbell(One, "commit", new Revision(42)), CancellationToken.None);

        var delivery = await TakeAsync(h);

        Assert.Equal(new Doorbell(One, "commit", new Revision(42)), delivery.Doorbell);
        Assert.Equal(1, delivery.DeliveryCount);
        await delivery.CompleteAsync();
        h.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await h.TakeAsync());
    }

    [Fact]
    public async Task A_cluster_has_one_consumer_at_a_time_and_others_do_not_wait_for_it()
    {
        await using var h = await OpenAsync();
        await RingAsync(h, One, 1, 2);
        await RingAsync(h, Two, 3);
        var first = await TakeAsync(h);
        var second = await TakeAsync(h);
        Assert.Equal([One, Two], new[] { first, second }.Select(d => d.Doorbell.Cluster));
        Assert.Null(await h.TakeAsync());

        await first.CompleteAsync();

        Assert.Equal(new Doorbell(One, "commit", new Revision(2)), (await TakeAsync(h)).Doorbell);
    }

    [Fact]
    public async Task Rings_of_one_cluster_arrive_in_order_and_equal_ones_all_arrive()
    {
        await using var h = await OpenAsync();
        await RingAsync(h, One, 5, 5, 6);
        foreach (var revision in new long[] { 5, 5, 6 })
        {
            var delivery = await TakeAsync(h);
            Assert.Equal(new Revision(revision), delivery.Doorbell.Revision);
            await delivery.CompleteAsync();
        }

        Assert.Null(await h.TakeAsync());
    }

    [Fact]
    public async Task An_abandoned_ring_comes_again_and_says_so()
    {
        await using var h = await OpenAsync();
        await RingAsync(h, One, 1);
        await (await TakeAsync(h)).AbandonAsync();
        Assert.Equal(2, (await TakeAsync(h)).DeliveryCount);
    }

    [Fact]
    public async Task A_delayed_ring_comes_at_its_time_and_not_before()
    {
        await using var h = await OpenAsync();
        await h.Queue.RingAtAsync(new Doorbell(One, "wake", new Revision(9)), h.Clock.Now + TimeSpan.FromSeconds(30), CancellationToken.None);
        h.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Null(await h.TakeAsync());

        h.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("wake", (await TakeAsync(h)).Doorbell.Why);
    }

    [Fact]
    public async Task A_ring_for_a_time_that_has_passed_comes_at_once()
    {
        await using var h = await OpenAsync();
        await h.Queue.RingAtAsync(new Doorbell(One, "wake", Revision.Zero), h.Clock.Now - TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.Equal("wake", (await TakeAsync(h)).Doorbell.Why);
    }

    [Fact]
    public async Task A_ring_that_fails_ten_times_is_parked_visibly_and_the_next_one_is_served()
    {
        await using var h = await OpenAsync();
        await RingAsync(h, One, 1, 2);
        for (var delivery = 1; delivery <= 10; delivery++)
        {
            var poison = await TakeAsync(h);
            Assert.Equal((new Revision(1), delivery), (poison.Doorbell.Revision, poison.DeliveryCount));
            await poison.AbandonAsync();
        }

        Assert.Equal(new Revision(2), (await TakeAsync(h)).Doorbell.Revision);
        Assert.Equal([new Doorbell(One, "commit", new Revision(1))], await h.ParkedAsync());
    }

    [Fact]
    public async Task A_ring_that_its_consumer_parks_is_parked_at_once()
    {
        await using var h = await OpenAsync();
        await RingAsync(h, One, 1);
        await (await TakeAsync(h)).ParkAsync();
        Assert.Null(await h.TakeAsync());
        Assert.Equal([new Doorbell(One, "commit", new Revision(1))], await h.ParkedAsync());
    }

    private static async Task RingAsync(IWorkQueueHarness h, ClusterId cluster, params long[] revisions)
    {
        foreach (var revision in revisions)
            await h.Queue.RingAsync(new Doorbell(cluster, "commit", new Revision(revision)), CancellationToken.None);
    }

    private static Task<IDoorbellDelivery> TakeAsync(IWorkQueueHarness h) =>
        Eventually.GetAsync(h.TakeAsync, TimeSpan.FromSeconds(10), "a doorbell is there");
}
