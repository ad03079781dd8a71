using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using CloudOrch.Embedded.Tests.ServiceBus;
using CloudOrch.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Embedded.Tests.Functions;

public sealed class ServiceBusTriggerTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly Work _work = new();
    private TestBroker _broker = null!;
    private ServiceBusClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _client = _broker.Client();
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Messages_of_one_session_come_in_order_one_at_a_time_and_are_completed()
    {
        await SendAsync("sessions", ("a", "1"), ("a", "2"), ("a", "3"));
        await using var app = await StartAsync(typeof(OnSessions));
        await Eventually.Async(() => _work.Done.Count == 3, Deadline, "three messages");
        Assert.Equal(["a1", "a2", "a3"], _work.Done);
        Assert.Equal(1, _work.MostAtOnce("a"));
        await EmptyAsync("sessions");
    }

    [Fact]
    public async Task Sessions_run_side_by_side_up_to_the_limit()
    {
        _work.Hold = true;
        await SendAsync("sessions", ("a", "1"), ("b", "1"), ("c", "1"), ("a", "2"));
        await using var app = await StartAsync(
            typeof(OnSessions), "AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentSessions=2", "AzureFunctionsJobHost:extensions:serviceBus:sessionIdleTimeout=00:00:00.2");
        await Eventually.Async(() => _work.Running == 2, Deadline, "two sessions at once");
        Assert.Equal(["a1", "b1"], _work.Started.Order());

        _work.Release();
        await Eventually.Async(() => _work.Done.Count == 4, Deadline, "all messages");
        Assert.Equal(2, _work.MostAtOnce());
        Assert.Equal(1, _work.MostAtOnce("a"));
    }

    [Fact]
    public async Task A_message_whose_function_throws_comes_again_and_is_parked_after_its_deliveries()
    {
        _work.Fail = body => body == "bad";
        await SendAsync("sessions", ("a", "bad"), ("a", "good"));
        await using var app = await StartAsync(typeof(OnSessions));
        await Eventually.Async(() => _work.Done.Contains("agood"), Deadline, "the message behind the bad one");
        Assert.Equal(["1", "2", "3"], _work.Deliveries.Where(d => d.StartsWith("bad", StringComparison.Ordinal)).Select(d => d["bad ".Length..]));

        await using var parked = _client.CreateReceiver("sessions", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = await parked.ReceiveMessageAsync(Deadline);
        Assert.Equal("bad", dead.Body.ToString());
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        await EmptyAsync("sessions");
    }

    [Fact]
    public async Task A_function_may_park_its_message_with_a_reason()
    {
        await SendAsync("sessions", ("a", "poison"));
        await using var app = await StartAsync(typeof(OnSessions));
        await using var parked = _client.CreateReceiver("sessions", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = await parked.ReceiveMessageAsync(Deadline);
        Assert.Equal(("Undecodable", "not a doorbell"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Equal(["poison 1"], _work.Deliveries);
    }

    [Theory]
    [InlineData("sessions", typeof(OnSessions))]
    [InlineData("plain", typeof(OnPlain))]
    public async Task A_run_longer_than_the_lock_keeps_it(string queue, Type function)
    {
        _work.Hold = true;
        await SendAsync(queue, ("a", "long"));
        await using var app = await StartAsync(function, _broker.Clock);
        await Eventually.Async(() => _work.Running == 1, Deadline, "the function runs");
        for (int i = 0; i < 12; i++)
        {
            _broker.Clock.Advance(Remaining() / 3);
            await Eventually.Async(Renewed, Deadline, "the lock is renewed");
        }

        _work.Release();
        await EmptyAsync(queue);
        Assert.Equal(["long 1"], _work.Deliveries);
        Assert.Equal(["along"], _work.Done);

        TimeSpan Remaining() => _work.LockedUntil() - _broker.Clock.Now;

        // Ever smaller steps: the lock comes past its half, where it is renewed, but never to its end before that.
        bool Renewed()
        {
            if (Remaining() > TestBroker.Lock * 0.9)
                return true;
            _broker.Clock.Advance(Remaining() / 20);
            return false;
        }
    }

    [Fact]
    public async Task A_stop_lets_running_functions_end_and_takes_no_further_message()
    {
        _work.Hold = true;
        await SendAsync("sessions", ("a", "1"), ("a", "2"));
        await using var app = await StartAsync(typeof(OnSessions));
        await Eventually.Async(() => _work.Running == 1, Deadline, "the first message runs");

        var stop = app.StopAsync();
        Assert.False(stop.IsCompleted);
        _work.Release();
        await stop;

        Assert.Equal(["a1"], _work.Done);
        var left = await PeekAsync("sessions");
        Assert.Equal(["2"], left.Select(m => m.Body.ToString()));
        // Given back at once, not after its lock.
        await using var next = await _client.AcceptNextSessionAsync("sessions");
        Assert.Equal("2", (await next.ReceiveMessageAsync(Deadline)).Body.ToString());
    }

    [Fact]
    public async Task A_function_that_outlives_the_drain_is_cancelled_and_its_message_comes_again()
    {
        _work.Hold = true;
        await SendAsync("sessions", ("a", "1"));
        await using (var app = await StartAsync(typeof(OnSessions), "EmbeddedHost:DrainTimeout=00:00:00.2"))
        {
            await Eventually.Async(() => _work.Running == 1, Deadline, "the message runs");
            await app.StopAsync();
        }

        Assert.Empty(_work.Done);
        _work.Release();
        await using var again = await StartAsync(typeof(OnSessions));
        await Eventually.Async(() => _work.Done.Count == 1, Deadline, "the message came again");
        Assert.Equal(["1 1", "1 2"], _work.Deliveries);
    }

    [Fact]
    public async Task A_queue_without_sessions_is_served_by_as_many_calls_as_allowed()
    {
        _work.Hold = true;
        await SendAsync("plain", [.. Enumerable.Range(0, 5).Select(i => ("", i.ToString()))]);
        await using var app = await StartAsync(typeof(OnPlain), "AzureFunctionsJobHost:extensions:serviceBus:maxConcurrentCalls=3");
        await Eventually.Async(() => _work.Running == 3, Deadline, "three at once");
        _work.Release();
        await Eventually.Async(() => _work.Done.Count == 5, Deadline, "all messages");
        Assert.Equal(3, _work.MostAtOnce());
        await EmptyAsync("plain");
    }

    [Fact]
    public async Task A_broker_that_was_away_is_served_again_when_it_is_back()
    {
        await using var app = await StartAsync(typeof(OnSessions));
        await SendAsync("sessions", ("a", "1"));
        await Eventually.Async(() => _work.Done.Count == 1, Deadline, "the first message");
        await _broker.StopListeningAsync();
        await _broker.ListenAgainAsync();
        await SendAsync("sessions", ("b", "2"));
        await Eventually.Async(() => _work.Done.Contains("b2"), Deadline, "the message after the outage");
    }

    [Fact]
    public async Task A_batch_trigger_and_a_connection_that_is_not_set_fail_the_start()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => StartAsync(typeof(Batched)));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync([typeof(OnPlain)], b => b.Services.AddSingleton(_work)));
        Assert.Contains("'Bus'", e.Message, StringComparison.Ordinal);
    }

    private Task<TestApp> StartAsync(Type function, params string[] settings) => StartAsync(function, null, settings);

    private Task<TestApp> StartAsync(Type function, TimeProvider? clock, params string[] settings) => TestApp.StartAsync(
        [function],
        b =>
        {
            var options = _broker.Options();
            b.Services.AddSingleton(_work);
            if (clock is not null)
                b.Services.AddSingleton(clock);
            b.Services.AddSingleton(new ClientChange(o =>
            {
                o.CustomEndpointAddress = options.CustomEndpointAddress;
                o.CertificateValidationCallback = options.CertificateValidationCallback;
            }));
        },
        null,
        [$"Bus=Endpoint=sb://{TestBroker.Host}/;SharedAccessKeyName=root;SharedAccessKey=root-key", "Queue=sessions", .. settings]);

    private async Task SendAsync(string queue, params (string Session, string Body)[] messages)
    {
        await using var sender = _client.CreateSender(queue);
        foreach (var (session, body) in messages)
            await sender.SendMessageAsync(new ServiceBusMessage(body) { SessionId = queue == "plain" ? null : session });
    }

    private async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string queue)
    {
        await using var receiver = _client.CreateReceiver(queue);
        return await receiver.PeekMessagesAsync(100, 0);
    }

    private Task EmptyAsync(string queue) => Eventually.Async(async () => (await PeekAsync(queue)).Count == 0, Deadline, $"{queue} is empty");

    internal sealed class Work
    {
        private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, (int Now, int Most)> _running = new();

        public bool Hold { get; set; }

        public Func<string, bool> Fail { get; set; } = _ => false;

        /// <summary>When the lock of what runs ends, as its receiver knows it.</summary>
        public Func<DateTimeOffset> LockedUntil { get; set; } = () => default;

        public ConcurrentQueue<string> Started { get; } = [];

        public ConcurrentQueue<string> Done { get; } = [];

        /// <summary>Body and delivery count of each invocation.</summary>
        public ConcurrentQueue<string> Deliveries { get; } = [];

        public int Running => _running.GetValueOrDefault("*").Now;

        public int MostAtOnce(string session = "*") => _running[session].Most;

        public void Release()
        {
            Hold = false;
            _release.TrySetResult();
        }

        public async Task RunAsync(ServiceBusReceivedMessage message, CancellationToken ct)
        {
            string session = message.SessionId ?? "a";
            string body = message.Body.ToString();
            Deliveries.Enqueue($"{body} {message.DeliveryCount}");
            Count("*", 1);
            Count(session, 1);
            Started.Enqueue(session + body);
            try
            {
                if (Hold)
                    await _release.Task.WaitAsync(ct);
                if (Fail(body))
                    throw new InvalidOperationException("on purpose");
                Done.Enqueue(session + body);
            }
            finally
            {
                Count("*", -1);
                Count(session, -1);
            }
        }

        private void Count(string key, int change) => _running.AddOrUpdate(
            key, _ => (change, change), (_, v) => (v.Now + change, Math.Max(v.Most, v.Now + change)));
    }

    internal sealed class OnSessions(Work work)
    {
        [Function("OnSessions")]
        public async Task Run(
            [ServiceBusTrigger("%Queue%", IsSessionsEnabled = true, Connection = "Bus")] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions, ServiceBusSessionMessageActions session, FunctionContext context, CancellationToken ct)
        {
            work.LockedUntil = () => session.Receiver.SessionLockedUntil;
            await work.RunAsync(message, ct);
            Assert.Equal("OnSessions", context.FunctionDefinition.Name);
            Assert.NotEqual(default, session.SessionLockedUntil);
            if (message.Body.ToString() == "poison")
                await actions.DeadLetterMessageAsync(message, null, "Undecodable", "not a doorbell", ct);
        }
    }

    internal sealed class OnPlain(Work work)
    {
        [Function("OnPlain")]
        public Task Run([ServiceBusTrigger("plain", Connection = "Bus")] ServiceBusReceivedMessage message, CancellationToken ct)
        {
            work.LockedUntil = () => message.LockedUntil;
            return work.RunAsync(message, ct);
        }
    }

    internal sealed class Batched
    {
        [Function("Batched")]
        public void Run([ServiceBusTrigger("plain", Connection = "Bus", IsBatched = true)] ServiceBusReceivedMessage[] messages) =>
            Assert.Empty(messages);
    }
}
