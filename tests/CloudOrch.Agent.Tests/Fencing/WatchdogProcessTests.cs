using System.Diagnostics;
using System.Globalization;
using CloudOrch.Agent.Fencing;
using CloudOrch.Agent.Tests.Runtime;
using CloudOrch.Domain.Fencing;
using CloudOrch.Testing;
using CloudOrch.Testing.Docker;

namespace CloudOrch.Agent.Tests.Fencing;

/// <summary>The watchdog as it is started, on a real engine; there is no agent any more.</summary>
[Collection(DockerTests.Name)]
public sealed class WatchdogProcessTests(DockerFixture docker) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>As it was built with these tests: bin/(configuration)/net10.0.</summary>
    private static readonly string Program = Checkout.At(
        "agent", "CloudOrch.Agent.Docker", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "cloudorch-agent");

    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-watchdog-").FullName;
    private readonly LinuxBootClock _boot = new();
    private readonly List<Process> _started = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_ends_the_guarded_containers_when_the_time_is_over_and_no_others()
    {
        string guarded = await RunAsync(), other = await RunAsync();
        var killAt = Guard(TimeSpan.FromSeconds(2), guarded);
        var watchdog = Start();
        await Eventually.Async(async () => !await RunsAsync(guarded), Deadline, "the guarded container has ended");
        Assert.InRange(_boot.Now, killAt, killAt + FenceTimes.KillShare);
        Assert.True(await RunsAsync(other));
        Assert.Equal("137", (await docker.Engine.RunAsync("inspect", "--format", "{{.State.ExitCode}}", guarded)).Trim());

        string pid = (await File.ReadAllTextAsync(PidFile)).Split(' ')[0];
        Assert.Equal(watchdog.Id.ToString(CultureInfo.InvariantCulture), pid);
        // A second one is not needed; what it guards is the first one's.
        await Start().WaitForExitAsync().WaitAsync(Deadline);
        new FenceFile(_directory).Write(Record(TimeSpan.Zero, [], isGuarded: false));
        await watchdog.WaitForExitAsync().WaitAsync(Deadline);
        Assert.Equal(0, watchdog.ExitCode);
        Assert.False(File.Exists(PidFile));
        await docker.Engine.RunAsync("rm", "--force", guarded, other);
    }

    [Fact]
    public async Task It_ends_them_in_time_while_the_engine_does_not_answer()
    {
        string guarded = await RunAsync();
        string pid = (await docker.Engine.RunAsync("inspect", "--format", "{{.State.Pid}}", guarded)).Trim();
        string engine = (await File.ReadAllTextAsync(docker.Engine.Names.PidFile)).Trim();
        var killAt = Guard(TimeSpan.FromSeconds(3), guarded);
        Start();
        await Command.RunAsync("kill", ["-STOP", engine]);
        try
        {
            await Eventually.Async(() => !IsAlive(pid), Deadline, "the container's process has ended");
            Assert.InRange(_boot.Now, killAt, killAt + FenceTimes.KillShare);
        }
        finally
        {
            await Command.RunAsync("kill", ["-CONT", engine]);
        }

        await docker.Engine.RunAsync("rm", "--force", guarded);
    }

    [Fact]
    public async Task Told_to_end_it_ends_them_first()
    {
        string guarded = await RunAsync();
        Guard(TimeSpan.FromMinutes(5), guarded);
        var watchdog = Start();
        await Eventually.Async(() => File.Exists(PidFile), Deadline, "it guards");
        await Command.RunAsync("kill", ["-TERM", watchdog.Id.ToString(CultureInfo.InvariantCulture)]);
        await watchdog.WaitForExitAsync().WaitAsync(Deadline);
        Assert.False(await RunsAsync(guarded));
        await docker.Engine.RunAsync("rm", "--force", guarded);
    }

    private string PidFile => Path.Combine(_directory, "fence-watchdog.pid");

    private async Task<string> RunAsync() => (await docker.Engine.RunAsync("run", "--detach", "busybox:1", "sleep", "600")).Trim();

    private async Task<bool> RunsAsync(string id) => (await docker.Engine.RunAsync("inspect", "--format", "{{.State.Running}}", id)).Trim() == "true";

    private static bool IsAlive(string pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>As an agent writes before it dies.</summary>
    /// <returns>When killing begins.</returns>
    private TimeSpan Guard(TimeSpan left, params string[] containers)
    {
        var record = Record(left, containers, isGuarded: true);
        new FenceFile(_directory).Write(record);
        return TimeSpan.FromMilliseconds(record.KillAt!.Value);
    }

    private FenceRecord Record(TimeSpan left, string[] containers, bool isGuarded)
    {
        const int Seconds = 10;
        var renewedAt = _boot.Now - TimeSpan.FromSeconds(Seconds) + FenceTimes.KillShare + left;
        var state = FenceState.Begin(null, _boot.BootId, renewedAt, "era").Sending(renewedAt, Seconds).Renewed(renewedAt, renewedAt, "era");
        return FenceRecord.Of(state, containers, isGuarded);
    }

    private Process Start()
    {
        var started = Process.Start(Program, ["fence-watchdog", "--data", _directory, "--engine", docker.Engine.Endpoint.OriginalString]);
        _started.Add(started);
        return started;
    }
}
