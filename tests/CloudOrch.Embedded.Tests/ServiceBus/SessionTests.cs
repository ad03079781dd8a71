using Azure.Messaging.ServiceBus;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.ServiceBus;

public sealed class SessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Nothing = TimeSpan.FromMilliseconds(50);
    private TestBroker _broker = null!;
    private ServiceBusClient _client = null!;
    private ServiceBusSender _sender = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _client = _broker.Client();
        _sender = _client.CreateSender("sessions");
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_session_has_one_receiver_at_a_time_and_its_messages_come_in_order()
    {
        await SendAsync("a", "1", "2", "3");
        await using var holder = await _client.AcceptNextSessionAsync("sessions");
        Assert.Equal("a", holder.SessionId);
        Assert.Equal(_broker.Clock.Now + TestBroker.Lock, holder.SessionLockedUntil);

        Assert.Equal(["1", "2", "3"], (await holder.ReceiveMessagesAsync(10, Soon)).Select(m => m.Body.ToString()));

        var refused = await Assert.ThrowsAsync<ServiceBusException>(() => _client.AcceptSessionAsync("sessions", "a"));
        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, refused.Reason);
    }

    [Fact]
    public async Task Different_sessions_are_served_side_by_side_oldest_first()
    {
        await SendAsync("b", "1");
        await SendAsync("a", "2");
        await using var first = await _client.AcceptNextSessionAsync("sessions");
        await using var second = await _client.AcceptNextSessionAsync("sessions");
        Assert.Equal(("b", "a"), (first.SessionId, second.SessionId));
    }

    [Fact]
    public async Task Accepting_when_no_session_has_messages_times_out()
    {
        var impatient = _broker.Keep(new ServiceBusClient(TestBroker.Host, new Azure.AzureSasCredential(_broker.Token("root", "root-key")), _broker.OneQuickTry()));
        var none = await Assert.ThrowsAsync<ServiceBusException>(() => impatient.AcceptNextSessionAsync("sessions"));
        Assert.Equal(ServiceBusFailureReason.ServiceTimeout, none.Reason);
    }

    [Fact]
    public async Task A_waiting_acceptor_is_woken_by_the_first_message_of_a_session()
    {
        var waiting = _client.AcceptNextSessionAsync("sessions");
        await SendAsync("late", "1");
        await using var session = await waiting;
        Assert.Equal("late", session.SessionId);
    }

    [Fact]
    public async Task A_renewed_session_stays_locked_with_its_messages()
    {
        await SendAsync("a", "1");
        await using var holder = await _client.AcceptNextSessionAsync("sessions");
        var message = (await holder.ReceiveMessageAsync(Soon))!;
        for (var i = 0; i < 4; i++)
        {
            _broker.Clock.Advance(TestBroker.Lock * 0.9);
            await holder.RenewSessionLockAsync();
            Assert.Equal(_broker.Clock.Now + TestBroker.Lock, holder.SessionLockedUntil);
        }

        await holder.CompleteMessageAsync(message);
        Assert.Equal(0, (await _broker.Administration().GetQueueRuntimePropertiesAsync("sessions")).Value.TotalMessageCount);
    }

    [Fact]
    public async Task An_expired_session_goes_to_the_next_receiver_and_its_taken_messages_count_as_failed()
    {
        await SendAsync("a", "1");
        var first = await _client.AcceptNextSessionAsync("sessions");
        var taken = (await first.ReceiveMessageAsync(Soon))!;
        var waiting = _broker.Client().AcceptNextSessionAsync("sessions");

        _broker.Clock.Advance(TestBroker.Lock);

        await using var second = await waiting;
        Assert.Equal(2, (await second.ReceiveMessageAsync(Soon))!.DeliveryCount);
        foreach (var late in new Func<Task>[] { () => first.CompleteMessageAsync(taken), () => first.RenewSessionLockAsync(), () => first.ReceiveMessageAsync(Soon) })
            Assert.Equal(ServiceBusFailureReason.SessionLockLost, (await Assert.ThrowsAsync<ServiceBusException>(late)).Reason);
    }

    [Fact]
    public async Task Closing_a_session_frees_it_at_once_and_does_not_count_against_its_messages()
    {
        await SendAsync("a", "1");
        for (var i = 0; i < 5; i++)
        {
            await using var session = await _client.AcceptNextSessionAsync("sessions");
            Assert.Equal(1, (await session.ReceiveMessageAsync(Soon))!.DeliveryCount);
        }
    }

    [Fact]
    public async Task Disposing_the_client_closes_its_sessions()
    {
        await SendAsync("a", "1");
        await using (var other = _broker.Client())
            await other.AcceptNextSessionAsync("sessions");

        await using var again = await _client.AcceptSessionAsync("sessions", "a");
        Assert.Equal("a", again.SessionId);
    }

    [Fact]
    public async Task A_dropped_connection_does_not_free_its_session_before_the_lock_expires()
    {
        await SendAsync("a", "1");
        var dropped = await _client.AcceptNextSessionAsync("sessions");
        await dropped.ReceiveMessageAsync(Soon);
        _broker.Listener.DropConnections();
        await Eventually.Async(() => dropped.IsClosed, Soon, "the receiver notices that its connection is gone");
        var lost = await Assert.ThrowsAsync<ServiceBusException>(() => dropped.RenewSessionLockAsync());
        Assert.Equal(ServiceBusFailureReason.SessionLockLost, lost.Reason);

        var held = await Assert.ThrowsAsync<ServiceBusException>(() => _client.AcceptSessionAsync("sessions", "a"));
        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, held.Reason);
        _broker.Clock.Advance(TestBroker.Lock);

        await using var next = await _client.AcceptSessionAsync("sessions", "a");
        Assert.Equal(2, (await next.ReceiveMessageAsync(Soon))!.DeliveryCount);
    }

    [Fact]
    public async Task Poison_in_a_session_is_dead_lettered_and_the_rest_goes_on()
    {
        await SendAsync("a", "poison", "good");
        await using var session = await _client.AcceptNextSessionAsync("sessions");
        for (var i = 0; i < 3; i++)
        {
            var message = (await session.ReceiveMessageAsync(Soon))!;
            Assert.Equal("poison", message.Body.ToString());
            await session.AbandonMessageAsync(message);
        }

        Assert.Equal("good", (await session.ReceiveMessageAsync(Soon))!.Body.ToString());
        var dead = _client.CreateReceiver("sessions", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Equal("poison", (await dead.ReceiveMessageAsync(Soon))!.Body.ToString());
    }

    [Fact]
    public async Task Session_state_outlives_the_receiver()
    {
        await using (var session = await _client.AcceptSessionAsync("sessions", "a"))
        {
            Assert.Null(await session.GetSessionStateAsync());
            await session.SetSessionStateAsync(BinaryData.FromString("here"));
        }

        await using var next = await _client.AcceptSessionAsync("sessions", "a");
        Assert.Equal("here", (await next.GetSessionStateAsync())!.ToString());
        await next.SetSessionStateAsync(null);
        Assert.Null(await next.GetSessionStateAsync());
    }

    [Fact]
    public async Task A_queue_with_sessions_refuses_messages_and_receivers_without_one()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _sender.SendMessageAsync(new ServiceBusMessage("x")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.CreateReceiver("sessions").ReceiveMessageAsync(Nothing));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _client.AcceptNextSessionAsync("plain"));
    }

    private Task SendAsync(string session, params string[] bodies) =>
        _sender.SendMessagesAsync(bodies.Select(b => new ServiceBusMessage(b) { SessionId = session }));
}
