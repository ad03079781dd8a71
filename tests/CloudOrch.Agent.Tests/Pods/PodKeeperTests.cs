using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Tests.Pods;

public sealed class PodKeeperTests
{
    [Fact]
    public async Task Assigned_pods_run_and_are_reported_with_what_happened()
    {
        await using var world = new KeeperWorld();
        world.Assign([.. Enumerable.Range(0, 30).Select(i => KeeperWorld.Pod($"u{i}"))]);
        await world.UntilRunningAsync([.. Enumerable.Range(0, 30).Select(i => $"u{i}")]);

        Assert.Equal(60, world.Runtime.Running.Count);
        Assert.Equal(60, world.Runtime.Made);
        Assert.Null(world.Snapshot.EngineProblem);
        Assert.Equal(1, world.Snapshot.AssignmentRevision);
        await world.UntilAsync(() => world.Report("u7")!.Happenings?.Any(h => h.Reason == "Started") == true, "its start is told");
        Assert.Equal(["Pulled", "Created", "Started"], world.Report("u7")!.Happenings!.Select(h => h.Reason));
        Assert.Equal("spec.containers{main}", world.Report("u7")!.Happenings![0].FieldPath);
    }

    [Fact]
    public async Task Happenings_that_were_heard_are_not_told_again()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"));
        await world.UntilAsync(() => world.Report("u1")?.Happenings?.Count == 3, "three things are told");
        world.Keeper.Acknowledge(world.Report("u1")!.Happenings![^1].Id);
        world.Runtime.Kill(world.Runtime.Running.Single(c => c.Role == ContainerRole.App).Id);

