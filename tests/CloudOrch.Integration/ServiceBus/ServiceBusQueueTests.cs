using Azure.Messaging.ServiceBus;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Integration.ServiceBus;

public sealed class ServiceBusWorkQueueTests : WorkQueueContract
{
    [Fact]
    public void A_message_that_is_no_doorbell_is_told_from_one_that_is()
    {
        foreach (var body in new[] { "", "{", "null", "[]", """{"v":1}""", """{"v":0,"why":"x","revision":1}""", """{"v":1,"why":"x","revision":-1}""", """{"v":1,"why":"x","revision":"1a"}""" })
            Assert.Null(DoorbellMessage.Read(ServiceBusModelFactory.ServiceBusReceivedMessage(BinaryData.FromString(body), sessionId: "c1")));
        var good = BinaryData.FromString("""{"v":2,"why":"x","revision":1,"future":true}""");
        Assert.NotNull(DoorbellMessage.Read(ServiceBusModelFactory.ServiceBusReceivedMessage(good, sessionId: "c1")));
        Assert.Null(DoorbellMessage.Read(ServiceBusModelFactory.ServiceBusReceivedMessage(good)));
    }

    protected override async Task<IWorkQueueHarness> OpenAsync() => new Harness(await LocalBus.StartAsync());

    private sealed class Harness(LocalBus bus) : IWorkQueueHarness
    {
        private readonly ServiceBusClient _consumer = bus.ControlPlane(TimeSpan.FromMilliseconds(150));

        public ManualClock Clock => bus.Clock;

        public IWorkQueue Queue { get; } = new ServiceBusWorkQueue(bus.ControlPlane());

        public async Task<IDoorbellDelivery?> TakeAsync()
        {
            try
            {
                var session = await _consumer.AcceptNextSessionAsync(ServiceBusWorkQueue.QueueName);
                var message = await session.ReceiveMessageAsync(TimeSpan.FromSeconds(5));
                Assert.NotNull(message);
                return new Delivery(session, message);
            }
            catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.ServiceTimeout)
            {
                return null;
            }
        }

        public async Task<IReadOnlyList<Doorbell>> ParkedAsync()
        {
            var parked = _consumer.CreateReceiver(ServiceBusWorkQueue.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
            return [.. (await parked.PeekMessagesAsync(100)).Select(m => DoorbellMessage.Read(m)!)];
        }

        public ValueTask DisposeAsync() => bus.DisposeAsync();
    }

    private sealed class Delivery(ServiceBusSessionReceiver session, ServiceBusReceivedMessage message) : IDoorbellDelivery
    {
        public Doorbell Doorbell { get; } = DoorbellMessage.Read(message)!;

        public int DeliveryCount => message.DeliveryCount;

        public Task CompleteAsync() => ThenCloseAsync(session.CompleteMessageAsync(message));

        public Task AbandonAsync() => ThenCloseAsync(session.AbandonMessageAsync(message));

        public Task ParkAsync() => ThenCloseAsync(session.DeadLetterMessageAsync(message, "Undecodable"));

        private async Task ThenCloseAsync(Task settled)
        {
            await settled;
            await session.CloseAsync();
        }
    }
}

public sealed class ServiceBusDecisionSenderTests : DecisionSenderContract
{
    private const string Node = "11111111-1111-1111-1111-111111111111";

    [Fact]
    public async Task A_nodes_token_receives_from_its_own_queue_and_does_nothing_else()
    {
        await using var bus = await LocalBus.StartAsync();
        var sender = Sender(bus);
        var (mine, others) = (ServiceBusDecisionSender.QueueName(Node), ServiceBusDecisionSender.QueueName(Node + "0"));
        await sender.CreateQueueAsync(Node, CancellationToken.None);
        await sender.CreateQueueAsync(Node + "0", CancellationToken.None);
        var node = bus.Node(bus.Nodes.Sign(mine, bus.Clock.Now.AddHours(24)));
        Assert.Null(await node.CreateReceiver(mine).ReceiveMessageAsync(TimeSpan.FromMilliseconds(50)));

        foreach (var attempt in new Func<Task>[]
        {
            () => node.CreateReceiver(others).ReceiveMessageAsync(TimeSpan.FromMilliseconds(50)),
            () => node.CreateSender(mine).SendMessageAsync(new ServiceBusMessage("x")),
            () => node.CreateSender(ServiceBusWorkQueue.QueueName).SendMessageAsync(new ServiceBusMessage("x") { SessionId = "c" }),
            () => node.AcceptNextSessionAsync(ServiceBusWorkQueue.QueueName),
        })
            await Assert.ThrowsAsync<UnauthorizedAccessException>(attempt);

        bus.Clock.Advance(TimeSpan.FromHours(24));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => node.CreateReceiver(mine).ReceiveMessageAsync(TimeSpan.FromMilliseconds(50)));
    }

    protected override async Task<IDecisionSenderHarness> OpenAsync() => new Harness(await LocalBus.StartAsync());

    private static ServiceBusDecisionSender Sender(LocalBus bus) => new(bus.ControlPlane(), bus.Administration, NullLogger<ServiceBusDecisionSender>.Instance);

    private sealed class Harness(LocalBus bus) : IDecisionSenderHarness
    {
        public ManualClock Clock => bus.Clock;

        public IDecisionSender Sender { get; } = ServiceBusDecisionSenderTests.Sender(bus);

        public async Task<IReadOnlyList<NodeMessage>> ReceiveAsync(string nodeUid)
        {
            string queue = ServiceBusDecisionSender.QueueName(nodeUid);
            var receiver = bus.Node(bus.Nodes.Sign(queue, Clock.Now.AddHours(24)))
                .CreateReceiver(queue, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
            try
            {
                var messages = await receiver.ReceiveMessagesAsync(100, TimeSpan.FromMilliseconds(100));
                return [.. messages.Select(m => NodeMessageCodec.Decode(m.ContentType, m.Body.ToMemory().Span))];
            }
            catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
            {
                return [];
            }
        }

        public ValueTask DisposeAsync() => bus.DisposeAsync();
    }
}
