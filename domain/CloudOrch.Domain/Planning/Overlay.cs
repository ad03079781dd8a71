using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Leases;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Scheduling;

namespace CloudOrch.Domain.Planning;

/// <summary>Where new objects get their identity from; what makes a plan's result differ from run to run, and nothing else does.</summary>
public interface IObjectIdentities
{
    string NewUid();

    string NewSuffix(int length = 5);
}

/// <summary>An object before and after a pass; null: it did not exist, or does no longer.</summary>
public sealed record PlannedChange(ResourceKey Key, KubeObject? Before, KubeObject? After);

/// <summary>A cluster's state with the edits of a pass on top. Reads see the edits; what was there stays as it is.</summary>
/// <remarks>Not safe for use from several threads. An enumeration must be over before the next step is applied.</remarks>
public sealed class Overlay : IClusterView, ISchedulingView
{
    private readonly IObjectIdentities identities;
    private readonly Func<string, Lease?> nodeLeases;
    private readonly Dictionary<ResourceKey, KubeObject?> edits = [];
    private readonly Dictionary<ResourceType, HashSet<ResourceKey>> editedByType = [];
    private readonly Dictionary<string, HashSet<ResourceKey>> editedByOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ResourceKey>> editedByNode = new(StringComparer.Ordinal);
    private readonly HashSet<ResourceKey> editedWaiting = [];
    private readonly HashSet<string> editedUids = new(StringComparer.Ordinal);
    private readonly HashSet<string> removedUids = new(StringComparer.Ordinal);

    /// <param name="basis">What is stored.</param>
    /// <param name="scheduling">Agrees with <paramref name="basis"/>; follows the edits from now on.</param>
    /// <param name="nodeLeases">The nodes' leases by node name, their times on the pass's clock.</param>
    public Overlay(IClusterView basis, SchedulingSnapshot scheduling, IObjectIdentities identities, Func<string, Lease?>? nodeLeases = null)
    {
        Basis = basis;
        Scheduling = scheduling;
        this.identities = identities;
        this.nodeLeases = nodeLeases ?? (_ => null);
    }

    public IClusterView Basis { get; }

    public SchedulingSnapshot Scheduling { get; }

    /// <summary>The leases were read after <see cref="Basis"/>: only then a silent node is known to be silent still.</summary>
    public bool LeasesAreCurrent { get; init; } = true;

    /// <summary>Keys that were written in this pass, also those whose object is what it was.</summary>
    public IReadOnlyCollection<ResourceKey> Touched => edits.Keys;

    public IEnumerable<Pod> UnscheduledPods => edits.Count == 0
        ? Basis.UnscheduledPods
        : Basis.UnscheduledPods.Where(IsUntouched).Concat(editedWaiting.Select(k => (Pod)edits[k]!));

    public KubeObject? Find(ResourceKey key) =>
        edits.TryGetValue(key, out var edited) ? edited
        : key.Type == ResourceTypes.Leases && key.Namespace == NodeLoss.LeaseNamespace ? nodeLeases(key.Name)
        : Basis.Find(key);

    public IEnumerable<KubeObject> List(ResourceType type, string? namespaceName = null)
    {
        var stored = Basis.List(type, namespaceName);
        if (!editedByType.TryGetValue(type, out var keys))
            return stored;
        var edited = keys.Where(k => namespaceName is null || k.Namespace == namespaceName).Select(k => edits[k]).OfType<KubeObject>().ToList();
        edited.Sort(CompareNames);
        return Merged(stored.Where(IsUntouched), edited);
    }

    public IEnumerable<KubeObject> OwnedBy(string uid)
    {
        if (edits.Count == 0)
            return Basis.OwnedBy(uid);
        var stored = Basis.OwnedBy(uid).Where(IsUntouched);
        return editedByOwner.TryGetValue(uid, out var keys) ? stored.Concat(keys.Select(k => edits[k]!)) : stored;
    }

    public IEnumerable<Pod> PodsOnNode(string nodeName)
    {
        if (edits.Count == 0)
            return Basis.PodsOnNode(nodeName);
        var stored = Basis.PodsOnNode(nodeName).Where(IsUntouched);
        return editedByNode.TryGetValue(nodeName, out var keys) ? stored.Concat(keys.Select(k => (Pod)edits[k]!)) : stored;
    }

    public bool Exists(string uid) => editedUids.Contains(uid) || (!removedUids.Contains(uid) && Basis.Exists(uid));

    /// <summary>Applies one step; null when it means nothing any more (the object is gone, another one has its name, or it is so already).</summary>
    /// <exception cref="InvalidOperationException">The step creates an object whose name is taken.</exception>
    public PlannedChange? Apply(Step step, DateTimeOffset now)
    {
        switch (step)
        {
            case Step.Create create:
                return Create(create.Object, now);
            case Step.Update update:
                var key = KindRegistry.KeyOf(update.Object);
                if (Find(key) is not { } current || current.Metadata.Uid != update.Object.Metadata.Uid || current == update.Object)
                    return null;
                Set(key, update.Object);
                return new(key, current, update.Object);
            case Step.Delete delete:
                if (Find(delete.Key) is not { } doomed || doomed.Metadata.Uid != delete.Uid)
                    return null;
                Set(delete.Key, null);
                return new(delete.Key, doomed, null);
            default:
                return null;
        }
    }

