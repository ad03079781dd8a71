using CloudOrch.Domain.Nodes;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Acts;

/// <summary>For minutes no functions process runs, while containers crash and a host reboots: nodes keep their pods running by themselves.</summary>
internal static class Outage
{
    private const string Stream = "outage";

    // The longest back-off between two restarts, and the time that the steps take.
    private static readonly TimeSpan LongestRepair = TimeSpan.FromMinutes(6);

    public static void Play(Run run, SimWorld world)
    {
        var chance = world.Chance;
        foreach (var node in world.Nodes)
            Mend(node);
        run.Steps(TimeSpan.FromSeconds(chance.Between(Stream, 0, 20)));
        world.SetDown(true, forget: chance.Hits(Stream, 0.7));
        var end = world.Clock.Now + TimeSpan.FromSeconds(chance.Between(Stream, 60, 300));
        while (world.Clock.Now < end)
        {
            Trouble(world, chance.Pick(Stream, world.Nodes));
            run.Steps(chance.UpTo(Stream, TimeSpan.FromSeconds(8)));
        }

        foreach (var node in world.Nodes)
            Mend(node);
        var rates = world.Rates;
        world.Rates = rates with { NodeFails = 0, ContainerDies = 0 };
        AwaitRepair(run, world);
        world.Rates = rates;
        world.SetDown(false, forget: false);
    }

    private static void Mend(SimNode node)
    {
        node.PowerOn();
        node.StartAgent();
        node.CutOff(false);
    }

    private static void Trouble(SimWorld world, SimNode node)
    {
        switch (world.Chance.Next(Stream, 8))
        {
            case < 4:
                node.KillContainer(remove: world.Chance.Hits(Stream, 0.3));
                break;
            case 4:
                node.PowerOff();
                break;
            case 5:
                node.KillAgent();
                break;
            default:
                Mend(node);
                break;
        }
    }

    private static void AwaitRepair(Run run, SimWorld world)
    {
        var begin = world.Clock.Now;
        while (FirstGap(world) is { } gap)
        {
            if (world.Clock.Now - begin > LongestRepair)
                throw new LawBrokenException($"a node without control plane keeps its pods running: {gap}");
            run.Steps(TimeSpan.FromSeconds(1));
        }
    }

    private static string? FirstGap(SimWorld world)
    {
        foreach (var node in world.Nodes)
        {
            foreach (var pod in node.Journal.Assignment?.Pods ?? [])
            {
                // A fence that has lapsed, or an agent that died, needs the control plane's word to start again.
                if (pod.Annotations?.ContainsKey("cloudorch.io/fenced-identity") == true)
                    continue;
                if (pod.Deletion is not null || pod.Spec.Containers.Any(c => c.Image == SimWorld.MissingImage))
                    continue;
                if (pod.Spec.Containers.FirstOrDefault(c => !node.Engine.Running.Any(r => r.PodUid == pod.Uid && r.Role == ContainerRole.App && r.Name == c.Name)) is { } missing)
                    return $"{pod.Name}/{missing.Name} does not run on {node.Name}";
            }
        }

        return null;
    }
}
