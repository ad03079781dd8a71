using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Acts;

/// <summary>More than half of the nodes fall silent: pods stay where they are, and go on their way once half of the nodes answer again.</summary>
internal static class MassLoss
{
    private const string Stream = "mass loss";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public static void Play(Run run, SimWorld world)
    {
        var chance = world.Chance;
        int most = chance.Between(Stream, (world.Nodes.Count / 2) + 1, world.Nodes.Count);
        var silent = world.Nodes.OrderBy(n => Stable.Hash($"{chance.Seed}/{n.Name}")).Take(most).ToList();
        foreach (var node in silent)
            Cut(node, true);
        run.Steps(TimeSpan.FromSeconds(chance.Between(Stream, 10, 90)));

        int stay = Math.Min(chance.Between(Stream, 1, Math.Max(1, world.Nodes.Count / 2)), silent.Count - 1);
        foreach (var node in silent.Skip(stay))
            Cut(node, false);
        world.Trace.Add($"{silent.Count - stay} of {silent.Count} answer again");
        if (stay > 0 && !world.Scenario.Links && world.Rates.NodesAreHealthy)
            AwaitEvictions(run, world, [.. silent.Take(stay)]);
        foreach (var node in silent.Take(stay))
            Cut(node, false);
    }

    private static void Cut(SimNode node, bool cut)
    {
        node.StaysCut = cut;
        node.CutOff(cut);
    }

    private static void AwaitEvictions(Run run, SimWorld world, List<SimNode> lost)
    {
        var begin = world.Clock.Now;
        while (Waiting(world, lost) is { } pod)
        {
            if (world.Clock.Now - begin > LongestWait)
                throw new LawBrokenException($"evictions go on once half of the nodes answer: {pod.Metadata.Name} stays on {pod.Spec.NodeName}, which is silent for {LongestWait}");
            run.Steps(TimeSpan.FromSeconds(1));
        }
    }

    private static Pod? Waiting(SimWorld world, List<SimNode> lost) => lost.Where(n => n.Cut == Links.All && world.Laws.Model.Knows(n.Uid))
        .SelectMany(n => world.Laws.Model.PodsOn(n.Name)).FirstOrDefault(p => p.IsActive() && Moves.PatienceOf(p) == TimeSpan.Zero);
}
