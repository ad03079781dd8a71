using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Tests.Nodes;

/// <summary>What the node's fence changes about the plan of a pod with a fenced identity.</summary>
public sealed class FencedPodPlannerTests
{
    private static readonly FenceView Open = new(MayStart: true, MustStop: false, "era-1", null);
    private static readonly FenceView Shut = Open with { MayStart = false, Why = "not granted" };
    private static readonly FenceView Over = Shut with { MustStop = true, Why = "not renewed" };

    [Fact]
    public void Nothing_is_started_before_the_fence_allows_it()
    {
        var world = World(Shut);
        Assert.Equal(["image main"], world.Settle());
        world.View = world.View with { Fence = Open };
        Assert.Equal(["sandbox 0"], world.PlanOnly().Select(PodWorld.Name));
        Assert.Equal(["sandbox 0", "run main 0"], world.Settle());
        Assert.Equal("era-1", world.Running().FenceEra);
    }

    [Fact]
    public void What_runs_goes_on_while_the_fence_only_keeps_from_starting()
    {
        var world = Running();
        world.View = world.View with { Fence = Shut };
        Assert.Empty(world.Settle());
        world.End(world.Running().Id, 1);
        world.Now = world.Now.AddMinutes(1);
        Assert.Empty(world.Settle());
    }

    public static TheoryData<string, FenceView> Kills => new()
    {
        { "the time is over", Over },
        { "it is of an earlier era", Open with { Era = "era-2" } },
        { "it is of an earlier era and nothing may start", Shut with { Era = "era-2" } },
    };

    [Theory]
    [MemberData(nameof(Kills))]
    public void What_must_not_run_is_killed_whatever_the_pod_is_about_to_do(string what, FenceView fence)
    {
        Assert.NotEmpty(what);
        foreach (var become in new Action<PodWorld>[] { _ => { }, w => w.Delete(30), w => w.View = w.View with { Pod = null } })
        {
            var world = Running();
            become(world);
            world.View = world.View with { Fence = fence };
            Assert.Equal(["stop main 0"], world.PlanOnly().Select(PodWorld.Name));
        }
    }

    [Fact]
    public void A_kill_overtakes_a_stop_with_a_grace()
    {
        var world = Running();
        world.Delete(30);
        var stop = Assert.Single(world.PlanOnly());
        Assert.Equal("stop main 30", PodWorld.Name(stop));
        world.View = world.View with { Busy = [stop.Slot], Fence = Over };
        Assert.Equal(["stop main 0"], world.PlanOnly().Select(PodWorld.Name));
    }

    [Fact]
    public void A_pod_that_was_never_fenced_here_and_is_now_starts_anew_behind_the_fence()
    {
        var world = World(null);
        world.Settle();
        world.View = world.View with { Fence = Open };
        Assert.Equal(["stop main 0", "run main 1"], world.Settle());
        Assert.Equal("era-1", world.Running().FenceEra);
    }

    private static PodWorld World(FenceView? fence)
    {
        var world = new PodWorld(new PodSpec { Containers = [new Container { Name = "main", Image = "busybox:1" }] });
        world.View = world.View with { Fence = fence };
        return world;
    }

    private static PodWorld Running()
    {
        var world = World(Open);
        world.Settle();
        return world;
    }
}
