using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>What must be true once faults have stopped and time has gone on.</summary>
internal sealed class Settled(SimWorld world)
{
    private ClusterModel Model => world.Laws.Model;

    /// <summary>The first thing that is not as it must become; null when all is.</summary>
    public string? FirstGap() => Objects() ?? Workloads() ?? world.Past.Select(p => p.FirstLeftover(world)).FirstOrDefault(gap => gap is not null) ?? world.Nodes.Select(Node).FirstOrDefault(gap => gap is not null);

    private string? Objects()
    {
        foreach (var (key, value) in Model.All)
        {
            if (value.Metadata.DeletionTimestamp is not null)
                return $"{key} is still being deleted";
            foreach (var owner in value.Metadata.OwnerReferences ?? [])
            {
                if (!Model.Knows(owner.Uid))
                    return $"{key} outlives its owner {owner.Kind} {owner.Name}";
            }

            if (!string.IsNullOrEmpty(value.Metadata.Namespace) && Model.Find(new(ResourceTypes.Namespaces, "", value.Metadata.Namespace)) is null)
                return $"{key} outlives its namespace";
            if (world.Users.Deleted.Contains(value.Metadata.Uid ?? ""))
                return $"{key} was deleted and is there";
        }

        return null;
    }

    private string? Workloads()
    {
        foreach (var set in Model.ReplicaSets)
        {
            int active = Model.PodsOf(set).Count(p => p.IsActive());
            if (active != (set.Spec.Replicas ?? 1))
                return $"replica set {set.Metadata.Name} wants {set.Spec.Replicas} and has {active}";
        }

        foreach (var deployment in Model.Deployments)
        {
            int wanted = deployment.Spec.Replicas ?? 1;
            var status = deployment.Status;
            if (status is null || status.ObservedGeneration != deployment.Metadata.Generation)
                return $"deployment {deployment.Metadata.Name} was not looked at";
            if ((status.Replicas, status.UpdatedReplicas, status.AvailableReplicas, status.ReadyReplicas) != (wanted, wanted, wanted, wanted))
            {
                var waited = Model.PodsOf(deployment).Where(p => !p.IsReady()).Select(p => $"{p.Metadata.Name} on {p.Spec.NodeName}: {ReportHistory.Print(p.Status)}");
                return $"deployment {deployment.Metadata.Name} wants {wanted}, says {status.Replicas} of which {status.UpdatedReplicas} updated, {status.AvailableReplicas} available; not ready are {string.Join(", ", waited)}";
            }

            if (Model.PodsOf(deployment).Count() is var real && real != wanted)
                return $"deployment {deployment.Metadata.Name} wants {wanted} and has {real} pods";
        }

        return null;
    }

    private string? Node(SimNode node)
    {
        if (Model.Find(new(ResourceTypes.Nodes, "", node.Name)) is not Node known)
            return $"{node.Name} is not a node";
        if (known.Metadata.Uid != node.Uid)
            return $"{node.Name} is another node than it thinks";
        if (!NodeLoss.IsReady(known) || known.Spec.Taints is { Count: > 0 })
            return $"{node.Name} is not ready: {known.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready")?.Status}, taints {string.Join(',', (known.Spec.Taints ?? []).Select(t => t.Key))}";
        var pods = Model.PodsOn(node.Name).OrderBy(p => p.Metadata.Uid, StringComparer.Ordinal).ToList();
        foreach (var pod in pods)
        {
            if (pod.Status?.Phase != "Running" || !pod.IsReady())
                return $"{pod.Metadata.Name} on {node.Name} is {pod.Status?.Phase}, ready {pod.IsReady()}";
            if (ReportHistory.Print(pod.Status) != world.Laws.Reports.LastOf(pod.Metadata.Uid!))
                return $"{pod.Metadata.Name} on {node.Name} is stored as {ReportHistory.Print(pod.Status)} and said to be {world.Laws.Reports.LastOf(pod.Metadata.Uid!)}";
        }

        return Containers(node, pods) ?? Rows(node, pods);
    }

    /// <summary>N pods are N running containers, each once, and nothing else is there.</summary>
    private static string? Containers(SimNode node, List<Pod> pods)
    {
        var wanted = pods.SelectMany(p => p.Spec.Containers, (p, c) => (p.Metadata.Uid!, c.Name)).Order().ToList();
        var running = node.Engine.Running.Where(c => c.Role == ContainerRole.App).Select(c => (c.PodUid, c.Name)).Order().ToList();
        if (!wanted.SequenceEqual(running))
            return $"{node.Name} must run {wanted.Count} containers and runs {running.Count}";
        if (!node.Engine.Running.Where(c => c.Role == ContainerRole.Sandbox).Select(c => c.PodUid).Order(StringComparer.Ordinal).SequenceEqual(pods.Select(p => p.Metadata.Uid!)))
            return $"{node.Name} has not one sandbox for each pod";
        return node.Engine.All.FirstOrDefault(c => pods.All(p => p.Metadata.Uid != c.PodUid)) is { } stray
            ? $"{node.Name} has a container without a pod: {stray.Id} of {stray.PodName}" : null;
    }

    private string? Rows(SimNode node, List<Pod> pods)
    {
        if (world.Rows.Assignment(world.Cluster, node.Uid) is not { } row)
            return $"{node.Name} has no assignment";
        var assignment = KubeJson.Read<NodeAssignment>(row.Document.Span);
        if (!assignment.Pods.Select(p => p.Uid).SequenceEqual(pods.Select(p => p.Metadata.Uid!)))
            return $"{node.Name} is assigned {assignment.Pods.Count} pods and has {pods.Count}";
        if (node.Journal.Assignment?.ContentHash != assignment.ContentHash)
            return $"{node.Name} has not heard of its assignment at {assignment.Revision}";
        var newest = world.Laws.Reports.NewestOf(node.Uid);
        return newest is { } said && (row.Head.AppliedBootId, row.Head.AppliedSeq) != (said.Boot, said.Seq)
            ? $"{node.Name} said {said} and hears {(row.Head.AppliedBootId, row.Head.AppliedSeq)}" : null;
    }
}
