using System.Text;
using System.Text.Json;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling.Rules;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>Turns a lease that ran out into conditions and taints, and a renewed one back into what the node said last.</summary>
/// <remarks>
/// The lease's age is what the table says (its renewTime is brought to the pass's clock by the brain), so no node's clock plays a
/// part. Only taints that this planner sets are ever removed by it. A node under pressure takes no pods but keeps those that it has;
/// of a silent one nobody knows, so its pressures are unknown and taint nothing.
/// </remarks>
public sealed class NodeLifecyclePlanner : IPlanner
{
    private const string Ready = "Ready";

    /// <summary>What of a node's state is the agent's alone to know.</summary>
    private static readonly Dictionary<string, string> Pressures = new(StringComparer.Ordinal)
    {
        ["MemoryPressure"] = "node.kubernetes.io/memory-pressure",
        ["DiskPressure"] = "node.kubernetes.io/disk-pressure",
        ["PIDPressure"] = "node.kubernetes.io/pid-pressure",
    };

    /// <summary>Conditions that, while they are True, keep new pods away.</summary>
    private static readonly Dictionary<string, string> ConditionTaints = new(Pressures, StringComparer.Ordinal)
    {
        ["NetworkUnavailable"] = "node.kubernetes.io/network-unavailable",
    };

