using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>Whatever comes between two writes of a pass, the end is the same.</summary>
public sealed class InterruptionTests
{
    /// <summary>What the interrupted pass of a roll-out has to lead to, however it is interrupted.</summary>
    private static async Task<string> EndAsync(BrainCluster cluster)
    {
        var deployment = (await cluster.GetAsync<Deployment>("web"))!;
        var sets = (await cluster.ListAsync<ReplicaSet>()).Where(s => s.Metadata.Controller()?.Name == "web").OrderBy(s => s.Metadata.Name).Select(s => $"{s.Metadata.Name}:{s.Spec.Replicas}/{s.Status!.ReadyReplicas}");
        var pods = (await cluster.ListAsync<Pod>()).Select(p => $"{p.Spec.Containers[0].Image}@{p.Status!.Phase}").Order();
        return $"{string.Join(' ', sets)} | {string.Join(' ', pods)} | {deployment.Status!.Conditions.Find("Progressing")!.Reason} {deployment.Status.AvailableReplicas}";
    }

    private static async Task<BrainCluster> RolledAsync()
    {
        var cluster = await BrainCluster.StartAsync(2);
        await cluster.PutAsync(A.Deployment("web", 4));
        await cluster.SettleAsync();
        await cluster.EditAsync<Deployment>("web", d => d with { Spec = d.SetImage("busybox:2").Spec });
        return cluster;
    }

    [Theory]
    [InlineData("conflict")]
    [InlineData("foreign commit")]
    [InlineData("related commit")]
    [InlineData("unavailable")]
    [InlineData("process dies")]
    [InlineData("another brain")]
    public async Task An_interruption_before_any_change_leads_to_the_same_end(string what)
    {
        var undisturbed = await RolledAsync();
        var counting = new InterruptedStore(undisturbed.Store, -1, () => Task.FromResult(true));
        undisturbed.Restart(counting);
        await undisturbed.RunAsync();
        await undisturbed.SettleAsync();
        string expected = await EndAsync(undisturbed);
        Assert.InRange(counting.Changes, 8, 200);

        for (int k = 0; k < Math.Min(counting.Changes, 25); k++)
        {
            var cluster = await RolledAsync();
            BrainProcess other = new(cluster, cluster.Store, cluster.Options);
            bool died = false;
            var store = new InterruptedStore(cluster.Store, k, async () =>
            {
                switch (what)
                {
                    case "conflict":
                        return false;
                    case "foreign commit":
                        await cluster.PutAsync(A.ConfigMap("unrelated"));
                        return false;
                    case "related commit":
                        await cluster.EditAsync<Deployment>("web", d => d with { Metadata = d.Metadata with { Labels = ValueMap.Of(("touched", "yes")) } });
                        return false;
                    case "unavailable":
                        throw new StoreUnavailableException("throttled") { RetryAfter = TimeSpan.Zero };
                    case "another brain":
                        await other.Brain.HandleAsync(new(BrainCluster.Id, "sweep", Revision.Zero), default);
                        return false;
                    default:
                        died = true;
                        throw new OperationCanceledException("killed");
                }
            });
            cluster.Restart(store);
            await Assert.RunOrDieAsync(cluster, () => died);
            if (died)
                cluster.Restart();
            for (int i = 0; i < 3; i++)
            {
                cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                cluster.Renew();
                await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
                await cluster.SettleAsync();
            }
            Assert.Equal(expected, await EndAsync(cluster));
        }
    }

    [Fact]
    public async Task A_process_that_dies_between_commit_and_dispatch_is_followed_by_one_that_dispatches()
    {
        var cluster = await BrainCluster.StartAsync(1);
        await cluster.PutAsync(A.Deployment("web", 2));
        cluster.Store.AfterCommit = (_, _) => throw new OperationCanceledException("killed");
        await Assert.RunOrDieAsync(cluster, () => true);
        cluster.Store.AfterCommit = null;
        Assert.Empty(cluster.AssignmentOf("n1")?.Pods ?? []);

        cluster.Restart();
        await cluster.Process.Tick.RunAsync(cluster.Clock.Now, default);
        await cluster.RunAsync();
        Assert.Equal(2, cluster.AssignmentOf("n1")!.Pods.Count);
        Assert.Equal(2, (await cluster.ListAsync<Pod>()).Count);
    }

    [Fact]
    public async Task Two_brains_at_once_agree()
    {
        var cluster = await BrainCluster.StartAsync(3);
        for (int i = 0; i < 10; i++)
            await cluster.PutAsync(A.Deployment($"web{i}", 3));
        var other = new BrainProcess(cluster, cluster.Store, cluster.Options);
        var ring = new Doorbell(BrainCluster.Id, "sweep", Revision.Zero);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? other : cluster.Process).Brain.HandleAsync(ring, default))));
        await cluster.SettleAsync();
        var pods = await cluster.ListAsync<Pod>();
        Assert.Equal(30, pods.Count(p => p.IsReady()));
        Assert.Equal(30, pods.Count);
        Assert.Equal(pods.Select(p => p.Metadata.Uid).Order(), Enumerable.Range(1, 3).SelectMany(n => cluster.AssignmentOf($"n{n}")!.Pods.Select(p => p.Uid)).Order());
    }

    [Fact]
    public async Task A_commit_that_touches_nothing_of_the_pass_does_not_make_it_plan_anew()
    {
        var cluster = await RolledAsync();
        var planned = (await cluster.ListAsync<ReplicaSet>()).Count;
        var store = new InterruptedStore(cluster.Store, 3, async () =>
        {
            await cluster.PutAsync(A.ConfigMap("unrelated"));
            return false;
        });
        cluster.Restart(store);
        await cluster.RunAsync();
        Assert.Equal(1, planned);
        Assert.Equal(2, (await cluster.ListAsync<ReplicaSet>()).Count);
        // One event per step: steps that were planned twice would have said so twice.
        Assert.All(await cluster.EventsAsync("SuccessfulCreate"), e => Assert.Equal(1, e.Count));
        await cluster.SettleAsync();
        Assert.Equal(4, (await cluster.ListAsync<Pod>()).Count(p => p.IsReady()));
    }

    private sealed class Assert : Xunit.Assert
    {
        /// <summary>Runs the queue empty; a process that dies leaves its ring to be delivered again.</summary>
        public static async Task RunOrDieAsync(BrainCluster cluster, Func<bool> died)
        {
            try
            {
                await cluster.RunAsync();
            }
            catch (OperationCanceledException) when (died())
            {
                // Killed as ordered.
            }
        }
    }
}
