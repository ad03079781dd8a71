using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Planning;

namespace CloudOrch.ControlPlane.Brain;

public sealed partial class BrainHost
{
    /// <summary>The brain's name as the manager of fields.</summary>
    private const string Manager = "cloudorch";

    /// <param name="Snapshot">Where the cluster stands now.</param>
    /// <param name="Done">All changes are committed; if not, it is to be planned anew.</param>
    /// <param name="PlannedTo">Changes up to here were planned with, or are our own.</param>
    private sealed record Committed(ClusterSnapshot Snapshot, bool Done, int Changes, Revision PlannedTo);

    /// <summary>Commits what the pass wants, chain by chain. When others commit in between and touch nothing of it, it goes on from there.</summary>
    private async Task<Committed> CommitAsync(BrainMemory memory, ClusterCache cache, ClusterSnapshot basis, PlannedPass plan, CancellationToken cancellation)
    {
        var plannedTo = basis.Revision;
        bool alone = true;
        int written = 0;
        var refused = new HashSet<ResourceKey>();
        var changes = ChangesOf(plan, refused);
        for (int at = 0; at < changes.Count;)
        {
            var chain = ChainFrom(changes, at);
            memory.Drifted.UnionWith(plan.Overlay.Touched);
            var outcome = await cache.CommitInOrderAsync(basis, chain, cancellation).ConfigureAwait(false);
            at += outcome.Done;
            written += outcome.Done;
            var ownEnd = new Revision(basis.Revision.Value + outcome.Done);
            if (alone)
                plannedTo = ownEnd;
            switch (outcome.Last)
            {
                case CommitOutcome.Gone:
                    throw new ClusterGoneException(cache.Cluster);
                case CommitOutcome.TooLarge { Key: { } key, Limit: var limit }:
                    // One object that cannot be stored must not stop the cluster; its planner is told by the next pass that nothing changed.
                    Log.TooLarge(logger, cache.Cluster.Value, key.ToString(), limit);
                    refused.Add(key);
                    basis = await CurrentAsync(cache, ownEnd, cancellation).ConfigureAwait(false);
                    break;
                case CommitOutcome.TooLarge { Limit: var limit }:
                    throw new InvalidOperationException($"a chain of {chain.Count} changes does not fit: {limit}");
                case CommitOutcome.Conflict:
                    basis = await cache.CatchUpAsync(cancellation).ConfigureAwait(false);
                    break;
                default:
                    basis = await CurrentAsync(cache, ownEnd, cancellation).ConfigureAwait(false);
                    break;
            }
            if (basis.Revision != ownEnd)
            {
                alone = false;
                if (!IsIndependent(cache, plan, ownEnd, basis.Revision))
                    return new(basis, at >= changes.Count, written, plannedTo);
            }
            if (basis.Revision != ownEnd || refused.Count > 0)
            {
                plan.Overlay = plan.Overlay.Rebased(basis);
                (changes, at) = (ChangesOf(plan, refused), 0);
            }
        }
        memory.Drifted.UnionWith(plan.Overlay.Touched);
        return new(basis, true, written, plannedTo);
    }

    /// <summary>A chain names an object once: a transaction of the store cannot do more.</summary>
    private List<ObjectChange> ChainFrom(List<ObjectChange> changes, int at)
    {
        var keys = new HashSet<ResourceKey>();
        return [.. changes.Skip(at).Take(options.ChangesPerChain).TakeWhile(c => keys.Add(c.Key))];
    }

    /// <summary>Our own commits are in the cache at once, unless it has been reading the log meanwhile.</summary>
    private static async Task<ClusterSnapshot> CurrentAsync(ClusterCache cache, Revision atLeast, CancellationToken cancellation) =>
        cache.Current is { } current && current.Revision >= atLeast ? current : await cache.CatchUpAsync(cancellation).ConfigureAwait(false);

    /// <summary>Whether others changed nothing that this pass has read or written.</summary>
    private static bool IsIndependent(ClusterCache cache, PlannedPass plan, Revision after, Revision upTo)
    {
        if (cache.ChangesBetween(after, upTo) is not { } events)
            return false;
        var touched = plan.Overlay.Touched.ToHashSet();
        return events.All(e => e.Object is not Node && e.PreviousKnown && !touched.Contains(e.Key)
            && !Concerned(plan.Run, e.Object) && (e.Previous is null || !Concerned(plan.Run, e.Previous)));
    }

    private static bool Concerned(PlanningRun run, KubeObject value) => run.ConcernedBy(value).Any(k => run.WasPlanned(k.Planner, k.Key));

    private static List<ObjectChange> ChangesOf(PlannedPass plan, HashSet<ResourceKey> refused) => [.. plan.Overlay.NetChanges()
        .Where(c => !refused.Contains(c.Key))
        .SelectMany(c => c switch
        {
            // Another object of the same name: the old one goes, the new one comes.
            { Before: { } before, After: { } after } when before.Metadata.Uid != after.Metadata.Uid =>
                new[] { new ObjectChange(ChangeType.Deleted, c.Key, before), new ObjectChange(ChangeType.Added, c.Key, after) },
            { Before: null } => [new ObjectChange(ChangeType.Added, c.Key, c.After!)],
            { After: null } => [new ObjectChange(ChangeType.Deleted, c.Key, c.Before!)],
            _ => Owned(c.Key, c.Before, c.After!, plan.Now),
        })];

    /// <summary>Objects whose fields have owners lose to the brain what it changes, so that a user who applies sees a conflict where, for instance, a scaler was.</summary>
    private static ObjectChange[] Owned(ResourceKey key, KubeObject before, KubeObject after, DateTimeOffset now)
    {
        if (before.Metadata.ManagedFields is not { Count: > 0 } had)
            return [new(ChangeType.Modified, key, after)];
        // An overlay that goes on after a commit of its own holds the owners of before.
        if (after.Metadata.ManagedFields != had)
            after = after with { Metadata = after.Metadata with { ManagedFields = had } };
        if (after with { Metadata = after.Metadata with { ResourceVersion = before.Metadata.ResourceVersion } } == before)
            return [];
        var owners = FieldOwnership.AfterOwnWrite(KindRegistry.Of(after), before, after, Manager, now);
        return [new(ChangeType.Modified, key, owners == had ? after : after with { Metadata = after.Metadata with { ManagedFields = owners } })];
    }
}
