using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Nodes;

/// <summary>Laws that hold whatever happens to a pod's containers, and in whatever order steps come to their end.</summary>
public sealed class PodPlannerLaws
{
    [Fact]
    public void However_it_goes_nothing_runs_twice_and_a_pod_left_alone_comes_to_rest() => Seeds.Each(400, seed =>
    {
        var random = new Random(seed);
        string[] policies = ["Always", "OnFailure", "Never"];
        var world = new PodWorld(new PodSpec
        {
            RestartPolicy = policies[random.Next(3)],
            InitContainers = random.Next(2) == 0 ? null : [new Container { Name = "init", Image = "busybox:1" }],
            Containers = [new Container { Name = "main", Image = "busybox:1" }, new Container { Name = "side", Image = "busybox:1" }],
        });
        PodStatus? ended = null;
        for (int turn = 0; turn < 60; turn++)
        {
            var steps = world.PlanOnly();
            if (ended is not null)
                Assert.Equal(ended, world.Status);
            ended ??= world.Status.Phase is "Succeeded" or "Failed" ? world.Status : null;
            foreach (var step in steps.Where(_ => random.Next(3) > 0))
                world.Carry(step); // the others are lost, as with a crash of the agent
            var victims = world.View.Containers;
            if (victims.Length > 0 && random.Next(3) == 0)
            {
                var victim = victims[random.Next(victims.Length)];
                if (victim.Phase == ContainerPhase.Running && random.Next(2) == 0)
                    world.End(victim.Id, random.Next(3));
                else
                    world.Vanish(victim.Id);
            }

            world.Now += TimeSpan.FromSeconds(random.Next(60));
            AssertNothingTwice(world);
        }

        world.Settle();
        while (world.Last.WakeAt is not null)
            world.Wake();
        foreach (var init in world.View.Containers.Where(c => c.Role == ContainerRole.Init && c.Phase == ContainerPhase.Running).ToArray())
            world.End(init.Id, 0);
        world.Settle();
        while (world.Last.WakeAt is not null)
            world.Wake();
        AssertNothingTwice(world);
        if (ended is null && world.Status.Phase is not ("Succeeded" or "Failed") && world.View.Pod!.Spec.RestartPolicy == "Always")
            Assert.Equal(2, world.Apps.Count(c => c.Phase == ContainerPhase.Running));
        world.Delete(0);
        world.Settle();
        Assert.True(world.Last.Gone);
        Assert.Empty(world.View.Containers);
    });

    private static void AssertNothingTwice(PodWorld world) =>
        Assert.All(world.View.Containers.Where(c => c.Phase == ContainerPhase.Running).GroupBy(c => (c.Role, c.Name)), g => Assert.Single(g));
}
