namespace CloudOrch.Simulation.World;

/// <summary>What a process is doing while something of it reaches a seam.</summary>
/// <param name="process">Who.</param>
/// <param name="isPass">A pass of the brain; else a request of a user or a node.</param>
/// <param name="since">When it began.</param>
internal sealed class Doing(SimProcess process, bool isPass, DateTimeOffset since)
{
    private static readonly AsyncLocal<Doing?> Flowing = new();

    /// <summary>What the code that asks is part of; null outside of any process.</summary>
    public static Doing? Now
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public SimProcess Process => process;

    public bool IsPass => isPass;

    public DateTimeOffset Since => since;

    /// <summary>When it may have read the leases that it goes by: those of earlier passes are used again for a while.</summary>
    public IEnumerable<DateTimeOffset> LeaseReadings => process.LeaseReadings.Where(at => since - at <= SimProcess.LeasesHoldFor);
}
