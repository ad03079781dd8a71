using System.Net;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Serving.Fairness;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class FairSeatsTests
{
    private const string Maps = "/clusters/c1/api/v1/namespaces/default/configmaps";
    private const string Clusters = "/apis/management.cloudorch.io/v1/clusters";

    [Fact]
    public async Task A_tenant_that_floods_leaves_seats_to_whoever_comes_next()
    {
        var seats = new FairSeats(new() { Seats = 4, SeatsPerTenant = 2 });
        var flood = Enumerable.Range(0, 10).Select(_ => seats.TakeAsync("loud", default)).ToArray();

        Assert.Equal(2, flood.Count(t => t.IsCompleted));
        Assert.True(seats.TakeAsync("quiet", default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_free_seat_goes_to_the_tenant_that_holds_fewest_and_within_one_to_who_waits_longest()
    {
        var seats = new FairSeats(new() { Seats = 2, SeatsPerTenant = 2 });
        var first = await seats.TakeAsync("loud", default);
        var second = await seats.TakeAsync("loud", default);
        var loud = seats.TakeAsync("loud", default);
        var quiet = seats.TakeAsync("quiet", default);
        var later = seats.TakeAsync("quiet", default);

        first!.Dispose();
        await quiet;
        Assert.False(loud.IsCompleted);
        second!.Dispose();
        await loud;
        Assert.False(later.IsCompleted);
        (await quiet)!.Dispose();
        await later;
    }

    [Fact]
    public async Task Too_many_that_wait_are_refused_at_once_and_one_that_left_waits_no_more()
    {
        var seats = new FairSeats(new() { Seats = 1, SeatsPerTenant = 1, WaitingPerTenant = 1 });
        var seated = await seats.TakeAsync("loud", default);
        using var leaves = new CancellationTokenSource();
        var waits = seats.TakeAsync("loud", leaves.Token);

        Assert.Null(await seats.TakeAsync("loud", default));
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        var next = seats.TakeAsync("loud", default);
        seated!.Dispose();
        seated.Dispose();
        Assert.NotNull(await next);
        Assert.False(seats.TakeAsync("other", default).IsCompleted);
    }

    /// <summary>Whatever comes, leaves and is served in whatever order: no seat too many, none lost, nobody forgotten.</summary>
    [Fact]
    public async Task Random_traffic_never_takes_a_seat_too_many_and_loses_none()
    {
        var random = new Random(1);
        for (int world = 0; world < 20; world++)
        {
            var options = new FairnessOptions { Seats = random.Next(1, 6), SeatsPerTenant = random.Next(1, 6), WaitingPerTenant = 50 };
            var seats = new FairSeats(options);
            var open = new List<(string Flow, Task<IDisposable?> Seat, CancellationTokenSource Leave)>();
            for (int step = 0; step < 60; step++)
            {
                int at = open.Count == 0 ? -1 : random.Next(open.Count);
                if (at < 0 || random.Next(3) == 0)
                {
                    string flow = $"tenant-{random.Next(4)}";
                    var leave = new CancellationTokenSource();
                    open.Add((flow, seats.TakeAsync(flow, leave.Token), leave));
                }
                else
                {
                    await EndAsync(open[at]);
                    open.RemoveAt(at);
                }

                await Eventually.Async(() => Seated() == Fits(), TimeSpan.FromSeconds(5), $"world {world}, step {step}: as many are seated as fit");
                Assert.All(open.Where(o => o.Seat.IsCompleted).GroupBy(o => o.Flow), g => Assert.True(g.Count() <= options.SeatsPerTenant));
            }

            int Seated() => open.Count(o => o.Seat.IsCompleted);
            int Fits() => Math.Min(options.Seats, open.GroupBy(o => o.Flow).Sum(g => Math.Min(options.SeatsPerTenant, g.Count())));
        }

        static async Task EndAsync((string Flow, Task<IDisposable?> Seat, CancellationTokenSource Leave) one)
        {
            await one.Leave.CancelAsync();
            try
            {
                (await one.Seat)!.Dispose();
            }
            catch (OperationCanceledException)
            {
                // it left before it was seated
            }

            one.Leave.Dispose();
        }
    }

    [Fact]
    public async Task While_one_tenants_requests_hang_they_are_refused_beyond_a_number_and_others_are_answered()
    {
        var serving = new ServingOptions { Fairness = new() { Seats = 2, SeatsPerTenant = 1, WaitingPerTenant = 1 } };
        await using var api = await ApiFixture.StartAsync(new() { Serving = serving });
        using var watch = await api.WatchAsync($"{Maps}?watch=true");
        var storage = new TaskCompletionSource();
        api.Store.HeadMayBeRead = storage.Task;
        var requests = Enumerable.Range(0, 3).Select(_ => api.SendAsync("GET", Maps)).ToArray();

        var refused = await await Task.WhenAny(requests);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.Code, refused.RetryAfter));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", Clusters, caller: ApiFixture.Caller("owner", "Clusters.Create", tenant: "t2"))).Code);

        storage.SetResult();
        Assert.Equal(2, (await Task.WhenAll(requests)).Count(r => r.Code == HttpStatusCode.OK));
    }

    [Fact]
    public async Task Nodes_that_enrol_wait_for_each_other_and_are_sent_away_when_too_many_wait()
    {
        await using var api = await ApiFixture.StartAsync(new() { Serving = new() { Fairness = new() { SeatsPerTenant = 1, WaitingPerTenant = 1 } } });
        Task<Reply>[] requests;
        using (await api.Get<FairSeats>().TakeAsync("/node/v1/enroll", default))
        {
            requests = [.. Enumerable.Range(0, 2).Select(_ => api.SendAsync("POST", "/node/v1/enroll", "{}", caller: ""))];
            var refused = await await Task.WhenAny(requests);
            Assert.Equal((HttpStatusCode.TooManyRequests, "5"), (refused.Code, refused.RetryAfter));
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", Maps)).Code);
        }

        Assert.Contains(await Task.WhenAll(requests), r => r.Code == HttpStatusCode.BadRequest);
    }
}
