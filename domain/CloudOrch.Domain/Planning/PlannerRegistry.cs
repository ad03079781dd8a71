using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.PodDisruptionBudgets;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Domain.Planning;

/// <summary>What a cluster's owner may set and planners obey.</summary>
public sealed record PlannerSettings
{
    /// <summary>Spread (default) or BinPack.</summary>
    public string? Packing { get; init; }

    /// <summary>How long pods stay on a node that is not ready or unreachable, unless they say otherwise; seconds.</summary>
    public int DefaultTolerationSeconds { get; init; }
}

/// <summary>The one list of control loops.</summary>
public static class PlannerRegistry
{
    /// <summary>In the order in which dirty keys are planned: who counts pods before who decides by the counts, who places pods after them, and who only reports last.</summary>
    public static IReadOnlyList<IPlanner> Create(PlannerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return
        [
            new NodeLifecyclePlanner(),
            new TaintEvictionPlanner(settings.DefaultTolerationSeconds),
            new PodLifecyclePlanner(),
            new NamespacePlanner(),
            new GarbageCollectionPlanner(),
            new ReplicaSetAdoptionPlanner(),
            new PodAdoptionPlanner(),
            new ReplicaSetPlanner(settings.DefaultTolerationSeconds),
            new DeploymentPlanner(),
            new SchedulerPlanner(settings.Packing),
            new DisruptionPlanner(),
        ];
    }
}
