using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Nodes;

/// <summary>Kubernetes' delays between restarts of one container: none before the first, then 10 s, 20 s, 40 s … 5 min.</summary>
/// <remarks>
/// A container carries its step as a label, so that the delay survives the agent. 10 minutes of running reset it. Example: it ends at once each
/// time: step 0 starts, step 1 follows at once, step 2 after 10 s, step 3 after 20 s, … step 7 and later after 300 s.
/// </remarks>
public static class RestartBackOff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan ResetAfter = TimeSpan.FromMinutes(10);

    // Between an engine's time and ours on one machine.
    private static readonly TimeSpan Inexact = TimeSpan.FromSeconds(1);

    /// <summary>How long after the end of its predecessor a container of this step may start.</summary>
    public static TimeSpan DelayOf(int step) => step < 2 ? TimeSpan.Zero : Doubled(step - 2);

    /// <summary>The delay after <paramref name="failures"/> failed attempts at something (pulling an image, making a container): 10 s, 20 s, …</summary>
    public static TimeSpan AfterFailures(int failures) => failures < 1 ? TimeSpan.Zero : Doubled(failures - 1);

    /// <summary>The step of the container that replaces one that ended.</summary>
    public static int NextStep(ObservedContainer ended) =>
        ended is { StartedAt: { } started, FinishedAt: { } finished } && finished - started >= ResetAfter ? 1 : ended.BackOffStep + 1;

    /// <summary>Whether a container that ended is to run again, by the pod's policy (Always unless it says something else).</summary>
    public static bool Restarts(PodSpec spec, ContainerRole role, int exitCode) => spec.RestartPolicy switch
    {
        "Never" => false,
        "OnFailure" => exitCode != 0,
        _ => role != ContainerRole.Init || exitCode != 0,
    };

    /// <summary>When a delay that began then is over; null when it is.</summary>
    /// <remarks>
    /// What lies ahead was told by a clock that was set back since, perhaps by hours. Nobody knows how long ago it was, so nobody waits for it:
    /// the next failure has a time of the new clock.
    /// </remarks>
    public static DateTimeOffset? HeldUntil(DateTimeOffset since, TimeSpan delay, DateTimeOffset now) =>
        since + delay > now && since - now <= Inexact ? since + delay : null;

    private static TimeSpan Doubled(int times) =>
        times >= 5 ? Longest : TimeSpan.FromTicks(First.Ticks << times);
}
