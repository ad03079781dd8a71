using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Planning;

/// <summary>What holds for every planner, and small laws of single ones.</summary>
public sealed class PlannerTests
{
    public static TheoryData<string> Names => [.. PlannerRegistry.Create(new()).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planner_plans_nothing_for_what_does_not_exist(string name)
    {
        var planner = PlannerRegistry.Create(new()).Single(p => p.Name == name);
        foreach (var kind in KindRegistry.All)
            Assert.Same(Plan.Nothing, planner.Plan(new DictionaryView(), new(kind.Type, kind.Namespaced ? "default" : "", "absent"), A.Epoch));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planner_plans_the_same_for_the_same_view_and_leaves_a_settled_world_alone(string name)
    {
        var world = new PlannerWorld().WithNodes("n1", "n2");
        world.Put(A.Namespace("default"));
        world.Put(A.Deployment("web", 3));
        world.Put(A.Deployment("db", 1).Recreating());
        world.Settle();
        var planner = PlannerRegistry.Create(new()).Single(p => p.Name == name);
        var overlay = new Overlay(world.View, SchedulingSnapshot.Of(world.View), new CountedIdentities(1), LeasesOf("n1", "n2"));
        foreach (var key in world.View.All.SelectMany(o => planner.KeysFor(o, overlay)).Distinct())
        {
            var plan = planner.Plan(overlay, key, world.Now);
            Assert.True(plan.Steps.Count == 0, $"{key}: {string.Join("; ", plan.Steps)}");
            Assert.Equal(plan.WakeAt, planner.Plan(overlay, key, world.Now).WakeAt);
        }
    }

    [Fact]
    public void Planners_have_names_of_their_own() => Assert.Distinct(PlannerRegistry.Create(new()).Select(p => p.Name));

    [Fact]
    public void The_pods_that_do_the_least_go_first()
    {
        var set = A.ReplicaSet("web");
        Pod Make(string name) => A.Pod(name).OwnedBy(set);
        var pods = new[]
        {
            Make("8-oldest-ready").On("n1").Ready(A.Epoch.AddSeconds(-10_000)),
            Make("7-newer-ready").On("n1").Ready(A.Epoch.AddSeconds(-20)),
            Make("6-doubled-up").On("n2").Ready(A.Epoch.AddSeconds(-10_000)),
            Make("5-cheap").On("n1").Ready(A.Epoch.AddSeconds(-10_000)).Annotated(PodDeletionOrder.CostAnnotation, "-5"),
            Make("4-unready").On("n1").Running(),
            Make("3-pending").On("n1"),
            Make("1-unbound"),
        };
        var order = PodDeletionOrder.First(pods, pods.Length, new Dictionary<string, int> { ["n1"] = 1, ["n2"] = 2 }, A.Epoch);
        Assert.Equal(pods.Select(p => p.Metadata.Name).Order(StringComparer.Ordinal), order.Select(p => p.Metadata.Name));
    }

    [Fact]
    public void A_ReplicaSet_adopts_what_matches_and_lets_go_of_what_no_longer_does()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Pod("stray").Labelled("app", "web").On("n1").Ready());
        world.Put(A.ReplicaSet("web", 2));
        world.Settle();
        Assert.Equal("web", world.Get<Pod>("stray").Metadata.Controller()!.Name);
        Assert.Equal(2, world.Pods.Count());

        var stray = world.Get<Pod>("stray");
        world.Put(stray.Labelled("app", "debugged"));
        world.Settle();
        Assert.Null(world.Get<Pod>("stray").Metadata.OwnerReferences);
        Assert.Equal(3, world.ActivePods.Count());
        Assert.Equal(2, world.Get<ReplicaSet>("web").Status!.Replicas);
    }

