using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.ReplicaSets;

/// <summary>Keeps as many active pods as a ReplicaSet wants, lets go of pods that its selector no longer matches, and counts them.</summary>
/// <param name="defaultTolerationSeconds">How long the pods that it makes wait for a lost node, unless their template says so.</param>
public sealed class ReplicaSetPlanner(int defaultTolerationSeconds) : IPlanner
{
    public string Name => "replicaset";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.ReplicaSets, ResourceTypes.Pods];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        if (changed is ReplicaSet)
            return [KindRegistry.KeyOf(changed)];
        return changed.Metadata.Controller() is { Kind: "ReplicaSet" } owner
            ? [new(ResourceTypes.ReplicaSets, changed.Metadata.Namespace ?? "", owner.Name)]
            : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not ReplicaSet set)
            return Planning.Plan.Nothing;
        var steps = new List<Step>();
        var owned = new List<Pod>();
        foreach (var pod in PodsOf(view, set))
        {
            if (pod.Metadata.DeletionTimestamp is null && set.Spec.Selector?.Matches(pod.Metadata.Labels) != true)
                steps.Add(Release(pod, set));
            else
                owned.Add(pod);
        }
        var active = owned.Where(p => p.IsActive()).ToList();
        int wanted = set.Spec.Replicas ?? 1;
        if (set.Metadata.DeletionTimestamp is null)
        {
            for (int missing = wanted - active.Count; missing > 0; missing--)
                steps.Add(Create(set, key));
            if (active.Count > wanted)
            {
                foreach (var pod in PodDeletionOrder.First(active, active.Count - wanted, RelatedPerNode(view, set), now))
                    steps.Add(Delete(pod, key, now));
            }
        }
        var status = StatusOf(set, active, owned, now, out var wakeAt);
        if (status != set.Status)
            steps.Add(new Step.Update(set with { Status = status }));
        return steps.Count == 0 && wakeAt is null ? Planning.Plan.Nothing : new(steps, wakeAt);
    }

    /// <summary>The pods that this set controls.</summary>
    public static IEnumerable<Pod> PodsOf(IClusterView view, ReplicaSet set)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(set);
        foreach (var item in view.OwnedBy(set.Metadata.Uid ?? ""))
        {
            if (item is Pod pod && pod.Metadata.Controller()?.Uid == set.Metadata.Uid)
                yield return pod;
        }
    }

    private Step.Create Create(ReplicaSet set, ResourceKey key)
    {
        var template = set.Spec.Template;
        var pod = new Pod
        {
            Kind = "Pod",
            ApiVersion = "v1",
            Metadata = new()
            {
                GenerateName = $"{key.Name}-",
                Namespace = key.Namespace,
                Labels = template.Metadata.Labels,
                Annotations = template.Metadata.Annotations,
                Finalizers = template.Metadata.Finalizers,
                OwnerReferences = [OwnerReferences.ControllerOf(set)],
            },
            Spec = DefaultTolerations.In(template.Spec, defaultTolerationSeconds),
        };
        return new(pod) { Reason = "SuccessfulCreate", Why = "Created pod: {name}", About = key };
    }

    private static Step Delete(Pod pod, ResourceKey key, DateTimeOffset now) =>
        Deletion.Begin(pod, now)! with { Reason = "SuccessfulDelete", Why = $"Deleted pod: {pod.Metadata.Name}", About = key };

    private static Step.Update Release(Pod pod, ReplicaSet set)
    {
        var left = pod.Metadata.OwnerReferences!.Where(o => o.Uid != set.Metadata.Uid).ToValueList();
        return new(pod with { Metadata = pod.Metadata with { OwnerReferences = left.Count == 0 ? null : left } });
    }

    /// <summary>How many active pods of the same Deployment each node has: pods go first where they are doubled up.</summary>
    private static Dictionary<string, int> RelatedPerNode(IClusterView view, ReplicaSet set)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        IEnumerable<ReplicaSet> related = set.Metadata.Controller() is { } owner ? view.OwnedBy(owner.Uid).OfType<ReplicaSet>() : [set];
        foreach (var pod in related.SelectMany(r => PodsOf(view, r)).Where(p => p.IsActive() && !string.IsNullOrEmpty(p.Spec.NodeName)))
            counts[pod.Spec.NodeName!] = counts.GetValueOrDefault(pod.Spec.NodeName!) + 1;
        return counts;
    }

    private static ReplicaSetStatus StatusOf(ReplicaSet set, List<Pod> active, List<Pod> owned, DateTimeOffset now, out DateTimeOffset? wakeAt)
    {
        int labelled = 0, ready = 0, available = 0;
        wakeAt = null;
        var labels = new LabelSelector { MatchLabels = set.Spec.Template.Metadata.Labels };
        foreach (var pod in active)
        {
            if (labels.Matches(pod.Metadata.Labels))
                labelled++;
            if (pod.AvailableAt(set.Spec.MinReadySeconds ?? 0) is not { } at)
                continue;
            ready++;
            if (at <= now)
                available++;
            else if (wakeAt is null || at < wakeAt)
                wakeAt = at;
        }
        int terminating = owned.Count(p => p.Metadata.DeletionTimestamp is not null && !p.IsFinished());
        return (set.Status ?? new()) with
        {
            Replicas = active.Count,
            FullyLabeledReplicas = labelled,
            ReadyReplicas = ready,
            AvailableReplicas = available,
            TerminatingReplicas = terminating,
            ObservedGeneration = set.Metadata.Generation,
        };
    }
}
