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

/// <summary>What a pass costs is work, counted here; its times are the benchmark's.</summary>
public sealed class PassWorkTests
{
    private const int Nodes = 1_000, Deployments = 200, Replicas = 100;

    private static readonly IReadOnlyList<IPlanner> Planners = PlannerRegistry.Create(new());

    private readonly CountedIdentities identities = new(1);

    [Fact]
    public void A_pass_over_twenty_thousand_pods_costs_what_changed()
    {
        var first = new List<KubeObject> { A.Namespace("default") };
        first.AddRange(Enumerable.Range(0, Nodes).Select(i => A.Node($"n{i}")));
        first.AddRange(Enumerable.Range(0, Deployments).Select(i => A.Deployment($"d{i}", Replicas)));
        var snapshot = SnapshotOf(first);
        var made = Pass(snapshot);
        var ready = made.Select(o => o is Pod pod ? pod.Ready(A.Epoch) : o).ToList();
        var settled = Pass(SnapshotOf(ready));
        snapshot = SnapshotOf(settled);
        var scheduling = SchedulingSnapshot.Of(snapshot);

        for (int i = 0; i < 20; i++)
        {
            var deployment = (Deployment)snapshot.Find(new(ResourceTypes.Deployments, "default", $"d{i}"))!;
            var overlay = new Overlay(snapshot, scheduling, identities, LeaseOf);
            var run = new PlanningRun(overlay, Planners, A.Epoch);
            var scaled = deployment with { Spec = deployment.Spec with { Replicas = Replicas + 1 }, Metadata = deployment.Metadata with { Generation = 2 } };
            overlay.Apply(new Step.Update(scaled), A.Epoch);
            run.MarkChanged(deployment, scaled);
            run.ToFixpoint();
            var changes = overlay.NetChanges();
            Assert.Equal(3, changes.Count);
            Assert.True(run.WasPlanned("deployment", KindRegistry.KeyOf(deployment)));
            Assert.DoesNotContain(Enumerable.Range(0, Deployments).Where(d => d != i),
                d => run.WasPlanned("deployment", new(ResourceTypes.Deployments, "default", $"d{d}")));
            foreach (var key in overlay.Touched.ToList())
                scheduling.Set(key, snapshot.Find(key));
        }

        Assert.Equal(Deployments * Replicas, snapshot.CountOf(ResourceTypes.Pods));
    }

    private List<KubeObject> Pass(ClusterSnapshot snapshot)
    {
        var scheduling = SchedulingSnapshot.Of(snapshot);
        var overlay = new Overlay(snapshot, scheduling, identities, LeaseOf);
        var run = new PlanningRun(overlay, Planners, A.Epoch);
        foreach (var entry in snapshot.Types.SelectMany(t => snapshot.Entries(t)))
            run.MarkChanged(null, entry.Object);
        run.ToFixpoint();
        Assert.Empty(run.Failures);
        var changes = overlay.NetChanges().ToDictionary(c => c.Key);
        return [.. snapshot.Types.SelectMany(t => snapshot.Entries(t)).Where(e => !changes.ContainsKey(e.Key)).Select(e => e.Object)
            .Concat(changes.Values.Select(c => c.After).OfType<KubeObject>())];
    }

    private static Lease? LeaseOf(string node) => new() { Spec = new() { RenewTime = A.Epoch, LeaseDurationSeconds = 30 } };

    private static ClusterSnapshot SnapshotOf(IEnumerable<KubeObject> objects) =>
        ClusterSnapshot.Load(objects.Select(o => new SnapshotEntry(KindRegistry.KeyOf(o), new(1), o, 1000)), new StoreHead(1, new(1), new(1), ""));
}
