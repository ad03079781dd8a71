namespace CloudOrch.Simulation.World;

/// <summary>What a run is about; a test plays each.</summary>
internal enum WorldKind
{
    /// <summary>A few nodes, and faults of every seam.</summary>
    Small,

    /// <summary>Links are cut and healed, clocks are wrong and jump.</summary>
    Storm,

    /// <summary>Most nodes fall silent at once.</summary>
    MassLoss,

    /// <summary>Two processes plan one cluster at the same time, from beginning to end.</summary>
    TwoBrains,

    /// <summary>The log is cut off under those who read it.</summary>
    Compaction,

    /// <summary>The cluster is deleted and made again under its name.</summary>
    Rebirth,

    /// <summary>For minutes no functions process runs.</summary>
    Outage,

    /// <summary>Pods with fenced identities, while links are cut and healed and agents and hosts die.</summary>
    Fenced,

    /// <summary>Hundreds of nodes, and some of all this.</summary>
    Fleet,
}

/// <summary>What befalls a world besides the faults of its seams. Many have a second trouble beside the one that they are about: troubles meet.</summary>
internal sealed record Scenario
{
    public (int Fewest, int Most) Nodes { get; init; } = (1, 5);

    public (int Fewest, int Most) Steps { get; init; } = (40, 120);

    /// <summary>Longest pauses between steps, in milliseconds; each step draws one.</summary>
    public IReadOnlyList<int> Pauses { get; init; } = [200, 800, 1500];

    /// <summary>Replicas are so many times those of a small world.</summary>
    public int Scale { get; init; } = 1;

    public bool Links { get; init; }
    public bool Clocks { get; init; }
    public bool MassLoss { get; init; }
    public bool TwoBrains { get; init; }
    public bool Compaction { get; init; }
    public bool Rebirth { get; init; }
    public bool Outage { get; init; }
    public bool Fencing { get; init; }

    /// <summary>Some pods tolerate the loss of their node for a while, some servers come back under their name with another key, strangers ask for names.</summary>
    public bool Varied { get; init; } = true;

    /// <summary>Whether a healthy node may be out of reach without any fault rate saying so.</summary>
    public bool TroublesNodes => Links || MassLoss || Outage || Rebirth;

    public static Scenario Of(WorldKind kind, Chance chance)
    {
        bool Also(double probability = 0.2) => chance.Hits("scenario", probability);
        return kind switch
        {
            WorldKind.Small => new() { Varied = false },
            WorldKind.Storm => new()
            {
                Nodes = (3, 12), Steps = (60, 160), Pauses = [200, 1500, 4000], Links = Also(0.8), Clocks = Also(0.7), TwoBrains = Also(), Compaction = Also(),
            },
            WorldKind.MassLoss => new() { Nodes = (3, 15), Steps = (10, 60), MassLoss = true, Links = Also(), Clocks = Also(), TwoBrains = Also() },
            WorldKind.TwoBrains => new() { Nodes = (1, 8), TwoBrains = true, Links = Also(), Compaction = Also() },
            WorldKind.Compaction => new() { Compaction = true, TwoBrains = Also(), Links = Also() },
            WorldKind.Rebirth => new() { Nodes = (1, 6), Steps = (20, 60), Rebirth = true, Links = Also(), TwoBrains = Also(), Compaction = Also() },
            WorldKind.Outage => new() { Nodes = (1, 6), Steps = (20, 60), Outage = true, Clocks = Also(), TwoBrains = Also() },
            WorldKind.Fenced => new()
            {
                Nodes = (2, 8), Steps = (60, 160), Pauses = [200, 1000, 2500], Fencing = true,
                Links = Also(0.8), Clocks = Also(0.5), TwoBrains = Also(0.4), MassLoss = Also(), Outage = Also(), Rebirth = Also(0.1),
            },
            WorldKind.Fleet => new()
            {
                Nodes = (100, 300), Steps = (15, 30), Pauses = [1500, 4000], Scale = 25, Links = Also(0.7), Clocks = Also(0.5), MassLoss = Also(0.5), TwoBrains = Also(0.3), Compaction = Also(0.5),
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }
}
