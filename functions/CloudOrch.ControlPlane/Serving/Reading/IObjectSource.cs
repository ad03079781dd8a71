using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>Objects in order of namespace and name, at a revision of their stream.</summary>
public sealed record Listing(IEnumerable<KubeObject> Objects, Revision Revision);

/// <summary>Where objects of a kind are read from: the cluster's cache, the Events' own table, or the nodes' heartbeats.</summary>
public interface IObjectSource
{
    /// <param name="key">Named.</param>
    /// <param name="anyVersion">True when a state that is a little old will do (<c>resourceVersion=0</c>).</param>
    Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, bool anyVersion, CancellationToken cancellation);

    Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, bool anyVersion, CancellationToken cancellation);

    /// <summary>Changes of every kind in the stream after a revision.</summary>
    IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, CancellationToken cancellation);
}
