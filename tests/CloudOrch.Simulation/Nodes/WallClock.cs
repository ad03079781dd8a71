namespace CloudOrch.Simulation.Nodes;

/// <summary>What a machine takes for the time: the world's, and an error that may change at any moment.</summary>
internal sealed class WallClock(TimeProvider truth) : TimeProvider
{
    public TimeSpan Error { get; set; }

    public override DateTimeOffset GetUtcNow() => truth.GetUtcNow() + Error;
}
