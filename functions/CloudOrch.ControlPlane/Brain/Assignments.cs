using System.Security.Cryptography;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.ConfigMaps;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>What a node is to run, as a document.</summary>
internal static class Assignments
{
    /// <summary>The node's whole desired state at a snapshot. The same state always gives the same content hash.</summary>
    public static NodeAssignment Of(ClusterSnapshot snapshot, Node node, ClusterId cluster)
    {
        var pods = snapshot.PodsOnNode(node.Metadata.Name!).OrderBy(p => p.Metadata.Uid, StringComparer.Ordinal).ToList();
        var maps = pods.SelectMany(PodReferences.ConfigMapsOf).Distinct()
            .OrderBy(m => m.Namespace, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal);
        var assignment = new NodeAssignment
        {
            ClusterId = cluster.Value,
            NodeUid = node.Metadata.Uid ?? "",
            NodeName = node.Metadata.Name ?? "",
            PodCidr = node.Spec.PodCidr ?? "",
            LeaseIntervalMilliseconds = (int)NodeLoss.Interval(snapshot.CountOf(ResourceTypes.Nodes)).TotalMilliseconds,
            FenceId = node.Metadata.Annotations?.TryGetValue(NodeLoss.FenceId, out string? fence) == true ? fence : null,
            Pods = pods.Select(Assigned).ToValueList(),
            ConfigMaps = maps.Select(m => snapshot.Find(m) as ConfigMap).Where(m => m is not null)
                .Select(m => new AssignedConfigMap { Namespace = m!.Metadata.Namespace ?? "", Name = m.Metadata.Name ?? "", Data = m.Data, BinaryData = m.BinaryData })
                .ToValueList(),
        };
        string hash = Convert.ToHexStringLower(SHA256.HashData(KubeJson.Write(assignment)));
        return assignment with { ContentHash = hash, Epoch = snapshot.Head.Epoch, Revision = snapshot.Revision.Value };
    }

    private static AssignedPod Assigned(Pod pod) => new()
    {
        Uid = pod.Metadata.Uid ?? "",
        Namespace = pod.Metadata.Namespace ?? "",
        Name = pod.Metadata.Name ?? "",
        Labels = pod.Metadata.Labels,
        Annotations = pod.Metadata.Annotations,
        Spec = pod.Spec,
        CreatedAt = pod.Metadata.CreationTimestamp,
        Deletion = pod.Metadata.DeletionTimestamp is { } at
            ? new(at.AddSeconds(-(pod.Metadata.DeletionGracePeriodSeconds ?? 0)), pod.Metadata.DeletionGracePeriodSeconds ?? 0)
            : null,
    };
}
