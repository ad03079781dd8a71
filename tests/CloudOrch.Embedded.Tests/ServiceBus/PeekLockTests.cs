using Azure.Messaging.ServiceBus;

namespace CloudOrch.Embedded.Tests.ServiceBus;

public sealed class PeekLockTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Nothing = TimeSpan.FromMilliseconds(50);
    private TestBroker _broker = null!;
    private ServiceBusSender _sender = null!;
    private ServiceBusReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        var client = _broker.Client();
        (_sender, _receiver) = (client.CreateSender("plain"), client.CreateReceiver("plain"));
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_with_everything_that_was_sent()
    {
        var before = _broker.Clock.Now;
        await _sender.SendMessageAsync(new ServiceBusMessage("héllo")
        {
            MessageId = "m1",
            Subject = "decision",
            CorrelationId = "c",
            ContentType = "application/json",
            TimeToLive = TimeSpan.FromMinutes(2),
            ApplicationProperties = { ["epoch"] = 3L, ["flag"] = true, ["name"] = "n", ["raw"] = new byte[] { 1, 2 }, ["at"] = before },
        });

        var message = (await _receiver.ReceiveMessageAsync(Soon))!;

        Assert.Equal("héllo", message.Body.ToString());
        Assert.Equal("m1", message.MessageId);
        Assert.Equal("decision", message.Subject);
        Assert.Equal("c", message.CorrelationId);
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal(TimeSpan.FromMinutes(2), message.TimeToLive);
        Assert.Equal(3L, message.ApplicationProperties["epoch"]);
        Assert.Equal(true, message.ApplicationProperties["flag"]);
        Assert.Equal("n", message.ApplicationProperties["name"]);
        Assert.Equal(new byte[] { 1, 2 }, message.ApplicationProperties["raw"]);
        Assert.Equal(before, message.ApplicationProperties["at"]);
        Assert.Equal(1, message.DeliveryCount);
        Assert.Equal(1, message.SequenceNumber);
        Assert.Equal(before, message.EnqueuedTime);
        Assert.Equal(before + TestBroker.Lock, message.LockedUntil);
        Assert.Equal(before + TimeSpan.FromMinutes(2), message.ExpiresAt);
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("a"));
        await _receiver.CompleteMessageAsync((await _receiver.ReceiveMessageAsync(Soon))!);

        _broker.Clock.Advance(TestBroker.Lock * 2);

        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        Assert.Equal(0, (await _broker.Administration().GetQueueRuntimePropertiesAsync("plain")).Value.TotalMessageCount);
    }

    [Fact]
    public async Task A_locked_message_is_nobody_elses_until_its_lock_expires_and_then_counts_as_delivered_again()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("a"));
        var first = (await _receiver.ReceiveMessageAsync(Soon))!;
        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));

        var waiting = _receiver.ReceiveMessageAsync(Soon);
        _broker.Clock.Advance(TestBroker.Lock);
        var second = (await waiting)!;

        Assert.Equal(first.SequenceNumber, second.SequenceNumber);
        Assert.Equal(2, second.DeliveryCount);
        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => _receiver.CompleteMessageAsync(first));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason);
        await _receiver.CompleteMessageAsync(second);
    }

    [Fact]
    public async Task A_renewed_lock_lasts_from_the_renewal()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("a"));
        var message = (await _receiver.ReceiveMessageAsync(Soon))!;
        for (var i = 0; i < 5; i++)
        {
            _broker.Clock.Advance(TestBroker.Lock * 0.9);
            await _receiver.RenewMessageLockAsync(message);
            Assert.Equal(_broker.Clock.Now + TestBroker.Lock, message.LockedUntil);
        }

        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        await _receiver.CompleteMessageAsync(message);

        var gone = await Assert.ThrowsAsync<ServiceBusException>(() => _receiver.RenewMessageLockAsync(message));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, gone.Reason);
    }

    [Fact]
    public async Task An_abandoned_message_comes_back_at_once_in_its_old_place_with_the_changed_properties()
    {
        await _sender.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b")]);
        await _receiver.AbandonMessageAsync((await _receiver.ReceiveMessageAsync(Soon))!, new Dictionary<string, object> { ["why"] = "busy" });

        var again = (await _receiver.ReceiveMessageAsync(Soon))!;

        Assert.Equal("a", again.Body.ToString());
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal("busy", again.ApplicationProperties["why"]);
    }

    [Fact]
    public async Task After_the_last_failed_delivery_a_message_is_dead_lettered_with_the_reason()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("poison") { MessageId = "p" });
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            var message = (await _receiver.ReceiveMessageAsync(Soon))!;
            Assert.Equal(delivery, message.DeliveryCount);
            if (delivery == 2)
                _broker.Clock.Advance(TestBroker.Lock);
            else
                await _receiver.AbandonMessageAsync(message);
        }

        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        var dead = (await DeadLetters().ReceiveMessageAsync(Soon))!;
        Assert.Equal("p", dead.MessageId);
        Assert.Equal("poison", dead.Body.ToString());
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        var counts = (await _broker.Administration().GetQueueRuntimePropertiesAsync("plain")).Value;
        Assert.Equal((0, 1), (counts.ActiveMessageCount, counts.DeadLetterMessageCount));
    }

    [Fact]
    public async Task A_message_dead_lettered_by_its_receiver_carries_the_given_reason_and_can_be_completed_there()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x"));
        await _receiver.DeadLetterMessageAsync((await _receiver.ReceiveMessageAsync(Soon))!, "Undecodable", "no kind 'q'");

        var dead = (await DeadLetters().ReceiveMessageAsync(Soon))!;
        Assert.Equal(("Undecodable", "no kind 'q'"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        await DeadLetters().CompleteMessageAsync(dead);
        Assert.Null(await DeadLetters().ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task Receive_and_delete_hands_a_message_out_once_and_settles_nothing()
    {
        var deleting = _broker.Client().CreateReceiver("plain", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        await _sender.SendMessageAsync(new ServiceBusMessage("a"));

        var message = (await deleting.ReceiveMessageAsync(Soon))!;

        _broker.Clock.Advance(TestBroker.Lock * 2);
        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        await Assert.ThrowsAsync<InvalidOperationException>(() => deleting.CompleteMessageAsync(message));
    }

    [Fact]
    public async Task Prefetched_messages_are_locked_when_they_are_taken_and_handed_out_in_order()
    {
        var ahead = _broker.Client().CreateReceiver("plain", new ServiceBusReceiverOptions { PrefetchCount = 10 });
        await _sender.SendMessagesAsync(Enumerable.Range(1, 5).Select(i => new ServiceBusMessage($"{i}")));

        Assert.Equal("1", (await ahead.ReceiveMessageAsync(Soon))!.Body.ToString());

        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        Assert.Equal(["2", "3"], (await ahead.ReceiveMessagesAsync(2, Soon)).Select(m => m.Body.ToString()));
        Assert.Equal(["4", "5"], (await ahead.ReceiveMessagesAsync(10, TimeSpan.Zero)).Select(m => m.Body.ToString()));
    }

    [Fact]
    public async Task Of_several_waiting_receivers_each_message_reaches_one()
    {
        var waiting = Enumerable.Range(0, 8).Select(_ => _broker.Client().CreateReceiver("plain").ReceiveMessageAsync(Soon)).ToList();
        await _sender.SendMessagesAsync(Enumerable.Range(0, 8).Select(i => new ServiceBusMessage($"{i}")));

        var got = (await Task.WhenAll(waiting)).Select(m => m!.Body.ToString());

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), got.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_receive_takes_nothing()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _receiver.ReceiveMessageAsync(Soon, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await _sender.SendMessageAsync(new ServiceBusMessage("a"));

        Assert.Equal(1, (await _receiver.ReceiveMessageAsync(Soon))!.DeliveryCount);
    }

    [Fact]
    public async Task Peeking_walks_the_queue_without_locking()
    {
        await _sender.SendMessagesAsync([new ServiceBusMessage("a"), new ServiceBusMessage("b")]);
        Assert.Equal("a", (await _receiver.PeekMessageAsync())!.Body.ToString());
        Assert.Equal("b", (await _receiver.PeekMessageAsync())!.Body.ToString());
        Assert.Null(await _receiver.PeekMessageAsync());
        Assert.Equal("a", (await _receiver.ReceiveMessageAsync(Soon))!.Body.ToString());
    }

    private ServiceBusReceiver DeadLetters() => _broker.Client().CreateReceiver("plain", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
}
