using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>The cluster's own state. A cold instance answers for one object from the store while the cache loads.</summary>
public sealed class CacheSource(ClusterCaches caches, IResourceStore store) : IObjectSource
{
    public async Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation)
    {
        if (caches.Loaded(cluster) is not { } cache)
        {
            var row = await store.GetAsync(cluster, key, cancellation).ConfigureAwait(false);
            return row is null ? null : ObjectCodec.Read(key.Type, row.Revision, row.Body.Span);
        }
        var snapshot = await cache.CatchUpAsync(cancellation).ConfigureAwait(false);
        return snapshot.Find(key);
    }

    public async Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation)
    {
        if (caches.Loaded(cluster) is not { } cache)
            return await ListColdAsync(cluster, type, namespaceName, cancellation).ConfigureAwait(false);
        var snapshot = await cache.CatchUpAsync(cancellation).ConfigureAwait(false);
        return new(snapshot.List(type, namespaceName), snapshot.Revision);
    }

    /// <summary>Reads one kind from the store, and lets the cache load for whoever asks next.</summary>
    private async Task<Listing> ListColdAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation)
    {
        _ = caches.Of(cluster).CatchUpAsync(CancellationToken.None).ContinueWith(static load => _ = load.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var listing = await ClusterListing.ReadAsync(store, cluster, type, namespaceName, cancellation).ConfigureAwait(false) ?? throw new ClusterGoneException(cluster);
        return new(listing.Entries.OrderBy(e => e.Key.Namespace, StringComparer.Ordinal).ThenBy(e => e.Key.Name, StringComparer.Ordinal).Select(e => e.Object), listing.Head.Revision);
    }

    public IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, CancellationToken cancellation) =>
        caches.Of(cluster).WatchAsync(after, cancellation);
}
