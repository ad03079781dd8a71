using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class NodeConditionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-conditions-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_node_whose_engine_is_away_is_not_ready_and_says_why_until_it_is_back()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => world.Condition("Ready") == "True", "the node is ready");
        Assert.Equal(["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"], world.ControlPlane.Status!.Node!.Conditions!.Select(c => c.Type));

        world.Runtime.GoAway("the Docker engine does not answer: connection refused");
        await world.UntilAsync(() => world.Condition("Ready") == "False", "it is not");
        var ready = world.ControlPlane.Status!.Node!.Conditions!.Single(c => c.Type == "Ready");
        Assert.Equal(("ContainerEngineUnavailable", "the Docker engine does not answer: connection refused"), (ready.Reason, ready.Message));

        world.Runtime.ComeBack();
        await world.UntilAsync(() => world.Condition("Ready") == "True", "it is again");
        Assert.Equal(2, world.Runtime.Made);
    }
}
