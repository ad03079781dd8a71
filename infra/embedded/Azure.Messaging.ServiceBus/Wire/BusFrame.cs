#nullable enable
using System.Text.Json.Serialization;

namespace CloudOrch.BusWire;

/// <summary>One request or answer between the embedded Service Bus client and the local broker: one binary WebSocket message.</summary>
/// <remarks>
/// Many requests share one connection; an answer carries the <see cref="Id"/> of its request and may come in any order. A request that waits
/// (receive, accept) is ended early by a <see cref="BusOps.Cancel"/> naming its id, and then still gets exactly one answer.
/// </remarks>
internal sealed class BusFrame
{
    public long Id { get; set; }

    /// <summary>One of <see cref="BusOps"/>; null in an answer.</summary>
    public string? Op { get; set; }

    /// <summary>Queue name, or queue name followed by <see cref="BusOps.DeadLetterSuffix"/>.</summary>
    public string? Entity { get; set; }

    /// <summary>A whole SAS token, or a bearer JWT without its scheme.</summary>
    public string? Token { get; set; }

    public string? SessionId { get; set; }

    /// <summary>Given by the broker when a session is accepted; every operation inside the session carries it.</summary>
    public Guid SessionLock { get; set; }

    public Guid LockToken { get; set; }

    public int Max { get; set; }

    public bool Delete { get; set; }

    public long Sequence { get; set; }

    public List<long>? Sequences { get; set; }

    public DateTimeOffset? At { get; set; }

    public string? Reason { get; set; }

    public string? Description { get; set; }

    public Dictionary<string, BusValue>? Properties { get; set; }

    public List<BusMessage>? Messages { get; set; }

    /// <summary>Of an answer: a ServiceBusFailureReason, or one of <see cref="BusErrors"/>; null when the request succeeded.</summary>
    public string? Error { get; set; }

    public string? ErrorText { get; set; }

    /// <summary>Session state; travels behind the header, not in it. Null is not the same as empty.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte>? Blob { get; set; }

    public int? BlobLength { get; set; }
}

internal static class BusOps
{
    public const string DeadLetterSuffix = "/$DeadLetterQueue";
    public const string Path = "/$servicebus/websocket";
    public const string SubProtocol = "cloudorch.bus.1";

    public const string Token = "token";
    public const string Cancel = "cancel";
    public const string Send = "send";
    public const string Schedule = "schedule";
    public const string CancelScheduled = "cancel-scheduled";
    public const string Receive = "receive";
    public const string Peek = "peek";
    public const string Complete = "complete";
    public const string Abandon = "abandon";
    public const string DeadLetter = "dead-letter";
    public const string RenewMessage = "renew-message";
    public const string AcceptSession = "accept-session";
    public const string ReleaseSession = "release-session";
    public const string RenewSession = "renew-session";
    public const string GetState = "get-state";
    public const string SetState = "set-state";
}

/// <summary>Failures that the official client does not report as a ServiceBusException.</summary>
internal static class BusErrors
{
    public const string Unauthorized = "Unauthorized";
    public const string InvalidOperation = "InvalidOperation";
    public const string InvalidArgument = "InvalidArgument";
}

/// <summary>A message as it travels and as the broker keeps it.</summary>
internal sealed class BusMessage
{
    /// <summary>What one message or one sent batch may weigh, as in the Standard tier.</summary>
    public const long MaxSizeInBytes = 256 * 1024;

    public string? MessageId { get; set; }

    public string? SessionId { get; set; }

    public string? ContentType { get; set; }

    public string? CorrelationId { get; set; }

    public string? Subject { get; set; }

    public string? To { get; set; }

    public string? ReplyTo { get; set; }

    public string? ReplyToSessionId { get; set; }

    public string? PartitionKey { get; set; }

    public string? TransactionPartitionKey { get; set; }

    public TimeSpan? TimeToLive { get; set; }

    public DateTimeOffset? ScheduledAt { get; set; }

    public Dictionary<string, BusValue>? Properties { get; set; }

    public int BodyLength { get; set; }

    /// <summary>Of a delivered message only, from here on.</summary>
    public Guid LockToken { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public int DeliveryCount { get; set; }

    public long Sequence { get; set; }

    public long EnqueuedSequence { get; set; }

    public DateTimeOffset? EnqueuedAt { get; set; }

    public bool Scheduled { get; set; }

    [JsonIgnore]
    public ReadOnlyMemory<byte> Body { get; set; }

    public BusMessage Copy() => (BusMessage)MemberwiseClone();

    /// <summary>Bytes on the wire, roughly as AMQP counts them: body, strings and a fixed envelope.</summary>
    public long SizeInBytes()
    {
        long size = 64 + Body.Length;
        foreach (var text in new[] { MessageId, SessionId, ContentType, CorrelationId, Subject, To, ReplyTo, ReplyToSessionId, PartitionKey, TransactionPartitionKey })
            size += text is null ? 1 : text.Length + 5;
        foreach (var (key, value) in Properties ?? [])
            size += key.Length + value.Text.Length + 10;
        return size;
    }
}

/// <summary>An application property: its type's short name and its invariant text.</summary>
internal sealed record BusValue(string Type, string Text);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BusFrame))]
internal sealed partial class BusFrameJson : JsonSerializerContext;
