using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Tests.Fencing;

/// <summary>Pods with a fenced identity, from the node's side; a lease of 1 s, so a promise of 10 s.</summary>
public sealed class FencedPodTests
{
    private static readonly TimeSpan KillsAfter = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan LapsesAfter = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task It_starts_when_the_lease_is_renewed_the_fence_is_granted_and_the_watchdog_guards_it()
    {
        await using var world = new KeeperWorld();
        world.Machine.CanStart = false;
        world.Assign(Fenced("p"));
        await world.UntilAsync(() => WaitsFor(world, "p", "lease is not renewed"), "it waits for the lease");
        world.Renew();
        await world.UntilLaterAsync(() => WaitsFor(world, "p", "grants no fences") || Renewed(world), "it waits for the grant");
        world.Assign(world.Assignment with { FenceId = "of another time" });
        await world.UntilLaterAsync(() => WaitsFor(world, "p", "not yet confirmed") || Renewed(world), "it waits for its own grant");
        world.Grant();
        await StaysAwayAsync(world);
        world.Machine.CanStart = true;
        await world.UntilLaterAsync(() => world.StatusOf("p")?.Ready == true || Renewed(world), "it runs");
        var running = world.Runtime.Running.Single(c => c.Role == ContainerRole.App);
        Assert.Equal([running.Id], world.Guarded!.Containers);
        Assert.Equal(world.Guarded.Era, running.FenceEra);
    }

    [Fact]
    public async Task It_is_killed_before_the_deadline_and_runs_again_when_the_lease_is_renewed_in_time()
    {
        await using var world = await RunningAsync("p");
        string id = world.Fence.Id;
        world.Clock.Advance(KillsAfter - TimeSpan.FromSeconds(0.5));
        Assert.Equal(["p", "plain"], Running(world));
        world.Clock.Advance(TimeSpan.FromSeconds(0.5));
        await world.UntilAsync(() => Running(world) is ["plain"], "the fenced pod is killed and the other one is not");
        world.Clock.Advance(LapsesAfter - KillsAfter - TimeSpan.FromSeconds(0.5));
        world.Renew();
        Assert.Equal(id, world.Fence.Id);
        await world.UntilLaterAsync(() => Running(world) is ["p", "plain"] || Renewed(world), "it runs again");
    }

    [Fact]
    public async Task After_a_lapse_it_runs_again_only_with_another_grant()
    {
        await using var world = await RunningAsync("p");
        string id = world.Fence.Id;
        world.Clock.Advance(LapsesAfter);
        await world.UntilAsync(() => Running(world) is ["plain"], "the fenced pod is killed");
        Assert.NotEqual(id, world.Fence.Id);
        await StaysAwayAsync(world);
        world.Grant();
        await world.UntilLaterAsync(() => Running(world) is ["p", "plain"] || Renewed(world), "it runs again");
    }

    [Fact]
    public async Task A_pod_that_has_to_go_is_not_started_again()
    {
        await using var world = await RunningAsync("p");
        world.Clock.Advance(LapsesAfter);
        await world.UntilAsync(() => Running(world) is ["plain"], "the fenced pod is killed");
        world.Renew();
        world.Assign(Fenced("p") with { Deletion = new PodDeletion(world.Clock.Now, 30) }, KeeperWorld.Pod("plain"));
        world.Grant();
        await world.UntilLaterAsync(() => world.Report("p")?.Gone == true || Renewed(world), "it is gone");
        Assert.DoesNotContain(world.Runtime.Containers, c => c.PodUid == "p");
    }

    [Fact]
    public async Task The_next_agent_lets_it_run_until_the_same_deadline()
    {
        await using var world = await RunningAsync("p");
        string before = world.Runtime.Running.Single(c => c.PodUid == "p" && c.Role == ContainerRole.App).Id;
        string id = world.Fence.Id;
        world.Clock.Advance(TimeSpan.FromSeconds(4));
        await world.RestartAsync();
        await world.UntilRunningAsync("p", "plain");
        Assert.NotEqual(id, world.Fence.Id);
        Assert.Contains(world.Runtime.Running, c => c.Id == before);
        world.Clock.Advance(KillsAfter - TimeSpan.FromSeconds(4));
        await world.UntilAsync(() => Running(world) is ["plain"], "the fenced pod is killed");
    }

