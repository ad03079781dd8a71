using System.Collections.Concurrent;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>(tenant, name) to cluster, remembered for seconds: names seldom move, and the head read of every verb notices a deleted cluster.</summary>
public sealed class ClusterLookup(IDirectory directory, ServingOptions options, TimeProvider clock)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<(string Tenant, string Name), (ClusterRecord Cluster, DateTimeOffset Until)> known = new();

    /// <returns>null when the tenant has no such cluster; that is never remembered.</returns>
    public async Task<ClusterRecord?> FindAsync(string tenantId, string name, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue((tenantId, name), out var hit) && hit.Until > now)
            return hit.Cluster;
        var found = await directory.FindClusterAsync(tenantId, name, cancellation).ConfigureAwait(false);
        if (known.Count >= MaxRemembered)
            known.Clear();
        if (found is null)
            known.TryRemove((tenantId, name), out _);
        else
            known[(tenantId, name)] = (found, now + options.DirectoryCache);
        return found;
    }

    public void Forget(string tenantId, string name) => known.TryRemove((tenantId, name), out _);
}
