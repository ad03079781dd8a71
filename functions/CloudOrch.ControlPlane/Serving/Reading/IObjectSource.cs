using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>Objects in order of namespace and name, at a revision of their stream.</summary>
public sealed record Listing(IEnumerable<KubeObject> Objects, Revision Revision);

/// <summary>Where objects of a kind are read from: the cluster's cache, the Events' own table, or the nodes' own rows.</summary>
/// <remarks>
/// What is read is never older than the last commit of any process, also when the client would take an older state
/// (<c>resourceVersion=0</c>): an idle process may be hours behind, and `kubectl rollout status` begins with such a list.
/// </remarks>
public interface IObjectSource
{
    Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation);

    Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation);

    /// <summary>Changes of every kind in the stream after a revision.</summary>
    IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, CancellationToken cancellation);
}