        await world.UntilAsync(() => world.StatusOf("u1") is { RestartCount: 1, Ready: true }, "it runs again");
        Assert.DoesNotContain(world.Report("u1")!.Happenings ?? [], h => h.Id <= 3);
    }

    [Fact]
    public async Task A_container_that_is_killed_or_removed_runs_again()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"), KeeperWorld.Pod("u2"));
        await world.UntilRunningAsync("u1", "u2");
        world.Runtime.Kill(world.Runtime.Running.Single(c => c.PodUid == "u1" && c.Role == ContainerRole.App).Id);
        world.Runtime.Vanish(world.Runtime.Running.Single(c => c.PodUid == "u2" && c.Role == ContainerRole.App).Id);

        await world.UntilAsync(() => world.StatusOf("u1") is { RestartCount: 1, Ready: true } && world.StatusOf("u2") is { RestartCount: 1, Ready: true }, "both run again");
        Assert.Equal(4, world.Runtime.Running.Count);
    }

    [Fact]
    public async Task A_crash_loop_backs_off_on_the_clock()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1", "exit 1"));
        await world.UntilAsync(() => world.StatusOf("u1")?.State?.Waiting?.Reason == "CrashLoopBackOff", "it is held back");
        Assert.Equal(1, world.StatusOf("u1")!.RestartCount);
        var crashed = world.Clock.Now;

        await world.UntilLaterAsync(() => world.StatusOf("u1")!.RestartCount == 2, "it is tried a third time");
        Assert.InRange(world.Clock.Now - crashed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_costs_a_crashed_container_no_more_than_its_back_off()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1", "exit 1"));
        await world.UntilAsync(() => world.StatusOf("u1")?.State?.Waiting?.Reason == "CrashLoopBackOff", "it is held back");
        long crashed = world.Clock.GetTimestamp();
        world.Clock.Jump(TimeSpan.FromHours(-2));

        await world.UntilLaterAsync(() => world.StatusOf("u1")!.RestartCount == 2, "it is tried a third time");
        // Seconds, but on a busy machine the test may run ahead of the keeper.
        Assert.InRange(world.Clock.GetElapsedTime(crashed), TimeSpan.Zero, TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task A_pod_that_is_deleted_is_gone_with_its_directories()
    {
        await using var world = new KeeperWorld();
        var pod = KeeperWorld.Pod("u1", spec: s => s with
        {
            Volumes = [new Volume { Name = "data", EmptyDir = new EmptyDirVolumeSource() }],
            Containers = [s.Containers[0] with { VolumeMounts = [new VolumeMount { Name = "data", MountPath = "/data" }] }],
        });
        world.Assign(pod);
        await world.UntilRunningAsync("u1");
        Assert.True(Directory.Exists(Path.Combine(world.PodsDirectory, "u1", "volumes", "data")));

        world.Assign(pod with { Deletion = new PodDeletion(world.Clock.Now, 3) });
        await world.UntilAsync(() => world.Report("u1")?.Gone == true, "it is gone");

        Assert.Empty(world.Runtime.Containers);
        Assert.False(Directory.Exists(Path.Combine(world.PodsDirectory, "u1")));
        world.Assign();
        await world.UntilAsync(() => world.Snapshot.Pods.Count == 0, "it is not reported any more");
    }

    [Fact]
    public async Task After_a_crash_of_the_agent_its_containers_are_taken_up_and_none_is_touched()
    {
        await using var world = new KeeperWorld();
        string[] uids = [.. Enumerable.Range(0, 5).Select(i => $"u{i}")];
        world.Assign([.. uids.Select(u => KeeperWorld.Pod(u))]);
        await world.UntilRunningAsync(uids);
        string[] before = [.. world.Runtime.Running.Select(c => c.Id).Order()];

        await world.RestartAsync();
        await world.UntilAsync(() => world.Snapshot is { EngineProblem: null, AssignmentRevision: 1 }, "it is at work again");
        world.Assign([.. uids.Select(u => KeeperWorld.Pod(u)), KeeperWorld.Pod("new")]);
        await world.UntilRunningAsync([.. uids, "new"]);

        Assert.Equal(before, world.Runtime.Running.Where(c => c.PodUid != "new").Select(c => c.Id).Order());
        Assert.All(uids, u => Assert.Equal(0, world.StatusOf(u)!.RestartCount));
    }

    [Fact]
    public async Task Whatever_the_moment_of_a_crash_nothing_runs_twice()
    {
        await using var world = new KeeperWorld();
        string[] uids = [.. Enumerable.Range(0, 20).Select(i => $"u{i}")];
        world.Assign([.. uids.Select(u => KeeperWorld.Pod(u))]);
        for (int crash = 0; crash < 8; crash++)
        {
            int made = world.Runtime.Made;
            await world.UntilAsync(() => world.Runtime.Made > made || made == 40, "something more was made");
            await world.RestartAsync();
        }

        await world.UntilRunningAsync(uids);
        Assert.Equal(40, world.Runtime.Running.Count);
        Assert.All(world.Runtime.Running.GroupBy(c => (c.PodUid, c.Role)), g => Assert.Single(g));
    }

    [Fact]
    public async Task An_agent_without_an_assignment_touches_nothing()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"));
        await world.UntilRunningAsync("u1");

        await world.RestartAsync(assign: false);
        await world.UntilAsync(() => world.Snapshot.EngineProblem is null, "the engine is listed");
        await world.UntilLaterAsync(() => world.Clock.Now > new DateTimeOffset(2030, 1, 1, 0, 5, 0, TimeSpan.Zero), "five minutes pass");

        Assert.Equal(2, world.Runtime.Running.Count);
    }

    [Fact]
    public async Task It_ends_after_what_it_has_begun()
    {
        await using var world = new KeeperWorld();
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>();
        var killed = new TaskCompletionSource<Task>();
        world.Runtime.RefuseStart = _ =>
        {
            if (!begun.TrySetResult())
                return null;
            // Holds on for a while, and looks whether anybody waits for it.
            ended.SetResult(killed.Task.Unwrap().Wait(TimeSpan.FromMilliseconds(200)));
            return null;
        };
        world.Assign(KeeperWorld.Pod("u1"));
        await begun.Task.WaitAsync(KeeperWorld.Deadline);

        var restarted = world.RestartAsync();
        killed.SetResult(restarted);
        await restarted;
        Assert.False(await ended.Task, "the keeper ended before its step");
    }

    [Fact]
    public async Task What_is_left_of_pods_that_are_not_assigned_any_more_is_cleared_away()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"), KeeperWorld.Pod("u2"));
        await world.UntilRunningAsync("u1", "u2");
        await world.KillAndAssignAsync(KeeperWorld.Pod("u2"));

        await world.UntilAsync(() => world.Runtime.Containers.All(c => c.PodUid == "u2"), "nothing of the first is left");
        Assert.Equal(2, world.Runtime.Running.Count);
    }

    [Fact]
    public async Task An_engine_that_stops_is_named_and_taken_up_again_when_it_is_back()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"));
        await world.UntilRunningAsync("u1");

        world.Runtime.GoAway("the Docker engine does not answer: connection refused");
        await world.UntilAsync(() => world.Snapshot.EngineProblem is not null, "it is reported");
        Assert.Equal("the Docker engine does not answer: connection refused", world.Snapshot.EngineProblem);
        world.Assign(KeeperWorld.Pod("u1"), KeeperWorld.Pod("u2"));
        world.Runtime.ComeBack();
        world.Runtime.Vanish(world.Runtime.Running.First(c => c.Role == ContainerRole.App).Id);

        await world.UntilLaterAsync(() => world.Snapshot.EngineProblem is null, "it is back");
        await world.UntilRunningAsync("u1", "u2");
        Assert.Equal(4, world.Runtime.Running.Count);
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_is_reported_in_the_engines_words_and_comes_later()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1", change: c => c with { Image = "shop:7" }));
        await world.UntilAsync(() => world.StatusOf("u1")?.State?.Waiting?.Reason == "ErrImagePull", "the first failure shows");
        Assert.Contains("repository does not exist", world.StatusOf("u1")!.State!.Waiting!.Message, StringComparison.Ordinal);

        await world.UntilLaterAsync(() => world.StatusOf("u1")!.State!.Waiting?.Reason == "ImagePullBackOff", "it backs off");
        world.Runtime.Registry.Add("shop:7");
        await world.UntilLaterAsync(() => world.StatusOf("u1")!.Ready, "it runs once the image is there");
        Assert.Contains(world.Report("u1")!.Happenings!, h => h is { Reason: "Failed", Warning: true });
    }

    [Fact]
    public async Task An_image_that_vanishes_between_finding_and_use_is_looked_for_again()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1"));
        await world.UntilRunningAsync("u1");
        world.Runtime.ForgetImage("busybox:1");
        world.Runtime.Registry.Add("busybox:1");
        world.Runtime.Kill(world.Runtime.Running.Single(c => c.Role == ContainerRole.App).Id);

        await world.UntilAsync(() => world.StatusOf("u1") is { RestartCount: 1, Ready: true }, "it was pulled again");
    }

    [Fact]
    public async Task Configuration_that_is_missing_is_said_and_used_when_it_comes()
    {
        await using var world = new KeeperWorld();
        var pod = KeeperWorld.Pod("u1", change: c => c with { EnvFrom = [new EnvFromSource { ConfigMapRef = new SourceReference { Name = "settings" } }] });
        world.Assign(pod);
        await world.UntilAsync(() => world.StatusOf("u1")?.State?.Waiting?.Reason == "CreateContainerConfigError", "it cannot be made");
        Assert.Equal("configmap \"settings\" not found", world.StatusOf("u1")!.State!.Waiting!.Message);

        world.Assign(world.Assignment with { ConfigMaps = [new AssignedConfigMap { Namespace = "default", Name = "settings", Data = ValueMap.Of(("LEVEL", "high")) }] });
        await world.UntilLaterAsync(() => world.StatusOf("u1")!.Ready, "it runs");
        Assert.Contains(new KeyValuePair<string, string>("LEVEL", "high"), world.Runtime.Specs.Single().Variables);
    }

    [Fact]
    public async Task A_configuration_volume_follows_its_ConfigMap()
    {
        await using var world = new KeeperWorld();
        var pod = KeeperWorld.Pod("u1", spec: s => s with
        {
            Volumes = [new Volume { Name = "config", ConfigMap = new ConfigMapVolumeSource { Name = "settings" } }],
            Containers = [s.Containers[0] with { VolumeMounts = [new VolumeMount { Name = "config", MountPath = "/etc/app" }] }],
        });
        world.Assign(world.Assignment with { Pods = [pod], ConfigMaps = [Settings("one", "1")] });
        await world.UntilRunningAsync("u1");
        string file = Path.Combine(world.PodsDirectory, "u1", "volumes", "config");
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(file, "one")));

        world.Assign(world.Assignment with { ConfigMaps = [Settings("two", "2")] });
        await world.UntilAsync(() => File.Exists(Path.Combine(file, "two")) && !File.Exists(Path.Combine(file, "one")), "the files follow");
        Assert.Contains(world.Runtime.Specs.Single().Mounts, m => m is { ContainerPath: "/etc/app", ReadOnly: true });

        static AssignedConfigMap Settings(string key, string value) => new() { Namespace = "default", Name = "settings", Data = ValueMap.Of((key, value)) };
    }

    [Fact]
    public async Task Last_words_of_a_container_are_reported()
    {
        await using var world = new KeeperWorld();
        world.Assign(KeeperWorld.Pod("u1", spec: s => s with { RestartPolicy = "Never" }));
        await world.UntilRunningAsync("u1");
        await File.WriteAllTextAsync(Path.Combine(world.PodsDirectory, "u1", "termination", "main-0"), "disk full");
        world.Runtime.Kill(world.Runtime.Running.Single(c => c.Role == ContainerRole.App).Id, 3);

        await world.UntilAsync(() => world.Report("u1")!.Status.Phase == "Failed", "it failed");
        Assert.Equal((3, "disk full"), (world.StatusOf("u1")!.State!.Terminated!.ExitCode, world.StatusOf("u1")!.State!.Terminated!.Message));
    }

    [Fact]
    public async Task Exec_probes_decide_about_readiness_and_life()
    {
        await using var world = new KeeperWorld();
        bool ready = false, alive = true;
        world.Runtime.Exec = (_, command) => new(command[0] == "ready" ? ready ? 0 : 1 : alive ? 0 : 1, "no");
        world.Assign(KeeperWorld.Pod("u1", change: c => c with
        {
            ReadinessProbe = new Probe { Exec = new ExecAction { Command = ["ready"] }, PeriodSeconds = 1, FailureThreshold = 1 },
            LivenessProbe = new Probe { Exec = new ExecAction { Command = ["alive"] }, PeriodSeconds = 1, FailureThreshold = 2 },
        }));
        await world.UntilAsync(() => world.Report("u1")?.Status.Phase == "Running" && world.Report("u1")!.Happenings?.Any(h => h.Reason == "Unhealthy") == true, "it runs, unready");
        Assert.False(world.StatusOf("u1")!.Ready);

        ready = true;
        await world.UntilLaterAsync(() => world.StatusOf("u1")!.Ready, "it is ready");
        alive = false;
        await world.UntilLaterAsync(() => world.StatusOf("u1")!.RestartCount >= 1, "it is restarted");
        alive = true;
        await world.UntilLaterAsync(() => world.StatusOf("u1")!.Ready, "it is ready again");
        Assert.Contains(world.Report("u1")!.Happenings!, h => h.Message == "Container main failed liveness probe, will be restarted");
    }
}
