using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>What is done although nobody rang for it, or when its time has come.</summary>
public sealed class TickTests
{
    [Fact]
    public async Task Tick_finds_what_nobody_rang_for()
    {
        var cluster = await BrainCluster.RunningAsync(2);
        await cluster.PutAsync(A.Deployment("db", 1));
        while (cluster.Queue.TryTake() is { } ring)
            ring.Complete();   // lost
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();
        Assert.Equal(3, (await cluster.ListAsync<Pod>()).Count);

        // A status that no doorbell spoke of.
        var db = (await cluster.ListAsync<Pod>()).Single(p => p.Metadata.Name!.StartsWith("db", StringComparison.Ordinal));
        await cluster.WorkAsync(db.Spec.NodeName!, ring: false);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(3));
        cluster.Renew();
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();
        Assert.True((await cluster.GetAsync<Pod>(db.Metadata.Name!))!.IsReady());
    }

    [Fact]
    public async Task Reports_of_many_nodes_that_nobody_rang_for_cost_one_ring_and_one_pass()
    {
        var (cluster, nodes) = await ManyNodesAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(3));
        cluster.Renew(nodes);
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default); // the first time it rings in any case
        await cluster.RunAsync();
        foreach (string node in nodes)
            await cluster.ReportAsync(node, ring: false);
        int before = cluster.Queue.Rung.Count;
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);

        Assert.Equal(RingReasons.Lease, Assert.Single(cluster.Queue.Rung.Skip(before)).Why);
        await cluster.RunAsync();
        Assert.Equal(nodes.Length, await HeardAsync(cluster));
    }

    [Fact]
    public async Task When_many_nodes_report_at_once_one_nodes_ring_takes_up_all_of_them()
    {
        var (cluster, nodes) = await ManyNodesAsync();
        foreach (string node in nodes)
            await cluster.ReportAsync(node, ring: false);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1.5));
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.StatusOf("uid-nodes/n1"), Revision.Zero), default);
        await cluster.RunAsync();
        Assert.Equal(nodes.Length, await HeardAsync(cluster));
    }

    private static async Task<(BrainCluster Cluster, string[] Nodes)> ManyNodesAsync()
    {
        string[] nodes = [.. Enumerable.Range(1, 8).Select(i => $"n{i}")];
        var cluster = await BrainCluster.StartAsync(nodes.Length);
        cluster.Renew(nodes);
        foreach (string node in nodes)
            await cluster.ReportAsync(node, ring: true);
        await cluster.SettleAsync();
        return (cluster, nodes);
    }

    /// <summary>How many nodes' second report is applied and echoed.</summary>
    private static async Task<int> HeardAsync(BrainCluster cluster) =>
        (await cluster.Rows.ListAssignmentHeadsAsync(BrainCluster.Id, default)).Count(h => h.AppliedSeq == 2);

    [Fact]
    public async Task Tick_compacts_what_was_dispatched_and_purges_what_was_deleted()
    {
        var cluster = await BrainCluster.StartAsync(1);
        var tick = new BrainProcess(cluster, cluster.Store, new BrainOptions { KeptRevisions = 10 }).Tick;
        for (int i = 0; i < 40; i++)
            await cluster.PutAsync(A.ConfigMap("m", ("i", $"{i}")));
        await cluster.RunAsync();
        await tick.RunAsync(cluster.Clock.Now, default);
        var head = (await cluster.Store.ReadHeadAsync(BrainCluster.Id, default))!;
        Assert.Equal(head.Revision.Value - 10, head.CompactedTo.Value);
        await cluster.PutAsync(A.Deployment("web", 1));
        await cluster.SettleAsync();
        Assert.Single(await cluster.ListAsync<Pod>());

        await cluster.Directory.RemoveClusterAsync((await cluster.Directory.FindClusterAsync(BrainCluster.Id, default))!, default);
        await cluster.Due.SetAsync(new(BrainCluster.Id, RingReasons.Purge, cluster.Clock.Now), default);
        await tick.RunAsync(cluster.Clock.Now, default);
        Assert.Null(await cluster.Store.ReadHeadAsync(BrainCluster.Id, default));
        await cluster.Queue.RingAsync(new(BrainCluster.Id, RingReasons.Commit, new(99)), default);
        await cluster.RunAsync();

        // A pass that had begun before writes its assignment after.
        var late = new AssignmentHead("uid-nodes/n1", 1, new(9), "hash", null, 0, "");
        await cluster.Rows.WriteAssignmentAsync(BrainCluster.Id, null, late, default, default);
        cluster.Clock.Advance(TimeSpan.FromMinutes(6));
        await tick.RunAsync(cluster.Clock.Now, default);
        Assert.Empty(await cluster.Rows.ListAssignmentHeadsAsync(BrainCluster.Id, default));
        Assert.DoesNotContain(await cluster.Due.ListDueAsync(cluster.Clock.Now.AddDays(1), default), d => d.Why is RingReasons.Purge or RingReasons.PurgeAgain);
    }

    [Fact]
    public async Task A_ring_is_ordered_for_each_time_at_which_a_lease_runs_out()
    {
        var cluster = await BrainCluster.StartAsync(3);
        var begin = cluster.Clock.Now;
        cluster.Renew("n1");
        cluster.Clock.Advance(TimeSpan.FromSeconds(0.5));
        cluster.Renew("n2");
        cluster.Clock.Advance(TimeSpan.FromSeconds(1.5));
        cluster.Renew("n3");
        await cluster.Due.SetAsync(new(BrainCluster.Id, RingReasons.Lease, cluster.Clock.Now), default);
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default); // it rings at once, too: it has not seen the cluster before
        await cluster.RunAsync();

        foreach (var (after, silent) in new[] { (3.9, 0), (4.0, 1), (4.4, 1), (4.5, 2) })
        {
            cluster.Clock.Advance(begin + TimeSpan.FromSeconds(after) - cluster.Clock.Now);
            cluster.Renew("n3");
            await cluster.RunAsync();
            Assert.Equal(silent, (await cluster.ListAsync<Node>()).Count(n => !NodeLoss.IsReady(n)));
        }
    }

    [Fact]
    public async Task What_becomes_due_wakes_the_brain()
    {
        var cluster = await BrainCluster.StartAsync(1);
        var deployment = A.Deployment("web", 1);
        await cluster.PutAsync(deployment with { Spec = deployment.Spec with { MinReadySeconds = 10 } });
        await cluster.SettleAsync();
        Assert.Equal(0, (await cluster.GetAsync<Deployment>("web"))!.Status!.AvailableReplicas);
        Assert.Equal(cluster.Clock.Now.AddSeconds(10), (await cluster.Store.ReadProgressAsync(BrainCluster.Id, default)).NextWakeAt);

        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        cluster.Renew();
        await cluster.RunAsync();
        Assert.Equal(1, (await cluster.GetAsync<Deployment>("web"))!.Status!.AvailableReplicas);
    }

    [Fact]
    public async Task Without_the_message_Tick_wakes_it()
    {
        var cluster = await BrainCluster.StartAsync(1);
        var deployment = A.Deployment("web", 1);
        await cluster.PutAsync(deployment with { Spec = deployment.Spec with { MinReadySeconds = 10 } });
        await cluster.SettleAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        cluster.Renew();
        while (cluster.Queue.TryTake() is { } ring)
            ring.Complete();
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();
        Assert.Equal(1, (await cluster.GetAsync<Deployment>("web"))!.Status!.AvailableReplicas);
    }
}
