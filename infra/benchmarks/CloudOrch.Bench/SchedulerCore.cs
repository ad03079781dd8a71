using System.Diagnostics;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Scheduling;
using CloudOrch.Domain.Scheduling.Rules;

namespace CloudOrch.Bench;

/// <summary>The scheduler alone: 100,000 pods of 1,000 controllers onto 5,000 nodes, 1,000 pods a batch, by load only and with replicas spread; and one pod a batch.</summary>
internal static class SchedulerCore
{
    private const int Nodes = 5_000, Pods = 100_000, Groups = 1_000;

    /// <summary>The default profile without the one rule that looks at groups.</summary>
    private static readonly SchedulingProfile ByLoad = DefaultProfile.Spread with { Scores = [.. DefaultProfile.Spread.Scores.Where(s => s is not GroupSpreadRule)] };

    public static Task RunAsync(Lab lab, CancellationToken cancellation)
    {
        Place(DefaultProfile.Spread, Pods, 1_000);
        Place(ByLoad, Pods, 1_000);
        double plain = Place(ByLoad, Pods, 1_000), spread = Place(DefaultProfile.Spread, Pods, 1_000), single = Place(DefaultProfile.Spread, 20_000, 1);
        Table.Print($"Scheduler core, {Nodes:n0} nodes, {Pods:n0} pods", ["rules", "pods a batch", "placements/s"],
            ["load only", "1,000", $"{plain:n0}"], ["default: replicas spread, then load", "1,000", $"{spread:n0}"], ["default", "1", $"{single:n0}"]);
        Table.Budget("at least 100,000 placements/s by load, 20,000/s with replicas spread", plain >= 100_000 && spread >= 20_000);
        return Task.CompletedTask;
    }

    private static double Place(SchedulingProfile profile, int count, int batch)
    {
        var snapshot = new SchedulingSnapshot();
        for (int i = 0; i < Nodes; i++)
            snapshot.Set(BenchCluster.Node(i));
        var scheduler = new Scheduler(profile);
        var pods = Enumerable.Range(0, count).Select(i => BenchCluster.Pod(i, owner: i / (count / Groups))).ToList();
        var watch = Stopwatch.StartNew();
        int placed = 0;
        for (int at = 0; at < pods.Count; at += batch)
            placed += scheduler.Place(snapshot, pods.GetRange(at, batch), seed: at).Count(p => p.NodeName is not null);
        return placed == count ? count / watch.Elapsed.TotalSeconds : throw new InvalidOperationException($"only {placed} of {count} pods were placed");
    }
}

/// <summary>Objects of a large cluster.</summary>
internal static class BenchCluster
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly PodSpec Spec = new()
    {
        Containers =
        [
            new Container { Name = "c", Image = "busybox:1", Resources = new() { Requests = ValueMap.Of(("cpu", Quantity.OfMilli(100)), ("memory", Quantity.OfBytes(128 << 20))) } },
        ],
        RestartPolicy = "Always",
    };

    public static Node Node(int i)
    {
        var room = ValueMap.Of(("cpu", Quantity.OfUnits(16)), ("memory", Quantity.OfBytes(64L << 30)), ("pods", Quantity.OfUnits(110)));
        return new Node
        {
            Kind = "Node",
            ApiVersion = "v1",
            Metadata = new() { Name = $"n{i}", Uid = $"node-{i}", CreationTimestamp = Epoch },
            Status = new() { Allocatable = room, Capacity = room, Conditions = [new Condition { Type = "Ready", Status = "True", LastTransitionTime = Epoch }] },
        };
    }

    public static Pod Pod(int i, int owner) => new()
    {
        Kind = "Pod",
        ApiVersion = "v1",
        Metadata = new()
        {
            Name = $"p{i}", Namespace = "default", Uid = $"pod-{i}", CreationTimestamp = Epoch,
            OwnerReferences = [new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = $"s{owner}", Uid = $"set-{owner}", Controller = true }],
        },
        Spec = Spec,
    };

    public static PodSpec Template => Spec;
}
