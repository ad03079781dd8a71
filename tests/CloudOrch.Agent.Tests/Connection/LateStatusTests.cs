using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class LateStatusTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-late-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Ringing alone would point at the old one for ever.</summary>
    [Fact]
    public async Task A_status_that_an_older_one_has_overwritten_is_written_again()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter());
        var plane = world.ControlPlane;
        await world.UntilAsync(() => plane.Status is not null, "it reports");
        var early = plane.Status!;
        await world.UntilAsync(() => plane.Status!.Seq > early.Seq && plane.Status.Pods.All(p => p.Status.Phase == "Running"), "its pod is reported as running");
        int rung = plane.Rings;
        await world.UntilAsync(() => plane.Rings > rung, "it rings again, since nobody has heard");
        var newest = plane.Status!;

        plane.Overwrite(early);
        await world.UntilAsync(() => plane.Status!.Seq > newest.Seq, "it writes what is so now");
        Assert.Equal("Running", Assert.Single(plane.Status!.Pods).Status.Phase);
    }
}
