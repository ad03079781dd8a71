using CloudOrch.Testing;

namespace CloudOrch.Simulation.World;

/// <summary>Time stands still while anything runs and moves when the simulation says so.</summary>
/// <remarks>
/// An operation that pauses (a retry's back-off) lets that time pass at once, so that every operation ends in the step in which it began.
/// Deadlines never fire: nothing here takes long.
/// </remarks>
internal sealed class SimClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = A.Epoch;

    /// <summary>Told whenever time has passed.</summary>
    public Action? Passed { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public DateTimeOffset Now => GetUtcNow();

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    public override long GetTimestamp() => (GetUtcNow() - A.Epoch).Ticks;

    public void Advance(TimeSpan by)
    {
        lock (gate)
            now += by;
        Passed?.Invoke();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is Task pause && pause.GetType().Name.StartsWith("DelayPromise", StringComparison.Ordinal) && dueTime >= TimeSpan.Zero)
        {
            Advance(dueTime);
            ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null);
        }

        return new Deadline();
    }

    private sealed class Deadline : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
