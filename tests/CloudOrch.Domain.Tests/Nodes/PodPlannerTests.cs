using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Domain.Tests.Nodes;

public sealed class PodPlannerTests
{
    private static Container Main => new() { Name = "main", Image = "busybox:1" };

    private static PodSpec Spec(string? policy = null) => new() { Containers = [Main], RestartPolicy = policy };

    [Fact]
    public void A_new_pod_gets_its_sandbox_and_image_side_by_side_and_then_its_container()
    {
        var world = new PodWorld(Spec());

        Assert.Equal(["sandbox 0", "image main"], world.PlanOnly().Select(PodWorld.Name));
        Assert.Equal(("Pending", "ContainerCreating"), (world.Status.Phase, world.StatusOf().State!.Waiting!.Reason));
        Assert.Equal(["sandbox 0", "image main", "run main 0"], world.Settle());

        Assert.Equal(("Running", "10.1.0.7", "192.0.2.1"), (world.Status.Phase, world.Status.PodIp, world.Status.HostIp));
        Assert.Equal((true, 0, "docker://c2", "sha256:1"), (world.StatusOf().Ready, world.StatusOf().RestartCount, world.StatusOf().ContainerId, world.View.Images["main"].ImageId));
        Assert.All(world.Status.Conditions!, c => Assert.Equal("True", c.Status));
        Assert.Null(world.Last.WakeAt);
    }

    [Fact]
    public void Init_containers_run_one_after_the_other_before_the_others()
    {
        var world = new PodWorld(Spec() with { InitContainers = [Main with { Name = "one" }, Main with { Name = "two" }] });

        Assert.Equal(["sandbox 0", "image one", "image main", "run one 0"], world.Settle());
        Assert.Equal(("Pending", "PodInitializing"), (world.Status.Phase, world.StatusOf().State!.Waiting!.Reason));
        Assert.Equal("False", world.Status.Conditions!.Single(c => c.Type == "Initialized").Status);
        world.End(world.Running("one").Id, 0);
        Assert.Equal(["image two", "run two 0"], world.Settle());
        world.End(world.Running("two").Id, 0);
        Assert.Equal(["run main 0"], world.Settle());

        Assert.Equal("Running", world.Status.Phase);
        Assert.Equal("Completed", world.StatusOf("one").State!.Terminated!.Reason);
        Assert.Equal("True", world.Status.Conditions!.Single(c => c.Type == "Initialized").Status);
    }

    [Fact]
    public void An_init_container_that_fails_is_tried_again_and_with_policy_Never_fails_the_pod()
    {
        var always = new PodWorld(Spec() with { InitContainers = [Main with { Name = "one" }] });
        var never = new PodWorld(Spec("Never") with { InitContainers = [Main with { Name = "one" }] });
        always.Settle();
        never.Settle();
        always.End(always.Running("one").Id, 2);
        never.End(never.Running("one").Id, 2);

        Assert.Equal(["run one 1"], always.Settle());
        Assert.Equal(["remove sandbox 0"], never.Settle());
        Assert.Equal(("Pending", "Failed"), (always.Status.Phase, never.Status.Phase));
    }

