using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Routing;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>A request for what belongs to a tenant, outside every cluster: clusters and join tokens.</summary>
public sealed record ManagementCall(HttpContext Http, ApiRoute.Resource Route, CallerIdentity.User User, DateTimeOffset Now)
{
    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>The same request for the code that is shared with the kinds of a cluster.</summary>
    public ApiCall AsCall() => new(Http, Route, User, new ClusterRecord(User.TenantId, "", new(""), 0, ReadOnlyMemory<byte>.Empty, ""), Now);
}
