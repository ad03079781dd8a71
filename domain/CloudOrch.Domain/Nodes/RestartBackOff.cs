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

    private static TimeSpan Doubled(int times) =>
        times >= 5 ? Longest : TimeSpan.FromTicks(First.Ticks << times);
}
