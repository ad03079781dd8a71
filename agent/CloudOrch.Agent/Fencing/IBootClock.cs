namespace CloudOrch.Agent.Fencing;

/// <summary>The time since the kernel's boot that nobody can set back and that also counts while the machine sleeps (CLOCK_BOOTTIME). All processes of a machine read the same.</summary>
public interface IBootClock
{
    /// <summary>Of the kernel that the times are of.</summary>
    string BootId { get; }

    TimeSpan Now { get; }
}

/// <summary>The process beside the agent that kills fenced containers when the agent cannot.</summary>
public interface IFenceWatchdog
{
    /// <summary>Whether one guards what <see cref="FenceFile"/> holds.</summary>
    bool IsRunning { get; }

    /// <summary>Starts one; a second one would end by itself.</summary>
    /// <exception cref="IOException">It cannot be started.</exception>
    void Start();
}

/// <summary>Kills containers by whatever means.</summary>
public interface IContainerKiller
{
    /// <summary>SIGKILL to everything in these containers, through the engine or without it. Those that do not run are fine. Ends within the share of a fence that is for killing.</summary>
    /// <returns>How many of them were found to run still, at last.</returns>
    Task<int> KillAsync(IReadOnlyCollection<string> containerIds, CancellationToken ct);
}

/// <summary>What a fence needs of the machine.</summary>
/// <param name="Watchdog">Of this data directory.</param>
public sealed record FenceHands(IBootClock Boot, IFenceWatchdog Watchdog, IContainerKiller Killer);
