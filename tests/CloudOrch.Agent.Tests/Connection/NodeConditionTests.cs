using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Agent.Tests.Resources;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class NodeConditionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-conditions-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_node_says_what_its_engine_has_and_keeps_a_tenth_of_the_disk_free()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new FakeMeter(world.Runtime));
        await world.UntilAsync(() => world.ControlPlane.Status?.Node?.Capacity is not null, "the node says what it has");
        var node = world.ControlPlane.Status!.Node!;
        Assert.Equal(["cpu=4", "ephemeral-storage=100Mi", "memory=8Gi", "pods=110"], node.Capacity!.Select(r => $"{r.Key}={r.Value}"));
        Assert.Equal(["cpu=4", "ephemeral-storage=90Mi", "memory=8Gi", "pods=110"], node.Allocatable!.Select(r => $"{r.Key}={r.Value}"));
    }

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
