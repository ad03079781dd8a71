using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Metrics;

/// <summary>What the agents measured. It can be read only, and not be watched: the next sample is another object.</summary>
public abstract class MetricsKind<T> : KindDefinition<T> where T : KubeObject
{
    public override string Version => "v1beta1";
    public override string Singular => Kind.ToLowerInvariant();
    public override IReadOnlyList<string> Verbs => ["get", "list"];
}

public sealed class PodMetricsKind : MetricsKind<PodMetrics>
{
    public override ResourceType Type => ResourceTypes.PodMetrics;
    public override string Kind => "PodMetrics";

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<PodMetrics>("CPU", "What its containers used of processors.", p => p.Containers is null ? null : Cpu(p.Containers.Select(c => c.Usage))),
        Print.Of<PodMetrics>("Memory", "The memory that its containers held.", p => p.Containers is null ? null : Memory(p.Containers.Select(c => c.Usage))),
        Print.Of<PodMetrics>("Window", "How long was measured.", p => p.Window),
    ];

    internal static string Cpu(IEnumerable<ValueMap<Quantity>?> usages) => $"{Sum(usages, "cpu").Milli}m";

    internal static string Memory(IEnumerable<ValueMap<Quantity>?> usages) => $"{Sum(usages, "memory").Units >> 10}Ki";

    private static Quantity Sum(IEnumerable<ValueMap<Quantity>?> usages, string resource) =>
        usages.Aggregate(default(Quantity), (sum, usage) => usage is not null && usage.TryGetValue(resource, out var one) ? sum + one : sum);
}

public sealed class NodeMetricsKind : MetricsKind<NodeMetrics>
{
    public override ResourceType Type => ResourceTypes.NodeMetrics;
    public override string Kind => "NodeMetrics";
    public override bool Namespaced => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<NodeMetrics>("CPU", "What was used of its processors.", n => PodMetricsKind.Cpu([n.Usage])),
        Print.Of<NodeMetrics>("Memory", "The memory that was held.", n => PodMetricsKind.Memory([n.Usage])),
        Print.Of<NodeMetrics>("Window", "How long was measured.", n => n.Window),
    ];
}
