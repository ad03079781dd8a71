using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Queues;

namespace CloudOrch.Integration.ServiceBus;

/// <summary>The in-memory twins keep the same contract as Service Bus.</summary>
public sealed class MemoryWorkQueueTests : WorkQueueContract
{
    protected override Task<IWorkQueueHarness> OpenAsync() => Task.FromResult<IWorkQueueHarness>(new Harness());

    private sealed class Harness : IWorkQueueHarness
    {
        private readonly MemoryWorkQueue _queue;

        public Harness() => _queue = new MemoryWorkQueue(Clock);

        public ManualClock Clock { get; } = new();

        public IWorkQueue Queue => _queue;

        public Task<IDoorbellDelivery?> TakeAsync() =>
            Task.FromResult<IDoorbellDelivery?>(_queue.TryTake() is { } delivery ? new Delivery(delivery) : null);

        public Task<IReadOnlyList<Doorbell>> ParkedAsync() => Task.FromResult(_queue.Parked);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Delivery(MemoryWorkQueue.Delivery delivery) : IDoorbellDelivery
    {
        public Doorbell Doorbell => delivery.Doorbell;

        public int DeliveryCount => delivery.DeliveryCount;

        public Task CompleteAsync() => Done(delivery.Complete);

        public Task AbandonAsync() => Done(delivery.Abandon);

        public Task ParkAsync() => Done(delivery.Park);

        private static Task Done(Action settle)
        {
            settle();
            return Task.CompletedTask;
        }
    }
}

public sealed class MemoryDecisionSenderTests : DecisionSenderContract
{
    protected override Task<IDecisionSenderHarness> OpenAsync() => Task.FromResult<IDecisionSenderHarness>(new Harness());

    private sealed class Harness : IDecisionSenderHarness
    {
        private readonly MemoryDecisionSender _sender;

        public Harness() => _sender = new MemoryDecisionSender(Clock);

        public ManualClock Clock { get; } = new();

        public IDecisionSender Sender => _sender;

        public Task<IReadOnlyList<NodeMessage>> ReceiveAsync(string nodeUid) => Task.FromResult(_sender.Receive(nodeUid));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
