using System.Collections.Concurrent;
using System.Globalization;
using CloudOrch.Testing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Timer;
using Microsoft.Extensions.DependencyInjection;

namespace CloudOrch.Embedded.Tests.Functions;

public class TimerTriggerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("*/5 * * * * *", "2030-01-01T00:00:00Z", "2030-01-01T00:00:05Z")]
    [InlineData("*/5 * * * * *", "2030-01-01T00:00:57.5Z", "2030-01-01T00:01:00Z")]
    [InlineData("0 */15 9-17 * * mon-fri", "2030-01-04T17:45:00Z", "2030-01-07T09:00:00Z")]   // Friday evening → Monday morning
    [InlineData("0 0 0 29 2 *", "2030-01-01T00:00:00Z", "2032-02-29T00:00:00Z")]
    [InlineData("30 10 4 1,15 jan,jul *", "2030-01-15T04:10:30Z", "2030-07-01T04:10:30Z")]
    [InlineData("*/10 * * * *", "2030-01-01T00:01:00Z", "2030-01-01T00:10:00Z")]              // five fields: seconds are 0
    [InlineData("0 0 12 * * 0", "2030-01-01T00:00:00Z", "2030-01-06T12:00:00Z")]              // Sunday is 0
    [InlineData("00:00:05", "2030-01-01T00:00:01Z", "2030-01-01T00:00:06Z")]
    public void A_schedule_is_next_due(string schedule, string after, string next) =>
        Assert.Equal(At(next), Schedule.Parse(schedule).Next(At(after)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("* * * * foo *")]
    public void A_schedule_that_means_nothing_is_refused(string schedule) =>
        Assert.Throws<FormatException>(() => Schedule.Parse(schedule));

    [Fact]
    public async Task A_wrong_schedule_fails_the_start()
    {
        await Assert.ThrowsAsync<FormatException>(() => TestApp.StartAsync([typeof(Tick)], b => b.Services.AddSingleton(new Runs()), null, "Every=nonsense"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync([typeof(Tick)], b => b.Services.AddSingleton(new Runs())));
    }

    [Fact]
    public async Task Of_two_processes_one_runs_the_timer_and_the_other_takes_over_when_it_ends()
    {
        string state = Directory.CreateTempSubdirectory("functions-test-").FullName;
        var first = new Runs();
        var second = new Runs();
        await using (var a = await TestApp.StartAsync([typeof(Tick)], b => b.Services.AddSingleton(first), state, "Every=00:00:00.05"))
        await using (var b = await TestApp.StartAsync([typeof(Tick)], b => b.Services.AddSingleton(second), state, "Every=00:00:00.05"))
        {
            await Eventually.Async(() => first.Times.Count >= 5, Deadline, "the first process runs the timer");
            Assert.Empty(second.Times);

            await a.StopAsync();
            int ran = first.Times.Count;
            await Eventually.Async(() => second.Times.Count >= 2, Deadline, "the second process took over");
            Assert.Equal(ran, first.Times.Count);
        }

        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task A_run_that_fails_or_takes_long_delays_the_next_but_does_not_end_or_overlap_it()
    {
        var runs = new Runs { Fail = true };
        await using var app = await TestApp.StartAsync([typeof(Tick)], b => b.Services.AddSingleton(runs), null, "Every=00:00:00.02");
        await Eventually.Async(() => runs.Times.Count >= 3, Deadline, "three runs");
        Assert.Equal(1, runs.MostAtOnce);
        Assert.All(runs.Infos, i => Assert.Null(i.ScheduleStatus));
    }

    [Fact]
    public async Task A_run_missed_while_nothing_ran_is_made_up_for_once()
    {
        var clock = new ManualClock();
        string state = Directory.CreateTempSubdirectory("functions-test-").FullName;
        var runs = new Runs();
        await using (await StartAsync())
            await TickUntilAsync(1);
        clock.Advance(TimeSpan.FromHours(3));
        await using (await StartAsync())
            await Eventually.Async(() => runs.Infos.Count == 2, Deadline, "the missed run");

        var infos = runs.Infos.ToArray();
        Assert.False(infos[0].IsPastDue);
        Assert.True(infos[1].IsPastDue);
        Assert.Equal(infos[1].ScheduleStatus!.Last + TimeSpan.FromHours(1), infos[1].ScheduleStatus!.Next);
        Directory.Delete(state, recursive: true);

        Task<TestApp> StartAsync() => TestApp.StartAsync(
            [typeof(Tick)], b => b.Services.AddSingleton(runs).AddSingleton<TimeProvider>(clock), state, "Every=0 0 * * * *");

        Task TickUntilAsync(int count) => Eventually.Async(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return runs.Infos.Count >= count && File.Exists(Directory.GetFiles(state, "*.json").FirstOrDefault());
            },
            Deadline,
            "the timer ran");
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    internal sealed class Runs
    {
        private int _now;

        public bool Fail { get; init; }

        public ConcurrentQueue<DateTimeOffset> Times { get; } = [];

        public ConcurrentQueue<TimerInfo> Infos { get; } = [];

        public int MostAtOnce { get; private set; }

        public async Task RunAsync(TimerInfo timer, CancellationToken ct)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
            Infos.Enqueue(timer);
            if (Fail)
                await Task.Delay(TimeSpan.FromMilliseconds(60), TimeProvider.System, ct);
            Times.Enqueue(TimeProvider.System.GetUtcNow());
            Interlocked.Decrement(ref _now);
            if (Fail)
                throw new InvalidOperationException("on purpose");
        }
    }

    internal sealed class Tick(Runs runs)
    {
        [Function("Tick")]
        public Task Run([TimerTrigger("%Every%")] TimerInfo timer, CancellationToken ct) => runs.RunAsync(timer, ct);
    }
}
