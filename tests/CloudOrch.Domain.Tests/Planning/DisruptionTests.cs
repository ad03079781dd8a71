using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.DaemonSets;
using CloudOrch.Domain.Kinds.PodDisruptionBudgets;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.StatefulSets;
using CloudOrch.Domain.Planning;
using CloudOrch.Testing;
using CloudOrch.Testing.Planning;

namespace CloudOrch.Domain.Tests.Planning;

/// <summary>What budgets count, which evictions they grant, and what their status says.</summary>
public sealed class DisruptionTests
{
    private static PodDisruptionBudget Budget(string name, IntOrString? minAvailable = null, IntOrString? maxUnavailable = null, string app = "web", string? policy = null) =>
        A.Stored(new PodDisruptionBudget
        {
            Metadata = new() { Name = name, Namespace = "default" },
            Spec = new()
            {
                MinAvailable = minAvailable, MaxUnavailable = maxUnavailable, UnhealthyPodEvictionPolicy = policy,
                Selector = new() { MatchLabels = ValueMap.Of(("app", app)) },
            },
        });

    private static IntOrString? Amount(string? text) => text is null ? null : int.TryParse(text, out int number) ? number : text;

    /// <summary>A Deployment whose pods have started, and some of them are ready.</summary>
    private static PlannerWorld Running(int replicas, int ready, params KubeObject[] more)
    {
        var world = new PlannerWorld().WithNodes("n1", "n2");
        world.Put(A.Namespace("default"));
        world.Put(A.Deployment("web", replicas));
        world.Settle();
        foreach (var pod in world.Pods.Skip(ready).ToList())
            world.Put(pod.Running());
        foreach (var value in more)
            world.Put(value);
        world.Pass();
        return world;
    }

    private static EvictionVerdict Judge(PlannerWorld world, bool ready = true) => EvictionRules.Judge(world.View, world.ActivePods.First(p => p.IsReady() == ready));

