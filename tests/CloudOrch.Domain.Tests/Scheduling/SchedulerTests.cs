using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Scheduling;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly Scheduler Spread = new(DefaultProfile.Spread);
    private static readonly Scheduler BinPack = new(DefaultProfile.BinPack);

    [Fact]
    public void Replicas_of_one_group_are_spread_evenly()
    {
        var snapshot = SnapshotOf(A.Node("n1"), A.Node("n2"), A.Node("n3"));
        var set = A.ReplicaSet("web");

        var placements = Spread.Place(snapshot, [.. Enumerable.Range(0, 10).Select(i => A.Pod($"web-{i}").OwnedBy(set))], seed: 7);

        Assert.Equal([3, 3, 4], placements.GroupBy(p => p.NodeName).Select(g => g.Count()).Order());
        Assert.All(placements, p => Assert.Null(p.Why));
    }

    [Fact]
    public void Spread_counts_the_replicas_that_are_there_already()
    {
        var set = A.ReplicaSet("web");
        var snapshot = SnapshotOf(A.Node("n1"), A.Node("n2"));
        snapshot.Set(A.Pod("web-a").OwnedBy(set).On("n1"));
        snapshot.Set(A.Pod("web-b").OwnedBy(set).On("n1"));

        var placements = Spread.Place(snapshot, [A.Pod("web-c").OwnedBy(set), A.Pod("web-d").OwnedBy(set)], seed: 1);

        Assert.Equal(["n2", "n2"], placements.Select(p => p.NodeName));
    }

    [Fact]
    public void BinPack_fills_one_node_before_it_takes_the_next()
    {
        var snapshot = SnapshotOf(A.Node("n1"), A.Node("n2"), A.Node("n3"));
        var set = A.ReplicaSet("job");

        var placements = BinPack.Place(snapshot, [.. Enumerable.Range(0, 6).Select(i => A.Pod($"job-{i}").OwnedBy(set).Requesting("1", "2Gi"))], 3);

        Assert.Equal([2, 4], placements.GroupBy(p => p.NodeName).Select(g => g.Count()).Order());
    }

    [Fact]
    public void Each_node_says_its_reason_and_the_reasons_are_counted()
    {
        var snapshot = SnapshotOf(
            A.Node("n1", "500m", "1Gi"),
            A.Node("n2").Tainted("team", value: "a"),
            A.Node("n3").Tainted("team", value: "a"));

        var placement = Assert.Single(Spread.Place(snapshot, [A.Pod("big").Requesting("1")], 1));

        Assert.Null(placement.NodeName);
        Assert.Equal("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {team: a}.", placement.Why);
    }

    [Fact]
    public void A_cluster_without_nodes_says_so() =>
        Assert.Equal("no nodes available to schedule pods", Spread.Place(new SchedulingSnapshot(), [A.Pod("p")], 1)[0].Why);

    public static TheoryData<string, Node, Pod, string> Refusals => new()
    {
        { "cpu", A.Node("n"), A.Pod("p").Requesting("4001m"), "Insufficient cpu" },
        { "memory", A.Node("n"), A.Pod("p").Requesting(memory: "9Gi"), "Insufficient memory" },
        { "cpu and memory", A.Node("n"), A.Pod("p").Requesting("5", "9Gi"), "Insufficient cpu|Insufficient memory" },
        { "ephemeral storage", A.Node("n"), Asking("ephemeral-storage", "1Gi"), "Insufficient ephemeral-storage" },
        { "extended", A.Node("n"), Asking("example.com/gpu", "1"), "Insufficient example.com/gpu" },
        { "pods", Taking(A.Node("n"), 0), A.Pod("p"), "Too many pods" },
        { "selector", A.Node("n"), A.Pod("p").Selecting("disk", "ssd"), "node(s) didn't match Pod's node affinity/selector" },
        { "cordoned", A.Node("n").Cordoned(), A.Pod("p"), "node(s) were unschedulable" },
        { "name", A.Node("n"), A.Pod("p").On("other"), "node(s) didn't match the requested node name" },
        { "not ready", A.Node("n").Tainted("node.kubernetes.io/not-ready"), A.Pod("p"), "node(s) had untolerated taint {node.kubernetes.io/not-ready: }" },
        { "no execute", A.Node("n").Tainted("x", "NoExecute"), A.Pod("p"), "node(s) had untolerated taint {x: }" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_has_Kubernetes_reason(string what, Node node, Pod pod, string reasons)
    {
        var snapshot = SnapshotOf(node);
        var verdict = Spread.Check(PodView.Of(pod, snapshot.Names), snapshot.Nodes[0]);
        Assert.Equal(reasons, string.Join('|', verdict.Reasons.ToArray()));
        Assert.NotEmpty(what);
    }

    [Theory]
    [InlineData("x", "Equal", "1", "NoSchedule", true)]
    [InlineData("x", null, "1", null, true)]
    [InlineData("x", "Equal", "2", "NoSchedule", false)]
    [InlineData("x", "Exists", null, "NoSchedule", true)]
    [InlineData("x", "Exists", null, "NoExecute", false)]
    [InlineData(null, "Exists", null, null, true)]
    [InlineData(null, "Equal", "1", null, false)]
    [InlineData("y", "Exists", null, null, false)]
    public void A_toleration_opens_a_tainted_node(string? key, string? op, string? value, string? effect, bool fits)
    {
        var snapshot = SnapshotOf(A.Node("n").Tainted("x", value: "1"));
        var pod = A.Pod("p");
        pod = pod with { Spec = pod.Spec with { Tolerations = [new Toleration { Key = key, Operator = op, Value = value, Effect = effect }] } };
        Assert.Equal(fits ? "n" : null, Spread.Place(snapshot, [pod], 1)[0].NodeName);
    }

    [Theory]
    [InlineData(8080, "TCP", null, 8080, "TCP", null, false)]
    [InlineData(8080, "TCP", null, 8080, "UDP", null, true)]
    [InlineData(8080, "TCP", null, 8081, "TCP", null, true)]
    [InlineData(8080, "TCP", "127.0.0.1", 8080, "TCP", "127.0.0.2", true)]
    [InlineData(8080, "TCP", "0.0.0.0", 8080, "TCP", "127.0.0.2", false)]
    public void A_host_port_is_given_once(int port1, string protocol1, string? ip1, int port2, string protocol2, string? ip2, bool fits)
    {
        var snapshot = SnapshotOf(A.Node("n"));
        snapshot.Set(WithPort("a", port1, protocol1, ip1).On("n"));
        Assert.Equal(fits ? "n" : null, Spread.Place(snapshot, [WithPort("b", port2, protocol2, ip2)], 1)[0].NodeName);
    }

    [Fact]
    public void Two_pods_of_one_batch_do_not_share_a_host_port()
    {
        var snapshot = SnapshotOf(A.Node("n1"), A.Node("n2"));
        var placements = Spread.Place(snapshot, [WithPort("a", 80, "TCP", null), WithPort("b", 80, "TCP", null), WithPort("c", 80, "TCP", null)], 1);
        Assert.Equal(["n1", "n2", null], placements.Select(p => p.NodeName).OrderBy(n => n ?? "z"));
        Assert.Equal("0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.", placements[2].Why);
    }

    [Fact]
    public void A_pod_that_ends_or_goes_gives_its_room_back_and_saying_things_twice_changes_nothing()
    {
        var snapshot = SnapshotOf(A.Node("n"));
        var big = A.Pod("big").Requesting("4").On("n");
        snapshot.Set(big);
        snapshot.Set(big);
        Assert.Equal(4000, snapshot.Nodes[0].Requested(ResourceNames.Cpu));
        snapshot.Set(big with { Status = new() { Phase = "Succeeded" } });
        Assert.Equal(0, snapshot.Nodes[0].Requested(ResourceNames.Cpu));
        snapshot.Set(big);
        snapshot.Set(new(Kinds.ResourceTypes.Pods, "default", "big"), null);
        Assert.Equal(0, snapshot.Nodes[0].Requested(ResourceNames.Cpu));
    }

    [Fact]
    public void Higher_priority_is_served_first()
    {
        var snapshot = SnapshotOf(A.Node("n"));
        var low = A.Pod("low").Requesting("3");
        var high = A.Pod("high").Requesting("3");
        high = high with { Spec = high.Spec with { Priority = 10 } };
        var placements = Spread.Place(snapshot, [low, high], 1);
        Assert.Equal("n", placements.Single(p => p.Pod == high).NodeName);
        Assert.Null(placements.Single(p => p.Pod == low).NodeName);
    }

    /// <summary>Laws over random clusters: nothing is overcommitted, the same seed repeats, a refused pod really fits nowhere.</summary>
    [Fact]
    public void Random_clusters_keep_the_laws() => Seeds.Each(60, seed =>
    {
        var first = RandomRun(seed, out var snapshot);
        var again = RandomRun(seed, out _);
        Assert.Equal(first.Select(p => p.NodeName), again.Select(p => p.NodeName));
        foreach (var node in snapshot.Nodes)
        {
            for (int resource = 0; resource < snapshot.Names.Count; resource++)
                Assert.True(node.Requested(resource) <= node.Allocatable(resource), $"{node.Name} has too much {snapshot.Names.NameOf(resource)}");
        }
        var lastRefused = first.LastOrDefault(p => p.NodeName is null);
        if (lastRefused.Pod is { } refused)
            Assert.All(snapshot.Nodes, n => Assert.False(Spread.Check(PodView.Of(refused, snapshot.Names), n).IsFit));
    });

    private static IReadOnlyList<Placement> RandomRun(int seed, out SchedulingSnapshot snapshot)
    {
        var random = new Random(seed);
        snapshot = SnapshotOf([.. Enumerable.Range(0, random.Next(1, 400)).Select(i => Taking(A.Node($"n{i}", $"{random.Next(1, 5)}", $"{random.Next(1, 9)}Gi"), random.Next(1, 6)))]);
        var sets = Enumerable.Range(0, 4).Select(i => A.ReplicaSet($"s{i}")).ToArray();
        var pods = Enumerable.Range(0, random.Next(1, 600)).Select(i => A.Pod($"p{i}").OwnedBy(sets[i % 4]).Requesting($"{200 * (1 + (i % 4))}m", $"{128 * (1 + (i % 3))}Mi")).ToList();
        return Spread.Place(snapshot, pods, seed);
    }

    private static Pod WithPort(string name, int port, string protocol, string? ip) =>
        A.Pod(name).WithHostPort(port, protocol, ip);

    private static Pod Asking(string resource, string amount) =>
        A.Pod("p").FirstContainer(c => c with { Resources = new() { Requests = ValueMap.Of((resource, Quantity.Parse(amount))) } });

    private static Node Taking(Node node, int pods) =>
        node with { Status = node.Status! with { Allocatable = node.Status.Allocatable!.With("pods", Quantity.OfUnits(pods)) } };

    private static SchedulingSnapshot SnapshotOf(params Node[] nodes)
    {
        var snapshot = new SchedulingSnapshot();
        foreach (var node in nodes)
            snapshot.Set(node);
        return snapshot;
    }
}
