using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Resources;

public sealed class ResourceKeeperTests : IAsyncDisposable
{
    private readonly KeeperWorld _world = new();
    private readonly FakeMeter _meter;
    private readonly ResourceKeeper _resources;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private NodePressures _said = NodePressures.None;

    public ResourceKeeperTests()
    {
        _meter = new FakeMeter(_world.Runtime);
        var settings = new AgentSettings { Server = new Uri("https://api.test/"), NodeName = "n1", DataDirectory = "/data", NodeAddress = "192.0.2.1" };
        _resources = new ResourceKeeper(_world.Runtime, _world.Keeper, _meter, settings, _world.Clock, NullLogger<ResourceKeeper>.Instance, s => _said = s);
        _running = Task.Run(() => _resources.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _resources.Dispose();
        _stop.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_disk_that_fills_loses_the_images_that_nobody_uses_the_longest_unused_first()
    {
        foreach (string image in new[] { "old:1", "older:1", "spare:1", "used:1" })
            await BringAsync(image, 10);
        _world.Assign(KeeperWorld.Pod("u1", change: c => c with { Image = "older:1" }), KeeperWorld.Pod("u2", change: c => c with { Image = "used:1" }));
        await _world.UntilRunningAsync("u1", "u2");
        await PassAsync(1);
        _world.Assign(KeeperWorld.Pod("u3", change: c => c with { Image = "old:1" }), KeeperWorld.Pod("u2", change: c => c with { Image = "used:1" }));
        await _world.UntilAsync(() => _world.Runtime.Containers.All(c => c.PodUid != "u1"), "the first pod is gone");
        await _world.UntilRunningAsync("u3");
        await PassAsync(2);
        _world.Assign(KeeperWorld.Pod("u2", change: c => c with { Image = "used:1" }));
        await _world.UntilAsync(() => _world.Runtime.Containers.All(c => c.PodUid == "u2"), "the third pod is gone");
        await PassAsync(1);
        Assert.Equal(5, _world.Runtime.Images.Count);

        // 41 MiB are images. At 91 % those that were never seen in use are enough: one of 10 MiB, and busybox.
        _meter.Other = 50;
        await _world.UntilLaterAsync(() => !_world.Runtime.Images.Contains("spare:1"), "the disk is cleared");
        await PassAsync(2);
        Assert.Equal(["old:1", "older:1", "used:1"], _world.Runtime.Images.Order(StringComparer.Ordinal));
        _meter.Other = 60;
        await _world.UntilLaterAsync(() => !_world.Runtime.Images.Contains("older:1"), "and once more");
        await PassAsync(2);
        Assert.Equal(["old:1", "used:1"], _world.Runtime.Images.Order(StringComparer.Ordinal));
        _meter.Other = 80;
        await _world.UntilLaterAsync(() => !_world.Runtime.Images.Contains("old:1"), "and the last one");
        await PassAsync(2);

        Assert.Equal(["used:1"], _world.Runtime.Images);
        Assert.Equal(2, _world.Runtime.Running.Count);
    }

    [Fact]
    public async Task An_image_that_a_pod_waits_with_stays()
    {
        await BringAsync("wanted:1", 10);
        _world.Runtime.RefuseStart = _ => "not now";
        _world.Assign(KeeperWorld.Pod("u1", change: c => c with { Image = "wanted:1" }));
        await _world.UntilAsync(() => _world.StatusOf("u1")?.State?.Waiting?.Reason == "RunContainerError", "its container does not start");

        _meter.Other = 95;
        await _world.UntilLaterAsync(() => !_world.Runtime.Images.Contains("busybox:1"), "the disk is cleared");
        Assert.Equal(["wanted:1"], _world.Runtime.Images);
        await _world.UntilLaterAsync(() => _said.Conditions[1].Status == "True", "it is not enough, and is said");
        Assert.StartsWith("/engine: ", _said.Conditions[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_assignment_nothing_is_removed()
    {
        await _world.UntilAsync(() => _world.Snapshot.EngineProblem is null, "the engine is listed");
        _meter.Other = 99;
        await _world.UntilLaterAsync(() => _said.Conditions[1].Status == "True", "the disk is full");
        await PassAsync(3);

        Assert.Equal(["busybox:1"], _world.Runtime.Images);
    }

    [Fact]
    public async Task A_shortage_is_said_at_once_after_a_write_that_failed_and_is_over_half_a_minute_later()
    {
        _world.Assign();
        await PassAsync(1);
        _resources.WriteFailed(new IOException("a cable was pulled", 5));
        await PassAsync(1);
        Assert.Equal("False", _said.Conditions[1].Status);

        _resources.WriteFailed(new IOException("No space left on device", 28));
        await _world.UntilAsync(() => _said.Conditions[1] is { Status: "True", Message: "No space left on device" }, "it is said");
        var at = _world.Clock.Now;
        await _world.UntilLaterAsync(() => _said.Conditions[1].Status == "False", "it is over");
        Assert.InRange(_world.Clock.Now - at, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120));
    }

    private async Task BringAsync(string image, int mebibytes)
    {
        _world.Runtime.ImageBytes[image] = (long)mebibytes << 20;
        _world.Runtime.Registry.Add(image);
        await _world.Runtime.PullImageAsync(image, CancellationToken.None);
    }

    /// <summary>Lets so many whole rounds of measuring go by.</summary>
    private Task PassAsync(int rounds)
    {
        int until = _meter.Rounds + rounds + 1;
        return _world.UntilLaterAsync(() => _meter.Rounds > until, "it is measured");
    }
}
