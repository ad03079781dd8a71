using System.Security.Authentication;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.Local.Broker;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.ServiceBus;

public sealed class QueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private TestBroker _broker = null!;

    public async ValueTask InitializeAsync() => _broker = await TestBroker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_queue_is_made_found_used_and_deleted_at_run_time()
    {
        var admin = _broker.Administration();
        var made = (await admin.CreateQueueAsync(new CreateQueueOptions("node-7") { LockDuration = TimeSpan.FromSeconds(15), RequiresSession = true, MaxDeliveryCount = 7 })).Value;
        Assert.Equal(("node-7", TimeSpan.FromSeconds(15), true, 7), (made.Name, made.LockDuration, made.RequiresSession, made.MaxDeliveryCount));
        Assert.Equal(7, (await admin.GetQueueAsync("node-7")).Value.MaxDeliveryCount);
        var twice = await Assert.ThrowsAsync<ServiceBusException>(() => admin.CreateQueueAsync("node-7"));
        Assert.Equal(ServiceBusFailureReason.MessagingEntityAlreadyExists, twice.Reason);
        await _broker.Client().CreateSender("node-7").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" });

        await admin.DeleteQueueAsync("node-7");

        Assert.False((await admin.QueueExistsAsync("node-7")).Value);
        foreach (var late in new Func<Task>[]
        {
            () => _broker.Client().CreateSender("node-7").SendMessageAsync(new ServiceBusMessage("x") { SessionId = "s" }),
            () => _broker.Client().CreateReceiver("node-7").ReceiveMessageAsync(Soon),
            () => admin.DeleteQueueAsync("node-7"),
            () => admin.GetQueueAsync("node-7"),
            () => admin.GetQueueRuntimePropertiesAsync("node-7"),
        })
            Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, (await Assert.ThrowsAsync<ServiceBusException>(late)).Reason);
    }

    [Fact]
    public async Task Deleting_a_queue_ends_the_receivers_that_wait_on_it()
    {
        var client = _broker.Client();
        var receiver = client.CreateReceiver("plain");
        await client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"));
        await receiver.CompleteMessageAsync((await receiver.ReceiveMessageAsync(Soon))!);
        var waiting = receiver.ReceiveMessageAsync(Soon);

        await _broker.Administration().DeleteQueueAsync("plain");

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, (await Assert.ThrowsAsync<ServiceBusException>(() => waiting)).Reason);
    }

    [Fact]
    public async Task A_queue_with_values_that_the_service_refuses_is_not_made()
    {
        var admin = _broker.Administration();
        await Assert.ThrowsAsync<ArgumentException>(() => admin.CreateQueueAsync(new CreateQueueOptions("q") { LockDuration = TimeSpan.FromMinutes(6) }));
        await Assert.ThrowsAsync<ArgumentException>(() => admin.CreateQueueAsync(new CreateQueueOptions("q") { MaxDeliveryCount = 0 }));
        Assert.False((await admin.QueueExistsAsync("q")).Value);
    }

    [Fact]
    public async Task A_message_or_batch_over_256_KB_is_refused_and_one_just_below_passes()
    {
        var client = _broker.Client();
        var sender = client.CreateSender("plain");
        var large = new byte[255 * 1024];
        await sender.SendMessageAsync(new ServiceBusMessage(large));
        Assert.Equal(large.Length, (await client.CreateReceiver("plain").ReceiveMessageAsync(Soon))!.Body.ToMemory().Length);

        var over = await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessageAsync(new ServiceBusMessage(new byte[256 * 1024])));
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, over.Reason);
        var together = await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessagesAsync([new ServiceBusMessage(large), new ServiceBusMessage(large)]));
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, together.Reason);
    }

    [Fact]
    public async Task A_batch_takes_what_fits_and_is_sent_whole()
    {
        var client = _broker.Client();
        var sender = client.CreateSender("plain");
        using var batch = await sender.CreateMessageBatchAsync();
        while (batch.TryAddMessage(new ServiceBusMessage(new byte[50 * 1024])))
        {
        }

        Assert.Equal(5, batch.Count);
        await sender.SendMessagesAsync(batch);
        Assert.Equal(5, (await client.CreateReceiver("plain").ReceiveMessagesAsync(10, Soon)).Count);
    }

    [Fact]
    public async Task After_the_broker_went_away_and_came_back_senders_and_receivers_go_on()
    {
        var client = _broker.Client();
        var (sender, receiver) = (client.CreateSender("plain"), client.CreateReceiver("plain"));
        await sender.SendMessageAsync(new ServiceBusMessage("before"));
        var held = (await receiver.ReceiveMessageAsync(Soon))!;
        await _broker.StopListeningAsync();
        var away = await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessageAsync(new ServiceBusMessage("nobody hears")));
        Assert.Equal((ServiceBusFailureReason.ServiceCommunicationProblem, true), (away.Reason, away.IsTransient));

        await _broker.ListenAgainAsync();

        await sender.SendMessageAsync(new ServiceBusMessage("after"));
        Assert.Equal("after", (await receiver.ReceiveMessageAsync(Soon))!.Body.ToString());
        await receiver.CompleteMessageAsync(held);
    }

    [Fact]
    public async Task A_receiver_that_waits_while_the_connection_breaks_reconnects_by_itself()
    {
        var client = _broker.Client();
        var waiting = client.CreateReceiver("plain").ReceiveMessageAsync(Soon);
        await Eventually.Async(() => _broker.Listener.Connections == 1, Soon, "the receiver is connected");
        _broker.Listener.DropConnections();

        await _broker.Client().CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x"));

        Assert.Equal("x", (await waiting)!.Body.ToString());
    }

    [Fact]
    public async Task One_client_uses_one_connection_for_everything()
    {
        var client = _broker.Client();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage($"{i}"))));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.CreateReceiver("plain").ReceiveMessageAsync(Soon)));
        Assert.Equal(1, _broker.Listener.Connections);
    }

    [Fact]
    public async Task A_server_whose_certificate_is_not_trusted_gets_nothing()
    {
        var options = _broker.Options();
        options.RetryOptions.MaxRetries = 0;
        options.CertificateValidationCallback = null;
        var client = _broker.Keep(new ServiceBusClient(TestBroker.Host, new Azure.AzureSasCredential(_broker.Token("root", "root-key")), options));

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => client.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x")));

        Assert.IsType<AuthenticationException>(refused.GetBaseException());
    }

    [Fact]
    public async Task A_namespace_started_again_from_its_state_has_its_queues()
    {
        var state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new BrokerOptions { StatePath = state, Queues = [new QueueSettings("work") { RequiresSession = true }] };
        try
        {
            using (var first = new BrokerNamespace(options, _broker.Clock))
                first.Create(new QueueSettings("node-1") { MaxDeliveryCount = 4 });
            using var second = new BrokerNamespace(options, _broker.Clock);
            Assert.Equal(["node-1", "work"], second.QueueNames);
            await Assert.ThrowsAsync<BrokerException>(() => Task.FromResult(second.Create(new QueueSettings("node-1"))));
        }
        finally
        {
            File.Delete(state);
        }
    }

    [Fact]
    public void Connection_strings_are_read_as_the_official_client_reads_them()
    {
        var parsed = ServiceBusConnectionStringProperties.Parse("Endpoint=sb://localhost:5671/;SharedAccessKeyName=n;SharedAccessKey=k==;EntityPath=q");
        Assert.Equal(("localhost", 5671, "n", "k==", "q"), (parsed.FullyQualifiedNamespace, parsed.Endpoint.Port, parsed.SharedAccessKeyName, parsed.SharedAccessKey, parsed.EntityPath));
        Assert.Throws<FormatException>(() => ServiceBusConnectionStringProperties.Parse("Endpoint"));
        Assert.Throws<ArgumentException>(() => ServiceBusConnectionStringProperties.Parse("Endpoint=sb://bus.example;UseDevelopmentEmulator=true"));
    }

    [Fact]
    public void A_received_message_can_be_made_for_tests()
    {
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(BinaryData.FromString("b"), messageId: "m", sessionId: "s", deliveryCount: 2, sequenceNumber: 9);
        Assert.Equal(("b", "m", "s", 2, 9L), (message.Body.ToString(), message.MessageId, message.SessionId, message.DeliveryCount, message.SequenceNumber));
    }
}
