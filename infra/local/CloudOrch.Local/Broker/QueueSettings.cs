namespace CloudOrch.Local.Broker;

/// <summary>How a queue behaves; defaults are the service's.</summary>
public sealed record QueueSettings(string Name)
{
    /// <summary>Of a message, or of a session where the queue has sessions. Five minutes at most.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    public bool RequiresSession { get; init; }

    /// <summary>Failed deliveries (expired locks, abandonments) after which a message goes to the dead-letter queue.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>Caps a message's own time to live.</summary>
    public TimeSpan DefaultTimeToLive { get; init; } = TimeSpan.MaxValue;

    public bool DeadLetterExpired { get; init; }

    public long MaxSizeInMegabytes { get; init; } = 1024;

    public string? UserMetadata { get; init; }

    public IReadOnlyList<AccessRule> Rules { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    /// <exception cref="BrokerException">A value that the service would refuse.</exception>
    public QueueSettings Checked()
    {
        if (Name.Length is 0 or > 260 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '~'))
            throw Bad($"'{Name}' is not a queue name");
        if (LockDuration < TimeSpan.FromSeconds(5) || LockDuration > TimeSpan.FromMinutes(5))
            throw Bad("LockDuration must be between 5 seconds and 5 minutes");
        if (MaxDeliveryCount is < 1 or > 2000)
            throw Bad("MaxDeliveryCount must be between 1 and 2000");
        if (DefaultTimeToLive < TimeSpan.FromSeconds(1))
            throw Bad("DefaultMessageTimeToLive must be at least 1 second");
        return this;
    }

    private static BrokerException Bad(string text) => new(BrokerException.InvalidArgument, text + ".");
}
