namespace CloudOrch.Testing;

/// <summary>A clock that stands still until a test moves it; timers, delays and time-outs made from it fire while it is moved.</summary>
/// <remarks>
/// Wall clock and monotonic time (<see cref="GetTimestamp"/>) move together, except for <see cref="Jump"/>, which moves only the wall
/// clock, as a corrected system clock does. Timers fire in order of their due time, at exactly that time, on the thread that advances;
/// what a callback schedules inside the advanced span fires in the same call. Safe for use from several threads.
/// </remarks>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now;
    private TimeSpan _elapsed;
    private long _order;

    public ManualClock()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public ManualClock(DateTimeOffset start) => _now = start.ToUniversalTime();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public DateTimeOffset Now => GetUtcNow();

    /// <summary>Timers that are armed: a test waits for this to rise before it advances past what the code under test sleeps for.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <summary>How long until the next timer fires, or null when none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
                return Next() is { } next ? next.DueAfter - _elapsed : null;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward and fires every timer that falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan until;
        lock (_gate)
            until = _elapsed + by;
        while (Step(until) is { } timer)
            timer.Fire();
    }

    /// <summary>Moves time to the next armed timer and fires it; false when none is armed.</summary>
    public bool AdvanceToNextTimer()
    {
        if (UntilNextTimer is not { } wait)
            return false;
        Advance(wait);
        return true;
    }

    /// <summary>Sets the wall clock forward or back without letting time pass: no timer fires.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
            _now += by;
    }

    private ManualTimer? Step(TimeSpan until)
    {
        lock (_gate)
        {
            var due = Next() is { } next && next.DueAfter <= until ? next : null;
            var to = due?.DueAfter ?? until;
            if (to > _elapsed)
            {
                _now += to - _elapsed;
                _elapsed = to;
            }

            due?.Rearm();
            return due;
        }
    }

    private ManualTimer? Next() => _timers.OrderBy(t => t.DueAfter).ThenBy(t => t.Order).FirstOrDefault();

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        /// <summary>On the clock's monotonic time.</summary>
        public TimeSpan DueAfter { get; private set; }

        public long Order { get; private set; }

        public void Fire() => callback(state);

        public void Rearm()
        {
            clock._timers.Remove(this);
            if (_period > TimeSpan.Zero)
                Arm(_period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                    Arm(dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _period = Timeout.InfiniteTimeSpan;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan after)
        {
            DueAfter = clock._elapsed + after;
            Order = clock._order++;
            clock._timers.Add(this);
        }
    }
}
