using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Planning;

/// <summary>How an object goes: at once, or first marked, until its finalizers and its containers are done.</summary>
public static class Deletion
{
    /// <summary>Dependents go first: <c>propagationPolicy: Foreground</c>.</summary>
    public const string Foreground = "foregroundDeletion";

    /// <summary>Dependents stay, without this owner: <c>propagationPolicy: Orphan</c>.</summary>
    public const string Orphan = "orphan";

    private const long DefaultGraceSeconds = 30;

    /// <summary>The step that deletes the object; null when nothing is left to be done about it.</summary>
    /// <param name="value">As it is stored now.</param>
    /// <param name="now">The pass's time.</param>
    /// <param name="finalizer"><see cref="Foreground"/> or <see cref="Orphan"/>; null: dependents go in the background.</param>
    /// <param name="graceSeconds">For pods; null: what the pod says. A pod that no node runs needs none.</param>
    public static Step? Begin(KubeObject value, DateTimeOffset now, string? finalizer = null, long? graceSeconds = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        var meta = value.Metadata;
        var finalizers = meta.Finalizers ?? [];
        if (finalizer is not null && !finalizers.Contains(finalizer))
            finalizers = finalizers.Add(finalizer);
        long grace = value is Pod pod ? GraceOf(pod, graceSeconds) : 0;
        // What a node may be running under a fenced identity goes when the node says so, or has been silent for long enough.
        bool isHeld = value is Pod held && FencedIdentity.IsHeldBy(held);
        if (finalizers.Count == 0 && grace == 0 && !isHeld && value is not NamespaceObject { Spec.Finalizers.Count: > 0 })
            return new Step.Delete(KindRegistry.KeyOf(value), meta.Uid ?? "");
        if (meta.DeletionTimestamp is not null && finalizers.Count == (meta.Finalizers?.Count ?? 0) && !(grace < meta.DeletionGracePeriodSeconds))
            return null;
        long already = meta.DeletionGracePeriodSeconds ?? long.MaxValue;
        bool sooner = meta.DeletionTimestamp is null || grace < already;
        return new Step.Update(value with
        {
            Metadata = meta with
            {
                DeletionTimestamp = sooner ? now.AddSeconds(grace).ToSeconds() : meta.DeletionTimestamp,
                DeletionGracePeriodSeconds = sooner ? grace : meta.DeletionGracePeriodSeconds,
                Finalizers = finalizers.Count == 0 ? null : finalizers,
                Generation = meta.DeletionTimestamp is null && meta.Generation > 0 ? meta.Generation + 1 : meta.Generation,
            },
        });
    }

    /// <summary>The object without one finalizer: removed when that was the last thing it waited for.</summary>
    public static Step WithoutFinalizer(KubeObject value, string finalizer)
    {
        ArgumentNullException.ThrowIfNull(value);
        var left = (value.Metadata.Finalizers ?? []).Where(f => f != finalizer).ToValueList();
        if (left.Count == 0 && value.Metadata.DeletionTimestamp is not null && value is not Pod and not NamespaceObject { Spec.Finalizers.Count: > 0 })
            return new Step.Delete(KindRegistry.KeyOf(value), value.Metadata.Uid ?? "");
        return new Step.Update(value with { Metadata = value.Metadata with { Finalizers = left.Count == 0 ? null : left } });
    }

    private static long GraceOf(Pod pod, long? asked) =>
        string.IsNullOrEmpty(pod.Spec.NodeName) || pod.Status?.Phase is "Succeeded" or "Failed"
            ? 0
            : Math.Max(0, asked ?? pod.Spec.TerminationGracePeriodSeconds ?? DefaultGraceSeconds);
}
