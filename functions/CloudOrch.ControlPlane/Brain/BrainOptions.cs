using System.Globalization;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>How the brain and <c>Tick</c> pace themselves.</summary>
public sealed record BrainOptions
{
    /// <summary>Changes per commit chain: between two chains others may commit.</summary>
    public int ChangesPerChain { get; init; } = 490;

    /// <summary>How often one doorbell plans anew because others committed meanwhile; then it is rung again.</summary>
    public int MostRounds { get; init; } = 25;

    /// <summary>Assignments that are written and sent at the same time.</summary>
    public int ParallelDispatch { get; init; } = 24;

    /// <summary>Clusters that Tick looks at at the same time.</summary>
    public int ParallelTick { get; init; } = 16;

    /// <summary>Up to this many nodes, a status doorbell that does not name its node leads to reading all status rows.</summary>
    public int ReadAllStatusUpTo { get; init; } = 200;

    /// <summary>The doorbell of a commit, or of a node whose lease was fresh, reuses leases that were read no longer ago than this: it is not them that changed.</summary>
    public TimeSpan LeasesHoldFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>As <see cref="LeasesHoldFor"/> for the doorbell of a node: when many nodes report at once, a pass is to find them all by their leases.</summary>
    public TimeSpan LeasesHoldForReports { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the cluster's settings (packing, toleration) are kept.</summary>
    public TimeSpan SettingsHoldFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An agent that another one with the same identity has replaced is believed again when nothing was heard of that one for so long.</summary>
    public TimeSpan RivalPatience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>First pause after a fault, doubled up to <see cref="LongestBackOff"/>.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Clusters that one Tick sweeps.</summary>
    public int SweptPerTick { get; init; } = 50;

    /// <summary>Revisions of the log that stay for watchers; compaction starts at twice as many.</summary>
    public int KeptRevisions { get; init; } = 10_000;

    /// <summary>Events that one pass writes, at most; the rest is written by rings of its own, between which other rings are heard.</summary>
    public int EventsPerPass { get; init; } = 400;

    /// <summary>Events of one cluster that may wait to be written; older ones are dropped, and it is logged how many.</summary>
    public int MostUnsaid { get; init; } = 100_000;

    /// <summary>Between two expiries of one cluster's Events, in this process.</summary>
    public TimeSpan EventExpiryEvery { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Why a doorbell rings.</summary>
public static class RingReasons
{
    /// <summary>Something was committed; may be skipped when it has been planned already.</summary>
    public const string Commit = "commit";

    /// <summary>A node wrote its status; <c>status/{node uid}</c> says which.</summary>
    public const string Status = "status";

    public const string Wake = "wake";
    public const string Lease = "lease";
    public const string Sweep = "sweep";

    /// <summary>Events are left to be written.</summary>
    public const string Events = "events";

    /// <summary>Again after a fault.</summary>
    public const string Retry = "retry";

    /// <summary>Reason of a due row: the cluster is deleted and its rows are to go.</summary>
    public const string Purge = "purge";

    /// <summary>Reason of a due row: passes that were under way when the cluster's rows went may have written some more.</summary>
    public const string PurgeAgain = "purge-again";

    public static string StatusOf(string nodeUid) => $"{Status}/{nodeUid}";

    /// <summary>So that a ring about a report that was applied already costs nothing.</summary>
    public static string StatusOf(string nodeUid, string bootId, long seq) => $"{Status}/{nodeUid}?{bootId}:{seq}";

    /// <param name="nodeUid">null: any node.</param>
    /// <param name="bootId">null: the ring does not say which report it means.</param>
    public static bool IsStatus(string why, out string? nodeUid, out string? bootId, out long seq)
    {
        ArgumentNullException.ThrowIfNull(why);
        (nodeUid, bootId, seq) = (null, null, 0);
        if (!why.StartsWith(Status + "/", StringComparison.Ordinal))
            return why == Status;
        nodeUid = why[(Status.Length + 1)..];
        int report = nodeUid.LastIndexOf('?'), colon = nodeUid.LastIndexOf(':');
        if (report >= 0 && colon > report && long.TryParse(nodeUid.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out seq))
            (bootId, nodeUid) = (nodeUid[(report + 1)..colon], nodeUid[..report]);
        return true;
    }
}