    [Fact]
    public void Finished_pods_are_replaced_and_not_counted()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Deployment("web", 2));
        world.Settle();
        world.Put(world.Pods.First().Finished(1));
        world.Settle();
        Assert.Equal(2, world.ActivePods.Count());
        Assert.Equal(3, world.Pods.Count());
        Assert.Equal(2, Assert.Single(world.ReplicaSets).Status!.Replicas);
    }

    [Fact]
    public void A_pod_that_fits_nowhere_says_why_and_is_placed_when_a_node_comes()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Pod("p").Selecting("disk", "ssd"));
        world.Pass();
        var scheduled = world.Get<Pod>("p").Status!.Conditions.Find("PodScheduled")!;
        Assert.Equal(("False", "Unschedulable", "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."), (scheduled.Status, scheduled.Reason, scheduled.Message));
        Assert.Equal("FailedScheduling", Assert.Single(world.Events).Reason);
        Assert.Empty(world.Pass(all: true));

        world.WithNodes("n2");
        world.Put(world.Get<Kinds.Nodes.Node>("n2").Labelled("disk", "ssd"));
        world.Settle();
        Assert.Equal("n2", world.Get<Pod>("p").Spec.NodeName);
        Assert.Equal("True", world.Get<Pod>("p").Status!.Conditions.Find("PodScheduled")!.Status);
    }

    [Fact]
    public void A_waiting_pod_is_placed_when_room_becomes_free()
    {
        var world = new PlannerWorld();
        world.WithNodes("n1");
        world.Put(A.Node("n1", cpu: "1"));
        world.Put(A.Pod("first").Requesting("1").On("n1").Ready());
        world.Put(A.Pod("second").Requesting("1"));
        world.Settle();
        Assert.Null(world.Get<Pod>("second").Spec.NodeName);
        world.Remove(world.Get<Pod>("first"));
        world.Settle();
        Assert.Equal("n1", world.Get<Pod>("second").Spec.NodeName);
    }

    [Fact]
    public void One_planner_that_fails_on_one_key_leaves_all_others_alone()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.ConfigMap("bad"));
        world.Put(A.Deployment("web", 1));
        var overlay = new Overlay(world.View, SchedulingSnapshot.Of(world.View), new CountedIdentities(1), LeasesOf("n1"));
        var run = new PlanningRun(overlay, [new FailingPlanner(), .. PlannerRegistry.Create(new())], world.Now);
        foreach (var value in world.View.All)
            run.MarkChanged(null, value);
        run.ToFixpoint();

        var failure = Assert.Single(run.Failures);
        Assert.Equal(("failing", "bad"), (failure.Planner, failure.Key.Name));
        Assert.Single(overlay.List(ResourceTypes.Pods));
        Assert.Null(overlay.Find(new(ResourceTypes.ConfigMaps, "default", "made")));
    }

    [Fact]
    public void A_key_that_never_settles_is_given_up()
    {
        var world = new PlannerWorld();
        world.Put(A.ConfigMap("restless"));
        var overlay = new Overlay(world.View, new(), new CountedIdentities(1));
        var run = new PlanningRun(overlay, [new RestlessPlanner()], world.Now);
        run.MarkChanged(null, world.View.All.Single());
        run.ToFixpoint();
        Assert.Contains("does not settle", Assert.Single(run.Failures).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_prefix_of_a_roll_out_pass_leads_to_the_same_end()
    {
        var first = Prefixed(int.MaxValue, out int count);
        Assert.True(count > 5);
        for (int cut = 0; cut < count; cut++)
            Assert.Equal(first, Prefixed(cut, out _));

        // A set's spare pods go before its new ones come; sizes stand before the pods that follow from them.
        static (int, int, string) Prefixed(int cut, out int count)
        {
            var world = new PlannerWorld().WithNodes("n1", "n2");
            world.Put(A.Deployment("web", 4));
            world.Settle();
            world.SetImage("web", "busybox:2");
            count = world.PassCutAfter(cut);
            world.Settle(() => Assert.True(world.ActivePods.Count(p => p.IsReady()) >= 3));
            return (world.ActivePods.Count(p => p.Spec.Containers[0].Image == "busybox:2"), world.Pods.Count(), world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!.Reason!);
        }
    }

    private static Func<string, Kinds.Leases.Lease?> LeasesOf(params string[] nodes) =>
        name => nodes.Contains(name) ? new Kinds.Leases.Lease { Spec = new() { RenewTime = A.Epoch.AddDays(1), LeaseDurationSeconds = 3 } } : null;

    private sealed class FailingPlanner : IPlanner
    {
        public string Name => "failing";

        public IReadOnlyList<ResourceType> Watches => [ResourceTypes.ConfigMaps];

        public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view) => [KindRegistry.KeyOf(changed)];

        public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now) =>
            new([new Step.Create(A.ConfigMap("made")), new Step.Create(A.ConfigMap("bad"))]);
    }

    private sealed class RestlessPlanner : IPlanner
    {
        public string Name => "restless";

        public IReadOnlyList<ResourceType> Watches => [ResourceTypes.ConfigMaps];

        public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view) => [KindRegistry.KeyOf(changed)];

        public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now) =>
            new([new Step.Update(view.Find(key)!.Annotated("n", $"{view.Find(key)!.Metadata.Annotations?["n"]}x"))]);
    }
}
