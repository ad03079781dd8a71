using System.Collections.Immutable;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;
using Bucket = System.Collections.Immutable.ImmutableSortedDictionary<CloudOrch.Domain.Api.ResourceKey, CloudOrch.ControlPlane.State.SnapshotEntry>;
using ByName = System.Collections.Immutable.ImmutableSortedDictionary<string, CloudOrch.ControlPlane.State.SnapshotEntry>;

namespace CloudOrch.ControlPlane.State;

/// <summary>All objects of a cluster at one revision. Immutable; the next one shares all that did not change.</summary>
public sealed class ClusterSnapshot : IClusterView
{
    private static readonly ImmutableSortedDictionary<string, ByName> NoNamespaces =
        ImmutableSortedDictionary.Create<string, ByName>(StringComparer.Ordinal);
    private static readonly ByName NoNames = ImmutableSortedDictionary.Create<string, SnapshotEntry>(StringComparer.Ordinal);
    private static readonly Bucket NoKeys = ImmutableSortedDictionary.Create<ResourceKey, SnapshotEntry>(ResourceKeyOrder.Instance);

    private readonly ImmutableDictionary<ResourceType, ImmutableSortedDictionary<string, ByName>> objects;
    private readonly ImmutableDictionary<string, SnapshotEntry> uids;
    private readonly ImmutableDictionary<string, Bucket> owned;
    private readonly ImmutableDictionary<string, Bucket> onNode;
    private readonly ImmutableDictionary<ResourceKey, Bucket> readers;
    private readonly Bucket unscheduled;

    private ClusterSnapshot(Draft draft, StoreHead head)
    {
        Head = head;
        (objects, uids, owned, onNode, readers, unscheduled) = (draft.Objects, draft.Uids, draft.Owned, draft.OnNode, draft.Readers, draft.Unscheduled);
        (Count, Bytes) = (draft.Count, draft.Bytes);
    }

    /// <summary>The head that this was proven current against; a commit builds on it.</summary>
    public StoreHead Head { get; }

    public Revision Revision => Head.Revision;

    public int Count { get; }

    /// <summary>Sum of the stored bodies' sizes.</summary>
    public long Bytes { get; }

    public static ClusterSnapshot Empty(StoreHead head) => new(new Draft(), head);

