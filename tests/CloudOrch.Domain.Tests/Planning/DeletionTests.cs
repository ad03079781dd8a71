using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Planning;

public sealed class DeletionTests
{
    [Fact]
    public void Deleted_in_the_background_everything_below_follows_gracefully()
    {
        var world = Running();
        world.Delete(world.Get<Deployment>("web"));
        Assert.Null(world.TryGet<Deployment>("web"));
        world.Pass();
        Assert.Empty(world.ReplicaSets);
        Assert.All(world.Pods, p => Assert.Equal((A.Epoch.AddSeconds(30), 30L), (p.Metadata.DeletionTimestamp!.Value, p.Metadata.DeletionGracePeriodSeconds!.Value)));
        Assert.Equal(3, world.Pods.Count());
        world.NodesDoTheirWork();
        world.Settle();
        Assert.Empty(world.Pods);
    }

    [Fact]
    public void Deleted_in_the_foreground_the_owner_goes_last()
    {
        var world = Running();
        world.Delete(world.Get<Deployment>("web"), Deletion.Foreground);
        world.Pass();
        Assert.NotNull(world.Get<Deployment>("web").Metadata.DeletionTimestamp);
        Assert.Equal([Deletion.Foreground], Assert.Single(world.ReplicaSets).Metadata.Finalizers!);
        Assert.Equal(3, world.Pods.Count(p => p.Metadata.DeletionTimestamp is not null));
        world.NodesDoTheirWork(p => p != world.Pods.First());
        world.Pass();
        Assert.Single(world.ReplicaSets);
        world.NodesDoTheirWork();
        world.Settle();
        Assert.Null(world.TryGet<Deployment>("web"));
        Assert.Empty(world.ReplicaSets);
        Assert.Empty(world.Pods);
    }

    [Fact]
    public void Orphaned_dependents_stay_and_are_taken_over_by_a_successor()
    {
        var world = Running();
        string set = Assert.Single(world.ReplicaSets).Metadata.Name!;
        world.Delete(world.Get<Deployment>("web"), Deletion.Orphan);
        world.Settle();
        Assert.Null(world.TryGet<Deployment>("web"));
        Assert.Null(world.Get<ReplicaSet>(set).Metadata.OwnerReferences);
        Assert.Equal(3, world.ActivePods.Count());

        world.Put(A.Deployment("web", 3).WithUid("second"));
        world.Settle();
        Assert.Equal("second", world.Get<ReplicaSet>(set).Metadata.Controller()!.Uid);
        Assert.Single(world.ReplicaSets);
        Assert.Equal(3, world.ActivePods.Count());
    }

    [Fact]
    public void An_owner_of_the_same_name_but_another_uid_keeps_nothing_alive()
    {
        var world = new PlannerWorld().WithNodes("n1");
        var owner = A.ConfigMap("owner");
        world.Put(A.ConfigMap("dependent").OwnedBy(owner.WithUid("earlier"), controller: false));
        world.Put(owner);
        world.Settle();
        Assert.Null(world.TryGet<ConfigMap>("dependent"));
        Assert.NotNull(world.TryGet<ConfigMap>("owner"));
    }

    [Fact]
    public void With_two_owners_an_object_goes_with_the_second()
    {
        var world = new PlannerWorld();
        ConfigMap a = A.ConfigMap("a"), b = A.ConfigMap("b");
        world.Put(a);
        world.Put(b);
        world.Put(A.ConfigMap("child").OwnedBy(a, false).OwnedBy(b, false));
        world.Settle();
        world.Delete(a);
        world.Settle();
        Assert.Equal(b.Metadata.Uid, Assert.Single(world.Get<ConfigMap>("child").Metadata.OwnerReferences!).Uid);
        world.Delete(b);
        world.Settle();
        Assert.Null(world.TryGet<ConfigMap>("child"));
    }

    [Fact]
    public void A_foreign_finalizer_holds_a_dependent_and_its_owner()
    {
        var world = new PlannerWorld();
        var owner = A.ConfigMap("owner");
        world.Put(owner);
        world.Put(A.ConfigMap("child").OwnedBy(owner).WithFinalizer("example.com/keep"));
        world.Settle();
        world.Delete(owner, Deletion.Foreground);
        world.Settle();
        Assert.NotNull(world.Get<ConfigMap>("child").Metadata.DeletionTimestamp);
        Assert.NotNull(world.TryGet<ConfigMap>("owner"));
        world.Remove(world.Get<ConfigMap>("child"));
        world.Settle();
        Assert.Null(world.TryGet<ConfigMap>("owner"));
    }

