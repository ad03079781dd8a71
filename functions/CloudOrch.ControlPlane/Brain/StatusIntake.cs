using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>A node's report, decoded, with the Node that may make it.</summary>
internal sealed record NodeReport(string NodeUid, NodeStatusDocument Document);

/// <summary>Turns what a node reports into steps. A node speaks for its own pods only, known by uid; whatever else it says is passed over.</summary>
internal static class StatusIntake
{
    /// <returns>null when the row is not a document that we understand.</returns>
    public static NodeReport? Decode(NodeStatusRow row)
    {
        try
        {
            var document = KubeJson.Read<NodeStatusDocument>(row.Document.Span);
            return document.V is >= ProtocolVersion.Oldest and <= ProtocolVersion.Current && document.NodeUid == row.NodeUid ? new(row.NodeUid, document) : null;
        }
        catch (JsonException)
        {
            return null;   // the caller says so in the log; the node's next report is a new chance
        }
    }

    public static IEnumerable<Step> StepsFor(NodeReport report, Node node, IClusterView view, DateTimeOffset now)
    {
        if (NodeStep(report.Document, node, now) is { } nodeStep)
            yield return nodeStep;
        foreach (var pod in report.Document.Pods)
        {
            if (view.Find(new(ResourceTypes.Pods, pod.Namespace, pod.Name)) is Pod current && current.Metadata.Uid == pod.Uid
                && current.Spec.NodeName == node.Metadata.Name && PodStep(pod, current, now) is { } step)
                yield return step;
        }
    }

    /// <summary>What happened on the node since <paramref name="lastHappening"/>, as Events about its pods.</summary>
    public static IEnumerable<(PodReport Pod, PodHappening Happening)> NewHappenings(NodeReport report, long lastHappening) =>
        report.Document.Pods.SelectMany(p => (p.Happenings ?? []).Where(h => h.Id > lastHappening).Select(h => (p, h)));

    public static ObjectReference ReferenceTo(PodReport pod, string? fieldPath) => new()
    {
        Kind = "Pod", ApiVersion = "v1", Namespace = pod.Namespace, Name = pod.Name, Uid = pod.Uid, FieldPath = fieldPath,
    };

    /// <summary>A report that changes nothing still has to be echoed, and an echo needs a revision: the node's heartbeat gives one.</summary>
    public static Step.Update Heartbeat(Node node, DateTimeOffset now) => new(node with
    {
        Status = (node.Status ?? new()) with
        {
            Conditions = (node.Status?.Conditions ?? []).Select(c => c with { LastHeartbeatTime = NextBeat(c.LastHeartbeatTime, now) }).ToValueList(),
        },
    });

    /// <summary>Times are stored in seconds; two beats within one still differ.</summary>
    private static DateTimeOffset NextBeat(DateTimeOffset? last, DateTimeOffset now) =>
        last is { } at && at >= now.ToSeconds() ? at.AddSeconds(1) : now.ToSeconds();

    private static Step.Update? NodeStep(NodeStatusDocument document, Node node, DateTimeOffset now)
    {
        if (document.Node is not { } said)
            return null;
        var old = node.Status ?? new();
        var conditions = old.Conditions;
        foreach (var condition in said.Conditions ?? [])
            conditions = conditions.With(condition with { LastTransitionTime = null, LastHeartbeatTime = KeptHeartbeat(condition, old.Conditions, now) }, now);
        var status = said with { Conditions = conditions };
        string was = old.Conditions.Find("Ready")?.Status ?? "", isNow = conditions.Find("Ready")?.Status ?? "";
        if (status == old)
            return null;
        var step = new Step.Update(node with { Status = status });
        if (was == isNow)
            return step;
        string reason = isNow == "True" ? "NodeReady" : "NodeNotReady";
        return step with { Reason = reason, Why = $"Node {node.Metadata.Name} status is now: {reason}" };
    }

    /// <summary>A condition that says what it said keeps its heartbeat: no commit for the sake of a clock.</summary>
    private static DateTimeOffset? KeptHeartbeat(Condition condition, ValueList<Condition>? old, DateTimeOffset now) =>
        old.Find(condition.Type) is { } was && was.Status == condition.Status && was.Reason == condition.Reason && was.Message == condition.Message
            ? was.LastHeartbeatTime ?? now.ToSeconds() : now.ToSeconds();

    private static Step? PodStep(PodReport report, Pod pod, DateTimeOffset now)
    {
        if (report.Gone && pod.Metadata.DeletionTimestamp is not null)
        {
            return pod.Metadata.Finalizers is { Count: > 0 }
                ? new Step.Update(pod with { Metadata = pod.Metadata with { DeletionGracePeriodSeconds = 0 } })
                : new Step.Delete(KindRegistry.KeyOf(pod), pod.Metadata.Uid!);
        }
        if (report.Gone || pod.IsFinished())
            return null;   // finished is final; gone without having been asked to go is for the next full report to explain
        var old = pod.Status ?? new();
        var conditions = old.Conditions;
        foreach (var condition in report.Status.Conditions ?? [])
        {
            if (condition.Type != PodConditions.Scheduled)
                conditions = conditions.With(condition, now);
        }
        var status = report.Status with
        {
            Conditions = conditions,
            QosClass = old.QosClass,
            StartTime = old.StartTime ?? report.Status.StartTime,
            NominatedNodeName = old.NominatedNodeName,
            Phase = report.Status.Phase ?? old.Phase,
        };
        return status == old ? null : new Step.Update(pod with { Status = status });
    }
}
