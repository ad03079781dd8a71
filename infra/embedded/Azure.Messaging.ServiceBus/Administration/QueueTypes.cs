namespace Azure.Messaging.ServiceBus.Administration;

public class CreateQueueOptions
{
    public CreateQueueOptions(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    public string Name { get; set; }

    /// <summary>Five minutes at most.</summary>
    public TimeSpan LockDuration { get; set; } = TimeSpan.FromSeconds(60);

    public bool RequiresSession { get; set; }

    /// <summary>Caps the messages' own.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; set; } = TimeSpan.MaxValue;

    public bool DeadLetteringOnMessageExpiration { get; set; }

    public int MaxDeliveryCount { get; set; } = 10;

    public long MaxSizeInMegabytes { get; set; } = 1024;

    public string UserMetadata { get; set; }

    public AuthorizationRules AuthorizationRules { get; } = new();
}

public class QueueProperties
{
    internal QueueProperties(string name) => Name = name;

    public string Name { get; internal set; }

    public TimeSpan LockDuration { get; set; }

    public bool RequiresSession { get; internal set; }

    public TimeSpan DefaultMessageTimeToLive { get; set; }

    public bool DeadLetteringOnMessageExpiration { get; set; }

    public int MaxDeliveryCount { get; set; }

    public long MaxSizeInMegabytes { get; set; }

    public string UserMetadata { get; set; }

    public AuthorizationRules AuthorizationRules { get; internal set; } = new();
}

public class QueueRuntimeProperties
{
    internal QueueRuntimeProperties(string name) => Name = name;

    public string Name { get; internal set; }

    /// <summary>All states together.</summary>
    public long TotalMessageCount { get; internal set; }

    public long ActiveMessageCount { get; internal set; }

    public long DeadLetterMessageCount { get; internal set; }

    public long ScheduledMessageCount { get; internal set; }

    public long SizeInBytes { get; internal set; }

    public DateTimeOffset CreatedAt { get; internal set; }

    public DateTimeOffset UpdatedAt { get; internal set; }

    public DateTimeOffset AccessedAt { get; internal set; }
}
