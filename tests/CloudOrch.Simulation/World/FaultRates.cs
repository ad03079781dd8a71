namespace CloudOrch.Simulation.World;

/// <summary>How often what goes wrong in one run. Each seed draws its own mixture: a run with a single kind of fault finds what a run with all of them hides.</summary>
internal sealed record FaultRates
{
    public double Conflict { get; init; }
    public double Throttle { get; init; }
    public double FailBeforeCommit { get; init; }
    public double FailAfterCommit { get; init; }
    public double ProcessDies { get; init; }
    public double Lose { get; init; }
    public double Repeat { get; init; }
    public double Delay { get; init; }
    public double SendFails { get; init; }
    /// <summary>Per node and second: the agent dies, the machine reboots, the network is cut.</summary>
    public double NodeFails { get; init; }
    /// <summary>Per node and second: a container ends or is removed by somebody.</summary>
    public double ContainerDies { get; init; }

    /// <summary>Per page that is read while a cache catches up: the log is cut off before.</summary>
    public double Compaction { get; init; }

    public static readonly FaultRates None = new();

    public bool IsNone => this == None;

    public bool NodesAreHealthy => NodeFails == 0 && ContainerDies == 0;

    public static FaultRates Of(Chance chance)
    {
        double store = chance.Pick("rates", [0, 0.01, 0.05, 0.15]);
        double queue = chance.Pick("rates", [0, 0.05, 0.2, 0.5]);
        double nodes = chance.Pick("rates", [0, 0, 0.005, 0.02]);
        double containers = chance.Pick("rates", [0, 0, 0.01]);
        return new()
        {
            Conflict = 2 * store,
            Throttle = store / 2,
            FailBeforeCommit = store / 2,
            FailAfterCommit = store / 2,
            ProcessDies = chance.Pick("rates", [0, 0.005, 0.03]),
            Lose = queue,
            Repeat = queue,
            Delay = queue,
            SendFails = queue / 3,
            NodeFails = nodes,
            ContainerDies = nodes == 0 ? 0 : containers,
        };
    }

    /// <summary>Fewer faults for a world that has other troubles, or that is large.</summary>
    public FaultRates Tempered(double by) => this with
    {
        Conflict = by * Conflict, Throttle = by * Throttle, FailBeforeCommit = by * FailBeforeCommit, FailAfterCommit = by * FailAfterCommit,
        ProcessDies = by * ProcessDies, NodeFails = by * NodeFails, ContainerDies = by * ContainerDies,
    };
}
