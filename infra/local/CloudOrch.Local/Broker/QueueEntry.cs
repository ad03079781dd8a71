using CloudOrch.BusWire;

namespace CloudOrch.Local.Broker;

/// <summary>A message in a queue and where it stands. Touched only under its queue's lock.</summary>
internal sealed class QueueEntry(BusMessage message)
{
    public BusMessage Message { get; } = message;

    public long Size { get; } = message.SizeInBytes();

    public long Sequence { get; set; }

    public DateTimeOffset EnqueuedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Set while the message waits for its time; it is not deliverable before.</summary>
    public DateTimeOffset? ScheduledAt { get; set; }

    /// <summary>Deliveries that ended without completion: what the delivery limit counts.</summary>
    public int Failures { get; set; }

    /// <summary>Empty while nobody holds the message.</summary>
    public Guid LockToken { get; set; }

    /// <summary>Of a queue without sessions; in a session the session's lock counts.</summary>
    public DateTimeOffset LockedUntil { get; set; }

    public bool Removed { get; set; }

    public bool IsLocked => LockToken != Guid.Empty;
}

/// <summary>The messages of one session (of a queue without sessions: all of them) and who holds it.</summary>
internal sealed class QueueSession(string id)
{
    public string Id { get; } = id;

    public SortedDictionary<long, QueueEntry> Available { get; } = [];

    public Dictionary<Guid, QueueEntry> Taken { get; } = [];

    /// <summary>Empty while the session is free.</summary>
    public Guid HeldBy { get; set; }

    public DateTimeOffset LockedUntil { get; set; }

    public ReadOnlyMemory<byte>? State { get; set; }

    public bool IsHeld => HeldBy != Guid.Empty;

    public bool IsIdle => !IsHeld && Available.Count == 0 && Taken.Count == 0 && State is null;
}
