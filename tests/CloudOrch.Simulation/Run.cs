using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation;

/// <summary>One seed, from an empty cluster through faults to rest.</summary>
internal sealed class Run(int seed) : IDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(20);

    private readonly SimWorld world = new(seed);
    private DateTimeOffset tickAt;

    public Trace Trace => world.Trace;

    public TimeSpan SettledAfter { get; private set; }

    /// <exception cref="LawBrokenException">A law is broken; the message names the seed and the last steps.</exception>
    public void Play()
    {
        try
        {
            var chance = world.Chance;
            world.Begin(chance.Between("shape", 1, 5));
            world.Rates = FaultRates.Of(chance);
            world.Trace.Add($"seed {seed}: {world.Nodes.Count} nodes, {world.Rates}");
            var watcher = new Watcher(world);
            for (int step = chance.Between("shape", 40, 120); step > 0; step--)
            {
                Step();
                if (chance.Hits("watch", 0.1))
                    watcher.Watch(toTheEnd: false);
            }

            Heal();
            Settle();
            watcher.Watch(toTheEnd: true);
            StayAtRest();
        }
        catch (Exception e)
        {
            throw new LawBrokenException($"""
                seed {seed}: {(e is LawBrokenException ? e.Message : e.ToString())}
                replay it with SIM_SEED={seed} ./infra/test simulation. The last steps:
                {world.Trace.Tail(120)}
                """);
        }
    }

    public void Dispose() => world.Dispose();

    private void Step()
    {
        var chance = world.Chance;
        world.Clock.Advance(chance.UpTo("time", TimeSpan.FromMilliseconds(chance.Pick("time", [200, 800, 1500]))));
        foreach (var node in world.Nodes)
        {
            Trouble(node);
            node.Work();
        }

        world.Laws.Check();
        if (chance.Hits("users", 0.35))
        {
            world.Users.DoSomething();
            world.Laws.Check();
        }

        for (int bells = chance.Next("work", 4); bells > 0 && world.Deliver(chance.Next("work", 2)); bells--)
            world.Laws.Check();
        if (world.Clock.Now >= tickAt)
            Tick();
        if (chance.Hits("work", world.Rates.ProcessDies))
            world.Restart(chance.Next("work", 2));
        world.Laws.Check();
    }

    private void Trouble(SimNode node)
    {
        var (chance, rates) = (world.Chance, world.Rates);
        string stream = $"trouble {node.Name}";
        // Its credentials are refused once it asks for new ones; with a join token it is let in again, as another node.
        if (node.IsHealthy && !world.Laws.Model.Knows(node.Uid) && chance.Hits(stream, 0.15))
            world.TryEnrol(node);
        if (node.IsHealthy)
        {
            if (chance.Hits(stream, rates.NodeFails))
                chance.Pick<Action>(stream, [() => node.CutOff(true), node.KillAgent, node.PowerOff])();
            if (chance.Hits(stream, rates.ContainerDies))
                node.KillContainer(chance.Hits(stream, 0.5));
            return;
        }

        if (chance.Hits(stream, 0.5 * rates.NodeFails))
            node.PowerOff();
        if (!chance.Hits(stream, 0.15))
            return;
        if (!node.MachineUp)
            node.PowerOn();
        else if (!node.AgentUp)
            node.StartAgent();
        else
            node.CutOff(false);
    }

    private void Tick()
    {
        tickAt = world.Clock.Now + TickEvery;
        world.Tick(world.Chance.Next("work", 2));
    }

    private void Heal()
    {
        world.Trace.Add("faults stop");
        world.Rates = FaultRates.None;
        foreach (var node in world.Nodes)
        {
            node.PowerOn();
            node.StartAgent();
            node.CutOff(false);
            if (!world.Laws.Model.Knows(node.Uid) && !world.TryEnrol(node))
                throw new LawBrokenException($"without faults a node whose Node was deleted is let in again: {node.Name}");
        }

        world.Users.TidyUp();
    }

    private void Settle()
    {
        var begin = world.Clock.Now;
        var settled = new Settled(world);
        string? gap;
        while ((gap = settled.FirstGap()) is not null)
        {
            if (world.Clock.Now - begin > LongestSettling)
                throw new LawBrokenException($"everything settles once faults stop; after {LongestSettling} still: {gap}");
            Quiet(TimeSpan.FromMilliseconds(500));
        }

        SettledAfter = world.Clock.Now - begin;
        world.Trace.Add($"settled after {SettledAfter}");
    }

    /// <summary>Time passes without trouble.</summary>
    private void Quiet(TimeSpan time)
    {
        world.Clock.Advance(time);
        foreach (var node in world.Nodes)
            node.Work();
        while (world.Deliver(world.Chance.Next("work", 2)))
            world.Laws.Check();
        if (world.Clock.Now >= tickAt)
            Tick();
        world.Laws.Check();
    }

    /// <summary>A settled world plans nothing: not as time passes, and not for a process that looks at everything for the first time.</summary>
    private void StayAtRest()
    {
        // What is still owed from before: heartbeats of conditions, ends of back-offs.
        for (int i = 0; i < 20; i++)
            Quiet(TimeSpan.FromSeconds(1));
        var revision = world.Laws.Model.Revision;
        for (int i = 0; i < 30; i++)
            Quiet(TimeSpan.FromSeconds(1));
        world.Restart(0);
        SimWorld.Await(world.Process(0).HandleAsync(new Doorbell(world.Cluster, RingReasons.Sweep, Revision.Zero)));
        SimWorld.Await(world.Process(1).HandleAsync(new Doorbell(world.Cluster, RingReasons.Sweep, Revision.Zero)));
        Quiet(TimeSpan.FromSeconds(1));
        if (world.Laws.Model.Revision != revision)
            throw new LawBrokenException($"a settled world plans nothing: it went from {revision} to {world.Laws.Model.Revision}");
        if (new Settled(world).FirstGap() is { } gap)
            throw new LawBrokenException($"what has settled stays so: {gap}");
    }
}
