using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Routing;

/// <summary>Paths to routes, as k8s.io/apiserver's RequestInfo does, with <c>/clusters/{cluster}</c> in front.</summary>
public static class RouteParser
{
    private static readonly string[] HealthPaths = ["/healthz", "/livez", "/readyz"];

    /// <param name="watch">Whether <c>?watch=true</c> is asked.</param>
    /// <returns>null when nothing is served there.</returns>
    public static ApiRoute? Parse(string method, string path, bool watch)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string? cluster = null;
        if (segments is ["clusters", var name, ..])
        {
            (cluster, segments) = (name, segments[2..]);
            path = "/" + string.Join('/', segments);
        }
        else
        {
            path = "/" + string.Join('/', segments);
        }
        return segments switch
        {
            _ when HealthPaths.Contains(path) => new ApiRoute.Health(cluster, path),
            ["version"] => new ApiRoute.Version(cluster, path),
            ["openapi", "v2" or "v3", ..] => new ApiRoute.OpenApi(cluster, path),
            ["api"] or ["apis"] or ["api", "v1"] or ["apis", _] or ["apis", _, _] => new ApiRoute.Discovery(cluster, path),
            ["apis", "apiextensions.k8s.io", "v1", "customresourcedefinitions"] when cluster is not null => new ApiRoute.CustomResources(cluster, path),
            ["node", "v1", _] when cluster is null => new ApiRoute.NodeCall(path),
            ["api", "v1", ..] => ParseResource(method, cluster, path, "", "v1", segments[2..], watch),
            ["apis", var group, var version, ..] => ParseResource(method, cluster, path, group, version, segments[3..], watch),
            _ => null,
        };
    }

    private static ApiRoute.Resource? ParseResource(string method, string? cluster, string path, string group, string version, string[] rest, bool watch)
    {
        string ns = "";
        if (rest is ["watch", ..])
            (rest, watch) = (rest[1..], true);
        // /namespaces/x and /namespaces/x/status are the object itself; /namespaces/x/pods is inside it.
        if (rest is ["namespaces", var inside, var resourceInside, ..] && KindRegistry.FindServed(new(group, resourceInside), version) is { Namespaced: true })
            (ns, rest) = (inside, rest[2..]);
        if (rest.Length is 0 or > 3 || KindRegistry.FindServed(new(group, rest[0]), version) is not { } kind)
            return null;
        if (kind.OfTenant != (cluster is null))
            return null;
        string name = rest.Length > 1 ? rest[1] : "", subresource = rest.Length > 2 ? rest[2] : "";
        if (kind.Namespaced && ns.Length == 0 && name.Length > 0)
            return null;
        return VerbOf(method, name.Length > 0, watch) is { } verb
            ? new(cluster, path, kind, ns, name, subresource, verb)
            : null;
    }

    private static string? VerbOf(string method, bool named, bool watch) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => watch ? "watch" : named ? "get" : "list",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        _ => null,
    };
}
