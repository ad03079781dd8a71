using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;

namespace CloudOrch.Simulation.Laws;

/// <summary>What the log says the cluster is, told change by change.</summary>
internal sealed class ClusterModel
{
    private readonly Dictionary<ResourceKey, KubeObject> objects = [];

    public Revision Revision { get; private set; } = new(1);

    public IReadOnlyDictionary<ResourceKey, KubeObject> All => objects;

    public IEnumerable<Pod> Pods => objects.Values.OfType<Pod>();

    public IEnumerable<ReplicaSet> ReplicaSets => objects.Values.OfType<ReplicaSet>();

    public IEnumerable<Deployment> Deployments => objects.Values.OfType<Deployment>();

    public IEnumerable<Node> Nodes => objects.Values.OfType<Node>();

    public KubeObject? Find(ResourceKey key) => objects.GetValueOrDefault(key);

    public bool Knows(string uid) => objects.Values.Any(o => o.Metadata.Uid == uid);

    public KubeObject? NamespaceOf(KubeObject value) => Find(new(ResourceTypes.Namespaces, "", value.Metadata.Namespace ?? ""));

    /// <summary>The Deployment that a pod belongs to through its ReplicaSet.</summary>
    public Deployment? DeploymentOf(Pod pod) =>
        pod.Metadata.Controller() is { Kind: "ReplicaSet" } owner && Find(new(ResourceTypes.ReplicaSets, pod.Metadata.Namespace!, owner.Name)) is ReplicaSet set
        && set.Metadata.Uid == owner.Uid && set.Metadata.Controller() is { Kind: "Deployment" } above
        && Find(new(ResourceTypes.Deployments, pod.Metadata.Namespace!, above.Name)) is Deployment deployment && deployment.Metadata.Uid == above.Uid
            ? deployment : null;

    public IEnumerable<Pod> PodsOf(Deployment deployment) => Pods.Where(p => p.Metadata.Namespace == deployment.Metadata.Namespace && DeploymentOf(p)?.Metadata.Uid == deployment.Metadata.Uid);

    /// <summary>Applies one change; answers what was there before.</summary>
    public KubeObject? Apply(CommittedChange change)
    {
        if (change.Revision != Revision.Next)
            throw new LawBrokenException($"revisions are gapless: after {Revision} came {change.Revision}");
        Revision = change.Revision;
        var before = objects.GetValueOrDefault(change.Key);
        if (change.Type == ChangeType.Added == before is not null)
            throw new LawBrokenException($"revision {change.Revision}: {change.Type} {change.Key}, which {(before is null ? "was not there" : "was there")}");
        if (change.Type == ChangeType.Deleted)
            objects.Remove(change.Key);
        else
            objects[change.Key] = ObjectCodec.Read(change.Key.Type, change.Revision, change.Body.Span);
        return before;
    }
}
