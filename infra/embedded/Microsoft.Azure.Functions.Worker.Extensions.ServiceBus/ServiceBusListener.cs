using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;

/// <summary>Runs one function for the messages of one queue, in as many lanes as sessions (or calls) may run side by side.</summary>
internal sealed partial class ServiceBusListener(
    FunctionEntry function, ServiceBusTriggerAttribute trigger, FunctionInvoker invoker, HostSettings host, TimeProvider clock,
    IServiceProvider services, ILogger<ServiceBusListener> log) : ITriggerListener
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private ServiceBusClient? _client;
    private Task _lanes = Task.CompletedTask;

    public Task StartAsync(CancellationToken ct)
    {
        if (trigger.IsBatched)
            throw new NotSupportedException($"Function '{function.Name}': IsBatched is not served here.");
        var settings = ServiceBusSettings.Of(host);
        string queue = host.Resolve(trigger.QueueName!);
        _client = settings.Connect(host, trigger.Connection, services.GetService<ClientChange>());
        var runner = new MessageRunner(
            function, invoker, settings.AutoCompleteMessages && trigger.AutoCompleteMessages, settings.MaxAutoLockRenewalDuration, clock, log);
        _lanes = trigger.IsSessionsEnabled
            ? LanesAsync(settings.MaxConcurrentSessions, () => SessionLane.ServeOneAsync(_client, queue, settings, runner, clock, _stop.Token, _abort.Token))
            : LanesAsync(settings.MaxConcurrentCalls, () => QueueLane.ServeOneAsync(_client, queue, settings, runner, _stop.Token, _abort.Token));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken grace)
    {
        await _stop.CancelAsync();
        try
        {
            await _lanes.WaitAsync(grace);
        }
        catch (OperationCanceledException) when (grace.IsCancellationRequested)
        {
            Log.Aborting(log, function.Name);
            await _abort.CancelAsync();
            // A function that ignores its token does not hold the process up; its lock ends by itself.
            await Task.WhenAny(_lanes, Task.Delay(TimeSpan.FromSeconds(1), clock, CancellationToken.None));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        _stop.Dispose();
        _abort.Dispose();
    }

    private Task LanesAsync(int count, Func<Task> serveOne) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => LaneAsync(serveOne)));

    private async Task LaneAsync(Func<Task> serveOne)
    {
        var pause = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await serveOne();
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.ServiceTimeout or ServiceBusFailureReason.SessionLockLost
                or ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.SessionCannotBeLocked)
            {
                // Nothing came in that time, or what was held is another's by now: take the next.
                if (e.Reason != ServiceBusFailureReason.ServiceTimeout)
                    Log.Lost(log, function.Name, e.Message);
            }
            catch (Exception e)
            {
                // The broker is away or refuses: a lane goes on trying, slower and slower.
                pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(100) : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                Log.Trouble(log, e, function.Name, pause);
                await Task.Delay(pause, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "function {Function}: the message bus failed; the next try is in {Pause}")]
        public static partial void Trouble(ILogger log, Exception e, string function, TimeSpan pause);

        [LoggerMessage(Level = LogLevel.Information, Message = "function {Function}: a lock was lost: {Why}")]
        public static partial void Lost(ILogger log, string function, string why);

        [LoggerMessage(Level = LogLevel.Warning, Message = "function {Function}: the drain time ran out; its invocations are cancelled")]
        public static partial void Aborting(ILogger log, string function);
    }
}
