using Azure;
using Azure.Core;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.Local.Broker;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.ServiceBus;

public sealed class AccessTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Nothing = TimeSpan.FromMilliseconds(50);
    private TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(o => o with
        {
            Queues = [.. o.Queues, new QueueSettings("node-1"), new QueueSettings("node-12")],
            Bearer = (token, _) => new(token == "good" ? new AccessGrant("", BrokerRights.Listen, DateTimeOffset.MaxValue) : null),
        });
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_token_for_one_queue_opens_that_queue_and_nothing_else()
    {
        var node = _broker.Client(new AzureSasCredential(_broker.Token("listen", "listen-key", "node-1")));
        Assert.Null(await node.CreateReceiver("node-1").ReceiveMessageAsync(Nothing));
        Assert.Null(await node.CreateReceiver("NODE-1", new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter }).ReceiveMessageAsync(Nothing));

        foreach (var other in new[] { "node-12", "node-", "plain", "absent" })
            await RefusedAsync(() => node.CreateReceiver(other).ReceiveMessageAsync(Nothing));
        await RefusedAsync(() => node.AcceptNextSessionAsync("sessions"));
    }

    [Fact]
    public async Task Rights_are_checked_for_each_kind_of_operation()
    {
        var sending = _broker.Client(new AzureSasCredential(_broker.Token("send", "send-key")));
        await sending.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("a"));
        var future = _broker.Clock.Now.AddMinutes(1);
        await sending.CreateSender("plain").CancelScheduledMessageAsync(await sending.CreateSender("plain").ScheduleMessageAsync(new ServiceBusMessage("b"), future));
        await RefusedAsync(() => sending.CreateReceiver("plain").ReceiveMessageAsync(Nothing));
        await RefusedAsync(() => sending.CreateReceiver("plain").PeekMessageAsync());

        var listening = _broker.Client(new AzureSasCredential(_broker.Token("listen", "listen-key")));
        var receiver = listening.CreateReceiver("plain");
        var message = (await receiver.ReceiveMessageAsync(Soon))!;
        await RefusedAsync(() => sending.CreateReceiver("plain").CompleteMessageAsync(message));
        await receiver.CompleteMessageAsync(message);
        await RefusedAsync(() => listening.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("a")));
        await RefusedAsync(() => listening.CreateSender("plain").ScheduleMessageAsync(new ServiceBusMessage("a"), future));
    }

    [Theory]
    [InlineData("listen", "send-key", "plain", TestBroker.Host)]
    [InlineData("nobody", "listen-key", "plain", TestBroker.Host)]
    [InlineData("listen", "listen-key", "plain", "other.example")]
    [InlineData("listen", "listen-key", "plai", TestBroker.Host)]
    public async Task A_token_with_a_wrong_key_rule_host_or_scope_is_refused(string rule, string key, string path, string host)
    {
        var client = _broker.Client(new AzureSasCredential(_broker.Token(rule, key, path, host: host)));
        await RefusedAsync(() => client.CreateReceiver("plain").ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task A_changed_expiry_breaks_the_signature()
    {
        var token = _broker.Token("listen", "listen-key", "plain");
        var at = token.IndexOf("&se=", StringComparison.Ordinal) + 4;
        var longer = token[..at] + "9" + token[(at + 1)..];
        await RefusedAsync(() => _broker.Client(new AzureSasCredential(longer)).CreateReceiver("plain").ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_a_running_connection_does_not_outlive_its_token()
    {
        await RefusedAsync(() => _broker.Client(new AzureSasCredential(_broker.Token("listen", "listen-key", "plain", TimeSpan.FromMinutes(-1))))
            .CreateReceiver("plain").ReceiveMessageAsync(Nothing));

        var credential = new AzureSasCredential(_broker.Token("listen", "listen-key", "plain", TimeSpan.FromMinutes(10)));
        var receiver = _broker.Client(credential).CreateReceiver("plain");
        Assert.Null(await receiver.ReceiveMessageAsync(Nothing));
        var timers = _broker.Clock.ArmedTimers;
        var waiting = receiver.ReceiveMessageAsync(Soon);
        await Eventually.Async(() => _broker.Clock.ArmedTimers > timers, Soon, "the receiver waits at the broker");
        _broker.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await waiting);
        await RefusedAsync(() => receiver.ReceiveMessageAsync(Nothing));

        credential.Update(_broker.Token("listen", "listen-key", "plain"));
        Assert.Null(await receiver.ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task The_second_key_and_the_clients_own_signatures_work()
    {
        await _broker.Client(new AzureSasCredential(_broker.Token("root", "root-key-2"))).CreateSender("plain").SendMessageAsync(new ServiceBusMessage("1"));
        var named = _broker.Keep(new ServiceBusClient(TestBroker.Host, new AzureNamedKeyCredential("root", "root-key"), _broker.Options()));
        await named.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("2"));
        var connection = $"Endpoint=sb://{TestBroker.Host}/;SharedAccessKeyName=root;SharedAccessKey=root-key";
        var byString = _broker.Keep(new ServiceBusClient(connection, _broker.Options()));

        var got = await byString.CreateReceiver("plain").ReceiveMessagesAsync(5, Soon);

        Assert.Equal(["1", "2"], got.Select(m => m.Body.ToString()));
    }

    [Fact]
    public async Task A_queues_own_rule_signs_for_that_queue_only()
    {
        var options = new CreateQueueOptions("own");
        options.AuthorizationRules.Add(new SharedAccessAuthorizationRule("mine", "own-key", [AccessRights.Send]));
        await _broker.Administration().CreateQueueAsync(options);

        await _broker.Client(new AzureSasCredential(_broker.Token("mine", "own-key", "own"))).CreateSender("own").SendMessageAsync(new ServiceBusMessage("x"));

        await RefusedAsync(() => _broker.Client(new AzureSasCredential(_broker.Token("mine", "own-key", "plain"))).CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x")));
        await RefusedAsync(() => _broker.Client(new AzureSasCredential(_broker.Token("mine", "own-key"))).CreateSender("own").SendMessageAsync(new ServiceBusMessage("x")));
    }

    [Fact]
    public async Task Bearer_tokens_are_judged_by_the_configured_issuer()
    {
        var good = _broker.Keep(new ServiceBusClient(TestBroker.Host, new FixedToken("good"), _broker.Options()));
        Assert.Null(await good.CreateReceiver("plain").ReceiveMessageAsync(Nothing));
        await RefusedAsync(() => good.CreateSender("plain").SendMessageAsync(new ServiceBusMessage("x")));
        var bad = _broker.Keep(new ServiceBusClient(TestBroker.Host, new FixedToken("bad"), _broker.Options()));
        await RefusedAsync(() => bad.CreateReceiver("plain").ReceiveMessageAsync(Nothing));
    }

    [Fact]
    public async Task Management_needs_the_manage_right()
    {
        foreach (var (rule, key) in new[] { ("listen", "listen-key"), ("send", "send-key"), ("root", "wrong") })
        {
            await RefusedAsync(() => _broker.Administration(rule, key).CreateQueueAsync("new"));
            await RefusedAsync(() => _broker.Administration(rule, key).DeleteQueueAsync("plain"));
            await RefusedAsync(() => _broker.Administration(rule, key).QueueExistsAsync("plain"));
        }

        Assert.True((await _broker.Administration().QueueExistsAsync("plain")).Value);
        Assert.False((await _broker.Administration().QueueExistsAsync("new")).Value);
    }

    private static Task RefusedAsync(Func<Task> attempt) => Assert.ThrowsAsync<UnauthorizedAccessException>(attempt);

    private sealed class FixedToken(string token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token, DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
