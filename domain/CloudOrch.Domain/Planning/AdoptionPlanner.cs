using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Domain.Planning;

/// <summary>Gives objects without a controller to the one whose selector matches them.</summary>
/// <remarks>
/// Keyed by the orphan, or by <c>*</c> for all orphans of a namespace after new owners came: so the namespace is searched once,
/// however many they are. The oldest owner wins when several match; an owner that is being deleted adopts nothing.
/// </remarks>
public abstract class AdoptionPlanner<TChild, TOwner> : IPlanner
    where TChild : KubeObject
    where TOwner : KubeObject
{
    private const string EveryOrphan = "*";

    private static readonly ResourceType Children = KindRegistry.Of<TChild>().Type;
    private static readonly ResourceType Owners = KindRegistry.Of<TOwner>().Type;

    public abstract string Name { get; }

    public IReadOnlyList<ResourceType> Watches { get; } = [Children, Owners];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        if (changed is TChild child)
            return IsOrphan(child) ? [KindRegistry.KeyOf(child)] : [];
        // Selectors do not change: only an owner that nobody has looked at yet can meet orphans that are older than itself.
        return changed is TOwner owner && !IsObserved(owner)
            ? [new(Children, owner.Metadata.Namespace ?? "", EveryOrphan)]
            : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        var found = key.Name == EveryOrphan ? view.List(Children, key.Namespace) : view.Find(key) is { } one ? [one] : [];
        var orphans = found.OfType<TChild>().Where(IsOrphan).ToList();
        if (orphans.Count == 0)
            return Planning.Plan.Nothing;
        var owners = view.List(Owners, key.Namespace).Cast<TOwner>()
            .Where(o => o.Metadata.DeletionTimestamp is null && SelectorOf(o) is { } selector && !IsEmpty(selector))
            .OrderBy(o => o.Metadata.CreationTimestamp).ThenBy(o => o.Metadata.Name, StringComparer.Ordinal).ToList();
        var steps = new List<Step>();
        foreach (var orphan in orphans)
        {
            if (owners.Find(o => SelectorOf(o)!.Matches(orphan.Metadata.Labels)) is { } owner)
                steps.Add(Adopt(orphan, owner));
        }
        return steps.Count == 0 ? Planning.Plan.Nothing : new(steps);
    }

    private static Step.Update Adopt(TChild child, TOwner owner)
    {
        var owners = (child.Metadata.OwnerReferences ?? []).Add(OwnerReferences.ControllerOf(owner));
        return new(child with { Metadata = child.Metadata with { OwnerReferences = owners } });
    }

    protected abstract LabelSelector? SelectorOf(TOwner owner);

    protected abstract bool IsObserved(TOwner owner);

    protected virtual bool IsAdoptable(TChild child) => true;

    private bool IsOrphan(TChild child) =>
        child.Metadata.DeletionTimestamp is null && child.Metadata.Controller() is null && IsAdoptable(child);

    private static bool IsEmpty(LabelSelector selector) => selector.MatchLabels is not { Count: > 0 } && selector.MatchExpressions is not { Count: > 0 };
}

/// <summary>Pods to ReplicaSets.</summary>
public sealed class PodAdoptionPlanner : AdoptionPlanner<Pod, ReplicaSet>
{
    public override string Name => "pod-adoption";

    protected override LabelSelector? SelectorOf(ReplicaSet owner) => owner.Spec.Selector;

    protected override bool IsObserved(ReplicaSet owner) => owner.Status?.ObservedGeneration > 0;

    protected override bool IsAdoptable(Pod child) => !child.IsFinished();
}

/// <summary>ReplicaSets to Deployments.</summary>
public sealed class ReplicaSetAdoptionPlanner : AdoptionPlanner<ReplicaSet, Deployment>
{
    public override string Name => "replicaset-adoption";

    protected override LabelSelector? SelectorOf(Deployment owner) => owner.Spec.Selector;

    protected override bool IsObserved(Deployment owner) => owner.Status?.ObservedGeneration > 0;
}
