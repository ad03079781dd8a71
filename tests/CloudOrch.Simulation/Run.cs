using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Simulation.Acts;
using CloudOrch.Simulation.Laws;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation;

/// <summary>One seed, from an empty cluster through faults to rest.</summary>
internal sealed class Run(WorldKind kind, int seed) : IDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(20);

    private readonly SimWorld world = new(seed, kind);
    private DateTimeOffset tickAt;
    private Weather? weather;
    private Watcher? watcher;

    public Trace Trace => world.Trace;

    public TimeSpan SettledAfter { get; private set; }

    /// <exception cref="LawBrokenException">A law is broken; the message names the seed and the last steps.</exception>
    public void Play()
    {
        try
        {
            var (chance, scenario) = (world.Chance, world.Scenario);
            world.Begin(chance.Between("shape", scenario.Nodes.Fewest, scenario.Nodes.Most));
            world.Rates = RatesOf(chance);
            weather = new(world);
            world.Trace.Add($"seed {seed}: {world.Nodes.Count} nodes, {world.Rates}, {scenario}");
            int steps = chance.Between("shape", scenario.Steps.Fewest, scenario.Steps.Most);
            Steps(steps / 2);
            Act();
            Steps(steps - (steps / 2));
            Heal();
            Settle();
            Watch(toTheEnd: true);
            StayAtRest();
        }
        catch (Exception e)
        {
            throw new LawBrokenException($"""
                {kind} {seed}: {(e is LawBrokenException ? e.Message : e.ToString())}
                replay it with SIM_WORLD={kind} SIM_SEED={seed} ./infra/test simulation. The last steps:
                {world.Trace.Tail(120)}
                """);
        }
    }

    public void Dispose() => world.Dispose();

    /// <summary>Life goes on for so long, with all troubles that the seed has.</summary>
    public void Steps(TimeSpan time)
    {
        for (var end = world.Clock.Now + time; world.Clock.Now < end;)
            Step();
    }

    private void Steps(int count)
    {
        for (; count > 0; count--)
        {
            Step();
            if (world.Chance.Hits("watch", 0.1))
                Watch(toTheEnd: false);
            if (world.Scenario.Compaction)
                Belief.Check(world, world.Chance.Next("belief", 2));
        }
    }

    private FaultRates RatesOf(Chance chance)
    {
        var rates = FaultRates.Of(chance);
        if (world.Nodes.Count >= 100)
            rates = rates.Tempered(0.2);
        return world.Scenario.Compaction ? rates with { Compaction = chance.Pick("rates", [0.02, 0.1, 0.3]) } : rates;
    }

    private void Act()
    {
        if (world.Scenario.MassLoss)
            MassLoss.Play(this, world);
        if (world.Scenario.Rebirth)
            Rebirth.Play(this, world);
        if (world.Scenario.Outage)
            Outage.Play(this, world);
    }

    /// <summary>A client watches the cluster that has the name now.</summary>
    private void Watch(bool toTheEnd)
    {
        if (watcher?.Cluster != world.Cluster)
            watcher = new(world);
        if (!world.Past.Any(p => p.Id == world.Cluster))
            watcher.Watch(toTheEnd);
    }

    private void Step()
    {
        var chance = world.Chance;
        world.Clock.Advance(chance.UpTo("time", TimeSpan.FromMilliseconds(chance.Pick("time", world.Scenario.Pauses))));
        weather!.Go();
        foreach (var node in world.Nodes)
        {
            Trouble(node);
            node.Work();
        }

        world.Laws.Check();
        if (chance.Hits("users", 0.35) && !world.IsDown)
        {
            world.Users.DoSomething();
            world.Laws.Check();
        }

        for (int bells = chance.Next("work", 4); bells > 0 && world.Deliver(chance.Next("work", 2)); bells--)
            world.Laws.Check();
        for (int turns = chance.Next("turns", 6); turns > 0 && world.Turns.Any && !world.IsDown; turns--)
        {
            world.Turns.Go(chance);
            world.Bury();
            world.Laws.Check();
        }

        if (world.Clock.Now >= tickAt)
            Tick();
        if (chance.Hits("work", world.Rates.ProcessDies) && !world.IsDown)
            world.Restart(chance.Next("work", 2));
        world.Laws.Check();
    }

    private void Trouble(SimNode node)
    {
        var (chance, rates) = (world.Chance, world.Rates);
        string stream = $"trouble {node.Name}";
        // Its credentials are refused once it asks for new ones; with a join token it is let in again, as another node.
        if (node.IsHealthy && !world.Laws.Model.Knows(node.Uid) && chance.Hits(stream, 0.15) && !world.IsDown)
            world.TryEnrol(node);
        if (world.Scenario.Varied && chance.Hits(stream, 0.002) && !world.IsDown)
            world.TryToTakeName(node);
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
        else if (!node.StaysCut && !world.Scenario.Links)
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
        weather!.Clear();
        world.Turns.GoToTheEnd(world.Chance);
        world.Bury();
        foreach (var node in world.Nodes)
        {
            node.LoseLateWrites();
            node.PowerOn();
            node.StartAgent();
            node.CutOff(false);
            // For ten seconds a process may still take the name for the cluster that had it before.
            for (int patience = world.Scenario.Rebirth ? 15 : 0; !world.Laws.Model.Knows(node.Uid) && !world.TryEnrol(node); patience--)
            {
                if (patience == 0)
                    throw new LawBrokenException($"without faults a node whose Node was deleted is let in again: {node.Name}");
                Quiet(TimeSpan.FromSeconds(1));
            }
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
            Quiet(TimeSpan.FromMilliseconds(world.Nodes.Count < 100 ? 500 : 1000));
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
        {
            world.Turns.GoToTheEnd(world.Chance);
            world.Laws.Check();
        }

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
