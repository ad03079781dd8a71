using System.Diagnostics;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.Bench;

/// <summary>The planning part of a pass over 5,000 nodes and 100,000 settled pods: everything dirty, and one Deployment scaled by one.</summary>
internal static class PassOverCluster
{
    private const int Nodes = 5_000, Deployments = 1_000, Replicas = 100;

    private static readonly IReadOnlyList<IPlanner> Planners = PlannerRegistry.Create(new());

    public static Task RunAsync(Lab lab, CancellationToken cancellation)
    {
        var identities = new Numbered();
        var objects = new List<KubeObject> { new NamespaceObject { Kind = "Namespace", ApiVersion = "v1", Metadata = new() { Name = "default", Uid = "ns" } } };
        objects.AddRange(Enumerable.Range(0, Nodes).Select(BenchCluster.Node));
        objects.AddRange(Enumerable.Range(0, Deployments).Select(Deployment));
        var making = Stopwatch.StartNew();
        objects = Pass(SnapshotOf(objects), identities);
        making.Stop();
        objects = Pass(SnapshotOf(objects.Select(Started)), identities);
        var snapshot = SnapshotOf(objects);

        var all = Stopwatch.StartNew();
        Pass(snapshot, identities);
        all.Stop();
        var scheduling = SchedulingSnapshot.Of(snapshot);
        double one = Enumerable.Range(0, 50).Select(i => ScaleOne(snapshot, scheduling, identities, i)).Order().ElementAt(25);
        long memory = GC.GetTotalMemory(forceFullCollection: true) >> 20;
        GC.KeepAlive(snapshot);
        Table.Print($"The planning part of a pass, {Nodes:n0} nodes, {snapshot.CountOf(ResourceTypes.Pods):n0} pods", ["what is dirty", "took"],
            ["everything", $"{all.Elapsed.TotalSeconds:0.00} s"], ["one Deployment", $"{one:0.00} ms"], ["all of it still to be made", $"{making.Elapsed.TotalSeconds:0.00} s"]);
        Table.Budget($"one key dirty ≤ 10 ms, all ≤ 2 s, memory ≤ 1 GiB ({memory} MiB)", one <= 10 && all.Elapsed.TotalSeconds <= 2 && memory <= 1024);
        return Task.CompletedTask;
    }

    private static double ScaleOne(ClusterSnapshot snapshot, SchedulingSnapshot scheduling, Numbered identities, int i)
    {
        var deployment = (Deployment)snapshot.Find(new(ResourceTypes.Deployments, "default", $"d{i}"))!;
        var watch = Stopwatch.StartNew();
        var overlay = new Overlay(snapshot, scheduling, identities, LeaseOf);
        var run = new PlanningRun(overlay, Planners, BenchCluster.Epoch);
        var scaled = deployment with { Spec = deployment.Spec with { Replicas = Replicas + 1 }, Metadata = deployment.Metadata with { Generation = 2 } };
        overlay.Apply(new Step.Update(scaled), BenchCluster.Epoch);
        run.MarkChanged(deployment, scaled);
        run.ToFixpoint();
        int changes = overlay.NetChanges().Count;
        watch.Stop();
        foreach (var key in overlay.Touched.ToList())
            scheduling.Set(key, snapshot.Find(key));
        return changes == 3 ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{changes} changes instead of a Deployment, a set and a pod");
    }

    private static List<KubeObject> Pass(ClusterSnapshot snapshot, Numbered identities)
    {
        var overlay = new Overlay(snapshot, SchedulingSnapshot.Of(snapshot), identities, LeaseOf);
        var run = new PlanningRun(overlay, Planners, BenchCluster.Epoch);
        var all = snapshot.Types.SelectMany(t => snapshot.Entries(t)).ToList();
        foreach (var entry in all)
            run.MarkChanged(null, entry.Object);
        run.ToFixpoint();
        if (run.Failures.Count > 0)
            throw new InvalidOperationException("a planner failed", run.Failures[0].Error);
        var changes = overlay.NetChanges().ToDictionary(c => c.Key);
        return [.. all.Where(e => !changes.ContainsKey(e.Key)).Select(e => e.Object), .. changes.Values.Select(c => c.After).OfType<KubeObject>()];
    }

    private static KubeObject Started(KubeObject value) => value is not Pod pod ? value : pod with
    {
        Status = pod.Status! with
        {
            Phase = "Running",
            Conditions = pod.Status.Conditions!.Add(new Condition { Type = "Ready", Status = "True", LastTransitionTime = BenchCluster.Epoch }),
        },
    };

    private static KubeObject Deployment(int i)
    {
        var labels = ValueMap.Of(("app", $"d{i}"));
        var asked = new Deployment
        {
            Metadata = new() { Name = $"d{i}", Namespace = "default" },
            Spec = new() { Replicas = Replicas, Selector = new() { MatchLabels = labels }, Template = new() { Metadata = new() { Labels = labels }, Spec = BenchCluster.Template } },
        };
        var kind = KindRegistry.Of<Deployment>();
        var made = kind.PrepareForCreate(kind.Default(asked), BenchCluster.Epoch);
        return made with { Metadata = made.Metadata with { Uid = $"deployment-{i}" } };
    }

    private static Lease LeaseOf(string node) => new() { Spec = new() { RenewTime = BenchCluster.Epoch, LeaseDurationSeconds = 30 } };

    private static ClusterSnapshot SnapshotOf(IEnumerable<KubeObject> objects) =>
        ClusterSnapshot.Load(objects.Select(o => new SnapshotEntry(KindRegistry.KeyOf(o), new(1), o, 1000)), new StoreHead(1, new(1), new(1), ""));

    private sealed class Numbered : IObjectIdentities
    {
        private int next;

        public string NewUid() => $"{++next:x8}-0000-4000-8000-000000000000";

        public string NewSuffix(int length = 5) => $"{++next:x8}";
    }
}
