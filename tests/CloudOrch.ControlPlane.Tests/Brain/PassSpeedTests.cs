using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>Budgets of the planning part of a pass: one dirty key ≤ 10 ms, all dirty ≤ 2 s for 100,000 pods. The bounds leave room for a loaded machine; the numbers are said.</summary>
public sealed class PassSpeedTests
{
    private const int Nodes = 1_000, Deployments = 200, Replicas = 100;

    private static readonly IReadOnlyList<IPlanner> Planners = PlannerRegistry.Create(new());

    private readonly CountedIdentities identities = new(1);

    [Fact]
    [Trait("Category", "Speed")]
    public void A_pass_over_twenty_thousand_pods_costs_what_changed()
    {
        var first = new List<KubeObject> { A.Namespace("default") };
        first.AddRange(Enumerable.Range(0, Nodes).Select(i => A.Node($"n{i}")));
        first.AddRange(Enumerable.Range(0, Deployments).Select(i => A.Deployment($"d{i}", Replicas)));
        var snapshot = SnapshotOf(first);
        var (made, making) = Pass(snapshot, all: true);
        var ready = made.Select(o => o is Pod pod ? pod.Ready(A.Epoch) : o).ToList();
        var (settled, _) = Pass(SnapshotOf(ready), all: true);
        snapshot = SnapshotOf(settled);
        var scheduling = SchedulingSnapshot.Of(snapshot);

        var (_, all) = Pass(snapshot, all: true);
        var one = TimeSpan.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            var deployment = (Deployment)snapshot.Find(new(ResourceTypes.Deployments, "default", $"d{i}"))!;
            long started = TimeProvider.System.GetTimestamp();
            var overlay = new Overlay(snapshot, scheduling, identities, LeaseOf);
            var run = new PlanningRun(overlay, Planners, A.Epoch);
            var scaled = deployment with { Spec = deployment.Spec with { Replicas = Replicas + 1 }, Metadata = deployment.Metadata with { Generation = 2 } };
            overlay.Apply(new Step.Update(scaled), A.Epoch);
            run.MarkChanged(deployment, scaled);
            run.ToFixpoint();
            var changes = overlay.NetChanges();
            var took = TimeProvider.System.GetElapsedTime(started);
            Assert.Equal(3, changes.Count);
            one = took < one ? took : one;
            foreach (var key in overlay.Touched.ToList())
                scheduling.Set(key, snapshot.Find(key));
        }

        Assert.Equal(Deployments * Replicas, snapshot.CountOf(ResourceTypes.Pods));
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"made {making.TotalSeconds:0.00} s, all dirty {all.TotalSeconds:0.00} s, one dirty {one.TotalMilliseconds:0.00} ms"));
        Assert.True(all < TimeSpan.FromSeconds(60), $"all dirty took {all.TotalSeconds:0.0} s");
        Assert.True(one < TimeSpan.FromMilliseconds(200), $"one dirty took {one.TotalMilliseconds:0} ms");
    }

    private (List<KubeObject> After, TimeSpan Took) Pass(ClusterSnapshot snapshot, bool all)
    {
        long started = TimeProvider.System.GetTimestamp();
        var scheduling = SchedulingSnapshot.Of(snapshot);
        var overlay = new Overlay(snapshot, scheduling, identities, LeaseOf);
        var run = new PlanningRun(overlay, Planners, A.Epoch);
        foreach (var entry in snapshot.Types.SelectMany(t => snapshot.Entries(t)))
        {
            if (all)
                run.MarkChanged(null, entry.Object);
        }
        run.ToFixpoint();
        Assert.Empty(run.Failures);
        var changes = overlay.NetChanges().ToDictionary(c => c.Key);
        var took = TimeProvider.System.GetElapsedTime(started);
        var after = snapshot.Types.SelectMany(t => snapshot.Entries(t)).Where(e => !changes.ContainsKey(e.Key)).Select(e => e.Object)
            .Concat(changes.Values.Select(c => c.After).OfType<KubeObject>()).ToList();
        return (after, took);
    }

    private static Lease? LeaseOf(string node) => new() { Spec = new() { RenewTime = A.Epoch, LeaseDurationSeconds = 30 } };

    private static ClusterSnapshot SnapshotOf(IEnumerable<KubeObject> objects) =>
        ClusterSnapshot.Load(objects.Select(o => new SnapshotEntry(KindRegistry.KeyOf(o), new(1), o, 1000)), new StoreHead(1, new(1), new(1), ""));
}
