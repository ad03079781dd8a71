using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Testing.Planning;

/// <summary>The plainest cluster view: a sorted map, searched from end to end.</summary>
public sealed class DictionaryView : IClusterView
{
    private readonly SortedDictionary<string, (ResourceKey Key, KubeObject Value)> objects = new(StringComparer.Ordinal);

    public IEnumerable<KubeObject> All => objects.Values.Select(o => o.Value);

    public IEnumerable<Pod> UnscheduledPods => All.OfType<Pod>().Where(p => string.IsNullOrEmpty(p.Spec.NodeName) && p.IsActive());

    public void Set(ResourceKey key, KubeObject? value)
    {
        if (value is null)
            objects.Remove(Sorted(key));
        else
            objects[Sorted(key)] = (key, value);
    }

    public void Set(KubeObject value) => Set(KindRegistry.KeyOf(value), value);

    public KubeObject? Find(ResourceKey key) => objects.TryGetValue(Sorted(key), out var found) ? found.Value : null;

    public IEnumerable<KubeObject> List(ResourceType type, string? namespaceName = null) =>
        objects.Values.Where(o => o.Key.Type == type && (namespaceName is null || o.Key.Namespace == namespaceName)).Select(o => o.Value);

    public IEnumerable<KubeObject> OwnedBy(string uid) => All.Where(o => o.Metadata.OwnerReferences?.Any(r => r.Uid == uid) == true);

    public IEnumerable<Pod> PodsOnNode(string nodeName) => All.OfType<Pod>().Where(p => p.Spec.NodeName == nodeName);

    public bool Exists(string uid) => All.Any(o => o.Metadata.Uid == uid);

    private static string Sorted(ResourceKey key) => $"{key.Type}\n{key.Namespace}\n{key.Name}";
}