    [Fact]
    public async Task After_a_boot_it_does_not_start_from_the_journal()
    {
        await using var world = await RunningAsync("p");
        await world.KillAsync();
        foreach (var container in world.Runtime.Running)
            world.Runtime.Kill(container.Id);
        world.Machine.BootId = "boot-2";
        world.Start(restore: true);
        world.Assign(world.Assignment);
        await world.UntilLaterAsync(() => Running(world) is ["plain"], "the other pod runs");
        await StaysAwayAsync(world);
        world.Grant();
        await world.UntilLaterAsync(() => Running(world) is ["p", "plain"] || Renewed(world), "it runs again");
    }

    [Fact]
    public async Task What_turns_up_of_an_earlier_era_is_killed()
    {
        await using var world = await RunningAsync("p");
        await world.KillAsync();
        // As when the engine goes on with a start after the deadline: the file of the fence is another era's.
        world.Clock.Advance(LapsesAfter + TimeSpan.FromMinutes(1));
        world.Start(restore: true);
        world.Renew();
        world.Assign(world.Assignment);
        await world.UntilLaterAsync(() => Running(world) is ["plain"] || Renewed(world), "it is killed although the lease is renewed");
    }

    [Fact]
    public async Task It_is_killed_in_time_while_the_engine_does_not_answer()
    {
        await using var world = await RunningAsync("p");
        world.Runtime.GoAway("stopped");
        world.Clock.Advance(KillsAfter);
        await world.UntilLaterAsync(() => Running(world) is ["plain"], "the fenced pod is killed");
    }

    [Fact]
    public async Task Without_fenced_pods_nothing_is_guarded_any_more()
    {
        await using var world = await RunningAsync("p");
        Assert.True(world.Guarded!.IsGuarded);
        world.Assign(KeeperWorld.Pod("plain"));
        await world.UntilLaterAsync(() => (!world.Guarded!.IsGuarded && !Directory.Exists(Path.Combine(world.PodsDirectory, "p"))) || Renewed(world), "the watchdog may end");
    }

    private static AssignedPod Fenced(string uid) => KeeperWorld.Pod(uid) with { Annotations = ValueMap.Of((FencedIdentity.Annotation, "db")) };

    /// <summary>The pod and one that is not fenced run; the lease was renewed at this moment.</summary>
    private static async Task<KeeperWorld> RunningAsync(string uid)
    {
        var world = new KeeperWorld();
        world.Renew();
        world.Assign(Fenced(uid), KeeperWorld.Pod("plain"));
        world.Grant();
        await world.UntilLaterAsync(() => Running(world).Length == 2 || Renewed(world), "both run");
        await world.UntilRunningAsync(uid, "plain");
        world.Renew();
        return world;
    }

    /// <summary>Half a minute with a lease that is renewed, and without a grant.</summary>
    private static async Task StaysAwayAsync(KeeperWorld world)
    {
        var until = world.Clock.Now.AddSeconds(30);
        await world.UntilLaterAsync(() => Renewed(world) || world.Clock.Now >= until, "half a minute has passed");
        Assert.DoesNotContain("p", Running(world));
    }

    /// <summary>Renews, and is false: for conditions that are waited for while the lease is kept.</summary>
    private static bool Renewed(KeeperWorld world)
    {
        world.Renew();
        return false;
    }

    private static string[] Running(KeeperWorld world) => [.. world.Runtime.Running.Where(c => c.Role == ContainerRole.App).Select(c => c.PodUid).Order(StringComparer.Ordinal)];

    private static bool WaitsFor(KeeperWorld world, string uid, string words) =>
        world.Report(uid)?.Happenings?.Any(h => h.Reason == "FenceWait" && h.Message.Contains(words, StringComparison.Ordinal)) == true;
}