    public static ClusterSnapshot Load(IEnumerable<SnapshotEntry> entries, StoreHead head)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return new(Draft.Of(entries), head);
    }

    /// <summary>The same cluster after changes; <paramref name="entries"/> with a null object are deletions.</summary>
    internal ClusterSnapshot With(IEnumerable<(ResourceKey Key, SnapshotEntry? Entry)> entries, StoreHead head)
    {
        var draft = new Draft
        {
            Objects = objects, Uids = uids, Owned = owned, OnNode = onNode, Readers = readers, Unscheduled = unscheduled, Count = Count, Bytes = Bytes,
        };
        foreach (var (key, entry) in entries)
            draft.Set(key, entry);
        return new(draft, head);
    }

    /// <summary>What the cluster will be when the changes are committed on top of this; revisions are the ones that they will take.</summary>
    public ClusterSnapshot After(IReadOnlyList<ObjectChange> changes, IReadOnlyList<byte[]> bodies)
    {
        var entries = changes.Select((change, i) =>
        {
            var revision = new Revision(Revision.Value + i + 1);
            return (change.Key, change.Type == ChangeType.Deleted ? null
                : new SnapshotEntry(change.Key, revision, ObjectCodec.At(change.Object, revision), bodies[i].Length));
        });
        return With(entries, Head with { Revision = new(Revision.Value + changes.Count) });
    }

    /// <summary>The same objects under a newer head of the same revision (after a compaction).</summary>
    internal ClusterSnapshot At(StoreHead head) => With([], head);

    public SnapshotEntry? FindEntry(ResourceKey key) =>
        objects.TryGetValue(key.Type, out var namespaces) && namespaces.TryGetValue(key.Namespace, out var names) ? names.GetValueOrDefault(key.Name) : null;

    public KubeObject? Find(ResourceKey key) => FindEntry(key)?.Object;

    public IEnumerable<KubeObject> List(ResourceType type, string? namespaceName = null) => Entries(type, namespaceName).Select(e => e.Object);

    public IEnumerable<SnapshotEntry> Entries(ResourceType type, string? namespaceName = null)
    {
        if (!objects.TryGetValue(type, out var namespaces))
            return [];
        if (namespaceName is null)
            return namespaces.Values.SelectMany(names => names.Values);
        return namespaces.TryGetValue(namespaceName, out var found) ? found.Values : [];
    }

    public int CountOf(ResourceType type) => objects.TryGetValue(type, out var namespaces) ? namespaces.Values.Sum(names => names.Count) : 0;

    /// <summary>The types that have objects, by name: what is planned first must not depend on a process's hashes.</summary>
    public IEnumerable<ResourceType> Types => objects.Keys.OrderBy(t => t.Group, StringComparer.Ordinal).ThenBy(t => t.Resource, StringComparer.Ordinal);

    public KubeObject? FindByUid(string uid) => uids.GetValueOrDefault(uid)?.Object;

    public IEnumerable<KubeObject> OwnedBy(string uid) => owned.TryGetValue(uid, out var bucket) ? bucket.Values.Select(e => e.Object) : [];

    public IEnumerable<Pod> PodsOnNode(string nodeName) =>
        onNode.TryGetValue(nodeName, out var bucket) ? bucket.Values.Select(e => (Pod)e.Object) : [];

    /// <summary>The pods that read an object, so far a ConfigMap, whether it exists or not.</summary>
    public IEnumerable<Pod> ReadersOf(ResourceKey key) =>
        readers.TryGetValue(key, out var bucket) ? bucket.Values.Select(e => (Pod)e.Object) : [];

    public IEnumerable<Pod> UnscheduledPods => unscheduled.Values.Select(e => (Pod)e.Object);

    public bool Exists(string uid) => uids.ContainsKey(uid);

    private static bool WaitsForNode(Pod pod) =>
        string.IsNullOrEmpty(pod.Spec.NodeName) && pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase is not ("Succeeded" or "Failed");

    /// <summary>The indices while they are being changed.</summary>
    private sealed class Draft
    {
        public ImmutableDictionary<ResourceType, ImmutableSortedDictionary<string, ByName>> Objects =
            ImmutableDictionary<ResourceType, ImmutableSortedDictionary<string, ByName>>.Empty;
        public ImmutableDictionary<string, SnapshotEntry> Uids = ImmutableDictionary.Create<string, SnapshotEntry>(StringComparer.Ordinal);
        public ImmutableDictionary<string, Bucket> Owned = ImmutableDictionary.Create<string, Bucket>(StringComparer.Ordinal);
        public ImmutableDictionary<string, Bucket> OnNode = ImmutableDictionary.Create<string, Bucket>(StringComparer.Ordinal);
        public ImmutableDictionary<ResourceKey, Bucket> Readers = ImmutableDictionary<ResourceKey, Bucket>.Empty;
        public Bucket Unscheduled = NoKeys;
        public int Count;
        public long Bytes;

        /// <summary>Builds all indices at once: several times quicker than one change after the other.</summary>
        public static Draft Of(IEnumerable<SnapshotEntry> entries)
        {
            var all = entries.ToList();
            var draft = new Draft { Count = all.Count, Bytes = all.Sum(e => (long)e.Bytes) };
            draft.Objects = all.GroupBy(e => e.Key.Type).ToImmutableDictionary(type => type.Key, type => type
                .GroupBy(e => e.Key.Namespace).ToImmutableSortedDictionary(ns => ns.Key,
                    ns => ns.ToImmutableSortedDictionary(e => e.Key.Name, e => e, StringComparer.Ordinal), StringComparer.Ordinal));
            draft.Uids = draft.Uids.SetItems(all.Where(e => e.Object.Metadata.Uid is not null).Select(e => KeyValuePair.Create(e.Object.Metadata.Uid!, e)));
            draft.Owned = all.SelectMany(e => Owners(e.Object), (entry, owner) => (entry, owner)).GroupBy(x => x.owner)
                .ToImmutableDictionary(g => g.Key, g => ToBucket(g.Select(x => x.entry)), StringComparer.Ordinal);
            var pods = all.Where(e => e.Object is Pod).ToList();
            draft.OnNode = pods.Where(e => NodeOf(e.Object) is not null).GroupBy(e => NodeOf(e.Object)!)
                .ToImmutableDictionary(g => g.Key, ToBucket, StringComparer.Ordinal);
            draft.Readers = pods.SelectMany(e => Read(e.Object), (entry, map) => (entry, map)).GroupBy(x => x.map)
                .ToImmutableDictionary(g => g.Key, g => ToBucket(g.Select(x => x.entry)));
            draft.Unscheduled = ToBucket(pods.Where(e => WaitsForNode((Pod)e.Object)));
            return draft;
        }

        public void Set(ResourceKey key, SnapshotEntry? next)
        {
            var namespaces = Objects.GetValueOrDefault(key.Type, NoNamespaces);
            var names = namespaces.GetValueOrDefault(key.Namespace, NoNames);
            var old = names.GetValueOrDefault(key.Name);
            if (old is null && next is null)
                return;
            names = next is null ? names.Remove(key.Name) : names.SetItem(key.Name, next);
            namespaces = names.IsEmpty ? namespaces.Remove(key.Namespace) : namespaces.SetItem(key.Namespace, names);
            Objects = namespaces.IsEmpty ? Objects.Remove(key.Type) : Objects.SetItem(key.Type, namespaces);
            Count += (next is null ? 0 : 1) - (old is null ? 0 : 1);
            Bytes += (next?.Bytes ?? 0) - (old?.Bytes ?? 0);
            if (old is not null)
                Unlink(old, next);
            if (next is not null)
                Link(next);
        }

        private void Unlink(SnapshotEntry old, SnapshotEntry? next)
        {
            if (old.Object.Metadata.Uid is { } uid && uid != next?.Object.Metadata.Uid)
                Uids = Uids.Remove(uid);
            foreach (var owner in Owners(old.Object))
            {
                if (next is null || !Owners(next.Object).Contains(owner))
                    Owned = Without(Owned, owner, old.Key);
            }
            if (old.Object is not Pod pod)
                return;
            if (NodeOf(pod) is { } node && node != NodeOf(next?.Object))
                OnNode = Without(OnNode, node, old.Key);
            foreach (var map in Read(pod))
            {
                if (next is null || !Read(next.Object).Contains(map))
                    Readers = Without(Readers, map, old.Key);
            }
            if (next is null || !WaitsForNode((Pod)next.Object))
                Unscheduled = Unscheduled.Remove(old.Key);
        }

        private void Link(SnapshotEntry next)
        {
            if (next.Object.Metadata.Uid is { } uid)
                Uids = Uids.SetItem(uid, next);
            foreach (var owner in Owners(next.Object))
                Owned = Owned.SetItem(owner, Owned.GetValueOrDefault(owner, NoKeys).SetItem(next.Key, next));
            if (next.Object is not Pod pod)
                return;
            if (NodeOf(pod) is { } node)
                OnNode = OnNode.SetItem(node, OnNode.GetValueOrDefault(node, NoKeys).SetItem(next.Key, next));
            foreach (var map in Read(pod))
                Readers = Readers.SetItem(map, Readers.GetValueOrDefault(map, NoKeys).SetItem(next.Key, next));
            if (WaitsForNode(pod))
                Unscheduled = Unscheduled.SetItem(next.Key, next);
        }

        private static ImmutableDictionary<T, Bucket> Without<T>(ImmutableDictionary<T, Bucket> index, T at, ResourceKey key)
            where T : notnull
        {
            if (!index.TryGetValue(at, out var bucket))
                return index;
            bucket = bucket.Remove(key);
            return bucket.IsEmpty ? index.Remove(at) : index.SetItem(at, bucket);
        }

        private static Bucket ToBucket(IEnumerable<SnapshotEntry> entries) =>
            entries.ToImmutableSortedDictionary(e => e.Key, e => e, ResourceKeyOrder.Instance);

        private static IEnumerable<string> Owners(KubeObject value) =>
            value.Metadata.OwnerReferences is { Count: > 0 } owners ? owners.Select(o => o.Uid).Distinct(StringComparer.Ordinal) : [];

        private static IEnumerable<ResourceKey> Read(KubeObject value) => value is Pod pod ? PodReferences.ConfigMapsOf(pod).Distinct() : [];

        private static string? NodeOf(KubeObject? value) => value is Pod pod && !string.IsNullOrEmpty(pod.Spec.NodeName) ? pod.Spec.NodeName : null;
    }
}
