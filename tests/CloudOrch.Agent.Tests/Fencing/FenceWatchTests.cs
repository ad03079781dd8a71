using CloudOrch.Agent.Fencing;
using CloudOrch.Domain.Fencing;
using CloudOrch.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Fencing;

/// <summary>What the watchdog does, on a machine and a clock in memory.</summary>
public sealed class FenceWatchTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-fence-").FullName;
    private readonly ManualClock _clock = new();
    private readonly Machine _machine;
    private readonly FenceFile _file;

    public FenceWatchTests()
    {
        _machine = new Machine(_clock);
        _file = new FenceFile(_directory);
    }

    [Fact]
    public async Task It_kills_when_the_agents_time_is_over_and_not_before()
    {
        Write(renewedAt: 0);
        using var stop = new CancellationTokenSource();
        var watching = RunAsync(stop.Token);
        for (int second = 0; second < 5; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Empty(_machine.Killed);
        }

        Write(renewedAt: 5);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Empty(_machine.Killed);
        await UntilLaterAsync(() => _machine.Killed.Contains("c1"), "it kills");
        Assert.InRange(_machine.Now, TimeSpan.FromSeconds(12), TimeSpan.FromSeconds(13));
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task It_ends_when_nothing_is_guarded_any_more()
    {
        Write(renewedAt: 0);
        var watching = RunAsync(CancellationToken.None);
        Write(renewedAt: 1, isGuarded: false);
        await UntilLaterAsync(() => watching.IsCompletedSuccessfully, "it ends");
        Assert.Empty(_machine.Killed);
    }

    [Fact]
    public async Task Told_to_end_it_kills_first()
    {
        Write(renewedAt: 0);
        using var stop = new CancellationTokenSource();
        var watching = RunAsync(stop.Token);
        await stop.CancelAsync();
        await watching.WaitAsync(Deadline);
        Assert.Contains("c1", _machine.Killed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"v\":1,\"bootId\":\"bo")]
    [InlineData(null)]
    public async Task It_keeps_to_what_it_has_read_when_the_file_cannot_be_read(string? content)
    {
        Write(renewedAt: 0);
        using var stop = new CancellationTokenSource();
        var watching = RunAsync(stop.Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        string path = Path.Combine(_directory, "fence.json");
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllTextAsync(path, content, stop.Token);
        await UntilLaterAsync(() => _machine.Killed.Contains("c1"), "it kills");
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task Of_another_boot_there_is_nothing_to_guard()
    {
        Write(renewedAt: 0);
        _machine.BootId = "boot-2";
        await RunAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Empty(_machine.Killed);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task RunAsync(CancellationToken ct) => new FenceWatch(_file, _machine, _machine, _clock, NullLogger.Instance).RunAsync(ct);

    private void Write(double renewedAt, bool isGuarded = true)
    {
        var at = TimeSpan.FromSeconds(renewedAt);
        var state = FenceState.Begin(null, "boot-1", at, "a").Sending(at, 10).Renewed(at, at, "b");
        _file.Write(FenceRecord.Of(state, ["c1"], isGuarded));
    }

    private Task UntilLaterAsync(Func<bool> condition, string what) => Eventually.Async(
        () =>
        {
            if (condition())
                return true;
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            return false;
        },
        Deadline,
        what);

    private sealed class Machine(ManualClock clock) : IBootClock, IContainerKiller
    {
        private readonly DateTimeOffset _bootedAt = clock.Now;

        public string BootId { get; set; } = "boot-1";

        public TimeSpan Now => clock.Now - _bootedAt;

        public IReadOnlyCollection<string> Killed { get; private set; } = [];

        public Task<int> KillAsync(IReadOnlyCollection<string> containerIds, CancellationToken ct)
        {
            Killed = [.. containerIds];
            return Task.FromResult(0);
        }
    }
}
