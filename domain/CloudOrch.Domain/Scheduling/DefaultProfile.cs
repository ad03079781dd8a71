using CloudOrch.Domain.Scheduling.Rules;

namespace CloudOrch.Domain.Scheduling;

/// <summary>The one list of scheduling rules. Filters stand in Kubernetes' order, so that the same reason is given for the same node; before them what holds for all nodes.</summary>
public static class DefaultProfile
{
    public static IReadOnlyList<IFilterRule> Filters { get; } =
    [
        new FencedIdentityRule(),
        new UnschedulableRule(),
        new NodeNameRule(),
        new TaintRule(),
        new NodeSelectorRule(),
        new HostPortRule(),
        new ResourceRule(),
    ];

    /// <summary>The replicas of a group are spread over the nodes, then the load.</summary>
    public static SchedulingProfile Spread { get; } = new(Filters,
        [new GroupSpreadRule(), new PreferenceRule(), new LeastAllocatedRule(), new BalanceRule()]);

    /// <summary>Nodes are filled one after the other, cpu and memory evenly, so that whole nodes stay free.</summary>
    public static SchedulingProfile BinPack { get; } = new(Filters,
        [new PreferenceRule(), new MostAllocatedRule(), new BalanceRule()]);

    /// <param name="packing">The cluster's <c>spec.packing</c>: BinPack, else Spread.</param>
    public static SchedulingProfile For(string? packing) => packing == "BinPack" ? BinPack : Spread;
}
