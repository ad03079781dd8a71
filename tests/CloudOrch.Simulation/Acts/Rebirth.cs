using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Acts;

/// <summary>The cluster is deleted and another one is made under its name; the servers join that one, under their names, with other keys.</summary>
internal static class Rebirth
{
    private const string Stream = "rebirth";

    public static void Play(Run run, SimWorld world)
    {
        var chance = world.Chance;
        foreach (var node in world.Nodes)
        {
            if (chance.Hits(Stream, 0.2))
                node.CutOff(true);
            else if (chance.Hits(Stream, 0.1))
                node.PowerOff();
        }

        Insist(run, world, world.TryDeleteCluster);
        run.Steps(chance.UpTo(Stream, TimeSpan.FromSeconds(chance.Pick(Stream, [0, 5, 90]))));
        Insist(run, world, world.TryMakeCluster);
        run.Steps(TimeSpan.FromSeconds(chance.Between(Stream, 5, 60)));
    }

    private static void Insist(Run run, SimWorld world, Func<bool> attempt)
    {
        for (int i = 0; !attempt(); i++)
        {
            if (i == 100)
                throw new LawBrokenException("a cluster can be deleted and made again");
            run.Steps(world.Chance.UpTo(Stream, TimeSpan.FromSeconds(2)));
        }
    }
}
