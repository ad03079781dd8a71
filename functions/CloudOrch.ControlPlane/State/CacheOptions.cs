namespace CloudOrch.ControlPlane.State;

/// <summary>Bounds of the caches of one instance.</summary>
public sealed record CacheOptions
{
    /// <summary>Stored bytes (JSON) of all cached clusters together; objects in memory take about three times that. Default 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Changes that a cluster's ring keeps for watchers; one that falls behind is cut off. Default 16,384.</summary>
    public int RingEvents { get; init; } = 16_384;

    /// <summary>Stored bytes of the changes in a ring; default 32 MiB.</summary>
    public long RingBytes { get; init; } = 32L << 20;

    /// <summary>Pause between two looks at <c>head</c> while somebody watches and things change; default 25 ms.</summary>
    public TimeSpan PollFastest { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How long what was read or committed is taken to be the newest by a writer, whose commit then proves it; default 25 ms.</summary>
    public TimeSpan TrustedFor { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How long writers read before each commit after somebody else was first; default 1 s.</summary>
    public TimeSpan ContendedFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause when nothing has changed for long; default 1 s.</summary>
    public TimeSpan PollSlowest { get; init; } = TimeSpan.FromSeconds(1);
}
