using Azure.Messaging.ServiceBus;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.Azure.ServiceBus;

/// <summary>Rings on queue <c>work</c>. Sessions keep one consumer per cluster; the consumer is the Functions trigger.</summary>
public sealed class ServiceBusWorkQueue(ServiceBusClient client) : IWorkQueue, IAsyncDisposable
{
    public const string QueueName = "work";

    private readonly ServiceBusSender _sender = client.CreateSender(QueueName);

    public Task RingAsync(Doorbell doorbell, CancellationToken cancellation) =>
        _sender.SendMessageAsync(DoorbellMessage.Write(doorbell), cancellation);

    public Task RingAtAsync(Doorbell doorbell, DateTimeOffset at, CancellationToken cancellation) =>
        _sender.ScheduleMessageAsync(DoorbellMessage.Write(doorbell), at, cancellation);

    public ValueTask DisposeAsync() => _sender.DisposeAsync();
}
