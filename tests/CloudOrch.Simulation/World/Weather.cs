using CloudOrch.Simulation.Nodes;

namespace CloudOrch.Simulation.World;

/// <summary>What happens between nodes and the outside: links are cut and healed, of one node, some or most, some of them flap; clocks jump.</summary>
internal sealed class Weather(SimWorld world)
{
    private const string Stream = "weather";
    private readonly SortedDictionary<string, DateTimeOffset> healsAt = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (DateTimeOffset ToggleAt, DateTimeOffset EndsAt)> flapping = new(StringComparer.Ordinal);
    private DateTimeOffset changesAt;
    private DateTimeOffset jumpAt;

    private Chance Chance => world.Chance;

    private DateTimeOffset Now => world.Clock.Now;

    /// <summary>Goes on by the time that has passed.</summary>
    public void Go()
    {
        if (world.Scenario.Clocks && Now >= jumpAt)
        {
            jumpAt = Now + Chance.UpTo(Stream, TimeSpan.FromSeconds(15));
            Jump(Chance.Pick(Stream, world.Nodes));
        }

        if (!world.Scenario.Links)
            return;
        foreach (string due in healsAt.Where(h => h.Value <= Now).Select(h => h.Key).ToList())
            Heal(due);
        foreach (var (name, flap) in flapping.Where(f => f.Value.ToggleAt <= Now).ToList())
            Flap(name, flap.EndsAt);
        if (Now < changesAt)
            return;
        changesAt = Now + Chance.UpTo(Stream, TimeSpan.FromSeconds(20));
        Change();
    }

    /// <summary>Every link is whole. Clocks stay as wrong as they are.</summary>
    public void Clear()
    {
        flapping.Clear();
        healsAt.Clear();
        foreach (var node in world.Nodes)
            node.CutOff(false);
    }

    private void Change()
    {
        switch (Chance.Next(Stream, 10))
        {
            case < 3:
                Cut(1, Chance.Pick(Stream, [Links.All, Links.All, Links.Tables, Links.Queue, Links.Api, Links.Tables | Links.Queue]));
                break;
            case < 5:
                Cut(Chance.Between(Stream, 1, Math.Max(1, world.Nodes.Count / 3)), Links.All);
                break;
            case < 6:
                Cut(Chance.Between(Stream, world.Nodes.Count / 2, world.Nodes.Count), Links.All);
                break;
            case < 8:
                flapping[Chance.Pick(Stream, world.Nodes).Name] = (Now, Now + Chance.UpTo(Stream, TimeSpan.FromSeconds(60)));
                break;
            default:
                Clear();
                break;
        }
    }

    private void Cut(int count, Links links)
    {
        var until = Now + Chance.UpTo(Stream, TimeSpan.FromSeconds(40));
        int first = Chance.Next(Stream, world.Nodes.Count);
        for (int i = 0; i < count; i++)
        {
            var node = world.Nodes[(first + i) % world.Nodes.Count];
            node.CutOff(links);
            healsAt[node.Name] = until + Chance.UpTo(Stream, TimeSpan.FromSeconds(2));
        }
    }

    private void Heal(string name)
    {
        healsAt.Remove(name);
        world.NodeNamed(name)!.CutOff(false);
    }

    private void Flap(string name, DateTimeOffset endsAt)
    {
        var node = world.NodeNamed(name)!;
        node.CutOff(node.Cut == Links.None && Now < endsAt);
        if (Now < endsAt)
            flapping[name] = (Now + Chance.UpTo(Stream, TimeSpan.FromSeconds(5)), endsAt);
        else
            flapping.Remove(name);
    }

    /// <summary>By seconds or by hours, forth or back; or somebody sets it right.</summary>
    private void Jump(SimNode node)
    {
        var error = Chance.UpTo(Stream, TimeSpan.FromSeconds(Chance.Pick(Stream, [5, 120, 900, 7200])));
        node.SetClock(Chance.Hits(Stream, 0.2) ? TimeSpan.Zero : Chance.Hits(Stream, 0.5) ? error : -error);
    }
}
