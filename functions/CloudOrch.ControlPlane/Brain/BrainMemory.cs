using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>What a process remembers of a cluster between passes, so that a pass costs what changed. All of it can be lost: then everything is planned.</summary>
internal sealed class BrainMemory
{
    /// <summary>One pass at a time in this process; other processes may run theirs.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Changes up to here have been offered to the planners; null: everything is dirty.</summary>
    public Revision? PlannedTo { get; set; }

    /// <summary>Changes up to here have led to assignments; null: every node is to be looked at.</summary>
    public Revision? DispatchedTo { get; set; }

    public SchedulingSnapshot Scheduling { get; set; } = new();

    /// <summary>The revision that <see cref="Scheduling"/> agrees with, except for <see cref="Drifted"/>; null: it is to be built.</summary>
    public Revision? SchedulingAt { get; set; }

    /// <summary>Objects that a pass planned with and that may have become something else.</summary>
    public HashSet<ResourceKey> Drifted { get; } = [];

    public Dictionary<(string Planner, ResourceKey Key), DateTimeOffset> Wakes { get; } = [];

    public Dictionary<(string Planner, ResourceKey Key), BackOff> BackOffs { get; } = [];

    /// <summary>Assignment rows by node uid; null: not read yet, or no longer believed.</summary>
    public Dictionary<string, AssignmentHead>? Heads { get; set; }

    public Dictionary<string, NodeMark> Nodes { get; } = new(StringComparer.Ordinal);

    public LeaseBook? Leases { get; set; }

    public BrainProgress? Progress { get; set; }

    /// <summary>Events that are still to be written, oldest first: nothing but people waits for them.</summary>
    public Queue<EventRecord> Unsaid { get; } = [];

    public IReadOnlyList<IPlanner>? Planners { get; set; }

    public PlannerSettings? Settings { get; set; }

    public DateTimeOffset SettingsAt { get; set; }

    /// <summary>Passes in a row that failed as a whole.</summary>
    public int Faults { get; set; }

    public bool LeasesAreWatched { get; set; }

    public NodeMark MarkOf(string nodeUid)
    {
        if (!Nodes.TryGetValue(nodeUid, out var mark))
            Nodes[nodeUid] = mark = new();
        return mark;
    }
}

/// <summary>What is known of one node's reports.</summary>
internal sealed class NodeMark
{
    /// <summary>Boots that a later one has replaced, with the number that they got to.</summary>
    private readonly Dictionary<string, long> replaced = new(StringComparer.Ordinal);

    public string? AppliedBootId { get; set; }

    public long AppliedSeq { get; set; }

    /// <summary>Happenings up to here became Events.</summary>
    public long LastHappening { get; set; }

    public LeaseState Lease { get; set; }

    /// <summary>When something of the boot that is believed was last met: its report, or its mark on the lease.</summary>
    public DateTimeOffset HeardAt { get; private set; }

    /// <summary>The report that cannot be taken and was complained of.</summary>
    public (string BootId, long Seq)? Refused { get; set; }

    /// <summary>This process has applied a report. A boot that follows another replaces it.</summary>
    public void Apply(AppliedReport report, DateTimeOffset now)
    {
        if (AppliedBootId is not null && AppliedBootId != report.BootId)
            replaced[AppliedBootId] = AppliedSeq;
        replaced.Remove(report.BootId);
        (AppliedBootId, AppliedSeq, LastHappening, HeardAt, Refused) = (report.BootId, report.Seq, report.LastHappening, now, null);
    }

    /// <summary>Another process may have applied more; a boot that only it knows of is taken to be the newer one, at worst it is applied again.</summary>
    public void Follow(AssignmentHead head)
    {
        if (head.AppliedBootId is null || (head.AppliedBootId == AppliedBootId && head.AppliedSeq <= AppliedSeq))
            return;
        replaced.Remove(head.AppliedBootId);
        (AppliedBootId, AppliedSeq) = (head.AppliedBootId, head.AppliedSeq);
    }

    /// <summary>Whose agent holds the lease at the moment.</summary>
    public void Meet(NodeLease lease, DateTimeOffset now)
    {
        if (lease.BootId == AppliedBootId)
            HeardAt = now;
    }

    /// <summary>
    /// Whether the boot has given way to a later one. When nothing was met of the later one for a while, it has not: the machine was set
    /// back to an earlier state.
    /// </summary>
    public bool IsReplaced(string bootId, DateTimeOffset now, TimeSpan patience) => replaced.ContainsKey(bootId) && now - HeardAt < patience;

    /// <summary>Whether an agent that was replaced goes on reporting, so that two have one identity; what was late on its way says nothing new.</summary>
    public bool IsRival(string bootId, long seq) => replaced.TryGetValue(bootId, out long last) && seq > last;

    /// <summary>Whether the node reads in this row what was applied last.</summary>
    public bool IsEchoedBy(AssignmentHead? head) =>
        AppliedBootId is null || (head?.AppliedBootId == AppliedBootId && head.AppliedSeq >= AppliedSeq);

    public bool IsNewer(string bootId, long seq) => AppliedBootId != bootId || seq > AppliedSeq;
}

internal enum LeaseState
{
    Unknown,
    Fresh,
    Late,
    Expired,
}

/// <summary>A key that failed is left alone for a while.</summary>
internal sealed record BackOff(int Failures, DateTimeOffset Until);

/// <summary>The memories of the clusters of this process: a bounded number, the one used longest ago goes first.</summary>
public sealed class BrainMemories
{
    private const int Most = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<ClusterId, (BrainMemory Memory, long Used)> memories = [];
    private long uses;

    internal BrainMemory Of(ClusterId cluster)
    {
        lock (gate)
        {
            var memory = memories.TryGetValue(cluster, out var known) ? known.Memory : new();
            memories[cluster] = (memory, ++uses);
            if (memories.Count > Most)
                memories.Remove(memories.MinBy(m => m.Value.Used).Key);
            return memory;
        }
    }

    public void Forget(ClusterId cluster)
    {
        lock (gate)
            memories.Remove(cluster);
    }
}