    [Fact]
    public void A_namespace_is_emptied_of_each_kind_that_there_is()
    {
        var world = new PlannerWorld();
        world.Put(A.Namespace("team"));
        foreach (var kind in Kinds.KindRegistry.All.Where(k => k.Namespaced && k.Type != Kinds.ResourceTypes.Events && !k.OfTenant))
        {
            var value = KindTests.RegistryTests.Minimal(kind);
            world.Put(value with { Metadata = value.Metadata with { Namespace = "team", Uid = $"uid-{kind.Type}" } });
        }
        world.Delete(world.View.Find(new(Kinds.ResourceTypes.Namespaces, "", "team"))!);
        world.Settle();
        Assert.Empty(world.View.All);
    }

    [Fact]
    public void A_namespace_is_emptied_of_every_kind_and_then_goes()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Namespace("team"));
        world.Put(A.Deployment("web", 2).InNamespace("team"));
        world.Put(A.ConfigMap("settings").InNamespace("team"));
        world.Put(A.Deployment("web", 1));
        world.Settle();
        Assert.Equal(3, world.ActivePods.Count());

        world.Delete(world.View.Find(new(Kinds.ResourceTypes.Namespaces, "", "team"))!);
        world.Pass();
        Assert.Equal("Terminating", world.Get<NamespaceObject>("team").Status!.Phase);
        Assert.Null(world.TryGet<ConfigMap>("settings", "team"));
        Assert.Equal(2, world.Pods.Count(p => p.Metadata is { Namespace: "team", DeletionTimestamp: not null }));
        Assert.NotNull(world.TryGet<NamespaceObject>("team"));

        world.NodesDoTheirWork();
        world.Settle();
        Assert.Null(world.TryGet<NamespaceObject>("team"));
        Assert.Equal("default", Assert.Single(world.Pods).Metadata.Namespace);
    }

    [Fact]
    public void A_pod_that_no_node_runs_goes_at_once_and_one_on_a_silent_node_waits()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Pod("bound").On("n1").Ready());
        world.Put(A.Pod("waiting").Selecting("disk", "ssd"));
        world.Settle();
        world.Delete(world.Get<Pod>("waiting"));
        Assert.Null(world.TryGet<Pod>("waiting"));
        world.Delete(world.Get<Pod>("bound"));
        world.Pass();
        Assert.Equal(30, world.Get<Pod>("bound").Metadata.DeletionGracePeriodSeconds);
        world.Advance(3600, "n1");
        world.Pass();
        Assert.NotNull(world.TryGet<Pod>("bound"));

        world.Remove(world.Get<Node>("n1"));
        world.Pass();
        Assert.Null(world.TryGet<Pod>("bound"));
    }

    [Fact]
    public void A_pod_goes_whose_node_never_was_and_one_that_lost_its_last_finalizer()
    {
        var world = new PlannerWorld().WithNodes("n1");
        var held = A.Pod("held").On("n1");
        world.Put(A.Pod("lost").On("nowhere"));
        world.Put(held with { Metadata = held.Metadata with { Finalizers = ["example.com/hold"], DeletionTimestamp = A.Epoch, DeletionGracePeriodSeconds = 0 } });
        world.Pass();
        Assert.Equal("held", Assert.Single(world.Pods).Metadata.Name);
        world.Put(held with { Metadata = held.Metadata with { DeletionTimestamp = A.Epoch, DeletionGracePeriodSeconds = 0 } });
        world.Pass();
        Assert.Empty(world.Pods);
    }

    [Fact]
    public void Pods_of_a_deleted_node_are_made_elsewhere()
    {
        var world = new PlannerWorld().WithNodes("n1", "n2");
        world.Put(A.Deployment("web", 4));
        world.Settle();
        world.Remove(world.Get<Node>("n1"));
        world.Settle();
        Assert.Equal(["n2", "n2", "n2", "n2"], world.Pods.Select(p => p.Spec.NodeName));
    }

    private static PlannerWorld Running()
    {
        var world = new PlannerWorld().WithNodes("n1", "n2");
        world.Put(A.Deployment("web", 3));
        world.Settle();
        return world;
    }
}
