using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Planning;

public sealed class NodeLossTests
{
    private const string Unreachable = "node.kubernetes.io/unreachable";

    [Fact]
    public void A_silent_node_is_tainted_and_its_pods_are_made_elsewhere_in_one_pass()
    {
        var world = Cluster(3, 6);
        world.Advance(2.9, "n1");
        Assert.Empty(world.Pass());
        Assert.Equal(A.Epoch.AddSeconds(3), world.NextWake);
        world.Advance(0.1, "n1");
        world.Pass();

        var node = world.Get<Node>("n1");
        var ready = node.Status!.Conditions.Find("Ready")!;
        Assert.Equal(("Unknown", "NodeStatusUnknown"), (ready.Status, ready.Reason));
        Assert.Equal(["NoExecute", "NoSchedule"], node.Spec.Taints!.Where(t => t.Key == Unreachable).Select(t => t.Effect).Order());
        Assert.All(world.Pods.Where(p => p.Spec.NodeName == "n1"), p =>
        {
            Assert.NotNull(p.Metadata.DeletionTimestamp);
            Assert.Equal("False", p.Status!.Conditions.Find("Ready")!.Status);
        });
        Assert.Equal(2, world.Pods.Count(p => p.Spec.NodeName == "n1"));
        Assert.Equal([3, 3], world.ActivePods.GroupBy(p => p.Spec.NodeName).Select(g => g.Count()));
        Assert.Contains(world.Events, e => e is { Reason: "NodeNotReady", Message: "Node n1 status is now: NodeNotReady" });
        Assert.Equal(2, world.Events.Count(e => e.Reason == "TaintManagerEviction"));
    }

    [Fact]
    public void A_node_that_renews_again_is_what_it_last_said_it_was()
    {
        var world = Cluster(3, 0);
        world.Advance(3, "n1");
        world.Pass();
        world.Advance(5);
        world.Pass();
        var node = world.Get<Node>("n1");
        Assert.Equal("True", node.Status!.Conditions.Find("Ready")!.Status);
        Assert.Null(node.Spec.Taints);
        world.Settle();
        Assert.Null(world.Get<Node>("n1").Metadata.Annotations);
    }

