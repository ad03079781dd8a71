using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Namespaces;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>What an object that is to be created must find in the cluster, whatever its kind.</summary>
public static class Admission
{
    /// <summary>Made with every cluster; they cannot be deleted.</summary>
    public static readonly IReadOnlyList<string> SystemNamespaces = ["default", "kube-system", NodeLeases];

    public const string NodeLeases = "kube-node-lease";

    public static Status? CheckNamespace(ClusterSnapshot snapshot, ResourceKey key)
    {
        if (key.Namespace.Length == 0)
            return null;
        if (snapshot.Find(new(ResourceTypes.Namespaces, "", key.Namespace)) is not NamespaceObject space)
            return Refusals.NotFound(ResourceTypes.Namespaces, key.Namespace);
        if (space.Metadata.DeletionTimestamp is null && space.Status?.Phase != "Terminating")
            return null;
        var refusal = Refusals.Forbidden(key.Type, key.Name, $"unable to create new content in namespace {key.Namespace} because it is being terminated");
        return refusal with
        {
            Details = refusal.Details! with
            {
                Causes = [new() { Reason = "NamespaceTerminating", Message = $"namespace {key.Namespace} is being terminated", Field = "metadata.namespace" }],
            },
        };
    }

    public static Status? CheckQuota(ClusterSnapshot snapshot, ResourceKey key, QuotaOptions quota)
    {
        string? exceeded = key.Type == ResourceTypes.Nodes && snapshot.CountOf(ResourceTypes.Nodes) >= quota.Nodes ? Words("nodes", snapshot.CountOf(ResourceTypes.Nodes), quota.Nodes)
            : snapshot.Count >= quota.Objects ? Words("objects", snapshot.Count, quota.Objects)
            : snapshot.Bytes >= quota.Bytes ? Words("bytes", snapshot.Bytes, quota.Bytes)
            : null;
        return exceeded is null ? null : Refusals.Forbidden(key.Type, key.Name, exceeded);
    }

    public static string Words(string what, long used, long limit) =>
        $"exceeded quota: tenant, requested: {what}=1, used: {what}={used}, limited: {what}={limit}; delete some or ask for a larger quota";

    /// <summary>Leases of the nodes are made from their heartbeats when read.</summary>
    public static Status? CheckWritable(ResourceKey key) =>
        key is { Namespace: NodeLeases } && key.Type == ResourceTypes.Leases
            ? Refusals.Forbidden(key.Type, key.Name, "leases of nodes are made from their heartbeats and cannot be written")
            : null;
}
