using CloudOrch.Domain.Api;
using CloudOrch.Domain.Planning;

namespace CloudOrch.Domain.Kinds.Namespaces;

/// <summary>Empties a namespace that is being deleted, of every kind, and removes it when nothing is left in it.</summary>
public sealed class NamespacePlanner : IPlanner
{
    private const string Finalizer = "kubernetes";

    private static readonly ResourceType[] Namespaced =
        [.. KindRegistry.All.Where(k => k.Namespaced && k.Type != ResourceTypes.Events).Select(k => k.Type)];

    public string Name => "namespace";

    public IReadOnlyList<ResourceType> Watches { get; } = [ResourceTypes.Namespaces, .. Namespaced];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        if (changed is NamespaceObject)
            return [KindRegistry.KeyOf(changed)];
        var key = new ResourceKey(ResourceTypes.Namespaces, "", changed.Metadata.Namespace ?? "");
        return view.Find(key) is { Metadata.DeletionTimestamp: not null } ? [key] : [];
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not NamespaceObject { Metadata.DeletionTimestamp: not null } value)
            return Planning.Plan.Nothing;
        var steps = new List<Step>();
        if (value.Status?.Phase != "Terminating")
            steps.Add(new Step.Update(value = value with { Status = (value.Status ?? new()) with { Phase = "Terminating" } }));
        bool empty = true;
        foreach (var type in Namespaced)
        {
            foreach (var item in view.List(type, key.Name))
            {
                // The nodes' leases are made from rows when read: they are not stored, so they cannot be deleted.
                empty = false;
                if (item.Metadata.DeletionTimestamp is null && Deletion.Begin(item, now) is { } step)
                    steps.Add(step);
            }
        }
        if (empty && value.Spec?.Finalizers?.Contains(Finalizer) == true)
        {
            var left = value.Spec.Finalizers.Where(f => f != Finalizer).ToValueList();
            value = value with { Spec = value.Spec with { Finalizers = left.Count == 0 ? null : left } };
            if (left.Count > 0)
                steps.Add(new Step.Update(value));
        }
        if (empty && value.Spec?.Finalizers is not { Count: > 0 } && value.Metadata.Finalizers is not { Count: > 0 })
            steps.Add(new Step.Delete(key, value.Metadata.Uid ?? ""));
        return steps.Count == 0 ? Planning.Plan.Nothing : new(steps);
    }
}
