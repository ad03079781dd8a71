using System.Text.Json;
using Azure;
using Azure.Messaging.ServiceBus;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Connection;

/// <summary>Hears what the control plane sends to this node's queue. The queue is the fast path only: what is lost on it is read from the row.</summary>
public sealed partial class QueueListener(
    NodeLink link, TimeProvider clock, Func<TimeSpan> leaseInterval, ILogger<QueueListener> log, Action<NodeMessage> heard, Action<bool> connected)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    private int _failures;

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(link.Credentials, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever broke the connection: it is made anew, and meanwhile the row is read more often.
                if (e is UnauthorizedAccessException)
                    link.AskForRenewal();
                Log.Lost(log, e.Message);
            }

            connected(false);
            await Task.Delay(Pace.Reconnection(leaseInterval(), _failures++, link.Enrolment.NodeUid), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(NodeCredentials credentials, CancellationToken ct)
    {
        var token = new AzureSasCredential(credentials.QueueToken);
        string[] host = credentials.ServiceBusHost.Split(':');
        var options = new ServiceBusClientOptions { TransportType = ServiceBusTransportType.AmqpWebSockets };
        options.RetryOptions.MaxRetries = 0;
        if (host.Length > 1)
            options.CustomEndpointAddress = new Uri($"sb://{credentials.ServiceBusHost}");
        await using var client = new ServiceBusClient(host[0], token, options);
        await using var receiver = client.CreateReceiver(credentials.QueueName, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        bool told = false;
        while (!ct.IsCancellationRequested)
        {
            // The first wait is short: that it ends without an error says that the queue is there and ours.
            var messages = await receiver.ReceiveMessagesAsync(32, told ? Wait : TimeSpan.FromMilliseconds(200), ct).ConfigureAwait(false);
            if (!told)
            {
                _failures = 0;
                connected(told = true);
            }

            foreach (var message in messages)
                Hear(message);
            var newest = link.Credentials;
            if (newest.ServiceBusHost != credentials.ServiceBusHost || newest.QueueName != credentials.QueueName)
                return;
            if (newest.QueueToken != token.Signature)
                token.Update(newest.QueueToken);
        }
    }

    private void Hear(ServiceBusReceivedMessage message)
    {
        try
        {
            heard(NodeMessageCodec.Decode(message.ContentType, message.Body.ToMemory().Span));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            Log.Unreadable(log, message.MessageId, e.Message); // the row tells what it would have told
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "queue lost: {Problem}")]
        public static partial void Lost(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "message {Id} cannot be read: {Problem}")]
        public static partial void Unreadable(ILogger logger, string id, string problem);
    }
}
