using CloudOrch.Agent.Fencing;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Testing.Runtime;

/// <summary>What a fence needs of a machine, in memory: the time since boot, a watchdog that does nothing, and SIGKILL, which also works while the engine is away.</summary>
public sealed class FakeFence(FakeRuntime runtime, TimeProvider clock) : IBootClock, IFenceWatchdog, IContainerKiller
{
    /// <summary>The machine was booted a while before the test's time begins.</summary>
    private readonly DateTimeOffset _bootedAt = clock.GetUtcNow().AddHours(-1);

    public FenceHands Hands => new(this, this, this);

    public string BootId { get; set; } = "boot-1";

    public TimeSpan Now => clock.GetUtcNow() - _bootedAt;

    public bool IsRunning { get; set; }

    /// <summary>Whether <see cref="Start"/> works.</summary>
    public bool CanStart { get; set; } = true;

    public void Start() => IsRunning = CanStart ? true : throw new IOException("no such program");

    public Task<int> KillAsync(IReadOnlyCollection<string> containerIds, CancellationToken ct)
    {
        foreach (var running in runtime.Running.Where(c => c.Role != ContainerRole.Sandbox && containerIds.Contains(c.Id)))
            runtime.Kill(running.Id);
        return Task.FromResult(0);
    }
}
