using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Namespaces;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>What a deletion makes of one object: gone at once, or marked for whoever must finish it (node, garbage collector, namespace planner).</summary>
public static class DeleteRules
{
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";
    private const long DefaultGrace = 30;

    public static Decision Decide(ClusterSnapshot snapshot, ResourceKey key, DeleteOptions asked, bool dryRun, DateTimeOffset now)
    {
        if (snapshot.FindEntry(key) is not { } entry)
            return new Decision.Refuse(Refusals.NotFound(key.Type, key.Name));
        if (UpdateRules.CheckPreconditions(key, entry, asked.Preconditions?.Uid, asked.Preconditions?.ResourceVersion) is { } stale)
            return new Decision.Refuse(stale);
        if (entry.Object is NamespaceObject && Admission.SystemNamespaces.Contains(key.Name))
            return new Decision.Refuse(Refusals.Forbidden(key.Type, key.Name, "this namespace may not be deleted"));
        var marked = Mark(entry.Object, asked, now);
        if (dryRun || (marked == entry.Object && !IsGone(marked)))
            return new Decision.Keep(marked);
        if (!IsGone(marked))
            return new Decision.Write([new(ChangeType.Modified, key, marked)]);
        return new Decision.Write(marked is Node node ? WithItsPods(snapshot, key, node, now) : [new(ChangeType.Deleted, key, marked)]);
    }

    /// <summary>Whether nothing has to happen any more before the object goes.</summary>
    public static bool IsGone(KubeObject marked) => UpdateRules.IsFinished(marked);

    private static KubeObject Mark(KubeObject value, DeleteOptions asked, DateTimeOffset now)
    {
        long grace = GraceOf(value, asked);
        var metadata = value.Metadata;
        if (metadata.DeletionTimestamp is null || grace < (metadata.DeletionGracePeriodSeconds ?? 0))
        {
            var started = metadata.DeletionTimestamp is { } before ? before.AddSeconds(-(metadata.DeletionGracePeriodSeconds ?? 0)) : now;
            metadata = metadata with { DeletionTimestamp = WholeSeconds(started.AddSeconds(grace)), DeletionGracePeriodSeconds = grace };
            if (metadata.Generation is { } generation && value.Metadata.DeletionTimestamp is null)
                metadata = metadata with { Generation = generation + 1 };
        }
        string[] finalizers = [.. metadata.Finalizers ?? []];
        string? wanted = asked.PropagationPolicy switch
        {
            "Foreground" => Foreground,
            "Orphan" => Orphan,
            null when asked.OrphanDependents == true => Orphan,
            _ => null,
        };
        if (asked.PropagationPolicy is not null || asked.OrphanDependents is not null)
            finalizers = [.. finalizers.Where(f => f is not (Foreground or Orphan)), .. wanted is null ? Array.Empty<string>() : [wanted]];
        metadata = metadata with { Finalizers = finalizers.Length == 0 ? null : finalizers.ToValueList() };
        value = value with { Metadata = metadata };
        return value is NamespaceObject space ? space with { Status = (space.Status ?? new()) with { Phase = "Terminating" } } : value;
    }

    /// <summary>Only pods have grace, and only those that a node may be running.</summary>
    private static long GraceOf(KubeObject value, DeleteOptions asked)
    {
        if (value is not Pod pod || string.IsNullOrEmpty(pod.Spec.NodeName) || pod.Status?.Phase is "Succeeded" or "Failed")
            return 0;
        return Math.Max(0, asked.GracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? DefaultGrace);
    }

    /// <summary>
    /// A node goes with its pods, in the same commit when they fit into one; else it is cordoned first and goes last, so that no
    /// prefix leaves pods on a node that is gone or lets new ones come. (The two changes of the Node are then never in one commit.)
    /// Pods with a fenced identity stay, marked, for as long as its server may run them.
    /// </summary>
    private static List<ObjectChange> WithItsPods(ClusterSnapshot snapshot, ResourceKey key, Node node, DateTimeOffset now)
    {
        var changes = snapshot.PodsOnNode(key.Name).Select(p => FencedIdentity.IsHeldBy(p)
            ? new ObjectChange(ChangeType.Modified, KindRegistry.KeyOf(p), FencedIdentity.Owed(p, now))
            : new ObjectChange(ChangeType.Deleted, KindRegistry.KeyOf(p), p)).ToList();
        if (changes.Count + 1 > StoreLimits.ChangesPerCommit)
        {
            var cordoned = (Node)snapshot.Find(key)!;
            changes.Insert(0, new(ChangeType.Modified, key, cordoned with { Spec = cordoned.Spec with { Unschedulable = true } }));
        }
        changes.Add(new(ChangeType.Deleted, key, node));
        return changes;
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
