using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.EmbeddedHost;

/// <summary>Starts a listener per function, and drains them all at once when the app stops.</summary>
internal sealed partial class TriggerHost(
    FunctionCatalog catalog, IServiceProvider services, HostSettings settings, TimeProvider clock, ILogger<TriggerHost> log) : IHostedService
{
    private readonly List<ITriggerListener> _listeners = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var function in catalog.Functions)
        {
            if (function.Listener.Listener is not { } type)
                continue;
            var listener = (ITriggerListener)ActivatorUtilities.CreateInstance(services, type, function, function.Trigger);
            _listeners.Add(listener);
            await listener.StartAsync(cancellationToken);
        }

        Log.Started(log, string.Join(", ", catalog.Functions.Select(f => $"{f.Name} ({f.Listener.BindingType})")));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ITriggerListener[] listeners = [.. _listeners];
        _listeners.Clear();   // a second stop finds nothing left to do
        using var drain = new CancellationTokenSource(settings.DrainTimeout, clock);
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(drain.Token, cancellationToken);
        await Task.WhenAll(listeners.Select(l => l.StopAsync(grace.Token)));
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        Log.Stopped(log, drain.IsCancellationRequested ? "the drain time ran out" : "all invocations ended");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "functions: {Functions}")]
        public static partial void Started(ILogger log, string functions);

        [LoggerMessage(Level = LogLevel.Information, Message = "triggers stopped: {How}")]
        public static partial void Stopped(ILogger log, string how);
    }
}
