using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Writing;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>Deletes a cluster: its name first, so that nothing new finds it, then all that belongs to it.</summary>
/// <remarks>What remains to be purged is owed in table <c>due</c> before the name goes, so a process that dies in between loses nothing: <c>Tick</c> finishes it.</remarks>
public sealed partial class ClusterRemoval(IDirectory directory, IDueTable due, ClusterPurge purge, ClusterWriters writers, TimeProvider clock, ILogger<ClusterRemoval> logger)
{
    /// <summary>How long this process has before <c>Tick</c> takes over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <returns>false when the name led elsewhere meanwhile, so that nothing was deleted.</returns>
    public async Task<bool> RemoveAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        // The purge looks first whether the name is really gone.
        await due.SetAsync(new(cluster.Id, RingReasons.Purge, clock.GetUtcNow() + Patience), cancellation).ConfigureAwait(false);
        if (await directory.RemoveClusterAsync(cluster, cancellation).ConfigureAwait(false) == DirectoryWrite.Conflict)
        {
            await due.ClearAsync(cluster.Id, RingReasons.Purge, cancellation).ConfigureAwait(false);
            return false;
        }
        foreach (var token in await directory.ListJoinTokensAsync(cluster.TenantId, cancellation).ConfigureAwait(false))
        {
            if (token.Cluster == cluster.Id)
                await directory.RemoveJoinTokenAsync(token, cancellation).ConfigureAwait(false);
        }
        writers.Drop(cluster.Id);
        try
        {
            await purge.PurgeAsync(cluster.Id, cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException e)
        {
            // The name is gone, which is what was asked for; the rest is owed.
            Log.Later(logger, e, cluster.Id.Value);
        }
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cluster {Cluster}: its name is gone, the rest is purged later")]
        public static partial void Later(ILogger logger, Exception error, string cluster);
    }
}
