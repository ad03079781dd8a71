using CloudOrch.ControlPlane.Brain;
using Microsoft.Azure.Functions.Worker;

namespace CloudOrch.Functions;

/// <summary>Every five seconds, once for all clusters and processes of the app: what is owed and nobody has rung for.</summary>
public sealed class Tick(TickHost tick, TimeProvider clock)
{
    [Function("Tick")]
    public Task Run([TimerTrigger("*/5 * * * * *", UseMonitor = false)] TimerInfo timer, CancellationToken ct) =>
        tick.RunAsync(clock.GetUtcNow(), ct);
}
