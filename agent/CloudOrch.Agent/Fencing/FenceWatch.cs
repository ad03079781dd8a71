using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Fencing;

/// <summary>What the watchdog does: reads what the agent writes, and kills when the agent's time is over, whether or not there is an agent.</summary>
public sealed partial class FenceWatch(FenceFile file, IBootClock boot, IContainerKiller killer, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Ends when nothing is guarded any more. Cancelled, it kills what it guards before it ends: nobody else would.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        FenceRecord? known = null;
        bool isKilling = false;
        while (!ct.IsCancellationRequested)
        {
            known = file.Read() ?? known;
            if (known is null or { IsGuarded: false } || known.BootId != boot.BootId)
                return;
            bool isOver = known.KillAt is not { } at || boot.Now.TotalMilliseconds >= at;
            if (isOver != isKilling)
                Log.Turned(log, isOver ? "the agent has not renewed its lease in time: its fenced containers are killed" : "the lease is renewed", known.Containers.Count);
            isKilling = isOver;
            if (isOver)
                await killer.KillAsync(known.Containers, CancellationToken.None).ConfigureAwait(false);
            await Task.Delay(Look, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        known = file.Read() ?? known;
        if (known is not { IsGuarded: true } || known.BootId != boot.BootId)
            return;
        Log.Turned(log, "the watchdog was told to end: its fenced containers are killed", known.Containers.Count);
        await killer.KillAsync(known.Containers, CancellationToken.None).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{What} ({Containers} containers)")]
        public static partial void Turned(ILogger logger, string what, int containers);
    }
}
