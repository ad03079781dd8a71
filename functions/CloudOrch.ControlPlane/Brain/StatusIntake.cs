using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>A node's report.</summary>
internal abstract record NodeReport(string NodeUid)
{
    public sealed record Taken(string NodeUid, NodeStatusDocument Document) : NodeReport(NodeUid);

    /// <summary>One that is passed over; the Event that tells of it.</summary>
    public sealed record Refused(string NodeUid, string BootId, long Seq, string Reason, string Why) : NodeReport(NodeUid);
}

/// <summary>Turns what a node reports into steps. A node speaks for its own pods only, known by uid; whatever else it says is passed over.</summary>
internal static class StatusIntake
{
    private const int PodsNamed = 3;

    /// <summary>A row that is no document of this node that we understand is refused; the node's next report is a new chance.</summary>
    public static NodeReport Decode(NodeStatusRow row)
    {
        try
        {
            var json = WithoutNulls(row.Document);
            int version = KubeJson.Read<NodeStatusVersion>(json.Span).V;
            if (version is < ProtocolVersion.Oldest or > ProtocolVersion.Current)
                return Refused(row, $"the agent's report is of protocol {version}, this control plane speaks {ProtocolRange.Own.Min}-{ProtocolRange.Own.Max}: install a matching agent");
            var document = KubeJson.Read<NodeStatusDocument>(json.Span);
            if (document.NodeUid != row.NodeUid)
                return Refused(row, $"the report is of another node ({document.NodeUid}), perhaps from before this one was enrolled");
            return (document.BootId, document.Seq) == (row.BootId, row.Seq)
                ? new NodeReport.Taken(row.NodeUid, document)
                : Refused(row, $"the report says that it is number {document.Seq} of boot {document.BootId}, its row says {row.Seq} of {row.BootId}");
        }
        catch (JsonException e)
        {
            return Refused(row, $"the report cannot be read: {e.Message}");
        }
    }

    /// <summary>Two machines with one identity take turns: the one that booted last is believed, and somebody has to know.</summary>
    public static NodeReport.Refused OfRival(NodeStatusRow row, string? believed) => new(row.NodeUid, row.BootId, row.Seq, "DuplicateNodeIdentity",
        $"two agents have this node's identity: the one of boot {believed} is believed, the one of boot {row.BootId}, which was there before, is not. Stop one, delete its data directory and enrol it under another name");

    private static NodeReport.Refused Refused(NodeStatusRow row, string why) => new(row.NodeUid, row.BootId, row.Seq, "InvalidNodeStatus", why);

