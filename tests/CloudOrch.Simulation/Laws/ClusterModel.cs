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
    private static readonly Dictionary<ResourceKey, KubeObject> None = [];
    private readonly Dictionary<ResourceKey, KubeObject> objects = [];
    private readonly Dictionary<ResourceType, Dictionary<ResourceKey, KubeObject>> byType = [];
    private readonly Dictionary<string, Dictionary<ResourceKey, KubeObject>> podsByOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<ResourceKey, KubeObject>> podsByNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeObject> byUid = new(StringComparer.Ordinal);

    public Revision Revision { get; private set; } = new(1);

    public IReadOnlyDictionary<ResourceKey, KubeObject> All => objects;

    /// <summary>Every uid that there is and was.</summary>
    public HashSet<string> EverKnown { get; } = new(StringComparer.Ordinal);

    public IEnumerable<Pod> Pods => Of(ResourceTypes.Pods).Cast<Pod>();

    public IEnumerable<ReplicaSet> ReplicaSets => Of(ResourceTypes.ReplicaSets).Cast<ReplicaSet>();

    public IEnumerable<Deployment> Deployments => Of(ResourceTypes.Deployments).Cast<Deployment>();

    public IEnumerable<Node> Nodes => Of(ResourceTypes.Nodes).Cast<Node>();

    public int NodeCount => byType.GetValueOrDefault(ResourceTypes.Nodes, None).Count;

    public KubeObject? Find(ResourceKey key) => objects.GetValueOrDefault(key);

    public KubeObject? FindByUid(string? uid) => byUid.GetValueOrDefault(uid ?? "");

    public bool Knows(string uid) => byUid.ContainsKey(uid);

    public Node? NodeNamed(string name) => Find(new(ResourceTypes.Nodes, "", name)) as Node;

    public IEnumerable<Pod> PodsOn(string node) => podsByNode.GetValueOrDefault(node, None).Values.Cast<Pod>();

    public IEnumerable<Pod> PodsOf(ReplicaSet set) => podsByOwner.GetValueOrDefault(set.Metadata.Uid!, None).Values.Cast<Pod>();

    public KubeObject? NamespaceOf(KubeObject value) => Find(new(ResourceTypes.Namespaces, "", value.Metadata.Namespace ?? ""));

    /// <summary>The Deployment that a pod belongs to through its ReplicaSet.</summary>
    public Deployment? DeploymentOf(Pod pod) =>
        pod.Metadata.Controller() is { Kind: "ReplicaSet" } owner && Find(new(ResourceTypes.ReplicaSets, pod.Metadata.Namespace!, owner.Name)) is ReplicaSet set
        && set.Metadata.Uid == owner.Uid && set.Metadata.Controller() is { Kind: "Deployment" } above
        && Find(new(ResourceTypes.Deployments, pod.Metadata.Namespace!, above.Name)) is Deployment deployment && deployment.Metadata.Uid == above.Uid
            ? deployment : null;

    public IEnumerable<Pod> PodsOf(Deployment deployment) =>
        ReplicaSets.Where(s => s.Metadata.Namespace == deployment.Metadata.Namespace && s.Metadata.Controller()?.Uid == deployment.Metadata.Uid).SelectMany(PodsOf);

    /// <summary>Applies one change; answers what was there before.</summary>
    public KubeObject? Apply(CommittedChange change)
    {
        if (change.Revision != Revision.Next)
            throw new LawBrokenException($"revisions are gapless: after {Revision} came {change.Revision}");
        Revision = change.Revision;
        var before = objects.GetValueOrDefault(change.Key);
        if (change.Type == ChangeType.Added == before is not null)
            throw new LawBrokenException($"revision {change.Revision}: {change.Type} {change.Key}, which {(before is null ? "was not there" : "was there")}");
        var after = change.Type == ChangeType.Deleted ? null : ObjectCodec.Read(change.Key.Type, change.Revision, change.Body.Span);
        Put(objects, change.Key, after);
        Put(IndexAt(byType, change.Key.Type), change.Key, after);
        if (before is not null)
            byUid.Remove(before.Metadata.Uid ?? "");
        if (after is not null)
        {
            byUid[after.Metadata.Uid ?? ""] = after;
            EverKnown.Add(after.Metadata.Uid ?? "");
        }

        if ((before ?? after) is Pod)
        {
            Index(change.Key, before as Pod, null);
            Index(change.Key, after as Pod, after);
        }

        return before;
    }

    private IEnumerable<KubeObject> Of(ResourceType type) => byType.GetValueOrDefault(type, None).Values;

    private void Index(ResourceKey key, Pod? pod, KubeObject? value)
    {
        if (pod?.Metadata.Controller()?.Uid is { } owner)
            Put(IndexAt(podsByOwner, owner), key, value);
        if (pod?.Spec.NodeName is { Length: > 0 } node)
            Put(IndexAt(podsByNode, node), key, value);
    }

    private static Dictionary<ResourceKey, KubeObject> IndexAt<T>(Dictionary<T, Dictionary<ResourceKey, KubeObject>> index, T key)
        where T : notnull => index.TryGetValue(key, out var entries) ? entries : index[key] = [];

    private static void Put(Dictionary<ResourceKey, KubeObject> objects, ResourceKey key, KubeObject? value)
    {
        if (value is null)
            objects.Remove(key);
        else
            objects[key] = value;
    }
}
