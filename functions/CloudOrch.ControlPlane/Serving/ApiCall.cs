using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>One authorized request for a kind of a cluster.</summary>
public sealed record ApiCall(HttpContext Http, ApiRoute.Resource Route, CallerIdentity.User User, ClusterRecord Cluster, DateTimeOffset Now)
{
    public KindDefinition Kind => Route.Kind;

    public ClusterId ClusterId => Cluster.Id;

    public CancellationToken Cancellation => Http.RequestAborted;

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? (string?)values[^1] : null;

    public bool Flag(string name) => Query(name) is "true" or "1" or "";
}
