using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

public class ServiceBusMessage
{
    private string _messageId;
    private string _sessionId;
    private string _partitionKey;
    private TimeSpan _timeToLive = TimeSpan.MaxValue;
    private BinaryData _body;

    public ServiceBusMessage()
        : this(default(ReadOnlyMemory<byte>))
    {
    }

    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
    }

    /// <summary>A new message with the content of a received one; what the service added is left out.</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
        : this(receivedMessage?.Body ?? throw new ArgumentNullException(nameof(receivedMessage)))
    {
        ContentType = receivedMessage.ContentType;
        CorrelationId = receivedMessage.CorrelationId;
        MessageId = receivedMessage.MessageId;
        ReplyTo = receivedMessage.ReplyTo;
        ReplyToSessionId = receivedMessage.ReplyToSessionId;
        SessionId = receivedMessage.SessionId;
        PartitionKey = receivedMessage.PartitionKey;
        Subject = receivedMessage.Subject;
        To = receivedMessage.To;
        TimeToLive = receivedMessage.TimeToLive;
        foreach (var (key, value) in receivedMessage.ApplicationProperties)
        {
            if (key is not ("DeadLetterReason" or "DeadLetterErrorDescription" or "Diagnostic-Id"))
                ApplicationProperties[key] = value;
        }
    }

    public BinaryData Body
    {
        get => _body;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _body = value;
        }
    }

    /// <summary>At most 128 characters.</summary>
    public string MessageId
    {
        get => _messageId;
        set => _messageId = Checked(value, nameof(MessageId), allowEmpty: false);
    }

    /// <summary>At most 128 characters; where the queue has sessions, the session it belongs to. Sets the partition key with it.</summary>
    public string SessionId
    {
        get => _sessionId;
        set
        {
            _sessionId = Checked(value, nameof(SessionId), allowEmpty: true);
            _partitionKey = _sessionId;
        }
    }

    public string PartitionKey
    {
        get => _partitionKey;
        set
        {
            var key = Checked(value, nameof(PartitionKey), allowEmpty: true);
            if (_sessionId is not null && key is not null && _sessionId != key)
                throw new ArgumentOutOfRangeException(nameof(PartitionKey), value, $"PartitionKey:{value} is not the same as SessionId:{_sessionId}.");
            _partitionKey = key;
        }
    }

    public string TransactionPartitionKey { get; set; }

    public string ReplyTo { get; set; }

    public string ReplyToSessionId { get; set; }

    /// <summary>From the moment the message is enqueued; the queue's own default caps it.</summary>
    public TimeSpan TimeToLive
    {
        get => _timeToLive;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(TimeToLive));
            _timeToLive = value;
        }
    }

    public string CorrelationId { get; set; }

    public string Subject { get; set; }

    public string To { get; set; }

    public string ContentType { get; set; }

    /// <summary>UTC; a moment that has passed means at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>(StringComparer.Ordinal);

    public override string ToString() => $"{{MessageId:{MessageId}}}";

    internal BusMessage ToWire() => new()
    {
        MessageId = MessageId,
        SessionId = SessionId,
        PartitionKey = PartitionKey,
        TransactionPartitionKey = TransactionPartitionKey,
        ReplyTo = ReplyTo,
        ReplyToSessionId = ReplyToSessionId,
        TimeToLive = TimeToLive == TimeSpan.MaxValue ? null : TimeToLive,
        CorrelationId = CorrelationId,
        Subject = Subject,
        To = To,
        ContentType = ContentType,
        ScheduledAt = ScheduledEnqueueTime == default ? null : ScheduledEnqueueTime,
        Properties = ApplicationProperties.Count == 0 ? null : ApplicationProperties.ToDictionary(p => p.Key, p => BusValues.Of(p.Value)),
        Body = Body.ToMemory(),
    };

    private static string Checked(string value, string name, bool allowEmpty) =>
        (value is { Length: > 128 } || (!allowEmpty && value is { Length: 0 }))
            ? throw new ArgumentException($"The argument '{name}' must be {(allowEmpty ? 0 : 1)} to 128 characters.", name)
            : value;
}
