using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

public class ServiceBusReceivedMessage
{
    internal ServiceBusReceivedMessage(BusMessage wire, IDictionary<string, object> properties = null)
    {
        Wire = wire;
        Body = BinaryData.FromBytes(wire.Body);
        LockedUntil = wire.LockedUntil ?? default;
        ApplicationProperties = properties is null
            ? (wire.Properties ?? []).ToDictionary(p => p.Key, p => BusValues.ToObject(p.Value), StringComparer.Ordinal)
            : new Dictionary<string, object>(properties, StringComparer.Ordinal);
    }

    public BinaryData Body { get; }

    public string MessageId => Wire.MessageId;

    public string PartitionKey => Wire.PartitionKey;

    public string TransactionPartitionKey => Wire.TransactionPartitionKey;

    public string SessionId => Wire.SessionId;

    public string ReplyToSessionId => Wire.ReplyToSessionId;

    public TimeSpan TimeToLive => Wire.TimeToLive ?? TimeSpan.MaxValue;

    public string CorrelationId => Wire.CorrelationId;

    public string Subject => Wire.Subject;

    public string To => Wire.To;

    public string ContentType => Wire.ContentType;

    public string ReplyTo => Wire.ReplyTo;

    public DateTimeOffset ScheduledEnqueueTime => Wire.ScheduledAt ?? default;

    public IReadOnlyDictionary<string, object> ApplicationProperties { get; }

    public string LockToken => LockTokenGuid.ToString();

    /// <summary>1 for the first delivery.</summary>
    public int DeliveryCount => Wire.DeliveryCount;

    /// <summary>Moves when the lock is renewed.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    public long SequenceNumber => Wire.Sequence;

    public string DeadLetterSource { get; internal set; }

    public long EnqueuedSequenceNumber => Wire.EnqueuedSequence;

    public DateTimeOffset EnqueuedTime => Wire.EnqueuedAt ?? default;

    public DateTimeOffset ExpiresAt =>
        TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    public string DeadLetterReason => ApplicationProperties.TryGetValue("DeadLetterReason", out var reason) ? reason as string : null;

    public string DeadLetterErrorDescription =>
        ApplicationProperties.TryGetValue("DeadLetterErrorDescription", out var description) ? description as string : null;

    public ServiceBusMessageState State => Wire.Scheduled ? ServiceBusMessageState.Scheduled : ServiceBusMessageState.Active;

    internal Guid LockTokenGuid => Wire.LockToken;

    private BusMessage Wire { get; }

    public override string ToString() => $"{{MessageId:{MessageId}}}";
}

public static class ServiceBusModelFactory
{
    /// <summary>A received message for tests.</summary>
    public static ServiceBusReceivedMessage ServiceBusReceivedMessage(
        BinaryData body = default,
        string messageId = default,
        string partitionKey = default,
        string viaPartitionKey = default,
        string sessionId = default,
        string replyToSessionId = default,
        TimeSpan timeToLive = default,
        string correlationId = default,
        string subject = default,
        string to = default,
        string contentType = default,
        string replyTo = default,
        DateTimeOffset scheduledEnqueueTime = default,
        IDictionary<string, object> properties = default,
        Guid lockTokenGuid = default,
        int deliveryCount = default,
        DateTimeOffset lockedUntil = default,
        long sequenceNumber = -1,
        string deadLetterSource = default,
        long enqueuedSequenceNumber = default,
        DateTimeOffset enqueuedTime = default,
        ServiceBusMessageState serviceBusMessageState = ServiceBusMessageState.Active) =>
        new(
            new BusMessage
            {
                Body = body is null ? default : body.ToMemory(),
                MessageId = messageId,
                PartitionKey = partitionKey ?? sessionId,
                TransactionPartitionKey = viaPartitionKey,
                SessionId = sessionId,
                ReplyToSessionId = replyToSessionId,
                TimeToLive = timeToLive == default ? null : timeToLive,
                CorrelationId = correlationId,
                Subject = subject,
                To = to,
                ContentType = contentType,
                ReplyTo = replyTo,
                ScheduledAt = scheduledEnqueueTime == default ? null : scheduledEnqueueTime,
                LockToken = lockTokenGuid,
                DeliveryCount = deliveryCount,
                LockedUntil = lockedUntil,
                Sequence = sequenceNumber,
                EnqueuedSequence = enqueuedSequenceNumber,
                EnqueuedAt = enqueuedTime,
                Scheduled = serviceBusMessageState == ServiceBusMessageState.Scheduled,
            },
            properties ?? new Dictionary<string, object>())
        {
            DeadLetterSource = deadLetterSource,
        };
}
