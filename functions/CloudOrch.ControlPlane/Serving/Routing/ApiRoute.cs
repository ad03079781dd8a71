using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Routing;

/// <summary>What a request's path and method mean.</summary>
/// <param name="Cluster">The cluster's name; null outside every cluster.</param>
/// <param name="Path">The rest of the path, without the cluster.</param>
public abstract record ApiRoute(string? Cluster, string Path)
{
    public sealed record Health(string? Cluster, string Path) : ApiRoute(Cluster, Path);

    public sealed record Version(string? Cluster, string Path) : ApiRoute(Cluster, Path);

    public sealed record Discovery(string? Cluster, string Path) : ApiRoute(Cluster, Path);

    public sealed record OpenApi(string? Cluster, string Path) : ApiRoute(Cluster, Path);

    /// <summary>The list of CustomResourceDefinitions. There are none; kubectl asks before it says that it knows no such kind.</summary>
    public sealed record CustomResources(string? Cluster, string Path) : ApiRoute(Cluster, Path);

    /// <param name="Kind">In the version that the path names.</param>
    /// <param name="Namespace">Empty for cluster scope and for listings over all namespaces.</param>
    /// <param name="Name">Empty for a collection.</param>
    /// <param name="Subresource">Empty for the object itself.</param>
    /// <param name="Verb">Kubernetes' request verb: create, get, list, watch, update, patch, delete, deletecollection.</param>
    public sealed record Resource(string? Cluster, string Path, KindDefinition Kind, string Namespace, string Name, string Subresource, string Verb)
        : ApiRoute(Cluster, Path)
    {
        public ResourceKey Key => new(Kind.Stored.Type, Namespace, Name);
    }

    public sealed record NodeCall(string Path) : ApiRoute((string?)null, Path);
}
