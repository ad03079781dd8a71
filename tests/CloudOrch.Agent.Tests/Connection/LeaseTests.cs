using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class LeaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-lease-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>After a cut of two seconds the one that was under way is sent again too late.</summary>
    [Fact]
    public async Task A_renewal_without_an_answer_does_not_hold_the_next_ones_up()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter());
        var plane = world.ControlPlane;
        await world.UntilAsync(() => plane.LeaseCalls > 2, "it renews its lease");

        plane.SwallowsRenewals = true;
        await world.UntilAsync(() => plane.Unanswered >= 3, "more are sent though none is answered");
        plane.SwallowsRenewals = false;
        int calls = plane.LeaseCalls;
        await world.UntilAsync(() => plane.LeaseCalls > calls, "the next one gets through");
    }
}
