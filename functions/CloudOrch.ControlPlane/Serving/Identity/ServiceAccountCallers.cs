using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.ServiceAccounts;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Identity;

/// <summary>Who calls as a service account. A token ends with its time, with the account, and with the object that it is bound to.</summary>
public sealed class ServiceAccountCallers(ClusterCaches caches, ServingOptions options, TimeProvider clock)
{
    /// <summary>By the token alone: nothing is read.</summary>
    public ServiceAccountClaims? Claimed(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ServiceAccountTokens.Read(request.Headers.Authorization, options.TokenKeys, clock.GetUtcNow());
    }

    /// <summary>Whether the token is for this cluster, and what it stands for is still there.</summary>
    /// <param name="cluster">What the request's path names; null: nothing, or no cluster of the tenant.</param>
    public async Task<bool> IsGoodAsync(ServiceAccountClaims claims, ClusterRecord? cluster, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (cluster is null || cluster.Id != claims.Cluster)
            return false;
        var cache = caches.Of(cluster.Id);
        var snapshot = cache.Recent ?? await cache.CatchUpAsync(cancellation).ConfigureAwait(false);
        return snapshot.Find(new(ResourceTypes.ServiceAccounts, claims.Namespace, claims.Name))?.Metadata.Uid == claims.Uid
            && (claims.Bound is not { } bound || snapshot.Find(TokenRequestRules.KeyOf(bound, claims.Namespace))?.Metadata.Uid == bound.Uid);
    }
}
