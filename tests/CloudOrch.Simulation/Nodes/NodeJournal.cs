using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Simulation.Nodes;

/// <summary>What the agent has on disk: all that is left after a crash or a reboot.</summary>
internal sealed class NodeJournal
{
    public NodeAssignment? Assignment { get; set; }

    /// <summary>Every number up to this may have been used.</summary>
    public long SeqReserved { get; set; }

    public IReadOnlyList<PodReport> Reports { get; set; } = [];

    /// <summary>Pods that have directories.</summary>
    public HashSet<string> Directories { get; } = new(StringComparer.Ordinal);
}

/// <summary>What the agent knows of one pod while it runs.</summary>
internal sealed class PodMemory(string uid)
{
    public string Uid { get; } = uid;
    public AssignedPod? Assigned { get; set; }
    public string Namespace { get; set; } = "";
    public string Name { get; set; } = "";
    public DateTimeOffset FirstSeenAt { get; set; }
    public Dictionary<string, Domain.Nodes.SlotProblem> Problems { get; } = [];
    public Dictionary<string, Domain.Nodes.ImageFinding> Images { get; } = [];
    public HashSet<string> Busy { get; } = [];
    public PodStatus? Status { get; set; }
    public bool Gone { get; set; }
    public DateTimeOffset? WakeAt { get; set; }

    public PodReport Report() => new() { Uid = Uid, Namespace = Namespace, Name = Name, Status = Status ?? new PodStatus { Phase = "Pending" }, Gone = Gone };
}

/// <summary>A step that the node is busy with until <paramref name="EndsAt"/>.</summary>
internal sealed record StepUnderWay(PodMemory Pod, Domain.Nodes.RuntimeStep Step, DateTimeOffset EndsAt);
