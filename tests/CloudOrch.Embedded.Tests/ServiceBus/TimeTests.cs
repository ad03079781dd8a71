using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

namespace CloudOrch.Embedded.Tests.ServiceBus;

public sealed class TimeTests : IAsyncLifetime
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
    public async Task A_scheduled_message_arrives_at_its_time_and_not_before()
    {
        var at = _broker.Clock.Now + TimeSpan.FromMinutes(1);
        var scheduled = await _sender.ScheduleMessageAsync(new ServiceBusMessage("wake"), at);
        await _sender.SendMessageAsync(new ServiceBusMessage("now"));
        Assert.Equal(ServiceBusMessageState.Scheduled, (await _receiver.PeekMessageAsync(scheduled))!.State);
        await _receiver.CompleteMessageAsync((await _receiver.ReceiveMessageAsync(Soon))!);
        _broker.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));

        var waiting = _receiver.ReceiveMessageAsync(Soon);
        _broker.Clock.Advance(TimeSpan.FromSeconds(1));
        var message = (await waiting)!;

        Assert.Equal("wake", message.Body.ToString());
        Assert.Equal((at, at), (message.EnqueuedTime, message.ScheduledEnqueueTime));
        Assert.True(message.SequenceNumber > scheduled, "what becomes due is appended with a new sequence number");
    }

    [Fact]
    public async Task A_cancelled_scheduled_message_never_arrives()
    {
        var at = _broker.Clock.Now + TimeSpan.FromMinutes(1);
        var scheduled = await _sender.ScheduleMessageAsync(new ServiceBusMessage("wake"), at);
        await _sender.CancelScheduledMessageAsync(scheduled);
        _broker.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Null(await _receiver.ReceiveMessageAsync(Nothing));
        var gone = await Assert.ThrowsAsync<ServiceBusException>(() => _sender.CancelScheduledMessageAsync(scheduled));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, gone.Reason);
    }

    [Fact]
    public async Task A_message_sent_with_an_enqueue_time_waits_for_it_and_one_in_the_past_does_not()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("later") { ScheduledEnqueueTime = _broker.Clock.Now + TimeSpan.FromSeconds(5) });
        await _sender.SendMessageAsync(new ServiceBusMessage("past") { ScheduledEnqueueTime = _broker.Clock.Now - TimeSpan.FromSeconds(5) });
        Assert.Equal("past", (await _receiver.ReceiveMessageAsync(Soon))!.Body.ToString());
        Assert.Equal(1, (await _broker.Administration().GetQueueRuntimePropertiesAsync("plain")).Value.ScheduledMessageCount);

        _broker.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("later", (await _receiver.ReceiveMessageAsync(Soon))!.Body.ToString());
    }

    [Fact]
    public async Task An_expired_message_is_dropped_and_a_locked_one_may_still_be_completed()
    {
        await _sender.SendMessagesAsync([Living("held", 10), Living("waiting", 10), Living("long", 60)]);
        var held = (await _receiver.ReceiveMessageAsync(Soon))!;
        Assert.Equal("held", held.Body.ToString());

        _broker.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("long", (await _receiver.ReceiveMessageAsync(Soon))!.Body.ToString());
        await _receiver.CompleteMessageAsync(held);
        var dead = _broker.Client().CreateReceiver("plain", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Null(await dead.ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task A_queue_may_cap_the_time_to_live_and_keep_what_expired_as_dead_letters()
    {
        await _broker.Administration().CreateQueueAsync(
            new CreateQueueOptions("capped") { DefaultMessageTimeToLive = TimeSpan.FromSeconds(5), DeadLetteringOnMessageExpiration = true });
        await _broker.Client().CreateSender("capped").SendMessageAsync(Living("a", 3600));

        _broker.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await _broker.Client().CreateReceiver("capped").ReceiveMessageAsync(Nothing));
        var dead = _broker.Client().CreateReceiver("capped", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Equal("TTLExpiredException", (await dead.ReceiveMessageAsync(Soon))!.DeadLetterReason);
    }

    private static ServiceBusMessage Living(string body, int seconds) => new(body) { TimeToLive = TimeSpan.FromSeconds(seconds) };
}
