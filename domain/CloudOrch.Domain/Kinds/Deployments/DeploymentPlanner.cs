using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Deployments;

/// <summary>Makes a ReplicaSet for each template of a Deployment, moves replicas from the old ones to the new one, and reports.</summary>
public sealed class DeploymentPlanner : IPlanner
{
    public string Name => "deployment";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Deployments, ResourceTypes.ReplicaSets, ResourceTypes.Pods];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        if (changed is Deployment)
            return [KindRegistry.KeyOf(changed)];
        if (changed.Metadata.Controller() is not { } owner)
            return [];
        string space = changed.Metadata.Namespace ?? "";
        if (changed is ReplicaSet)
            return owner.Kind == "Deployment" ? [new(ResourceTypes.Deployments, space, owner.Name)] : [];
        // Recreate waits for the last old pod to be gone; rolling looks at the sets only.
        return view.Find(new(ResourceTypes.ReplicaSets, space, owner.Name))?.Metadata.Controller() is { Kind: "Deployment" } deployment
            && view.Find(new(ResourceTypes.Deployments, space, deployment.Name)) is Deployment { Spec.Strategy.Type: "Recreate" } recreated
            ? [KindRegistry.KeyOf(recreated)] : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not Deployment deployment)
            return Planning.Plan.Nothing;
        var rollout = RolloutView.Of(view, deployment);
        var steps = new List<Step>();
        int collisions = deployment.Status?.CollisionCount ?? 0;
        string? created = null;
        bool paused = deployment.Spec.Paused == true;
        if (deployment.Metadata.DeletionTimestamp is null)
        {
            var renewed = paused ? rollout : WithRevision(rollout, steps);
            if (!paused && renewed.New is null && (renewed.IsRolling || !OldPodsRemain(view, renewed)))
            {
                var set = NewSet(view, renewed, ref collisions);
                created = set.Metadata.Name;
                steps.Add(new Step.Create(set) with { Reason = "ScalingReplicaSet", Why = $"Scaled up replica set {created} from 0 to {set.Replicas()}", About = key });
                renewed = renewed with { New = set };
            }
            else if (renewed.IsRolling || paused || !WaitsForOldPods(view, renewed))
            {
                foreach (var resize in RolloutPlanner.Plan(renewed, paused))
                    Replace(steps, Resized(resize, renewed, key));
            }
            else
            {
                foreach (var resize in RolloutPlanner.Plan(renewed with { New = null }, paused))
                    Replace(steps, Resized(resize, renewed, key));
            }
            if (!paused && steps.Count == 0 && deployment.Status is { } known && RolloutStatus.IsComplete(renewed, known))
                steps.AddRange(Forget(renewed));
            rollout = renewed;
        }
        var status = RolloutStatus.Of(rollout, deployment.Status ?? new(), created, collisions, now);
        var updated = Numbered(deployment, rollout) with { Status = status };
        if (updated != deployment)
            steps.Add(new Step.Update(updated));
        var deadline = deployment.Metadata.DeletionTimestamp is null ? RolloutStatus.DeadlineOf(deployment, status) : null;
        return steps.Count == 0 && deadline is null ? Planning.Plan.Nothing : new(steps, deadline);
    }

    /// <summary>The new set has the highest revision, also when it is an old one that was returned to.</summary>
    private static RolloutView WithRevision(RolloutView v, List<Step> steps)
    {
        if (v.New is not { } set)
            return v;
        var annotations = RolloutAnnotations.ForNewSet(v.Deployment, set, NextRevision(v));
        bool sameSpec = set.Spec.MinReadySeconds == v.Deployment.Spec.MinReadySeconds;
        var renewed = set with
        {
            Metadata = set.Metadata with { Annotations = annotations, Generation = sameSpec ? set.Metadata.Generation : set.Metadata.Generation + 1 },
            Spec = sameSpec ? set.Spec : set.Spec with { MinReadySeconds = v.Deployment.Spec.MinReadySeconds },
        };
        if (renewed == set)
            return v;
        steps.Add(new Step.Update(renewed));
        return v with { New = renewed };
    }

    private static long NextRevision(RolloutView v) =>
        v.Old.Select(s => RolloutAnnotations.Number(s, RolloutAnnotations.Revision)).DefaultIfEmpty(0).Max() + 1;

    private static ReplicaSet NewSet(IClusterView view, RolloutView v, ref int collisions)
    {
        var deployment = v.Deployment;
        string space = deployment.Metadata.Namespace ?? "";
        string hash = PodTemplateHash.Of(deployment.Spec.Template, collisions);
        while (view.Find(new(ResourceTypes.ReplicaSets, space, $"{deployment.Metadata.Name}-{hash}")) is not null)
            hash = PodTemplateHash.Of(deployment.Spec.Template, ++collisions);
        var template = deployment.Spec.Template;
        var labels = (template.Metadata.Labels ?? ValueMap<string>.Empty).With(PodTemplateHash.Label, hash);
        var selector = deployment.Spec.Selector ?? new();
        var set = new ReplicaSet
        {
            Kind = "ReplicaSet",
            ApiVersion = "apps/v1",
            Metadata = new()
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                Namespace = space,
                Generation = 1,
                Labels = labels,
                Annotations = RolloutAnnotations.ForNewSet(deployment, null, NextRevision(v)),
                OwnerReferences = [OwnerReferences.ControllerOf(deployment)],
            },
            Spec = new()
            {
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = selector with { MatchLabels = (selector.MatchLabels ?? ValueMap<string>.Empty).With(PodTemplateHash.Label, hash) },
                Template = template with { Metadata = template.Metadata with { Labels = labels } },
                Replicas = RolloutPlanner.NewSize(v),
            },
        };
        return RolloutAnnotations.Resized(set, set.Replicas(), v);
    }

    private static Step.Update Resized(Resize resize, RolloutView v, ResourceKey key)
    {
        int from = resize.Set.Replicas(), to = resize.Replicas;
        var step = new Step.Update(RolloutAnnotations.Resized(resize.Set, to, v));
        return from == to ? step : step with
        {
            Reason = "ScalingReplicaSet", Why = $"Scaled {(to > from ? "up" : "down")} replica set {resize.Set.Metadata.Name} from {from} to {to}", About = key,
        };
    }

    /// <summary>One step per object: a new size includes what an earlier step of this plan changed.</summary>
    private static void Replace(List<Step> steps, Step.Update step)
    {
        steps.RemoveAll(s => s is Step.Update earlier && earlier.Object.Metadata.Uid == step.Object.Metadata.Uid && step.Object is ReplicaSet);
        steps.Add(step);
    }

    private static bool OldPodsRemain(IClusterView view, RolloutView v) =>
        v.Old.Any(s => s.Replicas() > 0) || WaitsForOldPods(view, v);

    private static bool WaitsForOldPods(IClusterView view, RolloutView v) =>
        v.Old.Any(s => ReplicaSetPlanner.PodsOf(view, s).Any(p => !p.IsFinished()));

    /// <summary>Old sets beyond the limit go, the ones of the lowest revision first, once nothing of them is left.</summary>
    private static IEnumerable<Step> Forget(RolloutView v)
    {
        var kept = v.Old.Where(s => s.Metadata.DeletionTimestamp is null).OrderBy(s => RolloutAnnotations.Number(s, RolloutAnnotations.Revision)).ToList();
        int over = kept.Count - (v.Deployment.Spec.RevisionHistoryLimit ?? 10);
        return kept.Take(Math.Max(0, over))
            .Where(s => s.Replicas() == 0 && (s.Status?.Replicas ?? 0) == 0 && (s.Status?.TerminatingReplicas ?? 0) == 0 && s.Status?.ObservedGeneration >= s.Metadata.Generation)
            .Select(s => new Step.Delete(KindRegistry.KeyOf(s), s.Metadata.Uid ?? ""));
    }

    private static Deployment Numbered(Deployment deployment, RolloutView v)
    {
        long revision = v.New is null ? 0 : RolloutAnnotations.Number(v.New, RolloutAnnotations.Revision);
        if (revision == 0 || RolloutAnnotations.Number(deployment, RolloutAnnotations.Revision) == revision)
            return deployment;
        var annotations = (deployment.Metadata.Annotations ?? ValueMap<string>.Empty).With(RolloutAnnotations.Revision, RolloutAnnotations.Text(revision));
        return deployment with { Metadata = deployment.Metadata with { Annotations = annotations } };
    }
}
