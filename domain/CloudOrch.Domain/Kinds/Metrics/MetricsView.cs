using System.Globalization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Domain.Kinds.Metrics;

/// <summary>What a node has measured, as Kubernetes' API shows it: with the names and labels of the pod or node as they are now.</summary>
public static class MetricsView
{
    /// <param name="measuredAt">When the table took the measurement: a node's clock plays no part.</param>
    /// <returns>Null when there is nothing of the node itself.</returns>
    public static NodeMetrics? Of(Node node, NodeUsageDocument usage, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(usage);
        return Amounts(usage.Node) is not { } amounts ? null : new NodeMetrics
        {
            Kind = nameof(NodeMetrics),
            ApiVersion = "metrics.k8s.io/v1beta1",
            Metadata = Metadata(node.Metadata, measuredAt),
            Timestamp = measuredAt,
            Window = Window(usage.WindowMilliseconds),
            Usage = amounts,
        };
    }

    /// <returns>Null when nothing is known of any of its containers.</returns>
    public static PodMetrics? Of(Pod pod, PodUsage usage, DateTimeOffset measuredAt)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(usage);
        HashSet<string> names = [.. pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Select(c => c.Name)];
        var containers = usage.Containers.Where(c => names.Contains(c.Name))
            .Select(c => new ContainerMetrics { Name = c.Name, Usage = Amounts(c.Usage) }).Where(c => c.Usage is not null).ToValueList();
        return containers.Count == 0 ? null : new PodMetrics
        {
            Kind = nameof(PodMetrics),
            ApiVersion = "metrics.k8s.io/v1beta1",
            Metadata = Metadata(pod.Metadata, measuredAt),
            Timestamp = measuredAt,
            Window = Window(usage.WindowMilliseconds),
            Containers = containers,
        };
    }

    /// <summary>As Kubernetes writes durations: <c>15s</c>, <c>14.998s</c>, <c>1m0s</c>.</summary>
    public static string Window(long milliseconds)
    {
        var (minutes, rest) = Math.DivRem(Math.Max(0, milliseconds), 60_000);
        string seconds = (rest / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
        return minutes > 0 ? $"{minutes}m{seconds}s" : $"{seconds}s";
    }

    private static ObjectMeta Metadata(ObjectMeta of, DateTimeOffset measuredAt) =>
        new() { Name = of.Name, Namespace = of.Namespace, Labels = of.Labels, CreationTimestamp = measuredAt };

    /// <returns>Null for what no kernel counts.</returns>
    private static ValueMap<Quantity>? Amounts(Usage? usage) => usage is not { NanoCores: >= 0, WorkingSetBytes: >= 0 } ? null
        : ValueMap.Of(("cpu", Quantity.OfNano(usage.NanoCores)), ("memory", Quantity.OfBytes(usage.WorkingSetBytes)));
}
