using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Metrics;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>Metrics of pods and nodes, made from what the nodes wrote last of their usage.</summary>
/// <remarks>A node tells of nobody else: what it measured of a pod counts when the pod, by its uid, is bound to it.</remarks>
public sealed class MetricsSource(ClusterCaches caches, INodeRows rows) : IObjectSource
{
    /// <summary>Whether objects of this type are measured.</summary>
    public static bool Has(ResourceType type) => type == ResourceTypes.PodMetrics || type == ResourceTypes.NodeMetrics;

    public async Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation)
    {
        var snapshot = await SnapshotAsync(cluster, cancellation).ConfigureAwait(false);
        if (key.Type == ResourceTypes.NodeMetrics)
            return snapshot.Find(new(ResourceTypes.Nodes, "", key.Name)) is Node node ? (await OfNodesAsync(cluster, [node], cancellation).ConfigureAwait(false)).FirstOrDefault() : null;
        return snapshot.Find(new(ResourceTypes.Pods, key.Namespace, key.Name)) is Pod pod ? (await OfPodsAsync(cluster, snapshot, [pod], cancellation).ConfigureAwait(false)).FirstOrDefault() : null;
    }

    public async Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation)
    {
        var snapshot = await SnapshotAsync(cluster, cancellation).ConfigureAwait(false);
        IEnumerable<KubeObject> objects = type == ResourceTypes.NodeMetrics
            ? await OfNodesAsync(cluster, [.. snapshot.List(ResourceTypes.Nodes).Cast<Node>()], cancellation).ConfigureAwait(false)
            : await OfPodsAsync(cluster, snapshot, [.. snapshot.List(ResourceTypes.Pods, namespaceName).Cast<Pod>()], cancellation).ConfigureAwait(false);
        return new Listing(objects, snapshot.Revision);
    }

    public IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, CancellationToken cancellation) =>
        throw new NotSupportedException("metrics are not watched");

    private Task<ClusterSnapshot> SnapshotAsync(ClusterId cluster, CancellationToken cancellation) => caches.Of(cluster).CatchUpAsync(cancellation);

    private async Task<List<NodeMetrics>> OfNodesAsync(ClusterId cluster, IReadOnlyList<Node> nodes, CancellationToken cancellation)
    {
        var usages = await ReadAsync(cluster, nodes, cancellation).ConfigureAwait(false);
        return [.. nodes.Where(n => usages.ContainsKey(n.Metadata.Name!)).Select(n => (Node: n, Said: usages[n.Metadata.Name!]))
            .Select(n => MetricsView.Of(n.Node, n.Said.Usage, n.Said.At)).OfType<NodeMetrics>()];
    }

    private async Task<List<PodMetrics>> OfPodsAsync(ClusterId cluster, ClusterSnapshot snapshot, IReadOnlyList<Pod> pods, CancellationToken cancellation)
    {
        var nodes = pods.Select(p => p.Spec.NodeName).Distinct().Select(n => string.IsNullOrEmpty(n) ? null : snapshot.Find(new(ResourceTypes.Nodes, "", n)) as Node).OfType<Node>();
        var usages = await ReadAsync(cluster, [.. nodes], cancellation).ConfigureAwait(false);
        var measured = usages.SelectMany(n => n.Value.Usage.Pods.Select(p => (Node: n.Key, n.Value.At, Pod: p)))
            .GroupBy(p => (p.Node, p.Pod.Uid)).ToDictionary(p => p.Key, p => p.First());
        return [.. pods.Where(p => p.Spec.NodeName is not null && measured.ContainsKey((p.Spec.NodeName, p.Metadata.Uid ?? "")))
            .Select(p => (Pod: p, Said: measured[(p.Spec.NodeName!, p.Metadata.Uid!)])).Select(p => MetricsView.Of(p.Pod, p.Said.Pod, p.Said.At)).OfType<PodMetrics>()];
    }

    /// <returns>What is recent, by the node's name.</returns>
    private async Task<Dictionary<string, (DateTimeOffset At, NodeUsageDocument Usage)>> ReadAsync(ClusterId cluster, IReadOnlyList<Node> nodes, CancellationToken cancellation)
    {
        var names = nodes.Where(n => n.Metadata.Uid is not null).ToDictionary(n => n.Metadata.Uid!, n => n.Metadata.Name!);
        if (names.Count == 0)
            return [];
        var usages = new Dictionary<string, (DateTimeOffset, NodeUsageDocument)>();
        foreach (var row in await rows.ReadUsageAsync(cluster, names.Keys, cancellation).ConfigureAwait(false))
        {
            if (Read(row) is { } usage)
                usages[names[row.NodeUid]] = (row.WrittenAt, usage);
        }

        return usages;
    }

    /// <returns>Null for what is too old, or what no agent of ours would write.</returns>
    private static NodeUsageDocument? Read(NodeUsageRow row)
    {
        try
        {
            var usage = KubeJson.Read<NodeUsageDocument>(row.Document.Span);
            return usage.NodeUid == row.NodeUid && usage.V <= ProtocolVersion.Current && IsWhole(usage) && !UsageRates.IsStale(usage, row.Age) ? usage : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>JSON may hold nulls where the records promise none.</summary>
    private static bool IsWhole(NodeUsageDocument usage) => usage.Pods is not null
        && usage.Pods.All(p => p is { Uid: not null, Containers: not null } && p.Containers.All(c => c is { Name: not null, Usage: not null }));
}
