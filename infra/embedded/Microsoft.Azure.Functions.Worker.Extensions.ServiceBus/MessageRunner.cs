using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;

/// <summary>One invocation per message: completed when the function returned, abandoned when it threw.</summary>
internal sealed partial class MessageRunner(
    FunctionEntry function, FunctionInvoker invoker, bool autoComplete, TimeSpan renewFor, TimeProvider clock, ILogger log)
{
    /// <summary>Settling must also happen while the app stops, but not hold it up for ever.</summary>
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(10);

    public async Task RunAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, ServiceBusSessionMessageActions? session, CancellationToken ct)
    {
        var actions = new ServiceBusMessageActions(receiver);
        using var lost = new CancellationTokenSource();
        using var running = CancellationTokenSource.CreateLinkedTokenSource(ct, lost.Token);
        using var done = new CancellationTokenSource();
        // A session's lock is renewed by its lane; the messages of one have no lock of their own.
        var renewal = session is not null
            ? Task.CompletedTask
            : LockRenewal.RunAsync(() => message.LockedUntil, t => receiver.RenewMessageLockAsync(message, t), renewFor, clock, lost, done.Token);
        bool failed = false;
        try
        {
            object[] values = session is null ? [message, actions] : [message, actions, session];
            await invoker.InvokeAsync(function, new TriggerInput(values, Named), running.Token);
        }
        catch (Exception)
        {
            failed = true;   // logged by the invoker
        }

        await done.CancelAsync();
        await renewal;
        if (!actions.Settled && (failed || autoComplete))
            await SettleAsync(receiver, message, failed);

        object? Named(string name, Type type) => name != function.TriggerParameter.Name ? null
            : type == typeof(string) ? message.Body.ToString()
            : type == typeof(BinaryData) ? message.Body
            : type == typeof(byte[]) ? message.Body.ToArray()
            : null;
    }

    private async Task SettleAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, bool failed)
    {
        using var limit = new CancellationTokenSource(SettleTimeout, clock);
        try
        {
            await (failed ? receiver.AbandonMessageAsync(message, null, limit.Token) : receiver.CompleteMessageAsync(message, limit.Token));
        }
        catch (Exception e) when (e is ServiceBusException or OperationCanceledException)
        {
            // The lock is lost or the broker away: the message comes again, which every function must bear.
            Log.Unsettled(log, function.Name, message.MessageId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "function {Function}: message {MessageId} could not be settled and will come again: {Why}")]
        public static partial void Unsettled(ILogger log, string function, string messageId, string why);
    }
}
