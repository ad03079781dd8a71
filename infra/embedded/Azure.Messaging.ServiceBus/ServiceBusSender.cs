using Azure.Messaging.ServiceBus.Internal;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends are at least once: a try whose answer was lost is repeated.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly BusConnection _connection;

    protected ServiceBusSender()
    {
    }

    internal ServiceBusSender(ServiceBusClient client, string entityPath, ServiceBusSenderOptions options)
    {
        _connection = client.Connection;
        EntityPath = entityPath;
        Identifier = ServiceBusClient.NewIdentifier(options?.Identifier, entityPath);
    }

    public virtual string FullyQualifiedNamespace => _connection.FullyQualifiedNamespace;

    public virtual string EntityPath { get; }

    public virtual string Identifier { get; }

    public virtual bool IsClosed { get; private set; }

    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync([message.ToWire()], cancellationToken);
    }

    /// <summary>All or none.</summary>
    /// <exception cref="ServiceBusException">MessageSizeExceeded when they do not fit into one batch.</exception>
    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return SendAsync([.. messages.Select(m => m.ToWire())], cancellationToken);
    }

    public virtual Task SendMessagesAsync(ServiceBusMessageBatch messageBatch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messageBatch);
        return SendAsync(messageBatch.Messages, cancellationToken);
    }

    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CancellationToken cancellationToken = default) =>
        CreateMessageBatchAsync(null, cancellationToken);

    public virtual ValueTask<ServiceBusMessageBatch> CreateMessageBatchAsync(CreateMessageBatchOptions options, CancellationToken cancellationToken = default)
    {
        Open();
        var size = options?.MaxSizeInBytes ?? BusMessage.MaxSizeInBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, BusMessage.MaxSizeInBytes, nameof(options));
        return new(new ServiceBusMessageBatch(size));
    }

    /// <returns>The sequence number that cancels it; the message gets another one when it becomes active.</returns>
    public virtual async Task<long> ScheduleMessageAsync(ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return (await ScheduleMessagesAsync([message], scheduledEnqueueTime, cancellationToken).ConfigureAwait(false))[0];
    }

    public virtual async Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Open();
        var wire = messages.Select(m => m.ToWire()).ToList();
        if (wire.Count == 0)
            return [];
        wire.ForEach(m => m.ScheduledAt = scheduledEnqueueTime);
        CheckSize(wire);
        var answer = await _connection.RequestAsync(new BusFrame { Op = BusOps.Schedule, Entity = EntityPath, Messages = wire }, cancellationToken).ConfigureAwait(false);
        return answer.Sequences;
    }

    /// <exception cref="ServiceBusException">MessageNotFound when it is no longer scheduled.</exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    public virtual Task CancelScheduledMessagesAsync(IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequenceNumbers);
        Open();
        return _connection.RequestAsync(new BusFrame { Op = BusOps.CancelScheduled, Entity = EntityPath, Sequences = [.. sequenceNumbers] }, cancellationToken);
    }

    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        IsClosed = true;
        return Task.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync(CancellationToken.None).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private static void CheckSize(List<BusMessage> messages)
    {
        if (messages.Sum(m => m.SizeInBytes()) is > BusMessage.MaxSizeInBytes and var size)
            throw BusFailure.TooLarge(size);
    }

    private async Task SendAsync(List<BusMessage> messages, CancellationToken cancellationToken)
    {
        Open();
        cancellationToken.ThrowIfCancellationRequested();
        if (messages.Count == 0)
            return;
        CheckSize(messages);
        await _connection.RequestAsync(new BusFrame { Op = BusOps.Send, Entity = EntityPath, Messages = messages }, cancellationToken).ConfigureAwait(false);
    }

    private void Open() => ObjectDisposedException.ThrowIf(IsClosed || _connection.IsClosed, typeof(ServiceBusSender));
}