    /// <summary>Takes back a change that <see cref="Apply"/> returned; in reverse order.</summary>
    public void Undo(PlannedChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Set(change.Key, change.Before);
    }

    /// <summary>What differs from what is stored, in an order of which every prefix is a legal state.</summary>
    public IReadOnlyList<PlannedChange> NetChanges() => ChangeOrder.Sort(edits
        .Select(e => new PlannedChange(e.Key, Basis.Find(e.Key), e.Value))
        .Where(c => !IsSame(c.Before, c.After)));

    /// <summary>The same edits on newer state. Only for when nobody else has changed what this pass has read or written.</summary>
    public Overlay Rebased(IClusterView basis)
    {
        var next = new Overlay(basis, Scheduling, identities, nodeLeases) { LeasesAreCurrent = LeasesAreCurrent };
        foreach (var (key, value) in edits)
            next.Set(key, value);
        return next;
    }

    private PlannedChange Create(KubeObject asked, DateTimeOffset now)
    {
        var kind = KindRegistry.Of(asked);
        var value = kind.PrepareForCreate(kind.Default(asked), now.ToSeconds());
        string? name = value.Metadata.Name;
        while (string.IsNullOrEmpty(name) || (string.IsNullOrEmpty(asked.Metadata.Name) && Find(new(kind.Type, value.Metadata.Namespace ?? "", name)) is not null))
            name = value.Metadata.GenerateName + identities.NewSuffix();
        value = value with
        {
            Metadata = value.Metadata with { Name = name, Uid = identities.NewUid(), CreationTimestamp = now.ToSeconds() },
        };
        var key = KindRegistry.KeyOf(value);
        if (Find(key) is not null)
            throw new InvalidOperationException($"{key} exists already");
        Set(key, value);
        return new(key, null, value);
    }

    /// <summary>Both are in order; so is what comes out.</summary>
    private static IEnumerable<KubeObject> Merged(IEnumerable<KubeObject> stored, List<KubeObject> edited)
    {
        int next = 0;
        foreach (var value in stored)
        {
            while (next < edited.Count && CompareNames(edited[next], value) < 0)
                yield return edited[next++];
            yield return value;
        }
        while (next < edited.Count)
            yield return edited[next++];
    }

    private static int CompareNames(KubeObject a, KubeObject b) =>
        string.CompareOrdinal(a.Metadata.Namespace, b.Metadata.Namespace) is var order and not 0 ? order : string.CompareOrdinal(a.Metadata.Name, b.Metadata.Name);

    private bool IsUntouched(KubeObject value) => !value.IsKnown() || !edits.ContainsKey(KindRegistry.KeyOf(value));

    private void Set(ResourceKey key, KubeObject? value)
    {
        if (edits.TryGetValue(key, out var former))
            Unlink(key, former);
        else if (Basis.Find(key)?.Metadata.Uid is { } stored)
            removedUids.Add(stored);
        edits[key] = value;
        if (!editedByType.TryGetValue(key.Type, out var keys))
            editedByType[key.Type] = keys = [];
        keys.Add(key);
        if (value is not null)
            Link(key, value);
        Scheduling.Set(key, value);
    }

    private void Link(ResourceKey key, KubeObject value)
    {
        if (value.Metadata.Uid is { } uid)
            editedUids.Add(uid);
        foreach (var owner in value.Metadata.OwnerReferences ?? [])
            Bucket(editedByOwner, owner.Uid).Add(key);
        if (value is not Pod pod)
            return;
        if (!string.IsNullOrEmpty(pod.Spec.NodeName))
            Bucket(editedByNode, pod.Spec.NodeName).Add(key);
        else if (pod.IsActive())
            editedWaiting.Add(key);
    }

    private void Unlink(ResourceKey key, KubeObject? value)
    {
        if (value is null)
            return;
        if (value.Metadata.Uid is { } uid)
            editedUids.Remove(uid);
        foreach (var owner in value.Metadata.OwnerReferences ?? [])
            Bucket(editedByOwner, owner.Uid).Remove(key);
        if (value is Pod pod && !string.IsNullOrEmpty(pod.Spec.NodeName))
            Bucket(editedByNode, pod.Spec.NodeName).Remove(key);
        editedWaiting.Remove(key);
    }

    private static HashSet<ResourceKey> Bucket(Dictionary<string, HashSet<ResourceKey>> index, string at)
    {
        if (!index.TryGetValue(at, out var bucket))
            index[at] = bucket = [];
        return bucket;
    }

    /// <summary>The resourceVersion is the store's: it does not make a difference.</summary>
    private static bool IsSame(KubeObject? a, KubeObject? b) =>
        ReferenceEquals(a, b)
        || (a is not null && b is not null
            && (a.Metadata.ResourceVersion == b.Metadata.ResourceVersion ? a == b
                : a == b with { Metadata = b.Metadata with { ResourceVersion = a.Metadata.ResourceVersion } }));
}
