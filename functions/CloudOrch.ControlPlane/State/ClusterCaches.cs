using System.Collections.Concurrent;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.State;

/// <summary>The caches of this process, bounded in memory: the ones used longest ago go first, never one that is being watched.</summary>
public sealed class ClusterCaches(IResourceStore store, TimeProvider clock, CacheOptions options, ILogger<ClusterCache> logger)
{
    private readonly ConcurrentDictionary<ClusterId, ClusterCache> caches = new();
    private long uses;

    public ClusterCache Of(ClusterId cluster)
    {
        var cache = caches.GetOrAdd(cluster, id => new ClusterCache(id, store, clock, options, logger));
        cache.LastUsed = Interlocked.Increment(ref uses);
        Trim(cache);
        return cache;
    }

    /// <summary>The cache if there is one and it is loaded: a cold instance answers small questions from the store instead.</summary>
    public ClusterCache? Loaded(ClusterId cluster) => caches.TryGetValue(cluster, out var cache) && cache.Current is not null ? Of(cluster) : null;

    /// <summary>Forgets a cluster, after it was deleted.</summary>
    public void Drop(ClusterId cluster) => caches.TryRemove(cluster, out _);

    public long Bytes => caches.Values.Sum(c => c.Current?.Bytes ?? 0);

    private void Trim(ClusterCache keep)
    {
        long bytes = Bytes;
        if (bytes <= options.MaxBytes)
            return;
        foreach (var cache in caches.Values.OrderBy(c => c.LastUsed))
        {
            if (bytes <= options.MaxBytes)
                return;
            if (cache == keep || cache.Watched)
                continue;
            if (caches.TryRemove(KeyValuePair.Create(cache.Cluster, cache)))
                bytes -= cache.Current?.Bytes ?? 0;
        }
    }
}
