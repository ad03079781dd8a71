using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Planning;

public sealed class RolloutTests
{
    [Fact]
    public void A_new_Deployment_becomes_bound_pods_in_one_pass()
    {
        var world = new PlannerWorld().WithNodes("n1", "n2", "n3");
        world.Put(A.Deployment("web", 3));

        var changes = world.Pass();

        var set = Assert.Single(world.ReplicaSets);
        Assert.Equal(3, set.Spec.Replicas);
        Assert.Equal("web", set.Metadata.Controller()!.Name);
        string hash = set.Metadata.Labels!["pod-template-hash"];
        Assert.Equal($"web-{hash}", set.Metadata.Name);
        Assert.Equal(hash, set.Spec.Selector!.MatchLabels!["pod-template-hash"]);
        Assert.Equal("1", set.Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        Assert.Equal("3", set.Metadata.Annotations!["deployment.kubernetes.io/desired-replicas"]);
        Assert.Equal("4", set.Metadata.Annotations!["deployment.kubernetes.io/max-replicas"]);
        Assert.Equal(["n1", "n2", "n3"], world.Pods.Select(p => p.Spec.NodeName).Order());
        Assert.All(world.Pods, p =>
        {
            Assert.StartsWith($"web-{hash}-", p.Metadata.Name, StringComparison.Ordinal);
            Assert.Equal("Pending", p.Status!.Phase);
            Assert.Equal("True", p.Status.Conditions.Find("PodScheduled")!.Status);
            Assert.Equal(set.Metadata.Uid, p.Metadata.Controller()!.Uid);
            Assert.Equal(world.Now, p.Metadata.CreationTimestamp);
        });
        var status = world.Get<Deployment>("web").Status!;
        Assert.Equal((1, 3, 3, 0, 3), (status.ObservedGeneration, status.Replicas, status.UpdatedReplicas, status.AvailableReplicas, status.UnavailableReplicas));
        Assert.Equal("1", world.Get<Deployment>("web").Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        Assert.Equal(5, changes.Count);
        Assert.Contains(world.Events, e => e is { Reason: "ScalingReplicaSet" } && e.Message == $"Scaled up replica set web-{hash} from 0 to 3");
        Assert.Equal(3, world.Events.Count(e => e.Reason == "SuccessfulCreate" && e.Message.StartsWith($"Created pod: web-{hash}-", StringComparison.Ordinal)));
        Assert.Equal(3, world.Events.Count(e => e.Reason == "Scheduled" && e.Message.StartsWith($"Successfully assigned default/web-{hash}-", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_settled_Deployment_says_so()
    {
        var world = Running("web", 3);
        var status = world.Get<Deployment>("web").Status!;
        Assert.Equal((3, 3, 3, 0), (status.Replicas, status.ReadyReplicas, status.AvailableReplicas, status.UnavailableReplicas));
        Assert.Equal(("True", "MinimumReplicasAvailable"), Of(status.Conditions.Find("Available")!));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Of(status.Conditions.Find("Progressing")!));
        Assert.Empty(world.Pass(all: true));
    }

    [Fact]
    public void A_roll_out_keeps_availability_and_surge_and_undo_takes_the_old_set_again()
    {
        var world = Running("web", 10);
        string first = Assert.Single(world.ReplicaSets).Metadata.Name!;

        world.SetImage("web", "busybox:2");
        world.Settle(() => CheckBudget(world, "web"));

        Assert.Equal(2, world.ReplicaSets.Count());
        Assert.All(world.ActivePods, p => Assert.Equal("busybox:2", p.Spec.Containers[0].Image));
        Assert.Equal("2", world.Get<Deployment>("web").Metadata.Annotations!["deployment.kubernetes.io/revision"]);

        world.SetImage("web", "busybox:1");
        world.Settle(() => CheckBudget(world, "web"));

        var again = world.Get<ReplicaSet>(first);
        Assert.Equal(10, again.Spec.Replicas);
        Assert.Equal("3", again.Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        Assert.Equal("1", again.Metadata.Annotations!["deployment.kubernetes.io/revision-history"]);
        Assert.Equal("3", world.Get<Deployment>("web").Metadata.Annotations!["deployment.kubernetes.io/revision"]);
        Assert.Equal(10, world.ActivePods.Count());
    }

    /// <summary>kubectl rollout undo reads the old template into its types and writes those back.</summary>
    [Theory]
    [InlineData("{}", "{}", true)]
    [InlineData("""{"metadata":{"creationTimestamp":null,"labels":{"a":"b"}}}""", """{"metadata":{"labels":{"a":"b"}}}""", true)]
    [InlineData("""{"spec":{"containers":[{"name":"a","resources":{},"env":[],"args":[],"tty":false}]}}""", """{"spec":{"containers":[{"name":"a"}]}}""", true)]
    [InlineData("""{"spec":{"containers":[{"name":"a","env":[{"name":"A","value":""}]}]}}""", """{"spec":{"containers":[{"name":"a","env":[{"name":"A"}]}]}}""", true)]
    [InlineData("""{"spec":{"securityContext":{},"containers":[]}}""", """{"spec":{"containers":[]}}""", true)]
    [InlineData("""{"spec":{"containers":[{"name":"a","livenessProbe":{"initialDelaySeconds":0}}]}}""", """{"spec":{"containers":[{"name":"a","livenessProbe":{}}]}}""", true)]
    [InlineData("""{"metadata":{"labels":{"a":""}}}""", """{"metadata":{"labels":{}}}""", false)]
    [InlineData("""{"spec":{"terminationGracePeriodSeconds":0}}""", "{}", false)]
    [InlineData("""{"spec":{"automountServiceAccountToken":false}}""", "{}", false)]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"b:1"}]}}""", """{"spec":{"containers":[{"name":"a","image":"b:2"}]}}""", false)]
    public void Templates_are_the_same_when_they_differ_in_empty_fields_only(string a, string b, bool same)
    {
        Assert.Equal(same, PodTemplateHash.Same(Template(a), Template(b)));
        Assert.Equal(same, PodTemplateHash.Same(Template(b), Template(a)));

        static PodTemplateSpec Template(string json) => KubeJson.Read<PodTemplateSpec>(Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public void A_crashing_roll_out_stops_with_the_old_pods_in_place()
    {
        var world = Running("web", 10);
        world.SetImage("web", "broken:1");
        for (int i = 0; i < 20; i++)
        {
            world.Pass();
            world.NodesDoTheirWork(p => p.Metadata.DeletionTimestamp is not null);
        }
        // 25 % of 10: 3 above, 2 missing, so 8 old ones serve and 5 new ones crash.
        Assert.Equal(8, world.ActivePods.Count(p => p.IsReady()));
        Assert.Equal(5, world.ActivePods.Count(p => p.Spec.Containers[0].Image == "broken:1"));
        Assert.Equal(("True", "ReplicaSetUpdated"), Of(world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!));

        world.Advance(601);
        world.Pass();

        var late = world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!;
        Assert.Equal(("False", "ProgressDeadlineExceeded"), Of(late));
        Assert.EndsWith("has timed out progressing.", late.Message, StringComparison.Ordinal);
        Assert.Equal(8, world.ActivePods.Count(p => p.IsReady()));

        world.SetImage("web", "busybox:1");
        world.Settle(() => CheckBudget(world, "web"));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Of(world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!));
        Assert.Equal(10, world.ActivePods.Count());
    }

    [Fact]
    public void Pods_that_crashed_before_the_roll_out_go_first_and_an_unready_one_does_not_pay_for_a_ready_one()
    {
        var world = Running("web", 10);
        world.Put(world.Pods.First().Running(ready: false));
        world.SetImage("web", "broken:1");
        for (int i = 0; i < 10; i++)
        {
            world.Pass();
            world.NodesDoTheirWork(p => p.Metadata.DeletionTimestamp is not null);
        }
        Assert.Equal(8, world.ActivePods.Count(p => p.IsReady()));
        Assert.Equal(8, world.ActivePods.Count(p => p.Spec.Containers[0].Image == "busybox:1"));
    }

    /// <summary>Kubernetes' documentation: 10 replicas, maxSurge 3, maxUnavailable 2, a bad image, scaled to 15 in the middle.</summary>
    [Fact]
    public void Scaling_in_the_middle_of_a_roll_out_is_proportional()
    {
        var world = new PlannerWorld().WithNodes("n1", "n2");
        world.Put(A.Deployment("web", 10).Rolling(2, 3));
        world.Settle();
        world.SetImage("web", "broken:1");
        for (int i = 0; i < 5; i++)
        {
            world.Pass();
            world.NodesDoTheirWork(p => p.Metadata.DeletionTimestamp is not null);
        }
        Assert.Equal([5, 8], world.ReplicaSets.Select(s => s.Spec.Replicas!.Value).Order());

        world.Scale("web", 15);
        world.Pass();

        Assert.Equal([7, 11], world.ReplicaSets.Select(s => s.Spec.Replicas!.Value).Order());
    }

    [Fact]
    public void Recreate_waits_for_the_last_old_pod_to_be_gone()
    {
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(A.Deployment("db", 3).Recreating());
        world.Settle();
        world.SetImage("db", "busybox:2");
        world.Pass();
        Assert.All(world.Pods, p => Assert.NotNull(p.Metadata.DeletionTimestamp));
        Assert.Single(world.ReplicaSets);

        var last = world.Pods.First();
        world.NodesDoTheirWork(p => p.Metadata.Name != last.Metadata.Name);
        world.Pass();
        Assert.Equal(last.Metadata.Name, Assert.Single(world.Pods).Metadata.Name);

        world.NodesDoTheirWork();
        world.Settle(() => Assert.True(world.Pods.Select(p => p.Spec.Containers[0].Image).Distinct().Count() <= 1));
        Assert.Equal(3, world.ActivePods.Count(p => p.Spec.Containers[0].Image == "busybox:2" && p.IsReady()));
    }

    [Fact]
    public void A_paused_Deployment_scales_but_does_not_roll()
    {
        var world = Running("web", 4);
        world.Edit<Deployment>("web", d => d with { Spec = d.Spec with { Paused = true } });
        world.SetImage("web", "busybox:2");
        world.Scale("web", 6);
        world.Settle();
        Assert.Single(world.ReplicaSets);
        Assert.Equal(6, world.ActivePods.Count(p => p.Spec.Containers[0].Image == "busybox:1"));
        Assert.Equal(("Unknown", "DeploymentPaused"), Of(world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!));

        world.Edit<Deployment>("web", d => d with { Spec = d.Spec with { Paused = null } });
        world.Settle(() => CheckBudget(world, "web"));
        Assert.Equal(6, world.ActivePods.Count(p => p.Spec.Containers[0].Image == "busybox:2"));
        Assert.Equal(("True", "NewReplicaSetAvailable"), Of(world.Get<Deployment>("web").Status!.Conditions.Find("Progressing")!));
    }

    [Fact]
    public void History_is_kept_to_its_limit()
    {
        var world = Running("web", 1);
        world.Edit<Deployment>("web", d => d with { Spec = d.Spec with { RevisionHistoryLimit = 2 } });
        for (int i = 2; i <= 6; i++)
        {
            world.SetImage("web", $"busybox:{i}");
            world.Settle();
        }
        Assert.Equal(["4", "5", "6"], world.ReplicaSets.Select(s => s.Metadata.Annotations!["deployment.kubernetes.io/revision"]).Order());
    }

    [Fact]
    public void A_pod_counts_as_available_only_after_minReadySeconds()
    {
        var world = new PlannerWorld().WithNodes("n1");
        var deployment = A.Deployment("web", 2);
        world.Put(deployment with { Spec = deployment.Spec with { MinReadySeconds = 10 } });
        world.Settle();
        var status = world.Get<Deployment>("web").Status!;
        Assert.Equal((2, 0), (status.ReadyReplicas, status.AvailableReplicas));
        Assert.Equal(A.Epoch.AddSeconds(10), world.NextWake);

        world.Advance(10);
        world.Settle();
        Assert.Equal(2, world.Get<Deployment>("web").Status!.AvailableReplicas);
    }

    [Fact]
    public void A_hash_that_another_set_has_taken_is_counted_as_collision()
    {
        var world = new PlannerWorld().WithNodes("n1");
        var deployment = A.Deployment("web", 1);
        string taken = $"web-{PodTemplateHash.Of(deployment.Spec.Template, 0)}";
        world.Put(A.ReplicaSet(taken, 0));
        world.Put(deployment);
        world.Settle();
        Assert.Equal(1, world.Get<Deployment>("web").Status!.CollisionCount);
        Assert.NotNull(world.TryGet<ReplicaSet>($"web-{PodTemplateHash.Of(deployment.Spec.Template, 1)}"));
    }

    [Fact]
    public void Random_edits_keep_the_budgets_and_settle() => Seeds.Each(60, seed =>
    {
        var random = new Random(seed);
        var world = new PlannerWorld(seed).WithNodes("n1", "n2", "n3");
        var deployment = A.Deployment("web", random.Next(0, 12)).Rolling(random.Next(0, 4), random.Next(0, 4));
        world.Put(deployment);
        world.Settle();
        for (int i = 0; i < 12; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                    world.SetImage("web", $"busybox:{random.Next(1, 5)}");
                    break;
                case 1:
                    world.Scale("web", random.Next(0, 12));
                    break;
                default:
                    break;
            }
            int before = world.ActivePods.Count(p => p.IsReady());
            world.Pass();
            CheckFloor(world, before);
            world.NodesDoTheirWork(p => random.Next(2) == 0);
        }
        world.Settle();
        var done = world.Get<Deployment>("web");
        Assert.Equal(done.Spec.Replicas, world.ActivePods.Count(p => p.IsReady() && p.Spec.Containers[0].Image == done.Spec.Template.Spec.Containers[0].Image));
        Assert.Equal(done.Spec.Replicas, world.Pods.Count());
        Assert.Empty(world.Pass(all: true));
    });

    private static PlannerWorld Running(string name, int replicas)
    {
        var world = new PlannerWorld().WithNodes("n1", "n2", "n3");
        world.Put(A.Deployment(name, replicas));
        world.Settle();
        return world;
    }

    private static (string, string?) Of(Condition condition) => (condition.Status, condition.Reason);

    private static void CheckBudget(PlannerWorld world, string name)
    {
        var deployment = world.Get<Deployment>(name);
        int desired = deployment.Spec.Replicas!.Value;
        var rolling = deployment.Spec.Strategy!.RollingUpdate!;
        int ready = world.ActivePods.Count(p => p.IsReady());
        Assert.True(ready >= desired - rolling.MaxUnavailable!.Value.Of(desired, false), $"{ready} of {desired} are available");
        int sizes = world.ReplicaSets.Sum(s => s.Spec.Replicas!.Value);
        Assert.True(sizes <= desired + rolling.MaxSurge!.Value.Of(desired, true), $"{sizes} are wanted together, of {desired}");
    }

    /// <summary>The planners alone never take ready pods below the floor; scaling down takes the surplus only.</summary>
    private static void CheckFloor(PlannerWorld world, int readyBefore)
    {
        var deployment = world.Get<Deployment>("web");
        int desired = deployment.Spec.Replicas!.Value;
        var rolling = deployment.Spec.Strategy!.RollingUpdate!;
        int surge = rolling.MaxSurge!.Value.Number, unavailable = rolling.MaxUnavailable!.Value.Number;
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        int ready = world.ActivePods.Count(p => p.IsReady());
        Assert.True(ready >= Math.Min(readyBefore, desired - unavailable), $"ready went from {readyBefore} to {ready}, {desired} wanted, {unavailable} may be missing");
        Assert.True(world.ActivePods.Count() <= Math.Max(desired + surge, world.ReplicaSets.Sum(s => s.Spec.Replicas!.Value)), "more pods than surge allows");
    }
}