    public string Name => "node-lifecycle";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Nodes, ResourceTypes.Leases, ResourceTypes.Pods];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        // Pods matter only while they are marked: when the last of a node's is reported again, or goes, the node's own mark goes.
        if (changed is Pod pod)
            return NodeLoss.WasMarked(pod) && pod.Spec.NodeName is { Length: > 0 } on ? [new(ResourceTypes.Nodes, "", on)] : [];
        return changed is Node || (changed is Lease && changed.Metadata.Namespace == NodeLoss.LeaseNamespace)
            ? [new(ResourceTypes.Nodes, "", changed.Metadata.Name!)]
            : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not Node { Metadata.DeletionTimestamp: null } node)
            return Planning.Plan.Nothing;
        var lease = NodeLoss.LeaseOf(view, node);
        bool alive = !lease.IsExpired(now);
        var next = alive ? Restored(view, node, now) : Lost(node, now);
        next = next with { Spec = next.Spec with { Taints = TaintsOf(next, now) } };

        var steps = new List<Step>();
        if (next != node)
            steps.Add(Explained(node, next));
        if (next.Status?.Conditions.Find(Ready)?.Status != "True")
            steps.AddRange(view.PodsOnNode(key.Name).Where(p => p.IsReady()).Select(p => MarkNotReady(p, now)));
        // Healthy leases are watched over by Tick; only one that is late gets a wake-up of its own.
        var wake = alive && lease.IsLate(now) ? lease.ExpiresAt : (DateTimeOffset?)null;
        return steps.Count == 0 && wake is null ? Planning.Plan.Nothing : new(steps, wake);
    }

    private static Node Lost(Node node, DateTimeOffset now)
    {
        var conditions = node.Status?.Conditions;
        if (conditions.Find(Ready) is { Status: "Unknown" })
            return node;
        var before = new List<Condition> { conditions.Find(Ready) ?? new() { Type = Ready, Status = "False", Reason = "NodeStatusNeverUpdated" } };
        before.AddRange((conditions ?? []).Where(c => Pressures.ContainsKey(c.Type)));
        foreach (var condition in before)
            conditions = conditions.With(Silent(condition), now);
        var lost = node with { Status = (node.Status ?? new()) with { Conditions = conditions } };
        return Annotated(lost, NodeLoss.ConditionsBefore, Encoding.UTF8.GetString(KubeJson.Write(before.ToValueList())));
    }

    private static Condition Silent(Condition before) => new()
    {
        Type = before.Type, Status = "Unknown", Reason = "NodeStatusUnknown", Message = "The node's agent stopped renewing its lease.",
        LastHeartbeatTime = before.LastHeartbeatTime,
    };

    private static Node Restored(IClusterView view, Node node, DateTimeOffset now)
    {
        bool unknown = node.Status?.Conditions.Find(Ready) is { Status: "Unknown" };
        if (node.Metadata.Annotations?.TryGetValue(NodeLoss.ConditionsBefore, out string? said) != true)
            return unknown ? Annotated(node, NodeLoss.ConditionsBefore, "[]") : node;
        if (unknown)
        {
            var conditions = node.Status!.Conditions;
            foreach (var before in ReadConditions(said!))
                conditions = conditions.With(before with { LastTransitionTime = null }, now);
            return node with { Status = node.Status with { Conditions = conditions } };
        }
        // The mark stays until the node's own report has made its pods ready again: the brain reads it as «apply that report once more».
        return view.PodsOnNode(node.Metadata.Name!).Any(NodeLoss.WasMarked) ? node : Annotated(node, NodeLoss.ConditionsBefore, null);
    }

    /// <summary>Anybody who may edit the Node may have written into the annotation: then only the node's own report tells how it is.</summary>
    private static ValueList<Condition> ReadConditions(string said)
    {
        try
        {
            return KubeJson.Read<ValueList<Condition>>(Encoding.UTF8.GetBytes(said)).Where(c => c.Type == Ready || Pressures.ContainsKey(c.Type)).ToValueList();
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static ValueList<Taint>? TaintsOf(Node node, DateTimeOffset now)
    {
        var wanted = WantedTaints(node).ToList();
        var taints = new List<Taint>();
        foreach (var taint in node.Spec.Taints ?? [])
        {
            if (!IsOurs(taint) || wanted.Any(w => w.Key == taint.Key))
                taints.Add(taint.Effect == "NoExecute" && taint.TimeAdded is null ? taint with { TimeAdded = now.ToSeconds() } : taint);
        }
        foreach (var (key, effect) in wanted)
        {
            if (!taints.Any(t => t.Key == key && t.Effect == effect))
                taints.Add(new Taint { Key = key, Effect = effect, TimeAdded = now.ToSeconds() });
        }
        return taints.Count > 0 ? taints.ToValueList() : node.Spec.Taints is { Count: 0 } none ? none : null;
    }

    private static IEnumerable<(string Key, string Effect)> WantedTaints(Node node)
    {
        if (node.Spec.Unschedulable == true)
            yield return (UnschedulableRule.TaintKey, "NoSchedule");
        foreach (var condition in node.Status?.Conditions ?? [])
        {
            if (condition.Status == "True" && ConditionTaints.TryGetValue(condition.Type, out string? key))
                yield return (key, "NoSchedule");
        }
        string? loss = node.Status?.Conditions.Find(Ready)?.Status switch { "True" => null, "Unknown" => NodeLoss.Unreachable, _ => NodeLoss.NotReady };
        if (loss is null)
            yield break;
        yield return (loss, "NoSchedule");
        yield return (loss, "NoExecute");
    }

    private static bool IsOurs(Taint taint) =>
        NodeLoss.IsLoss(taint) || taint.Key == UnschedulableRule.TaintKey || (taint.Effect == "NoSchedule" && ConditionTaints.ContainsValue(taint.Key));

    private static Step.Update MarkNotReady(Pod pod, DateTimeOffset now)
    {
        var condition = new Condition { Type = PodConditions.Ready, Status = "False", Reason = PodConditions.NodeNotReady };
        return new(pod with { Status = pod.Status! with { Conditions = pod.Status.Conditions.With(condition, now) } })
        {
            Reason = "NodeNotReady", Why = "Node is not ready", Warning = true,
        };
    }

    private static Step.Update Explained(Node old, Node next)
    {
        string was = old.Status?.Conditions.Find(Ready)?.Status ?? "", now = next.Status?.Conditions.Find(Ready)?.Status ?? "";
        string? reason = was == now ? null : now == "True" ? "NodeReady" : "NodeNotReady";
        return new(next) { Reason = reason, Why = reason is null ? null : $"Node {old.Metadata.Name} status is now: {reason}", Warning = false };
    }

    private static Node Annotated(Node node, string key, string? value)
    {
        var annotations = node.Metadata.Annotations ?? ValueMap<string>.Empty;
        annotations = value is null ? annotations.Without(key) : annotations.With(key, value);
        return node with { Metadata = node.Metadata with { Annotations = annotations.Count == 0 ? null : annotations } };
    }
}
