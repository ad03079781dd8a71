using System.Text.Json;
using Microsoft.Azure.Functions.Worker.EmbeddedHost;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Extensions.Timer;

/// <summary>Runs one timer function: one run at a time, in one process of the app at a time.</summary>
internal sealed partial class TimerListener(
    FunctionEntry function, TimerTriggerAttribute trigger, FunctionInvoker invoker, HostSettings settings, TimeProvider clock,
    ILogger<TimerListener> log) : ITriggerListener
{
    /// <summary>How often a process that waits tries for the lease: so long a timer rests when its process died.</summary>
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TimerLease _lease = new(Path.Combine(settings.StateDirectory, $"timer-{function.Id}.lock"));
    private readonly string _statusPath = Path.Combine(settings.StateDirectory, $"timer-{function.Id}.json");
    private Task _loop = Task.CompletedTask;

    public Task StartAsync(CancellationToken ct)
    {
        var schedule = Schedule.Parse(settings.Resolve(trigger.Schedule));   // a wrong one must fail the start,
        _ = _lease.TryTake();                                                // and so must a directory that cannot be written
        _loop = RunAsync(schedule);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken grace)
    {
        await _stop.CancelAsync();
        await using var late = grace.Register(_abort.Cancel);
        await _loop;
        _lease.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        _abort.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task RunAsync(Schedule schedule)
    {
        try
        {
            while (!_lease.TryTake())
                await Task.Delay(TakeOverInterval, clock, _stop.Token);
            Log.Leading(log, function.Name);
            var now = clock.GetUtcNow();
            var first = schedule.Next(now);
            bool monitored = trigger.UseMonitor && schedule.Next(first) - first >= TimeSpan.FromMinutes(1);
            var status = monitored ? await ReadAsync() : null;
            if (status is not null && status.Next != default && status.Next < now.UtcDateTime)
                status = await FireAsync(schedule, monitored, status, pastDue: true);
            else if (trigger.RunOnStartup)
                status = await FireAsync(schedule, monitored, status, pastDue: false);
            while (true)
            {
                now = clock.GetUtcNow();
                var next = schedule.Next(now);
                await WaitUntilAsync(next);
                status = await FireAsync(schedule, monitored, status, pastDue: false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The app stops.
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset due)
    {
        // In steps: a delay has a longest value, and the wall clock may be set while it runs.
        for (var left = due - clock.GetUtcNow(); left > TimeSpan.Zero; left = due - clock.GetUtcNow())
        {
            var step = left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1);
            await Task.Delay(step, clock, _stop.Token);
        }
    }

    private async Task<ScheduleStatus?> FireAsync(Schedule schedule, bool monitored, ScheduleStatus? status, bool pastDue)
    {
        var now = clock.GetUtcNow();
        var info = new TimerInfo { IsPastDue = pastDue, ScheduleStatus = monitored ? status ?? new ScheduleStatus() : null };
        try
        {
            await invoker.InvokeAsync(function, new TriggerInput([info]), _abort.Token);
        }
        catch (Exception)
        {
            // Logged by the invoker; a timer has no retry but its next turn.
        }

        if (!monitored)
            return null;
        var written = new ScheduleStatus
        {
            Last = now.UtcDateTime,
            Next = schedule.Next(clock.GetUtcNow()).UtcDateTime,
            LastUpdated = clock.GetUtcNow().UtcDateTime,
        };
        string temporary = _statusPath + ".new";
        await File.WriteAllTextAsync(temporary, JsonSerializer.Serialize(written), CancellationToken.None);
        File.Move(temporary, _statusPath, overwrite: true);
        return written;
    }

    private async Task<ScheduleStatus?> ReadAsync() =>
        File.Exists(_statusPath) ? JsonSerializer.Deserialize<ScheduleStatus>(await File.ReadAllTextAsync(_statusPath, _stop.Token)) : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "timer {Function} runs in this process")]
        public static partial void Leading(ILogger log, string function);
    }
}