    /// <summary>No agent of ours writes nulls; where they would come through, lists would hold nothing where an object has to be.</summary>
    private static ReadOnlyMemory<byte> WithoutNulls(ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOf("null"u8) < 0)
            return json;
        var node = JsonNode.Parse(json.Span);
        Strip(node);
        return JsonSerializer.SerializeToUtf8Bytes(node, KubeJson.Options);
    }

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (string name in members.Where(m => m.Value is null).Select(m => m.Key).ToList())
                    members.Remove(name);
                foreach (var (_, value) in members)
                    Strip(value);
                break;
            case JsonArray items:
                for (int i = items.Count - 1; i >= 0; i--)
                {
                    if (items[i] is null)
                        items.RemoveAt(i);
                    else
                        Strip(items[i]);
                }
                break;
        }
    }

    public static IEnumerable<Step> StepsFor(NodeReport.Taken report, Node node, IClusterView view, DateTimeOffset now)
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
    public static IEnumerable<(PodReport Pod, PodHappening Happening)> NewHappenings(NodeReport.Taken report, Node node, ClusterSnapshot snapshot, long lastHappening) =>
        report.Document.Pods.Where(p => snapshot.FindByUid(p.Uid) is Pod { Metadata: var known, Spec.NodeName: var on } && on == node.Metadata.Name
                && (known.Namespace, known.Name) == (p.Namespace, p.Name))
            .SelectMany(p => (p.Happenings ?? []).Where(h => h.Id > lastHappening).Select(h => (p, h)));

    /// <summary>What a report says that is passed over, for whoever looks after the node.</summary>
    public static IEnumerable<(string Reason, string Why)> Complaints(NodeReport.Taken report, Node node, ClusterSnapshot snapshot)
    {
        string[] impossible = [.. NodeResources.Check(report.Document.Node).Select(e => $"{e.Field}: {e.Message}")];
        if (impossible.Length > 0)
            yield return ("InvalidCapacity", $"what the node says that it has is passed over: {string.Join(", ", impossible)}");
        var foreign = report.Document.Pods.Select(p => snapshot.FindByUid(p.Uid)).OfType<Pod>().Where(p => p.Spec.NodeName != node.Metadata.Name).ToList();
        if (foreign.Count > 0)
        {
            string named = string.Join(", ", foreign.Take(PodsNamed).Select(p => $"{p.Metadata.Namespace}/{p.Metadata.Name}"));
            yield return ("ForeignPodReported", $"the node reports pods that are not its own, which is passed over: {named}{(foreign.Count > PodsNamed ? $" and {foreign.Count - PodsNamed} more" : "")}");
        }
    }

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
        node = WithFence(node, document.FenceId, out bool isOther);
        if (document.Node is not { } said)
            return isOther ? new(node) : null;
        var old = node.Status ?? new();
        var conditions = old.Conditions;
        foreach (var condition in said.Conditions ?? [])
            conditions = conditions.With(condition with { LastTransitionTime = null, LastHeartbeatTime = KeptHeartbeat(condition, old.Conditions, now) }, now);
        // Impossible amounts are passed over; an agent that cannot ask its engine says none.
        var amounts = NodeResources.Check(said).Any() ? old : said;
        var status = said with { Conditions = conditions, Capacity = amounts.Capacity ?? old.Capacity, Allocatable = amounts.Allocatable ?? old.Allocatable };
        string was = old.Conditions.Find("Ready")?.Status ?? "", isNow = conditions.Find("Ready")?.Status ?? "";
        if (status == old)
            return isOther ? new(node) : null;
        var step = new Step.Update(node with { Status = status });
        if (was == isNow)
            return step;
        string reason = isNow == "True" ? "NodeReady" : "NodeNotReady";
        return step with { Reason = reason, Why = $"Node {node.Metadata.Name} status is now: {reason}" };
    }

    /// <summary>Committing it orders it against every pod that is bound or to go: whoever reads it back reads those, too.</summary>
    private static Node WithFence(Node node, string? fenceId, out bool isOther)
    {
        var annotations = node.Metadata.Annotations ?? ValueMap<string>.Empty;
        annotations.TryGetValue(NodeLoss.FenceId, out string? known);
        isOther = known != fenceId;
        if (!isOther)
            return node;
        annotations = fenceId is null ? annotations.Without(NodeLoss.FenceId) : annotations.With(NodeLoss.FenceId, fenceId);
        return node with { Metadata = node.Metadata with { Annotations = annotations.Count == 0 ? null : annotations } };
    }

    /// <summary>A condition that says what it said keeps its heartbeat: no commit for the sake of a clock.</summary>
    private static DateTimeOffset? KeptHeartbeat(Condition condition, ValueList<Condition>? old, DateTimeOffset now) =>
        old.Find(condition.Type) is { } was && was.Status == condition.Status && was.Reason == condition.Reason && was.Message == condition.Message
            ? was.LastHeartbeatTime ?? now.ToSeconds() : now.ToSeconds();

    private static Step? PodStep(PodReport report, Pod pod, DateTimeOffset now)
    {
        // The Node that ran it was deleted: another one of its name cannot speak for that server.
        if (FencedIdentity.OwedUntilOf(pod) is not null)
            return null;
        if (report.Gone && pod.Metadata.DeletionTimestamp is not null)
        {
            if (FencedIdentity.IsHeldBy(pod))
                pod = FencedIdentity.Stopped(pod);
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
                conditions = conditions.With(condition with { LastTransitionTime = Possible(condition.LastTransitionTime, pod, now) }, now);
        }
        var status = report.Status with
        {
            Conditions = conditions,
            QosClass = old.QosClass,
            StartTime = old.StartTime ?? Possible(report.Status.StartTime, pod, now),
            NominatedNodeName = old.NominatedNodeName,
            Phase = report.Status.Phase ?? old.Phase,
        };
        return status == old ? null : new Step.Update(pod with { Status = status });
    }

    /// <summary>The node's clock may be wrong by any amount, and rollouts count from these times: nothing was before the pod, nothing is yet to come.</summary>
    private static DateTimeOffset? Possible(DateTimeOffset? said, Pod pod, DateTimeOffset now) =>
        said > now ? now.ToSeconds() : said < pod.Metadata.CreationTimestamp ? pod.Metadata.CreationTimestamp : said;
}
