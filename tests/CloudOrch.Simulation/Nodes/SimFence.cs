using CloudOrch.Domain.Fencing;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Nodes;

/// <summary>The node's fence as its agent and its watchdog keep it: the real rules, over the time since the machine's boot.</summary>
/// <remarks>It outlives the agent in a file, and means nothing after another boot. The watchdog lives as long as the machine.</remarks>
internal sealed class SimFence(string node, SimWorld world)
{
    private FenceState? state;
    private DateTimeOffset bootedAt = world.Clock.Now;
    private string bootId = "boot-1";
    private int ids;

    private TimeSpan Now => world.Clock.Now - bootedAt;

    public string Id => Current().Id;

    public void Boot(string id) => (bootedAt, bootId) = (world.Clock.Now, id);

    public void AgentStarts() => state = FenceState.Begin(state, bootId, Now, NewId());

    public FencePromise BeginRenewal(TimeSpan interval)
    {
        var promise = new FencePromise(Now, FenceTimes.SecondsFor(interval));
        state = Current().Sending(promise.At, promise.Seconds);
        return promise;
    }

    public void Renewed(FencePromise promise) => state = Current().Renewed(promise.At, Now, NewId());

    /// <param name="granted">What the newest assignment holds.</param>
    public FenceView View(string? granted)
    {
        var now = Current();
        return new(granted == now.Id && now.HasTimeToStart(Now), now.MustKill(Now), now.Era, "the simulated fence");
    }

    /// <summary>Asked when a container is about to be started.</summary>
    public bool TryStart(string era) => Current() is var now && now.Era == era && now.HasTimeToStart(Now);

    /// <summary>Whether what was to be killed is dead by now.</summary>
    /// <param name="slowness">What of its time the killing takes; with all of it, containers run until the deadline.</param>
    public bool HasKilled(TimeSpan slowness) => state?.DeadlineAt is not { } at || Now >= at - FenceTimes.KillShare + slowness;

    private FenceState Current()
    {
        state ??= FenceState.Begin(null, bootId, Now, NewId());
        return state.DeadlineAt <= Now ? state = state.At(Now, NewId()) : state;
    }

    private string NewId() => $"{node}-fence-{++ids}";
}
