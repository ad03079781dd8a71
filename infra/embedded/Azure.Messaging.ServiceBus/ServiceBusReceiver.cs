using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus.Internal;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

public class ServiceBusReceiver : IAsyncDisposable
{
    private readonly BusConnection _connection;
    private readonly Queue<ServiceBusReceivedMessage> _prefetched = new();
    private long _lastPeeked;

    protected ServiceBusReceiver()
    {
    }

    internal ServiceBusReceiver(ServiceBusClient client, string queueName, ServiceBusReceiverOptions options)
    {
        if (options.SubQueue == SubQueue.TransferDeadLetter)
            throw new NotSupportedException("The local broker has no transfer dead-letter queues.");
        _connection = client.Connection;
        EntityPath = options.SubQueue == SubQueue.DeadLetter ? queueName + BusOps.DeadLetterSuffix : queueName;
        ReceiveMode = options.ReceiveMode;
        PrefetchCount = options.PrefetchCount;
        Identifier = ServiceBusClient.NewIdentifier(options.Identifier, queueName);
    }

    public virtual string FullyQualifiedNamespace => _connection.FullyQualifiedNamespace;

    public virtual string EntityPath { get; }

    public virtual ServiceBusReceiveMode ReceiveMode { get; }

    /// <summary>Up to so many messages are taken ahead of need, their locks running.</summary>
    public virtual int PrefetchCount { get; }

    public virtual string Identifier { get; }

    public virtual bool IsClosed => Closed;

    private protected bool Closed { get; set; }

    /// <returns>Null when none came in <paramref name="maxWaitTime"/> (default: the retry options' TryTimeout).</returns>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveMessageAsync(TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        var messages = await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    /// <summary>What is there, up to <paramref name="maxMessages"/>; waits for the first one only.</summary>
    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        Open();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        if (maxWaitTime is { } wait && (wait < TimeSpan.Zero || (wait == TimeSpan.Zero && PrefetchCount == 0)))
            throw new ArgumentOutOfRangeException(nameof(maxWaitTime), wait, "The wait must be positive (zero only with prefetch).");
        cancellationToken.ThrowIfCancellationRequested();

        var messages = new List<ServiceBusReceivedMessage>();
        lock (_prefetched)
            Drain(messages, maxMessages);
        if (messages.Count > 0)
            return messages;

        var request = InScope(new BusFrame
        {
            Op = BusOps.Receive,
            Max = Math.Max(maxMessages, PrefetchCount),
            Delete = ReceiveMode == ServiceBusReceiveMode.ReceiveAndDelete,
        });
        var answer = await WaitAsync(request, maxWaitTime ?? _connection.Retry.TryTimeout, cancellationToken).ConfigureAwait(false);
        lock (_prefetched)
        {
            foreach (var message in answer.Messages ?? [])
                _prefetched.Enqueue(new ServiceBusReceivedMessage(message));
            Drain(messages, maxMessages);
        }

        return messages;
    }

    /// <summary>Every message as it comes, until cancelled.</summary>
    public virtual async IAsyncEnumerable<ServiceBusReceivedMessage> ReceiveMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (await ReceiveMessageAsync(null, cancellationToken).ConfigureAwait(false) is { } message)
                yield return message;
        }
    }

    /// <summary>Looks at the next message after the one looked at last, locked and scheduled ones too.</summary>
    public virtual async Task<ServiceBusReceivedMessage> PeekMessageAsync(long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        var messages = await PeekMessagesAsync(1, fromSequenceNumber, cancellationToken).ConfigureAwait(false);
        return messages.Count == 0 ? null : messages[0];
    }

    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        Open();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxMessages);
        var request = InScope(new BusFrame { Op = BusOps.Peek, Max = maxMessages, Sequence = fromSequenceNumber ?? _lastPeeked + 1 });
        var answer = await RequestAsync(request, cancellationToken).ConfigureAwait(false);
        var messages = (answer.Messages ?? []).Select(m => new ServiceBusReceivedMessage(m)).ToList();
        if (messages.Count > 0)
            _lastPeeked = messages[^1].SequenceNumber;
        return messages;
    }

    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync(message, new BusFrame { Op = BusOps.Complete }, null, cancellationToken);

    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null, CancellationToken cancellationToken = default) =>
        SettleAsync(message, new BusFrame { Op = BusOps.Abandon }, propertiesToModify, cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify = null, CancellationToken cancellationToken = default) =>
        SettleAsync(message, new BusFrame { Op = BusOps.DeadLetter }, propertiesToModify, cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, string deadLetterReason, string deadLetterErrorDescription = null, CancellationToken cancellationToken = default) =>
        SettleAsync(
            message, new BusFrame { Op = BusOps.DeadLetter, Reason = deadLetterReason, Description = deadLetterErrorDescription }, null, cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object> propertiesToModify, string deadLetterReason,
        string deadLetterErrorDescription = null, CancellationToken cancellationToken = default) =>
        SettleAsync(
            message, new BusFrame { Op = BusOps.DeadLetter, Reason = deadLetterReason, Description = deadLetterErrorDescription }, propertiesToModify, cancellationToken);

    /// <summary>Starts the message's lock anew and moves its LockedUntil.</summary>
    public virtual async Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        if (this is ServiceBusSessionReceiver)
            throw new InvalidOperationException("Cannot renew the lock of a message that belongs to a session: renew the session's lock.");
        var answer = await SettleAsync(message, new BusFrame { Op = BusOps.RenewMessage }, null, cancellationToken).ConfigureAwait(false);
        message.LockedUntil = answer.At!.Value;
    }

    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        Closed = true;
        return Task.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private protected virtual BusFrame InScope(BusFrame request)
    {
        request.Entity = EntityPath;
        return request;
    }

    private protected virtual Task<BusFrame> RequestAsync(BusFrame request, CancellationToken cancellationToken) =>
        _connection.RequestAsync(request, cancellationToken);

    private protected virtual async Task<BusFrame> WaitAsync(BusFrame request, TimeSpan wait, CancellationToken cancellationToken) =>
        (await _connection.WaitAsync(request, wait, cancellationToken).ConfigureAwait(false)).Answer;

    private protected void Open() => ObjectDisposedException.ThrowIf(Closed || _connection.IsClosed, GetType());

    private Task<BusFrame> SettleAsync(
        ServiceBusReceivedMessage message, BusFrame request, IDictionary<string, object> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Open();
        if (ReceiveMode != ServiceBusReceiveMode.PeekLock)
            throw new InvalidOperationException("The operation is only supported in 'PeekLock' receive mode.");
        request.LockToken = message.LockTokenGuid;
        request.Properties = changes?.ToDictionary(p => p.Key, p => BusValues.Of(p.Value));
        return RequestAsync(InScope(request), cancellationToken);
    }

    private void Drain(List<ServiceBusReceivedMessage> into, int max)
    {
        while (into.Count < max && _prefetched.TryDequeue(out var message))
            into.Add(message);
    }
}
