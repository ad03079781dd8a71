using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Connection;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Resources;

public sealed class UsageKeeperTests : IAsyncDisposable
{
    private readonly KeeperWorld _world = new();
    private readonly FakeControlPlane _plane = new();
    private readonly HttpClient _http;
    private readonly NodeKeys _keys = NodeKeys.Of(NodeKeys.Create());
    private readonly FakeMeter _meter;
    private readonly UsageKeeper _usage;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public UsageKeeperTests()
    {
        _http = new HttpClient(_plane);
        _meter = new FakeMeter(_world.Runtime) { Used = new UsageTotals(0, 1 << 30) };
        var link = new NodeLink(_keys, _plane.Enrolment(), _http);
        _usage = new UsageKeeper(_world.Runtime, _world.Keeper, _meter, link, () => TimeSpan.FromSeconds(1), _world.Clock, NullLogger<UsageKeeper>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _world.DisposeAsync();
        _keys.Dispose();
        _http.Dispose();
        _plane.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task What_runs_is_measured_every_15_seconds_and_written_into_one_row()
    {
        _world.Runtime.Usage = c => new UsageTotals((_world.Clock.Now - c.StartedAt!.Value).Ticks * (c.PodUid == "u1" ? 25 : 50), c.PodUid == "u1" ? 5 << 20 : 6 << 20);
        _world.Assign(KeeperWorld.Pod("u1"), KeeperWorld.Pod("u2"), KeeperWorld.Pod("u3", "exit 0"));
        await _world.UntilRunningAsync("u1", "u2");
        Begin();

        await WrittenAsync(1);
        var usage = _plane.Usage!;
        Assert.Equal(("node-1", 15_000), (usage.NodeUid, usage.IntervalMilliseconds));
        Assert.Equal(["u1 main 5 MiB", "u2 main 6 MiB"], usage.Pods.Select(p => $"{p.Uid} {string.Join(", ", p.Containers.Select(c => $"{c.Name} {c.Usage.WorkingSetBytes >> 20} MiB"))}"));
        // The clock goes on while the containers are measured one after the other.
        Assert.InRange(usage.Pods[0].Containers[0].Usage.NanoCores, 150_000_000, 350_000_000);
        Assert.InRange(usage.Pods[1].Containers[0].Usage.NanoCores, 350_000_000, 700_000_000);
        Assert.Equal((0, 1 << 30), (usage.Node!.NanoCores, usage.Node.WorkingSetBytes));

        _world.Assign(KeeperWorld.Pod("u2"));
        await _world.UntilAsync(() => _world.Runtime.Running.All(c => c.PodUid != "u1"), "the first pod has stopped");
        await WrittenAsync(_plane.UsageWrites + 2); // one may have been under way
        Assert.Equal("u2", Assert.Single(_plane.Usage!.Pods).Uid);
        Assert.InRange(_plane.UsageWrites, 2, (int)(_world.Clock.Now - s_begun).TotalSeconds / 15);
    }

    [Fact]
    public async Task A_machine_that_does_not_tell_hides_nothing_else()
    {
        _world.Runtime.Usage = _ => null;
        _world.Assign(KeeperWorld.Pod("u1"));
        await _world.UntilRunningAsync("u1");
        Begin();

        await WrittenAsync(1);
        Assert.Empty(_plane.Usage!.Pods);
        Assert.NotNull(_plane.Usage.Node);
    }

    [Fact]
    public async Task A_table_that_is_away_loses_samples_and_stops_nothing()
    {
        _world.Assign(KeeperWorld.Pod("u1"));
        await _world.UntilRunningAsync("u1");
        _plane.TablesAway = true;
        Begin();
        await _world.UntilLaterAsync(() => _plane.Missed > 1, "two samples are lost");
        _plane.TablesAway = false;

        await WrittenAsync(1);
        Assert.Equal("u1", Assert.Single(_plane.Usage!.Pods).Uid);
        Assert.False(_running.IsCompleted);
    }

    private static readonly DateTimeOffset s_begun = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private void Begin() => _running = Task.Run(() => _usage.RunAsync(_stop.Token));

    private Task WrittenAsync(int times) => _world.UntilLaterAsync(() => _plane.UsageWrites >= times, $"{times} samples are written");
}
