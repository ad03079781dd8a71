using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Fencing;

/// <summary>Pods with a fenced identity, from the control plane's side.</summary>
public sealed class FencedPodTests
{
    private const int Promised = 10;

    /// <summary>The promise and the margin.</summary>
    private const int Silence = Promised + 2;

    [Fact]
    public void A_second_pod_of_the_identity_waits_and_says_for_whom()
    {
        var world = World("n1", "n2");
        world.Put(Fenced("a"));
        world.Settle();
        world.Put(Fenced("b"));
        world.Put(Fenced("other", "other"));
        world.Settle();

        Assert.True(world.Get<Pod>("other").IsReady());
        Assert.Null(world.Get<Pod>("b").Spec.NodeName);
        Assert.Equal(
            $"0/2 nodes are available: 2 node(s) have to wait: pod default/a of the same fenced identity has node {world.Get<Pod>("a").Spec.NodeName}.",
            world.Get<Pod>("b").Status!.Conditions.Find(PodConditions.Scheduled)!.Message);

        world.Delete(world.Get<Pod>("a"));
        world.Pass();
        Assert.Null(world.Get<Pod>("b").Spec.NodeName);
        world.Settle();
        Assert.True(world.Get<Pod>("b").IsReady());
    }

    [Fact]
    public void Of_two_that_come_together_one_is_bound()
    {
        var world = World("n1", "n2");
        world.Put(Fenced("a"));
        world.Put(Fenced("b"));
        world.Settle();
        Assert.Single(world.Pods, p => p.Spec.NodeName is not null);
    }

    [Fact]
    public void A_pod_that_has_ended_does_not_keep_its_identity()
    {
        var world = World("n1");
        world.Put(Fenced("a"));
        world.Settle();
        world.Put(world.Get<Pod>("a").Finished());
        world.Put(Fenced("b"));
        world.Settle();
        Assert.True(world.Get<Pod>("b").IsReady());
    }

    [Theory]
    [InlineData(Promised, Silence)]
    [InlineData(30, 32)]
    public void The_replacement_of_a_pod_on_a_silent_node_is_bound_when_its_node_must_have_stopped_it(int promised, int silence)
    {
        var world = World("n1", "n2");
        world.FenceSeconds = promised;
        string lost = Running(world, out string uid);
        for (int second = 1; second < silence; second++)
        {
            Tick(world, lost);
            Assert.All(world.Pods.Where(p => p.Metadata.Uid != uid), p => Assert.Null(p.Spec.NodeName));
        }

        Assert.Equal(A.Epoch.AddSeconds(silence), world.NextWake);
        Tick(world, lost);
        var next = Assert.Single(world.ActivePods);
        Assert.NotNull(next.Spec.NodeName);
        Assert.NotEqual(lost, next.Spec.NodeName);
        Assert.NotNull(world.Pods.Single(p => p.Metadata.Uid == uid).Metadata.DeletionTimestamp);
    }

    [Fact]
    public void A_node_that_does_not_fence_keeps_the_identity_until_it_says_that_the_pod_is_gone()
    {
        var world = World("n1", "n2");
        world.FenceSeconds = null;
        string lost = Running(world, out string uid);
        for (int minute = 0; minute < 10; minute++)
        {
            Tick(world, lost, 60);
            var waiting = Assert.Single(world.ActivePods);
            Assert.Null(waiting.Spec.NodeName);
        }

        Assert.Contains("its agent does not fence", world.ActivePods.Single().Status!.Conditions.Find(PodConditions.Scheduled)!.Message, StringComparison.Ordinal);
        world.Remove(world.Pods.Single(p => p.Metadata.Uid == uid));
        world.Pass();
        Assert.NotNull(world.ActivePods.Single().Spec.NodeName);
    }

    [Fact]
    public void Silence_counts_only_when_it_was_read_after_what_is_stored()
    {
        var world = World("n1", "n2");
        string lost = Running(world, out _);
        Tick(world, lost, 5);
        world.LeasesAreCurrent = false;
        Tick(world, lost, 60);
        Assert.Null(world.ActivePods.Single().Spec.NodeName);
        Assert.Equal(world.Now, world.NextWake);
        world.LeasesAreCurrent = true;
        world.Pass();
        Assert.NotNull(world.ActivePods.Single().Spec.NodeName);
    }

    [Fact]
    public void Silence_counts_only_when_it_is_stored_that_the_pod_has_to_go()
    {
        var world = World("n1", "n2");
        string lost = Running(world, out _);
        Tick(world, lost, 60);
        Assert.Null(world.ActivePods.Single().Spec.NodeName);
        Assert.Equal(world.Now, world.NextWake);
        world.Pass();
        Assert.NotNull(world.ActivePods.Single().Spec.NodeName);
    }