    [Fact]
    public void A_crash_loop_waits_as_Kubernetes_does_and_says_so()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        var waits = new List<double>();
        for (int crash = 1; crash <= 8; crash++)
        {
            world.Now += TimeSpan.FromSeconds(1);
            world.End(world.Running().Id, 1);
            world.Settle();
            waits.Add(world.Last.WakeAt is null ? 0 : world.Wake().TotalSeconds);
            Assert.Equal(crash, world.StatusOf().RestartCount);
        }

        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300], waits);
        world.End(world.Running().Id, 1);
        world.PlanOnly();
        Assert.Equal("CrashLoopBackOff", world.StatusOf().State!.Waiting!.Reason);
        Assert.Equal("back-off 5m0s restarting failed container=main pod=web_default(u1)", world.StatusOf().State!.Waiting!.Message);
        Assert.Equal(1, world.StatusOf().LastState!.Terminated!.ExitCode);
        Assert.Equal(("Running", false), (world.Status.Phase, world.StatusOf().Ready));
    }

    [Fact]
    public void A_clock_that_is_set_back_holds_no_restart_back()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        for (int crash = 0; crash < 2; crash++)
        {
            world.Now += TimeSpan.FromSeconds(1);
            world.End(world.Running().Id, 1);
            world.Settle();
        }

        Assert.NotNull(world.Last.WakeAt);
        world.Now -= TimeSpan.FromHours(2);
        Assert.Contains("run main 2", world.Settle());
    }

    [Fact]
    public void A_clock_that_is_set_back_holds_no_image_back()
    {
        var world = new PodWorld(Spec());
        int asked = 0;
        world.Pull = _ => new SlotProblem("ErrImagePull", "pull access denied", ++asked, world.Now);
        world.Settle();
        world.Now -= TimeSpan.FromHours(2);
        world.Settle();
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Ten_minutes_of_running_forgive_the_crashes_before()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        for (int crash = 0; crash < 5; crash++)
        {
            world.End(world.Running().Id, 1);
            world.Settle();
            if (world.Last.WakeAt is not null)
                world.Wake();
        }

        world.Now += RestartBackOff.ResetAfter;
        world.End(world.Running().Id, 1);

        Assert.Equal(["run main 6", "remove main 4"], world.Settle());
        Assert.Null(world.Last.WakeAt);
    }

    [Theory]
    [InlineData("Always", 0, "Running", true)]
    [InlineData("Always", 1, "Running", true)]
    [InlineData("OnFailure", 0, "Succeeded", false)]
    [InlineData("OnFailure", 1, "Running", true)]
    [InlineData("Never", 0, "Succeeded", false)]
    [InlineData("Never", 1, "Failed", false)]
    public void What_a_container_that_ends_means_is_the_policys(string policy, int exitCode, string phase, bool restarts)
    {
        var world = new PodWorld(Spec(policy));
        world.Settle();
        world.End(world.Running().Id, exitCode);
        var steps = world.Settle();

        Assert.Equal(phase, world.Status.Phase);
        Assert.Equal(restarts, steps.Contains("run main 1"));
        Assert.Equal(!restarts, steps.Contains("remove sandbox 0"));
        Assert.Contains(world.Apps, c => c.Attempt == 0); // its log can still be read
    }

    [Fact]
    public void A_pod_that_ended_stays_ended_whatever_is_removed()
    {
        var world = new PodWorld(Spec("Never"));
        world.Settle();
        world.End(world.Running().Id, 0);
        world.Settle();
        var ended = world.Status;
        world.Vanish(world.Apps.Single().Id);

        Assert.Empty(world.Settle());
        Assert.Equal(ended, world.Status);
    }

    [Fact]
    public void A_container_that_was_removed_runs_again_at_once_and_counts_as_restarted()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        world.Vanish(world.Running().Id);

        Assert.Equal(["run main 1"], world.Settle());
        Assert.Equal(("Running", 1), (world.Status.Phase, world.StatusOf().RestartCount));
    }

    [Fact]
    public void A_container_that_was_removed_fails_a_pod_that_is_never_restarted()
    {
        var world = new PodWorld(Spec("Never"));
        world.Settle();
        world.Vanish(world.Running().Id);
        world.Settle();

        Assert.Equal(("Failed", "ContainerStatusUnknown"), (world.Status.Phase, world.StatusOf().State!.Terminated!.Reason));
    }

    [Fact]
    public void Without_its_sandbox_everything_is_stopped_and_made_again()
    {
        var world = new PodWorld(Spec() with { InitContainers = [Main with { Name = "init" }], TerminationGracePeriodSeconds = 3 });
        world.Settle();
        world.End(world.Running("init").Id, 0);
        world.Settle();
        world.End(world.View.Containers.Single(c => c.Role == ContainerRole.Sandbox).Id, 137);

        Assert.Equal(["stop main 3", "remove sandbox 0", "sandbox 1", "run init 1"], world.Settle());
        world.End(world.Running("init").Id, 0);
        Assert.Equal(["run main 1"], world.Settle());
        Assert.Equal(1, world.Running().SandboxAttempt);
    }

    [Fact]
    public void A_changed_image_is_there_before_the_old_container_is_stopped()
    {
        var world = new PodWorld(Spec() with { TerminationGracePeriodSeconds = 5 });
        world.Settle();
        world.View = world.View with { Pod = world.View.Pod! with { Spec = world.View.Pod.Spec with { Containers = [Main with { Image = "busybox:2" }] } } };
        world.Pull = _ => new SlotProblem("ErrImagePull", "no such thing", 1, world.Now);

        Assert.Equal(["image main"], world.Settle());
        Assert.Equal(0, world.Running().Attempt);
        world.Pull = _ => null;
        world.Now = world.View.Images["main"].Problem!.RetryAt;
        Assert.Equal(["image main", "stop main 5", "run main 1"], world.Settle());
    }

    [Fact]
    public void An_image_that_cannot_be_pulled_shows_the_engines_words_and_is_tried_again_later_and_later()
    {
        var world = new PodWorld(Spec());
        int failures = 0;
        world.Pull = _ => new SlotProblem("ErrImagePull", "pull access denied", ++failures, world.Now);
        world.Settle();

        Assert.Equal(("ErrImagePull", "pull access denied"), (world.StatusOf().State!.Waiting!.Reason, world.StatusOf().State!.Waiting!.Message));
        world.Wake();
        Assert.Equal("ImagePullBackOff", world.StatusOf().State!.Waiting!.Reason);
        Assert.Equal("Back-off pulling image \"busybox:1\": pull access denied", world.StatusOf().State!.Waiting!.Message);
        Assert.Equal(1, failures);
        world.Wake();
        Assert.Equal((2, TimeSpan.FromSeconds(10)), (failures, world.Now - world.View.FirstSeenAt));
        world.Wake();
        world.Wake();
        Assert.Equal((3, TimeSpan.FromSeconds(30)), (failures, world.Now - world.View.FirstSeenAt));
    }

    [Fact]
    public void A_pod_that_is_deleted_is_stopped_with_its_grace_and_gone_when_nothing_is_left()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        world.Delete(grace: 7);

        Assert.Equal(["stop main 7"], world.PlanOnly().Select(PodWorld.Name));
        Assert.False(world.Last.Gone);
        Assert.Equal(["stop main 7", "remove sandbox 0", "remove main 0", "forget"], world.Settle());
        Assert.True(world.Last.Gone);
    }

    [Fact]
    public void A_stop_under_way_is_not_repeated_and_a_kill_overtakes_it()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        string id = world.Running().Id;
        world.Delete(grace: 30);
        world.View = world.View with { Busy = [Slots.Stop(id)] };

        Assert.Empty(world.PlanOnly());
        world.Delete(grace: 0);
        Assert.Equal(["stop main 0"], world.PlanOnly().Select(PodWorld.Name));
    }

    [Fact]
    public void A_pod_is_not_gone_while_something_is_being_made_for_it()
    {
        var world = new PodWorld(Spec());
        world.Delete(grace: 0);
        world.View = world.View with { Busy = [Slots.Of("main")] };

        Assert.Empty(world.PlanOnly());
        Assert.False(world.Last.Gone);
    }

    [Fact]
    public void What_is_in_no_assignment_is_stopped_with_the_grace_that_it_was_made_with()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        world.View = world.View with { Pod = null };

        Assert.Equal(["stop main 30", "remove sandbox 0", "remove main 0"], world.Settle());
        Assert.True(world.Last.Gone);
    }

    [Fact]
    public void A_container_that_fails_its_liveness_probe_is_stopped_and_runs_again()
    {
        var world = new PodWorld(new PodSpec { Containers = [Main with { LivenessProbe = new Probe { TerminationGracePeriodSeconds = 2 } }] });
        world.Settle();
        world.Find(world.Running().Id, new ProbeFinding(Started: true, Ready: true, "Container main failed liveness probe, will be restarted"));

        var steps = world.PlanOnly();
        Assert.Equal("Container main failed liveness probe, will be restarted", Assert.IsType<RuntimeStep.Stop>(Assert.Single(steps)).Why);
        Assert.Equal(["stop main 2", "run main 1"], world.Settle());
    }

    [Fact]
    public void A_container_counts_as_ready_when_its_probes_say_so()
    {
        var world = new PodWorld(new PodSpec { Containers = [Main with { ReadinessProbe = new Probe(), StartupProbe = new Probe() }] });
        world.Settle();
        Assert.Equal((false, false), (world.StatusOf().Started, world.StatusOf().Ready));
        Assert.Equal("containers with unready status: [main]", world.Status.Conditions!.Single(c => c.Type == "Ready").Message);

        world.Find(world.Running().Id, new ProbeFinding(Started: true, Ready: false, null));
        world.Settle();
        Assert.Equal((true, false), (world.StatusOf().Started, world.StatusOf().Ready));
        world.Now += TimeSpan.FromSeconds(5);
        world.Find(world.Running().Id, new ProbeFinding(Started: true, Ready: true, null));
        world.Settle();
        Assert.True(world.StatusOf().Ready);
        Assert.Equal(world.Now, world.Status.Conditions!.Single(c => c.Type == "Ready").LastTransitionTime);
    }

    [Fact]
    public void A_pod_past_its_deadline_is_stopped_and_failed()
    {
        var world = new PodWorld(Spec() with { ActiveDeadlineSeconds = 60 });
        world.Settle();
        Assert.Equal(TimeSpan.FromSeconds(60), world.Wake());

        Assert.Equal(("Failed", "DeadlineExceeded"), (world.Status.Phase, world.Status.Reason));
        Assert.DoesNotContain(world.View.Containers, c => c.Phase == ContainerPhase.Running);
    }

    [Fact]
    public void What_could_not_be_made_says_why_and_is_tried_again_after_its_back_off()
    {
        var world = new PodWorld(Spec());
        world.View = world.View with
        {
            Problems = world.View.Problems.SetItem(Slots.Sandbox, new SlotProblem("CreatePodSandboxError", "port is already allocated", 1, world.Now)),
        };

        Assert.Equal(["image main"], world.Settle());
        Assert.Equal(("CreatePodSandboxError", "port is already allocated"), (world.StatusOf().State!.Waiting!.Reason, world.StatusOf().State!.Waiting!.Message));
        Assert.Equal(TimeSpan.FromSeconds(10), world.Wake());
        Assert.Equal("Running", world.Status.Phase);
    }

    [Fact]
    public void A_memory_kill_is_called_one()
    {
        var world = new PodWorld(Spec("Never"));
        world.Settle();
        world.End(world.Running().Id, 137, outOfMemory: true);
        world.Settle();

        Assert.Equal("OOMKilled", world.StatusOf().State!.Terminated!.Reason);
    }

    [Fact]
    public void Only_one_ended_container_of_a_name_is_kept()
    {
        var world = new PodWorld(Spec());
        world.Settle();
        for (int crash = 0; crash < 4; crash++)
        {
            world.Now += RestartBackOff.ResetAfter;
            world.End(world.Running().Id, 1);
            world.Settle();
        }

        Assert.Equal([3, 4], world.Apps.Select(c => c.Attempt).Order());
    }
}