    [Fact]
    public void A_node_whose_engine_was_stopped_is_still_not_ready_after_an_outage()
    {
        var world = Cluster(3, 0);
        world.Put(world.Get<Node>("n1").NotReady(status: "False"));
        world.Pass();
        Assert.Equal(["node.kubernetes.io/not-ready"], world.Get<Node>("n1").Spec.Taints!.Select(t => t.Key).Distinct());
        world.Advance(3, "n1");
        world.Pass();
        Assert.Equal([Unreachable], world.Get<Node>("n1").Spec.Taints!.Select(t => t.Key).Distinct());
        world.Advance(1);
        world.Pass();
        Assert.Equal("False", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
        Assert.Equal(["node.kubernetes.io/not-ready"], world.Get<Node>("n1").Spec.Taints!.Select(t => t.Key).Distinct());
    }

    [Fact]
    public void What_only_a_silent_nodes_agent_can_know_is_unknown_until_it_renews()
    {
        var world = Cluster(3, 0);
        world.Put(world.Get<Node>("n1").With("MemoryPressure", "False").With("DiskPressure", "True").With("PIDPressure", "False").With("NetworkUnavailable", "False"));
        world.Pass();
        var before = world.Get<Node>("n1").Status!.Conditions!;
        world.Advance(3, "n1");
        world.Pass();
        var lost = world.Get<Node>("n1").Status!.Conditions!;
        Assert.Equal(["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"], lost.Where(c => c is { Status: "Unknown", Reason: "NodeStatusUnknown" }).Select(c => c.Type));
        Assert.Equal(before.Find("NetworkUnavailable"), lost.Find("NetworkUnavailable"));
        Assert.DoesNotContain(world.Get<Node>("n1").Spec.Taints!, t => t.Key == "node.kubernetes.io/disk-pressure");

        world.Advance(5);
        world.Settle();
        var node = world.Get<Node>("n1");
        Assert.Equal(before.Select(c => (c.Type, c.Status, c.Reason)), node.Status!.Conditions!.Select(c => (c.Type, c.Status, c.Reason)));
        Assert.Equal("node.kubernetes.io/disk-pressure", Assert.Single(node.Spec.Taints!).Key);
        Assert.Null(node.Metadata.Annotations);
    }

    /// <summary>The mark is an annotation that users may edit: the brain reads it as «apply the node's report once more».</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("not JSON")]
    [InlineData("{}")]
    public void A_lost_node_whose_mark_was_spoilt_waits_for_its_own_report(string? mark)
    {
        var world = Cluster(3, 0);
        world.Advance(3, "n1");
        world.Pass();
        var lost = world.Get<Node>("n1");
        world.Put(lost with { Metadata = lost.Metadata with { Annotations = mark is null ? null : ValueMap.Of((NodeLoss.ConditionsBefore, mark)) } });
        world.Advance(1);
        world.Pass();
        Assert.Equal("Unknown", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
        Assert.True(world.Get<Node>("n1").Metadata.Annotations!.ContainsKey(NodeLoss.ConditionsBefore));
        world.Put(world.Get<Node>("n1").With("Ready", "True"));
        world.Settle();
        Assert.Null(world.Get<Node>("n1").Metadata.Annotations);
        Assert.Null(world.Get<Node>("n1").Spec.Taints);
    }

    [Fact]
    public void A_returned_node_is_done_recovering_when_the_last_pod_that_it_lost_is_gone()
    {
        var world = Cluster(3, 0);
        world.Put(A.Pod("p").On("n1").Ready().Tolerating(Unreachable));
        world.Advance(3, "n1");
        world.Pass();
        world.Advance(1);
        world.Pass();
        Assert.Equal("True", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
        world.Pass();
        Assert.True(world.Get<Node>("n1").Metadata.Annotations!.ContainsKey(NodeLoss.ConditionsBefore));

        world.Remove(world.Get<Pod>("p"));
        world.Pass();
        Assert.Null(world.Get<Node>("n1").Metadata.Annotations);
    }

    [Theory]
    [InlineData("MemoryPressure", "node.kubernetes.io/memory-pressure")]
    [InlineData("DiskPressure", "node.kubernetes.io/disk-pressure")]
    [InlineData("PIDPressure", "node.kubernetes.io/pid-pressure")]
    [InlineData("NetworkUnavailable", "node.kubernetes.io/network-unavailable")]
    public void A_node_under_pressure_keeps_its_pods_and_takes_only_those_that_tolerate_it(string condition, string taint)
    {
        var world = Cluster(1, 2);
        world.Put(world.Get<Node>("n1").With(condition, "True").Tainted("mine").Tainted(taint, "PreferNoSchedule"));
        world.Put(A.Pod("waits"));
        world.Put(A.Pod("tolerates").Tolerating(taint).Tolerating("mine"));
        world.Pass();
        Assert.Equal(["mine NoSchedule", $"{taint} PreferNoSchedule", $"{taint} NoSchedule"], world.Get<Node>("n1").Spec.Taints!.Select(t => $"{t.Key} {t.Effect}"));
        Assert.Equal(3, world.ActivePods.Count(p => p.Spec.NodeName == "n1"));
        Assert.True(string.IsNullOrEmpty(world.Get<Pod>("waits").Spec.NodeName));
        Assert.Equal("n1", world.Get<Pod>("tolerates").Spec.NodeName);

        world.Put(world.Get<Node>("n1").With(condition, "False"));
        world.Pass();
        Assert.Equal(["mine NoSchedule", $"{taint} PreferNoSchedule"], world.Get<Node>("n1").Spec.Taints!.Select(t => $"{t.Key} {t.Effect}"));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0L, 0)]
    [InlineData(300L, 300)]
    public void A_pod_stays_for_as_long_as_it_tolerates(long? seconds, int stays)
    {
        var world = Cluster(3, 0);
        var pod = A.Pod("p").On("n1").Ready();
        world.Put(seconds is null ? pod : pod.Tolerating(Unreachable, "NoExecute", seconds));
        world.Pass();
        world.Advance(3, "n1");
        world.Pass();
        if (stays > 0)
        {
            Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
            Assert.Equal(A.Epoch.AddSeconds(3 + stays), world.NextWake);
            world.Advance(stays - 1, "n1");
            world.Pass();
            Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
            world.Advance(1, "n1");
            world.Pass();
        }
        Assert.NotNull(world.Get<Pod>("p").Metadata.DeletionTimestamp);
    }

    [Fact]
    public void A_pod_that_tolerates_for_ever_stays()
    {
        var world = Cluster(3, 0);
        world.Put(A.Pod("p").On("n1").Ready().Tolerating(Unreachable));
        world.Advance(3, "n1");
        world.Pass();
        Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
        Assert.Null(world.NextWake);
    }

    /// <summary>While no control plane looked, the node came back and went silent again: its taint is still that of its first loss.</summary>
    [Fact]
    public void A_pods_patience_counts_from_the_last_time_its_node_was_heard()
    {
        var world = Cluster(3, 0);
        world.Put(A.Pod("p").On("n1").Ready().Tolerating(Unreachable, "NoExecute", 30));
        world.Advance(3, "n1");
        world.Pass();
        world.Advance(57);
        world.Advance(10, "n1");
        world.Pass();
        Assert.Equal("Unknown", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
        Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
        Assert.Equal(A.Epoch.AddSeconds(60 + 3 + 30), world.NextWake);
        world.Advance(22, "n1");
        world.Pass();
        Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
        world.Advance(1, "n1");
        world.Pass();
        Assert.NotNull(world.Get<Pod>("p").Metadata.DeletionTimestamp);
    }

    [Fact]
    public void The_clusters_own_toleration_holds_for_pods_that_say_nothing()
    {
        var world = new PlannerWorld(settings: new PlannerSettings { DefaultTolerationSeconds = 60 }).WithNodes("n1", "n2", "n3");
        world.Put(A.Pod("p").On("n1").Ready());
        world.Advance(3, "n1");
        world.Pass();
        Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
        world.Advance(60, "n1");
        world.Pass();
        Assert.NotNull(world.Get<Pod>("p").Metadata.DeletionTimestamp);
    }

    [Fact]
    public void Pods_that_a_set_makes_say_how_long_they_wait_for_a_lost_node_and_keep_what_their_template_says()
    {
        var world = new PlannerWorld(settings: new PlannerSettings { DefaultTolerationSeconds = 60 }).WithNodes("n1");
        var template = A.Deployment("web", 1);
        world.Put(template with
        {
            Spec = template.Spec with
            {
                Template = template.Spec.Template with
                {
                    Spec = template.Spec.Template.Spec with { Tolerations = [new() { Key = Unreachable, Operator = "Exists", Effect = "NoExecute", TolerationSeconds = 300 }] },
                },
            },
        });
        world.Pass();
        Assert.Equal([("node.kubernetes.io/unreachable", 300L), ("node.kubernetes.io/not-ready", 60L)],
            Assert.Single(world.ActivePods).Spec.Tolerations!.Select(t => (t.Key!, t.TolerationSeconds!.Value)));
        Assert.Empty(world.Pass(all: true));
    }

    [Fact]
    public void When_most_nodes_are_silent_pods_stay_until_most_answer()
    {
        var world = Cluster(3, 6);
        world.Advance(3, "n1", "n2");
        world.Pass();
        Assert.Equal(6, world.ActivePods.Count());
        Assert.All(["n1", "n2"], n => Assert.Contains(world.Get<Node>(n).Spec.Taints!, t => t.Key == Unreachable));
        Assert.Equal(2, world.Events.Count(e => e.Reason == "EvictionsHeld"));
        Assert.Empty(world.Pass());

        world.Advance(1, "n1");
        world.Pass();
        Assert.Equal(2, world.Pods.Count(p => p.Spec.NodeName == "n1" && p.Metadata.DeletionTimestamp is not null));
        Assert.Equal(6, world.ActivePods.Count());
        Assert.DoesNotContain(world.ActivePods, p => p.Spec.NodeName == "n1");
        Assert.Contains(world.Events, e => e.Reason == "EvictionsResumed");
    }

    /// <summary>Leases run out one after the other: those that are late by one interval count before they have run out.</summary>
    [Fact]
    public void The_first_lease_of_many_to_run_out_does_not_move_pods()
    {
        var world = new PlannerWorld().WithNodes("n1", "n2", "n3");
        world.Put(A.Pod("p").On("n1").Ready());
        world.Pass();
        world.Advance(0.9, "n1");
        world.Advance(2.1, "n1", "n2", "n3");
        world.Pass();
        Assert.Equal("Unknown", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
        Assert.Equal("True", world.Get<Node>("n2").Status!.Conditions.Find("Ready")!.Status);
        Assert.Null(world.Get<Pod>("p").Metadata.DeletionTimestamp);
    }

    [Fact]
    public void In_a_cluster_of_two_a_lost_node_is_given_up()
    {
        var world = Cluster(2, 2);
        world.Advance(3, "n1");
        world.Pass();
        Assert.Equal(["n2", "n2"], world.ActivePods.Select(p => p.Spec.NodeName));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_no_node_is_left_pods_stay_where_they_are(int nodes)
    {
        var world = Cluster(nodes, 4);
        string[] uids = [.. world.ActivePods.Select(p => p.Metadata.Uid!).Order()];
        world.Advance(3, [.. Enumerable.Range(1, nodes).Select(n => $"n{n}")]);
        world.Pass();
        Assert.Equal(uids, world.ActivePods.Select(p => p.Metadata.Uid!).Order());
        Assert.Equal(nodes, world.Events.Count(e => e.Reason == "EvictionsHeld"));

        world.Advance(1);
        world.Pass();
        Assert.Equal(uids, world.ActivePods.Select(p => p.Metadata.Uid!).Order());
        Assert.Equal("True", world.Get<Node>("n1").Status!.Conditions.Find("Ready")!.Status);
    }

    [Fact]
    public void A_node_that_has_just_joined_holds_no_pods_and_gives_no_warning()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(world.Get<Node>("n1").With("Ready", "False"));
        world.Pass();
        world.Put(world.Get<Node>("n1").With("Ready", "True"));
        world.Settle();
        Assert.DoesNotContain(world.Events, e => e.Reason is "EvictionsHeld" or "EvictionsResumed");
    }

    [Fact]
    public void A_taint_of_the_user_evicts_whatever_else_is_lost()
    {
        var world = Cluster(3, 0);
        world.Put(A.Pod("p").On("n1").Ready());
        world.Put(world.Get<Node>("n1").Tainted("maintenance", "NoExecute"));
        world.Advance(3, "n2", "n3");
        world.Pass();
        Assert.NotNull(world.Get<Pod>("p").Metadata.DeletionTimestamp);
    }

    [Fact]
    public void A_cordoned_node_carries_the_taint_and_takes_no_pods()
    {
        var world = Cluster(2, 0);
        world.Put(world.Get<Node>("n1").Cordoned());
        world.Put(A.Deployment("web", 2));
        world.Settle();
        Assert.Equal(["n2", "n2"], world.Pods.Select(p => p.Spec.NodeName));
        Assert.Equal("node.kubernetes.io/unschedulable", Assert.Single(world.Get<Node>("n1").Spec.Taints!).Key);
        world.Put(world.Get<Node>("n1") with { Spec = new() { Taints = world.Get<Node>("n1").Spec.Taints } });
        world.Settle();
        Assert.Null(world.Get<Node>("n1").Spec.Taints);
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(100, 1, 4)]
    [InlineData(101, 2, 6)]
    [InlineData(200, 2, 6)]
    [InlineData(500, 5, 15)]
    [InlineData(5000, 10, 30)]
    public void The_interval_grows_with_the_cluster(int nodes, int interval, int expiry)
    {
        Assert.Equal(TimeSpan.FromSeconds(interval), NodeLoss.Interval(nodes));
        Assert.Equal(TimeSpan.FromSeconds(expiry), NodeLoss.Expiry(nodes));
    }

    private static PlannerWorld Cluster(int nodes, int replicas)
    {
        var world = new PlannerWorld().WithNodes([.. Enumerable.Range(1, nodes).Select(i => $"n{i}")]);
        if (replicas > 0)
            world.Put(A.Deployment("web", replicas));
        world.Settle();
        return world;
    }
}