    /// <summary>Kubernetes' examples, and its rounding: up, for both amounts.</summary>
    [Theory]
    [InlineData("2", null, 3, 3, 3, 2, 1)]
    [InlineData("3", null, 3, 3, 3, 3, 0)]
    [InlineData("9", null, 3, 3, 3, 9, 0)]
    [InlineData("0", null, 3, 3, 3, 0, 3)]
    [InlineData("2", null, 3, 1, 3, 2, 0)]
    [InlineData("50%", null, 7, 7, 7, 4, 3)]
    [InlineData("100%", null, 7, 7, 7, 7, 0)]
    [InlineData(null, "1", 3, 3, 3, 2, 1)]
    [InlineData(null, "1", 3, 2, 3, 2, 0)]
    [InlineData(null, "0", 3, 3, 3, 3, 0)]
    [InlineData(null, "9", 3, 3, 3, 0, 3)]
    [InlineData(null, "50%", 7, 7, 7, 3, 4)]
    [InlineData(null, null, 3, 3, 0, 0, 0)]
    public void A_budget_counts_as_in_Kubernetes(string? minAvailable, string? maxUnavailable, int replicas, int ready, int expected, int desired, int allowed)
    {
        var world = Running(replicas, ready, Budget("b", Amount(minAvailable), Amount(maxUnavailable)));
        var status = world.Get<PodDisruptionBudget>("b").Status!;
        Assert.Equal((expected, ready, desired, allowed, (long?)1), (status.ExpectedPods, status.CurrentHealthy, status.DesiredHealthy, status.DisruptionsAllowed, status.ObservedGeneration));
        var condition = Assert.Single(status.Conditions!);
        Assert.Equal(("DisruptionAllowed", allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods"), (condition.Type, condition.Status, condition.Reason));
        Assert.Equal(allowed > 0, Judge(world) is EvictionVerdict.Granted);
    }

    [Fact]
    public void A_percentage_is_of_what_the_controllers_want_and_not_of_the_pods_that_there_are()
    {
        // One pod of ten runs: half of ten are missing.
        var world = Running(10, 10, Budget("b", minAvailable: "50%"));
        foreach (var pod in world.Pods.Skip(1).ToList())
            world.Remove(pod);
        var verdict = Assert.IsType<EvictionVerdict.OverBudget>(Judge(world));
        Assert.Equal((10, 1, 5), (verdict.Counts.ExpectedPods, verdict.Counts.CurrentHealthy, verdict.Counts.DesiredHealthy));
    }

    [Fact]
    public void The_sets_of_one_Deployment_count_once_and_other_controllers_are_added()
    {
        var set = A.Stored(new StatefulSet
        {
            Metadata = new() { Name = "db", Namespace = "default" },
            Spec = new() { Replicas = 4, ServiceName = "db", Selector = new() { MatchLabels = ValueMap.Of(("app", "web")) }, Template = A.Deployment("web").Spec.Template },
        });
        var world = Running(2, 2, set, Budget("b", maxUnavailable: 1));
        world.SetImage("web", "busybox:2");
        world.Put(A.Pod("db-0").Labelled("app", "web").OwnedBy(set).On("n1").Ready());
        world.Pass();
        Assert.Equal(2, world.ActivePods.Where(p => p.Metadata.Controller()!.Kind == "ReplicaSet").Select(p => p.Metadata.Controller()!.Name).Distinct().Count());
        Assert.Equal(2 + 4, BudgetView.Of(world.View, world.Get<PodDisruptionBudget>("b")).ExpectedPods);
    }

    [Fact]
    public void Pods_whose_replicas_cannot_be_known_stay_and_the_status_says_why()
    {
        var daemons = A.Stored(new DaemonSet
        {
            Metadata = new() { Name = "agent", Namespace = "default" },
            Spec = new() { Selector = new() { MatchLabels = ValueMap.Of(("app", "web")) }, Template = A.Deployment("web").Spec.Template },
        });
        var world = new PlannerWorld().WithNodes("n1");
        world.Put(daemons);
        world.Put(A.Pod("d").Labelled("app", "web").OwnedBy(daemons).On("n1").Ready());
        world.Put(Budget("share", maxUnavailable: 1));
        world.Pass();
        Assert.Equal("daemonsets.apps does not implement the scale subresource", Assert.IsType<EvictionVerdict.OverBudget>(Judge(world)).Counts.Failure);
        var failed = Assert.Single(world.Get<PodDisruptionBudget>("share").Status!.Conditions!);
        Assert.Equal(("False", "SyncFailed", "daemonsets.apps does not implement the scale subresource"), (failed.Status, failed.Reason, failed.Message));
        Assert.Contains(world.Events, e => e is { Reason: "CalculateExpectedPodCountFailed", Warning: true });

        // A number of pods that have to stay needs no controller.
        world.Edit<PodDisruptionBudget>("share", b => b with { Spec = b.Spec with { MaxUnavailable = null, MinAvailable = 0 } });
        world.Pass();
        Assert.IsType<EvictionVerdict.Granted>(Judge(world));
        var status = world.Get<PodDisruptionBudget>("share").Status!;
        Assert.Equal(("True", (long?)2), (status.Conditions![0].Status, status.ObservedGeneration));
    }

    [Fact]
    public void A_controller_that_is_gone_lets_no_pod_go()
    {
        var world = new PlannerWorld().WithNodes("n1");
        var gone = A.ReplicaSet("gone");
        world.View.Set(A.Pod("p").Labelled("app", "web").OwnedBy(gone).On("n1").Ready());
        world.View.Set(Budget("b", maxUnavailable: "100%"));
        Assert.Equal("found no controllers for pod \"p\"", Assert.IsType<EvictionVerdict.OverBudget>(Judge(world)).Counts.Failure);
        // Another of its name is not it.
        world.View.Set(gone.WithUid("another"));
        Assert.IsType<EvictionVerdict.OverBudget>(Judge(world));
        world.View.Set(gone);
        Assert.IsType<EvictionVerdict.Granted>(Judge(world));
    }

    [Fact]
    public void An_empty_selector_means_all_pods_of_the_namespace_and_an_absent_one_none()
    {
        var world = new PlannerWorld();
        var pod = A.Pod("p").On("n1").Ready();
        world.View.Set(pod);
        world.View.Set(A.Pod("p").InNamespace("other").On("n1").Ready());
        var budget = Budget("b", minAvailable: 1);
        PodDisruptionBudget Selecting(LabelSelector? selector) => budget with { Spec = budget.Spec with { Selector = selector } };

        world.View.Set(Selecting(null));
        Assert.IsType<EvictionVerdict.Granted>(EvictionRules.Judge(world.View, pod));
        world.View.Set(Selecting(new()));
        Assert.Equal(1, Assert.IsType<EvictionVerdict.OverBudget>(EvictionRules.Judge(world.View, pod)).Counts.CurrentHealthy);
        Assert.IsType<EvictionVerdict.Granted>(EvictionRules.Judge(world.View, world.Get<Pod>("p", "other")));
    }

    /// <summary>4 are wanted.</summary>
    [Theory]
    [InlineData(null, "4", 4, true)]
    [InlineData(null, "4", 3, false)]
    [InlineData("IfHealthyBudget", "4", 3, false)]
    [InlineData("IfHealthyBudget", "4", 4, true)]
    [InlineData("IfHealthyBudget", "3", 4, true)]
    [InlineData("AlwaysAllow", "4", 0, true)]
    public void A_pod_that_is_not_ready_goes_when_enough_others_are_or_always(string? policy, string minAvailable, int ready, bool granted)
    {
        var world = Running(5, ready, Budget("b", minAvailable: Amount(minAvailable), policy: policy));
        Assert.Equal(granted, Judge(world, ready: false) is EvictionVerdict.Granted);
        if (ready is > 0 and <= 4 && minAvailable == "4")
            Assert.IsType<EvictionVerdict.OverBudget>(Judge(world));
    }

    [Fact]
    public void Pods_that_serve_nobody_always_go_whatever_their_budgets()
    {
        var world = new PlannerWorld();
        world.View.Set(Budget("a", minAvailable: 9));
        world.View.Set(Budget("b", minAvailable: 9));
        var pod = A.Pod("p").Labelled("app", "web").On("n1");
        foreach (var idle in new[] { pod, pod.Finished(0), pod.Finished(1), pod.Ready().Deleting(A.Epoch) })
        {
            world.View.Set(idle);
            Assert.IsType<EvictionVerdict.Granted>(EvictionRules.Judge(world.View, idle));
        }
        world.View.Set(pod.Ready());
        Assert.IsType<EvictionVerdict.SeveralBudgets>(EvictionRules.Judge(world.View, pod.Ready()));
    }

    [Fact]
    public void The_status_follows_pods_replicas_and_the_budget_itself()
    {
        var world = Running(3, 3, Budget("b", maxUnavailable: 1), Budget("none", minAvailable: 1, app: "other"));
        PodDisruptionBudgetStatus Status() => world.Get<PodDisruptionBudget>("b").Status!;
        Assert.Equal(1, Status().DisruptionsAllowed);
        Assert.Equal("No matching pods found", Assert.Single(world.Events, e => e.About.Metadata.Name == "none").Message);

        world.Put(world.Pods.First().Running());
        world.Advance(5);
        world.Pass();
        Assert.Equal((0, 2, A.Epoch.AddSeconds(5)), (Status().DisruptionsAllowed, Status().CurrentHealthy, Status().Conditions![0].LastTransitionTime));

        world.Scale("web", 5);
        world.Settle();
        Assert.Equal((5, 4), (Status().ExpectedPods, Status().DesiredHealthy));
        world.Edit<PodDisruptionBudget>("b", b => b with { Spec = b.Spec with { MaxUnavailable = 3 } });
        world.Settle();
        Assert.Equal((2, (long?)2), (Status().DesiredHealthy, Status().ObservedGeneration));
        Assert.Empty(world.Pass(all: true));

        // A pod that loses the label is none of its pods any more.
        var pod = world.ActivePods.First();
        world.Put(pod.Labelled("app", "debugged"));
        world.Pass();
        Assert.Equal(world.ActivePods.Count(p => p.IsReady() && p.Metadata.Labels!["app"] == "web"), Status().CurrentHealthy);
    }

    /// <summary>Random clients evict whatever they can, while pods come, go and fail: no eviction leaves too few.</summary>
    [Fact]
    public void No_eviction_leaves_fewer_healthy_pods_than_the_budget_wants() => Seeds.Each(300, seed =>
    {
        var random = new Random(seed);
        int replicas = random.Next(1, 7);
        string amount = random.Next(2) == 0 ? $"{random.Next(0, 8)}" : $"{random.Next(0, 101)}%";
        var world = Running(replicas, replicas, random.Next(2) == 0 ? Budget("b", minAvailable: Amount(amount)) : Budget("b", maxUnavailable: Amount(amount)));
        for (int turn = 0; turn < 25; turn++)
        {
            var pods = world.Pods.ToList();
            var pod = pods[random.Next(pods.Count)];
            switch (random.Next(5))
            {
                case 0:
                    world.NodesDoTheirWork();
                    break;
                case 1 when pod.IsActive() && pod.Spec.NodeName is not null:
                    world.Put(pod.Running());
                    break;
                case 2:
                    world.Pass();
                    break;
                default:
                    bool wasHealthy = pod.IsActive() && pod.IsReady();
                    if (EvictionRules.Judge(world.View, pod) is not EvictionVerdict.Granted || Deletion.Begin(pod, world.Now) is null)
                        break;
                    world.Delete(pod);
                    var after = BudgetView.Of(world.View, world.Get<PodDisruptionBudget>("b"));
                    Assert.True(!wasHealthy || after.CurrentHealthy >= after.DesiredHealthy, $"turn {turn}: {pod.Metadata.Name} went, which leaves {after}");
                    break;
            }
            if (!world.Pods.Any())
                world.Pass();
        }
    });
}
