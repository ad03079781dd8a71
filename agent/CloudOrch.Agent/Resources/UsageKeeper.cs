using System.Collections.Immutable;
using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Resources;

/// <summary>Measures what the node and its containers use, and writes it into a row of the node: what <c>kubectl top</c> shows.</summary>
/// <remarks>Nothing depends on it: what fails is dropped, and the next sample stands for itself.</remarks>
public sealed partial class UsageKeeper(
    IContainerRuntime runtime, PodKeeper pods, INodeMeter meter, NodeLink link, Func<TimeSpan> leaseInterval, TimeProvider clock, ILogger<UsageKeeper> log)
{
    private readonly long _begun = clock.GetTimestamp();

    public async Task RunAsync(CancellationToken ct)
    {
        UsageSample? last = null;
        while (!ct.IsCancellationRequested)
        {
            var interval = UsageRates.Interval(leaseInterval());
            try
            {
                var (before, now) = (last, await MeasureAsync(ct).ConfigureAwait(false));
                last = now;
                if (before is not null)
                    await WriteAsync(before, now, interval, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                Log.NotWritten(log, e.Message.Split('\n')[0]);
            }

            await Task.Delay(interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<UsageSample> MeasureAsync(CancellationToken ct)
    {
        var running = await pods.RunningAsync(ct).ConfigureAwait(false);
        var totals = running.IsEmpty ? ImmutableDictionary<string, UsageTotals>.Empty : await runtime.MeasureAsync([.. running.Select(c => c.Id)], ct).ConfigureAwait(false);
        return new UsageSample(
            clock.GetElapsedTime(_begun),
            clock.GetUtcNow(),
            meter.Usage(),
            [.. running.Where(c => totals.ContainsKey(c.Id)).Select(c => new MeasuredContainer(c.Id, c.PodUid, c.Name, c.StartedAt, totals[c.Id]))]);
    }

    private Task WriteAsync(UsageSample before, UsageSample now, TimeSpan interval, CancellationToken ct)
    {
        var usage = UsageRates.Between(before, now) with { NodeUid = link.Enrolment.NodeUid, IntervalMilliseconds = (long)interval.TotalMilliseconds };
        return link.Tables.WriteUsageAsync(usage, $"{now.Wall.UtcTicks}", ct);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "usage not written: {Problem}")]
        public static partial void NotWritten(ILogger logger, string problem);
    }
}
