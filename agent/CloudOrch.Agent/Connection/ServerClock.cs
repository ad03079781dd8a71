namespace CloudOrch.Agent.Connection;

/// <summary>The server's time, learned from its answers: the node's own clock may be wrong by any amount, and may be set while the agent runs.</summary>
public sealed class ServerClock(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _told;
    private long _at;

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
                return _told is { } told ? told + clock.GetElapsedTime(_at) : clock.GetUtcNow();
        }
    }

    public void Learn(DateTimeOffset? date)
    {
        if (date is null)
            return;
        lock (_gate)
            (_told, _at) = (date, clock.GetTimestamp());
    }
}
