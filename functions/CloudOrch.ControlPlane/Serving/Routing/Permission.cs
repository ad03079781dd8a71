namespace CloudOrch.ControlPlane.Serving.Routing;

/// <summary>Who may use a route. A route without one does not start.</summary>
public abstract record Permission
{
    private Permission() { }

    /// <summary>Anybody, without a token: health and version (Kubernetes' system:public-info-viewer), and enrolment, whose join token is the right.</summary>
    public sealed record Anyone(string Reason) : Permission;

    /// <summary>Every user whose token is valid, for clusters of his tenant: discovery and OpenAPI (system:discovery).</summary>
    public sealed record AnyUser : Permission;

    /// <summary>RBAC decides by verb, group, resource, subresource, namespace and name.</summary>
    public sealed record ByResource : Permission;

    /// <summary>A node that is enrolled, by its own signature; it may touch only what is its own.</summary>
    public sealed record ANode : Permission;
}
