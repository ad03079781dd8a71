using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Scheduling.Rules;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>Turns a lease that ran out into condition and taints, and a renewed one back into what the node said last.</summary>
/// <remarks>
/// The lease's age is what the table says (its renewTime is brought to the pass's clock by the brain), so no node's clock plays a
/// part. Only taints that this planner sets are ever removed by it.
/// </remarks>
public sealed class NodeLifecyclePlanner : IPlanner
{
    private const string Ready = "Ready";

    public string Name => "node-lifecycle";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Nodes, ResourceTypes.Leases];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
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
        var ready = node.Status?.Conditions.Find(Ready);
        if (ready is { Status: "Unknown" })
            return node;
        var unknown = new Condition
        {
            Type = Ready, Status = "Unknown", Reason = "NodeStatusUnknown", Message = "The node's agent stopped renewing its lease.",
            LastHeartbeatTime = ready?.LastHeartbeatTime,
        };
        var lost = node with { Status = (node.Status ?? new()) with { Conditions = (node.Status?.Conditions).With(unknown, now) } };
        var said = System.Text.Encoding.UTF8.GetString(KubeJson.Write(ready ?? new Condition { Type = Ready, Status = "False", Reason = "NodeStatusNeverUpdated" }));
        return Annotated(lost, NodeLoss.ReadyBefore, said);
    }

    private static Node Restored(IClusterView view, Node node, DateTimeOffset now)
    {
        if (node.Metadata.Annotations?.TryGetValue(NodeLoss.ReadyBefore, out string? said) != true)
            return node;
        if (node.Status?.Conditions.Find(Ready) is { Status: "Unknown" })
        {
            var before = KubeJson.Read<Condition>(System.Text.Encoding.UTF8.GetBytes(said!));
            return node with { Status = node.Status with { Conditions = node.Status.Conditions.With(before with { LastTransitionTime = null }, now) } };
        }
        // The mark stays until the node's own report has made its pods ready again: the brain reads it as «apply that report once more».
        return view.PodsOnNode(node.Metadata.Name!).Any(NodeLoss.WasMarked) ? node : Annotated(node, NodeLoss.ReadyBefore, null);
    }

    private static ValueList<Taint>? TaintsOf(Node node, DateTimeOffset now)
    {
        var ready = node.Status?.Conditions.Find(Ready);
        string? loss = ready?.Status switch { "True" => null, "Unknown" => NodeLoss.Unreachable, _ => NodeLoss.NotReady };
        bool cordoned = node.Spec.Unschedulable == true;
        var taints = new List<Taint>();
        foreach (var taint in node.Spec.Taints ?? [])
        {
            bool ours = NodeLoss.IsLoss(taint) || taint.Key == UnschedulableRule.TaintKey;
            bool wanted = taint.Key == loss || (cordoned && taint.Key == UnschedulableRule.TaintKey);
            if (!ours || wanted)
                taints.Add(taint.Effect == "NoExecute" && taint.TimeAdded is null ? taint with { TimeAdded = now.ToSeconds() } : taint);
        }
        if (cordoned)
            AddMissing(UnschedulableRule.TaintKey, "NoSchedule");
        if (loss is not null)
        {
            AddMissing(loss, "NoSchedule");
            AddMissing(loss, "NoExecute");
        }
        return taints.Count > 0 ? taints.ToValueList() : node.Spec.Taints is { Count: 0 } none ? none : null;

        void AddMissing(string key, string effect)
        {
            if (!taints.Any(t => t.Key == key && t.Effect == effect))
                taints.Add(new Taint { Key = key, Effect = effect, TimeAdded = now.ToSeconds() });
        }
    }

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
