using System.Collections.Immutable;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Pods;

/// <summary>What the agent remembers about one pod between two plans. Belongs to the keeper's loop.</summary>
internal sealed class PodRecord(string uid)
{
    private const int MaxHappenings = 10;

    public string Uid { get; } = uid;

    /// <summary>Null when the assignment does not hold it.</summary>
    public AssignedPod? Assigned { get; set; }

    public string Namespace { get; set; } = "";

    public string Name { get; set; } = "";

    public DateTimeOffset FirstSeenAt { get; set; }

    public ImmutableDictionary<string, SlotProblem> Problems { get; set; } = ImmutableDictionary<string, SlotProblem>.Empty;

    public ImmutableDictionary<string, ImageFinding> Images { get; set; } = ImmutableDictionary<string, ImageFinding>.Empty;

    public ImmutableDictionary<string, ProbeFinding> Probes { get; set; } = ImmutableDictionary<string, ProbeFinding>.Empty;

    public ImmutableHashSet<string> Busy { get; set; } = [];

    public PodStatus? Status { get; set; }

    public bool Gone { get; set; }

    /// <summary>Why the node's fence does not let it start, as was told; null: it lets it.</summary>
    public string? HeldBack { get; set; }

    /// <summary>When to plan again although nothing happened.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    public ImmutableList<PodHappening> Happenings { get; private set; } = [];

    /// <summary>The same thing again counts up instead of filling the list.</summary>
    public void Tell(PodHappening happening)
    {
        int same = Happenings.FindIndex(h => h.Reason == happening.Reason && h.Message == happening.Message && h.FieldPath == happening.FieldPath);
        Happenings = same >= 0
            ? Happenings.RemoveAt(same).Add(happening with { Count = Happenings[same].Count + 1 })
            : Happenings.Add(happening);
        if (Happenings.Count > MaxHappenings)
            Happenings = Happenings.RemoveAt(0);
    }

    /// <summary>What the control plane has made Events of need not be told again.</summary>
    public void Forget(long upToId) => Happenings = Happenings.RemoveAll(h => h.Id <= upToId);

    public PodReport Report() => new()
    {
        Uid = Uid,
        Namespace = Namespace,
        Name = Name,
        Status = Status ?? new PodStatus { Phase = "Pending" },
        Gone = Gone,
        Happenings = Happenings.IsEmpty ? null : Domain.Api.ValueList.ToValueList(Happenings),
    };
}
