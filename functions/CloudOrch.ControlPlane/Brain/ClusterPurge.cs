using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>Removes everything of a cluster that has no name any more. Repeatable: what an earlier attempt left is found again.</summary>
/// <remarks>
/// The objects go first, so that nobody can commit or plan; the enrolments go last, since they lead to the queues. A pass that was
/// under way may still write an assignment, a request an enrolment: so it is done once more when none of them can be left.
/// </remarks>
public sealed class ClusterPurge(IResourceStore store, IEventStore events, INodeRows rows, IDirectory directory, IDecisionSender decisions,
    IDueTable due, ClusterCaches caches, BrainMemories memories, TimeProvider clock)
{
    /// <summary>The host ends a function, and so a pass, after five minutes (<c>functionTimeout</c> in host.json).</summary>
    private static readonly TimeSpan LongestPass = TimeSpan.FromMinutes(6);

    /// <summary>Purges what is owed under <see cref="RingReasons.Purge"/>, then owes the last look.</summary>
    public async Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        // Owed before the name went: when it never did, nothing may be taken away.
        if (await directory.FindClusterAsync(cluster, cancellation).ConfigureAwait(false) is null)
        {
            await RemoveAllAsync(cluster, cancellation).ConfigureAwait(false);
            await due.SetAsync(new(cluster, RingReasons.PurgeAgain, clock.GetUtcNow() + LongestPass), cancellation).ConfigureAwait(false);
        }
        await due.ClearAsync(cluster, RingReasons.Purge, cancellation).ConfigureAwait(false);
    }

    /// <summary>The last look, owed under <see cref="RingReasons.PurgeAgain"/>.</summary>
    public async Task PurgeAgainAsync(ClusterId cluster, CancellationToken cancellation)
    {
        await RemoveAllAsync(cluster, cancellation).ConfigureAwait(false);
        await due.ClearAsync(cluster, RingReasons.PurgeAgain, cancellation).ConfigureAwait(false);
    }

    private async Task RemoveAllAsync(ClusterId cluster, CancellationToken cancellation)
    {
        await store.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
        caches.Drop(cluster);
        memories.Forget(cluster);
        await events.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
        await rows.PurgeAsync(cluster, cancellation).ConfigureAwait(false);
        foreach (var enrolment in await directory.ListEnrolmentsAsync(cluster, cancellation).ConfigureAwait(false))
        {
            await decisions.DeleteQueueAsync(enrolment.NodeUid, cancellation).ConfigureAwait(false);
            await directory.RemoveEnrolmentAsync(enrolment, cancellation).ConfigureAwait(false);
        }
    }
}
