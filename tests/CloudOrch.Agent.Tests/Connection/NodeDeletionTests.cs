using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Tests.Pods;

namespace CloudOrch.Agent.Tests.Connection;

public sealed class NodeDeletionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-deleted-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_node_that_was_deleted_removes_its_pods_and_joins_anew_with_a_token_that_is_good()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"), KeeperWorld.Pod("u2"));
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => world.Runtime.Running.Count == 4 && world.ControlPlane.Renewals > 0, "the pods run");

        Delete(world.ControlPlane, tokenIsGood: true);
        await world.UntilAsync(() => world.ControlPlane.NodeUid == "node-2" && world.ControlPlane.Status?.NodeUid == "node-2", "it is a new node and reports");

        Assert.Empty(world.Runtime.Containers);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_directory, "pods")));
        Assert.Equal("node-2", world.Journal.Identity!.Enrolment!.NodeUid);
        Assert.NotEqual("node-1", world.Journal.Assignment?.NodeUid);
        Assert.Contains(world.Log, l => l.StartsWith("node n1 (node-1) was deleted from its cluster, its pods are stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_token_that_is_good_it_removes_its_pods_and_says_what_to_do_until_there_is_one()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter(), token: null);
        await world.UntilAsync(() => world.Runtime.Running.Count == 2 && world.ControlPlane.Renewals > 0, "the pod runs");

        world.Runtime.EndpointsStay = 1;
        Delete(world.ControlPlane, tokenIsGood: false);
        await world.UntilAsync(() => world.Log.Any(l => l.Contains("start the agent with a join token that is good", StringComparison.Ordinal)), "it says what to do");
        Assert.Empty(world.Runtime.Containers);
        Assert.Null(world.Runtime.Network);
        Assert.Null(world.Journal.Identity!.Enrolment);
        Assert.Null(world.Journal.Assignment);

        world.ControlPlane.TokenIsGood = true;
        await world.UntilAsync(() => world.ControlPlane.Status?.NodeUid == "node-2", "it joins");
    }

    [Fact]
    public async Task A_deleted_nodes_pods_go_when_its_engine_is_back()
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => world.Runtime.Running.Count == 2 && world.ControlPlane.Renewals > 0, "the pod runs");
        world.Runtime.GoAway("the engine is away");
        Delete(world.ControlPlane, tokenIsGood: true);
        await world.UntilAsync(() => world.Log.Any(l => l.Contains("its pods are stopped", StringComparison.Ordinal)), "it has heard of it");
        Assert.Equal("node-1", world.ControlPlane.NodeUid);

        world.Runtime.ComeBack();
        await world.UntilAsync(() => world.ControlPlane.NodeUid == "node-2", "it joins anew");
        Assert.Empty(world.Runtime.Containers);
    }

    /// <summary>Each sign alone, with the other side well or away.</summary>
    [Theory]
    [InlineData(true, false, false, false)]
    [InlineData(true, false, true, false)]
    [InlineData(false, true, false, false)]
    [InlineData(false, true, false, true)]
    [InlineData(false, false, true, true)]
    public async Task One_sign_of_a_deletion_stops_no_container(bool leaseIsGone, bool apiKnowsItNot, bool apiAway, bool tablesAway)
    {
        await using var world = new AgentWorld(_directory, KeeperWorld.Pod("u1"));
        var plane = world.ControlPlane;
        (plane.HasLeaseRow, plane.Enrolled, plane.ApiAway, plane.TablesAway) = (!leaseIsGone, !apiKnowsItNot, apiAway, tablesAway);
        world.Start(new LinuxMeter());
        await world.UntilAsync(() => world.Runtime.Running.Count == 2, "the pod runs");

        if (!tablesAway)
            await world.UntilAsync(() => plane.LeaseCalls > 25, "the lease was tried often");
        if (leaseIsGone && !apiAway)
            await world.UntilAsync(() => plane.Renewals > 2, "and the API was asked each time");
        if (apiKnowsItNot)
            await world.UntilAsync(() => plane.Enrolments > 0, "the API has refused the node");
        await world.UntilAsync(() => world.Log.Count(l => l.StartsWith("lease not renewed", StringComparison.Ordinal)) > 10 || (!leaseIsGone && !tablesAway), "time has passed");

        Assert.Equal((2, 2), (world.Runtime.Running.Count, world.Runtime.Made));
        Assert.Equal("node-1", world.Journal.Assignment!.NodeUid);
    }

    private static void Delete(FakeControlPlane plane, bool tokenIsGood) => (plane.TokenIsGood, plane.Enrolled, plane.HasLeaseRow) = (tokenIsGood, false, false);
}
