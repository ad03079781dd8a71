using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>A roll-out never takes what really runs below desired - maxUnavailable, as long as the nodes are healthy.</summary>
/// <remarks>
/// What counts is containers on engines, not what the control plane believes. A Deployment is judged from the moment that it is complete
/// until its user takes pods away himself: by deleting them or their namespace, or by asking for another number or another strategy.
/// </remarks>
internal sealed class Availability(SimWorld world)
{
    private readonly Dictionary<string, (int? Replicas, DeploymentStrategy? Strategy)> judged = new(StringComparer.Ordinal);

    /// <summary>A user deletes pods.</summary>
    public void Forgive() => judged.Clear();

    public void Check()
    {
        if (!world.Rates.NodesAreHealthy || world.Scenario.TroublesNodes)
        {
            judged.Clear();
            return;
        }

        foreach (var deployment in world.Laws.Model.Deployments)
        {
            string uid = deployment.Metadata.Uid!;
            if (deployment.Metadata.DeletionTimestamp is not null || world.Laws.Model.NamespaceOf(deployment)?.Metadata.DeletionTimestamp is not null)
            {
                judged.Remove(uid);
                continue;
            }

            int serving = world.Laws.Model.PodsOf(deployment).Count(p => p.IsActive() && Serves(p));
            var spec = (deployment.Spec.Replicas, deployment.Spec.Strategy);
            if (judged.TryGetValue(uid, out var known) && known != spec)
                judged.Remove(uid);
            if (judged.ContainsKey(uid) && serving < Budget.Of(deployment).Least)
            {
                throw new LawBrokenException(
                    $"never fewer than desired - maxUnavailable: {deployment.Metadata.Name} has {serving} running pods, {Budget.Of(deployment).Least} are needed");
            }

            if (serving == deployment.Spec.Replicas && deployment.Status is { } status && status.ObservedGeneration == deployment.Metadata.Generation && status.AvailableReplicas == deployment.Spec.Replicas
                && status.UpdatedReplicas == deployment.Spec.Replicas && status.Replicas == deployment.Spec.Replicas)
                judged[uid] = spec;
        }
    }

    /// <summary>A pod whose sandbox was removed under it is to be started anew, whatever of it still runs.</summary>
    private bool Serves(Pod pod) => world.NodeNamed(pod.Spec.NodeName) is { MachineUp: true } node
        && node.Engine.Running.Any(r => r.PodUid == pod.Metadata.Uid && r.Role == ContainerRole.Sandbox)
        && pod.Spec.Containers.All(c => node.Engine.Running.Any(r => r.PodUid == pod.Metadata.Uid && r.Role == ContainerRole.App && r.Name == c.Name));
}
