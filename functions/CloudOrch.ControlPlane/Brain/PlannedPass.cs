using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Planning;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>A report that a pass has taken in.</summary>
internal sealed record AppliedReport(string NodeUid, string BootId, long Seq, long LastHappening);

/// <summary>What one round of a pass wants: edits, Events, and what to remember once they are committed.</summary>
internal sealed class PlannedPass(Overlay overlay, PlanningRun run, DateTimeOffset now)
{
    public Overlay Overlay { get; set; } = overlay;

    public PlanningRun Run => run;

    public DateTimeOffset Now => now;

    public List<AppliedReport> Applied { get; } = [];

    public List<NodeReport.Refused> Refused { get; } = [];

    public List<EventRecord> Events { get; } = [];

    public Dictionary<string, LeaseState> Leases { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that had failed before and were planned again.</summary>
    public List<(string Planner, ResourceKey Key)> Retried { get; } = [];
}

/// <summary>New objects' identities, from the process's generator.</summary>
internal sealed class ObjectIdentities(Seams.IIdentityGenerator generator) : IObjectIdentities
{
    public string NewUid() => generator.NewUid();

    public string NewSuffix(int length = 5) => generator.NewSuffix(length);
}