    [Fact]
    public void A_forced_deletion_waits_until_the_node_must_have_stopped_the_pod()
    {
        var world = World("n1", "n2");
        string lost = Running(world, out string uid);
        world.Delete(world.Pods.Single());
        world.Put(world.Pods.Single(p => p.Metadata.Uid == uid).Deleting(world.Now, graceSeconds: 0));
        for (int second = 1; second < Silence; second++)
        {
            Tick(world, lost);
            Assert.Contains(world.Pods, p => p.Metadata.Uid == uid);
        }

        Tick(world, lost);
        Assert.NotNull(Assert.Single(world.Pods).Spec.NodeName);
    }

    [Fact]
    public void The_server_of_a_deleted_Node_may_run_the_pod_for_as_long_as_any_promise()
    {
        var world = World("n1", "n2");
        string lost = Running(world, out string uid);
        world.Remove(world.Get<Node>(lost, ""));
        world.Pass();
        Assert.Equal(A.Epoch.AddSeconds(65), FencedIdentity.OwedUntilOf(world.Pods.Single(p => p.Metadata.Uid == uid)));
        // Another server of its name is no witness.
        world.WithNodes(lost);
        Tick(world, lost, 64);
        Assert.Contains(world.Pods, p => p.Metadata.Uid == uid);
        Assert.Null(world.ActivePods.Single().Spec.NodeName);
        Tick(world, lost);
        Assert.NotNull(Assert.Single(world.Pods).Spec.NodeName);
    }

    [Fact]
    public void A_pod_of_a_deleted_Node_with_a_finalizer_gives_its_identity_free_and_waits()
    {
        var world = World("n1", "n2");
        string lost = Running(world, out string uid);
        world.Put(world.Pods.Single().WithFinalizer("example.com/mine"));
        world.Remove(world.Get<Node>(lost, ""));
        world.Pass();
        Tick(world, lost, 65);
        Assert.Equal(0, world.Pods.Single(p => p.Metadata.Uid == uid).Metadata.DeletionGracePeriodSeconds);
        Assert.NotNull(world.ActivePods.Single().Spec.NodeName);
    }

    [Fact]
    public void An_identity_is_bound_twice_only_after_silence_whatever_happens() => Seeds.Each(200, seed =>
    {
        var random = new Random(seed);
        var world = World("n1", "n2", "n3");
        foreach (string identity in new[] { "x", "y" })
            world.Put(FencedDeployment(identity));
        world.Settle();
        var silent = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (int i = 0; i < 60; i++)
        {
            string node = $"n{random.Next(1, 4)}";
            switch (random.Next(5))
            {
                case 0:
                    silent.TryAdd(node, world.Now);
                    break;
                case 1:
                    silent.Remove(node);
                    break;
                case 2 when world.ActivePods.ToList() is { Count: > 0 } pods:
                    world.Delete(pods[random.Next(pods.Count)]);
                    break;
            }

            world.Advance(random.Next(1, 6), [.. silent.Keys]);
            world.Pass();
            foreach (var group in world.Pods.Where(p => p.Spec.NodeName is not null).GroupBy(p => FencedIdentity.Of(p)))
            {
                var able = group.Where(p => !silent.TryGetValue(p.Spec.NodeName!, out var since) || world.Now - since < TimeSpan.FromSeconds(Silence))
                    .Where(p => p.Metadata.DeletionTimestamp is null || !silent.ContainsKey(p.Spec.NodeName!)).ToList();
                // A node that came back is told of what has to go before it may start anything.
                Assert.True(able.Count(p => p.Metadata.DeletionTimestamp is null) <= 1, $"seed {seed}: {group.Key} at {world.Now}");
            }

            world.NodesDoTheirWork(p => p.Spec.NodeName is null || !silent.ContainsKey(p.Spec.NodeName));
        }
    });

    private static PlannerWorld World(params string[] nodes) => new PlannerWorld { FenceSeconds = Promised }.WithNodes(nodes);

    /// <summary>A Deployment of one such pod, which runs.</summary>
    /// <returns>The pod's node.</returns>
    private static string Running(PlannerWorld world, out string uid)
    {
        world.Put(FencedDeployment("db"));
        world.Settle();
        var pod = Assert.Single(world.Pods);
        uid = pod.Metadata.Uid!;
        return pod.Spec.NodeName!;
    }

    private static void Tick(PlannerWorld world, string silent, double seconds = 1)
    {
        world.Advance(seconds, silent);
        world.Pass();
    }

    private static Kinds.Deployments.Deployment FencedDeployment(string identity)
    {
        var made = A.Deployment(identity).Recreating();
        var template = made.Spec.Template;
        return made with
        {
            Spec = made.Spec with { Template = template with { Metadata = template.Metadata with { Annotations = ValueMap.Of((FencedIdentity.Annotation, identity)) } } },
        };
    }

    private static Pod Fenced(string name, string identity = "db") => A.Pod(name).Annotated(FencedIdentity.Annotation, identity);
}
