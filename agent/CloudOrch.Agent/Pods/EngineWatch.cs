using CloudOrch.Agent.Runtime;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Pods;

/// <summary>Keeps what the keeper knows of the engine true: follows its events, lists it at first and each minute, comes back when it does.</summary>
internal sealed partial class EngineWatch(IContainerRuntime runtime, TimeProvider clock, ILogger log, PodKeeper keeper)
{
    private static readonly TimeSpan ListEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is, the node is not ready until the engine can be prepared and listed, and says why.
                Log.Lost(log, e.Message);
                keeper.EngineFails(e.Message);
            }

            await Task.Delay(Retry, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        var (_, _, podCidr) = await keeper.KnownAsync(ct).ConfigureAwait(false);
        if (string.IsNullOrEmpty(podCidr))
        {
            await runtime.InspectEngineAsync(ct).ConfigureAwait(false);
            return; // no assignment yet: nothing can be run, and the engine is asked again soon
        }

        await runtime.PrepareAsync(podCidr, ct).ConfigureAwait(false);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // A second earlier: events since then are told again, so that nothing falls between them and the list.
        var watching = runtime.WatchAsync(clock.GetUtcNow() - TimeSpan.FromSeconds(1), keeper.Happened, both.Token);
        try
        {
            while (!watching.IsCompleted)
            {
                await ListAsync(both.Token).ConfigureAwait(false);
                await Task.WhenAny(watching, Task.Delay(ListEvery, clock, both.Token)).ConfigureAwait(false);
            }
        }
        finally
        {
            await both.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await watching.ConfigureAwait(false);
    }

    private async Task ListAsync(CancellationToken ct)
    {
        var (known, version, _) = await keeper.KnownAsync(ct).ConfigureAwait(false);
        var engine = await runtime.InspectEngineAsync(ct).ConfigureAwait(false);
        keeper.EngineWorks(engine, await runtime.ListAsync(known, ct).ConfigureAwait(false), version);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "container engine lost: {Problem}")]
        public static partial void Lost(ILogger logger, string problem);
    }
}
