using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Planning;

/// <summary>Deletes what its owners have left behind, and holds owners whose dependents must go first or be set free.</summary>
/// <remarks>
/// https://kubernetes.io/docs/concepts/architecture/garbage-collection/. An owner is known by uid: an object of the same name
/// does not keep dependents alive. An object goes when none of its owners is left; a second owner keeps it.
/// </remarks>
public sealed class GarbageCollectionPlanner : IPlanner
{
    public string Name => "garbage-collection";

    public IReadOnlyList<ResourceType> Watches { get; } = [.. KindRegistry.All.Select(k => k.Type).Where(t => t != ResourceTypes.Events)];

    public IEnumerable<ResourceKey> KeysFor(KubeObject changed, IClusterView view)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(view);
        var meta = changed.Metadata;
        bool held = meta.DeletionTimestamp is not null && meta.Finalizers is { Count: > 0 };
        // While its owners are there nothing is to be planned for a dependent; that one goes is a change itself.
        if (held || HasLostOwner(meta, view))
            yield return KindRegistry.KeyOf(changed);
        // A dependent that is gone may have been the last one that its owner waits for.
        for (int i = 0; i < meta.OwnerReferences?.Count; i++)
        {
            if (meta.OwnerReferences[i] is { BlockOwnerDeletion: true } owner && OwnerOf(owner, meta.Namespace, view) is { Metadata.DeletionTimestamp: not null } waiting)
                yield return KindRegistry.KeyOf(waiting);
        }
        if (meta.Uid is { } uid && (held || !view.Exists(uid)))
        {
            foreach (var dependent in view.OwnedBy(uid).Known())
                yield return KindRegistry.KeyOf(dependent);
        }
    }

    public Plan Plan(IClusterView view, ResourceKey key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        if (view.Find(key) is not { } value)
            return Planning.Plan.Nothing;
        var steps = new List<Step>();
        if (value.Metadata is { DeletionTimestamp: not null, Finalizers: { } finalizers })
        {
            if (finalizers.Contains(Deletion.Orphan))
                return new(SetFree(view, value));
            if (finalizers.Contains(Deletion.Foreground))
            {
                steps.AddRange(DeleteDependents(view, value, now));
                if (steps.Count == 0 && !view.OwnedBy(value.Metadata.Uid!).Any(d => Blocks(d, value.Metadata.Uid!)))
                    return new([Deletion.WithoutFinalizer(value, Deletion.Foreground)]);
                return steps.Count == 0 ? Planning.Plan.Nothing : new(steps);
            }
        }
        return Dangling(view, value, now) is { } step ? new([step]) : Planning.Plan.Nothing;
    }

    private static bool HasLostOwner(ObjectMeta meta, IClusterView view)
    {
        foreach (var owner in (meta.OwnerReferences ?? []).AsSpan())
        {
            if (!view.Exists(owner.Uid))
                return true;
        }
        return false;
    }

    /// <summary>Without any owner left the object goes; with one left only the references to the others do.</summary>
    private static Step? Dangling(IClusterView view, KubeObject value, DateTimeOffset now)
    {
        if (value.Metadata.OwnerReferences is not { Count: > 0 } owners)
            return null;
        bool gone = false;
        bool solid = false;
        foreach (var owner in owners.AsSpan())
        {
            if (!view.Exists(owner.Uid))
                gone = true;
            else if (!IsWaiting(view, owner, value))
                solid = true;
        }
        if (!gone)
            return null;
        if (!solid && owners.All(o => !view.Exists(o.Uid)))
            return value.Metadata.DeletionTimestamp is null ? Deletion.Begin(value, now) : null;
        if (!solid)
            return null;
        var left = owners.Where(o => view.Exists(o.Uid)).ToValueList();
        return new Step.Update(value with { Metadata = value.Metadata with { OwnerReferences = left } });
    }

    private static List<Step> SetFree(IClusterView view, KubeObject owner)
    {
        var steps = new List<Step>();
        foreach (var dependent in view.OwnedBy(owner.Metadata.Uid!).Known())
        {
            var left = dependent.Metadata.OwnerReferences!.Where(o => o.Uid != owner.Metadata.Uid).ToValueList();
            steps.Add(new Step.Update(dependent with { Metadata = dependent.Metadata with { OwnerReferences = left.Count == 0 ? null : left } }));
        }
        steps.Add(Deletion.WithoutFinalizer(owner, Deletion.Orphan));
        return steps;
    }

    private static IEnumerable<Step> DeleteDependents(IClusterView view, KubeObject owner, DateTimeOffset now)
    {
        foreach (var dependent in view.OwnedBy(owner.Metadata.Uid!).Known())
        {
            var others = dependent.Metadata.OwnerReferences!.Where(o => o.Uid != owner.Metadata.Uid).ToValueList();
            if (others.Any(o => view.Exists(o.Uid) && !IsWaiting(view, o, dependent)))
            {
                yield return new Step.Update(dependent with { Metadata = dependent.Metadata with { OwnerReferences = others } });
                continue;
            }
            if (dependent.Metadata.DeletionTimestamp is not null)
                continue;
            bool hasOwn = dependent.Metadata.Uid is { } uid && view.OwnedBy(uid).Any();
            if (Deletion.Begin(dependent, now, hasOwn ? Deletion.Foreground : null) is { } step)
                yield return step;
        }
    }

    private static bool Blocks(KubeObject dependent, string uid) =>
        dependent.Metadata.OwnerReferences!.Any(o => o.Uid == uid && o.BlockOwnerDeletion == true);

    private static bool IsWaiting(IClusterView view, OwnerReference owner, KubeObject dependent) =>
        OwnerOf(owner, dependent.Metadata.Namespace, view)?.Metadata is { DeletionTimestamp: not null } meta && meta.Finalizers?.Contains(Deletion.Foreground) == true;

    private static KubeObject? OwnerOf(OwnerReference owner, string? namespaceName, IClusterView view)
    {
        if (KindRegistry.Find(owner.ApiVersion, owner.Kind) is not { } kind)
            return null;
        var found = view.Find(new(kind.Stored.Type, kind.Namespaced ? namespaceName ?? "" : "", owner.Name));
        return found?.Metadata.Uid == owner.Uid ? found : null;
    }
}
