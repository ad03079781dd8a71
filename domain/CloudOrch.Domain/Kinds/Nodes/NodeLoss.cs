using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Nodes;

/// <summary>How long a node's lease holds; both times on the pass's clock.</summary>
public readonly record struct LeaseView(DateTimeOffset RenewedAt, TimeSpan Duration)
{
    /// <summary>How long after its last renewal the node may run fenced pods, by its own word; null: it does not fence.</summary>
    public int? FenceSeconds { get; init; }

    public DateTimeOffset ExpiresAt => RenewedAt + Duration;

    public bool IsExpired(DateTimeOffset now) => now >= ExpiresAt;

    /// <summary>Overdue: two thirds of its time have passed.</summary>
    public bool IsLate(DateTimeOffset now) => now - RenewedAt >= Duration * 2 / 3;
}

/// <summary>Names and rules around nodes that do not answer.</summary>
public static class NodeLoss
{
    public const string LeaseNamespace = "kube-node-lease";
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";

    /// <summary>Annotation: the conditions that the node reported before its lease ran out, as JSON.</summary>
    public const string ConditionsBefore = "node.cloudorch.io/conditions-before-loss";

    /// <summary>Annotation: pods stay although the node is lost, because most nodes are.</summary>
    public const string EvictionsHeld = "node.cloudorch.io/evictions-held";

    /// <summary>Annotation of a node's lease: how long after its renewal the node may run fenced pods, in seconds.</summary>
    public const string FenceSeconds = "node.cloudorch.io/fence-seconds";

    /// <summary>Annotation: what the node must read in its assignment to start fenced pods. Written by the control plane, changed by each lapse of the node's fence.</summary>
    public const string FenceId = "node.cloudorch.io/fence-id";

    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DefaultDuration = ShortestExpiry;

    /// <summary>
    /// Between two renewals: a second for each hundred nodes, 1 s to 10 s, so that the table's load does not grow with the cluster. Whole
    /// seconds, since each node is told of each change.
    /// </summary>
    public static TimeSpan Interval(int nodes) => TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(nodes / 100.0), 1, 10));

    /// <summary>A lease holds for three intervals, and for 4 s at least: a link that is away for 2 s between two renewals a second apart costs up to 3 s and a connection.</summary>
    public static TimeSpan Expiry(int nodes) => 3 * Interval(nodes) is var three && three > ShortestExpiry ? three : ShortestExpiry;

    /// <summary>A node that never renewed has had since its creation.</summary>
    public static LeaseView LeaseOf(IClusterView view, Node node)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(node);
        var found = view.Find(new(ResourceTypes.Leases, LeaseNamespace, node.Metadata.Name!)) as Lease;
        var lease = found?.Spec;
        var duration = lease?.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultDuration;
        return new(lease?.RenewTime ?? node.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue, duration)
        {
            FenceSeconds = found?.Metadata.Annotations?.TryGetValue(FenceSeconds, out string? text) == true
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int promised) ? promised : null,
        };
    }

    /// <summary>What a node's lease says beside its times.</summary>
    public static ValueMap<string>? Annotations(int? fenceSeconds) =>
        fenceSeconds is { } seconds ? ValueMap.Of((FenceSeconds, seconds.ToString(CultureInfo.InvariantCulture))) : null;

    public static bool IsLoss(Taint taint)
    {
        ArgumentNullException.ThrowIfNull(taint);
        return taint.Key is NotReady or Unreachable;
    }

    public static bool IsReady(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Status?.Conditions.Find("Ready")?.Status == "True";
    }

    /// <summary>Whether the control plane took the pod's readiness away because its node was lost.</summary>
    public static bool WasMarked(Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Status?.Conditions.Find(PodConditions.Ready) is { Status: "False", Reason: PodConditions.NodeNotReady };
    }
}
