using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>How a node's fence and the giving away of what it guards are ordered against each other.</summary>
public sealed class FencingTests
{
    [Fact]
    public async Task What_a_node_reports_of_its_fence_is_committed_and_comes_back_with_its_assignment()
    {
        var cluster = await BrainCluster.StartAsync(2);
        foreach (string id in new[] { "f1", "f2" })
        {
            cluster.FenceIds["n1"] = id;
            await cluster.WorkAsync("n1");
            var before = await cluster.RevisionAsync();
            await cluster.RunAsync();
            Assert.Equal(id, (await cluster.GetAsync<Node>("n1"))!.Metadata.Annotations![NodeLoss.FenceId]);
            Assert.Equal(id, cluster.AssignmentOf("n1")!.FenceId);
            Assert.True(cluster.AssignmentOf("n1")!.Revision > before.Value);
        }

        // An agent that knows nothing of fences is granted none.
        cluster.FenceIds.Remove("n1");
        await cluster.WorkAsync("n1");
        await cluster.RunAsync();
        Assert.Null(cluster.AssignmentOf("n1")!.FenceId);
    }

    [Fact]
    public async Task The_replacement_is_bound_within_a_second_of_the_moment_when_the_node_must_have_stopped()
    {
        var cluster = await LostAsync();
        var silent = cluster.Clock.Now;
        await cluster.Queue.RingAsync(new(BrainCluster.Id, "lease", Revision.Zero), default);
        while (await BoundAsync(cluster) is null)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(500));
            cluster.Renew("n2");
            if ((cluster.Clock.Now - silent).TotalSeconds is 3 or 4)
                await cluster.Queue.RingAsync(new(BrainCluster.Id, "lease", Revision.Zero), default);
            // Nothing but the wake-up that a pass has ordered.
            await cluster.RunAsync();
            Assert.True(cluster.Clock.Now - silent < TimeSpan.FromSeconds(60));
        }

        Assert.Equal("n2", await BoundAsync(cluster));
        Assert.InRange((cluster.Clock.Now - silent).TotalSeconds, 12, 13);
    }

    [Fact]
    public async Task A_node_that_comes_back_while_its_identity_is_being_given_away_keeps_it_until_its_pod_is_gone()
    {
        var cluster = await LostAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        cluster.Renew("n2");
        await cluster.Queue.RingAsync(new(BrainCluster.Id, "lease", Revision.Zero), default);
        await cluster.RunAsync();
        cluster.Clock.Advance(TimeSpan.FromSeconds(60));
        cluster.Renew("n2");
        Assert.Null(await BoundAsync(cluster));

        // Just before the pass writes what it has decided, the node is back and another brain takes its report in.
        bool cameBack = false;
        BrainProcess other = new(cluster, cluster.Store, cluster.Options);
        cluster.Restart(new InterruptedStore(cluster.Store, 0, async () =>
        {
            cameBack = true;
            cluster.FenceIds["n1"] = "f2";
            var pod = (await cluster.ListAsync<Pod>()).Single(p => p.Spec.NodeName == "n1");
            await cluster.ReportAsync("n1", ring: false, new PodReport { Uid = pod.Metadata.Uid!, Namespace = "default", Name = pod.Metadata.Name!, Status = BrainCluster.RunningStatus(A.Epoch) });
            await other.Brain.HandleAsync(new(BrainCluster.Id, RingOf("n1"), Revision.Zero), default);
            return false;
        }));
        await cluster.Queue.RingAsync(new(BrainCluster.Id, "lease", Revision.Zero), default);
        await cluster.RunAsync();
        Assert.True(cameBack);
        Assert.Null(await BoundAsync(cluster));
        var assignment = cluster.AssignmentOf("n1")!;
        Assert.Equal("f2", assignment.FenceId);
        Assert.NotNull(Assert.Single(assignment.Pods).Deletion);

        await cluster.WorkAsync("n1");
        await cluster.RunAsync();
        Assert.NotNull(Assert.Single(await cluster.ListAsync<Pod>()).Spec.NodeName);
    }

    private static string RingOf(string node) => ControlPlane.Brain.RingReasons.StatusOf($"uid-nodes/{node}");

    /// <summary>A fenced pod runs on n1, which is silent from now on.</summary>
    private static async Task<BrainCluster> LostAsync()
    {
        var cluster = await BrainCluster.StartAsync(2);
        cluster.FenceSeconds = 10;
        cluster.FenceIds["n1"] = "f1";
        await cluster.EditAsync<Node>("n2", n => n.Cordoned());
        var set = A.ReplicaSet("db");
        var template = set.Spec.Template;
        await cluster.PutAsync(set with
        {
            Spec = set.Spec with { Template = template with { Metadata = template.Metadata with { Annotations = ValueMap.Of((FencedIdentity.Annotation, "db")) } } },
        });
        await cluster.SettleAsync();
        Assert.Equal("n1", Assert.Single(await cluster.ListAsync<Pod>()).Spec.NodeName);
        await cluster.EditAsync<Node>("n2", n => n with { Spec = n.Spec with { Unschedulable = null } });
        cluster.Renew("n1", "n2");
        await cluster.RunAsync();
        return cluster;
    }

    /// <summary>Where the replacement is; null: nowhere yet.</summary>
    private static async Task<string?> BoundAsync(BrainCluster cluster) =>
        (await cluster.ListAsync<Pod>()).SingleOrDefault(p => p.Metadata.DeletionTimestamp is null && p.Spec.NodeName is not (null or "n1"))?.Spec.NodeName;
}
