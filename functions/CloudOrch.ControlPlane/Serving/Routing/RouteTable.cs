using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Routing;

/// <summary>A line of the route table: what is served, by which methods, for whom.</summary>
/// <param name="Pattern">As it is documented; names in braces stand for one segment.</param>
public sealed record RouteLine(string Pattern, IReadOnlyList<string> Methods, Permission Permission);

/// <summary>Everything that is served. A path that is in no line is 404, a method that is not in its line is 405.</summary>
public sealed class RouteTable
{
    private static readonly string[] Get = ["GET"];
    private static readonly string[] Post = ["POST"];

    private readonly Dictionary<string, Permission> permissions = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">A line has no permission: the control plane does not start.</exception>
    public RouteTable(IEnumerable<RouteLine> lines)
    {
        Lines = [.. lines];
        if (Lines.FirstOrDefault(l => l.Permission is null) is { } open)
            throw new InvalidOperationException($"the route {open.Pattern} declares no permission");
        foreach (var line in Lines)
            permissions.TryAdd(line.Pattern, line.Permission);
    }

    public IReadOnlyList<RouteLine> Lines { get; }

    /// <summary>All lines, made from the kinds and the fixed paths.</summary>
    public static RouteTable Standard { get; } = new([.. Fixed(), .. KindRegistry.Served.SelectMany(OfKind)]);

    public Permission? PermissionOf(ApiRoute route) => route switch
    {
        ApiRoute.Health => Lines.First(l => l.Pattern == "/healthz").Permission,
        ApiRoute.Version => Lines.First(l => l.Pattern == "/version").Permission,
        ApiRoute.Discovery => Lines.First(l => l.Pattern == "/apis").Permission,
        ApiRoute.OpenApi => Lines.First(l => l.Pattern == "/openapi/v2").Permission,
        ApiRoute.CustomResources => Lines.First(l => l.Pattern.EndsWith("/customresourcedefinitions", StringComparison.Ordinal)).Permission,
        ApiRoute.NodeCall call => Lines.FirstOrDefault(l => l.Pattern == call.Path)?.Permission,
        ApiRoute.Resource resource => permissions.GetValueOrDefault(PatternOf(resource.Kind, resource.Name.Length > 0, resource.Subresource)),
        _ => null,
    };

    /// <summary>Whether clients may use the verb on the kind, as discovery says.</summary>
    public static bool Serves(KindDefinition kind, string subresource, string verb) => subresource switch
    {
        "" => kind.Verbs.Contains(verb),
        _ when !kind.Subresources.Contains(subresource) => false,
        "status" or "scale" => verb is "get" or "update" or "patch",
        "log" or "kubeconfig" => verb == "get",
        "binding" or "eviction" or "token" => verb == "create",
        _ => false,
    };

    private static IEnumerable<RouteLine> Fixed()
    {
        var open = new Permission.Anyone("tools ask for health and version before they have a token");
        foreach (string prefix in new[] { "", "/clusters/{cluster}" })
        {
            foreach (string path in new[] { "/healthz", "/livez", "/readyz", "/version" })
                yield return new(prefix + path, Get, open);
            foreach (string path in new[] { "/api", "/apis", "/api/v1", "/apis/{group}", "/apis/{group}/{version}", "/openapi/v2", "/openapi/v3", "/openapi/v3/{document}" })
                yield return new(prefix + path, Get, new Permission.AnyUser());
        }
        yield return new("/clusters/{cluster}/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Get, new Permission.AnyUser());
        yield return new("/node/v1/enroll", Post, new Permission.Anyone("the join token, or the node's own key, is checked by the call itself"));
        yield return new("/node/v1/credentials", Post, new Permission.ANode());
        yield return new("/node/v1/doorbell", Post, new Permission.ANode());
    }

    private static IEnumerable<RouteLine> OfKind(KindDefinition kind)
    {
        yield return new(PatternOf(kind, named: false, ""), MethodsOf(kind, "create", "list", "deletecollection"), new Permission.ByResource());
        yield return new(PatternOf(kind, named: true, ""), MethodsOf(kind, "get", "update", "patch", "delete"), new Permission.ByResource());
        foreach (string subresource in kind.Subresources)
        {
            string[] verbs = [.. new[] { "create", "get", "update", "patch" }.Where(v => Serves(kind, subresource, v))];
            if (verbs.Length > 0)
                yield return new(PatternOf(kind, named: true, subresource), [.. verbs.Select(MethodOf)], new Permission.ByResource());
        }
    }

    private static string[] MethodsOf(KindDefinition kind, params string[] verbs) => [.. verbs.Where(kind.Verbs.Contains).Select(MethodOf)];

    private static string MethodOf(string verb) => verb switch
    {
        "create" => "POST",
        "update" => "PUT",
        "patch" => "PATCH",
        "delete" or "deletecollection" => "DELETE",
        _ => "GET",
    };

    private static string PatternOf(KindDefinition kind, bool named, string subresource)
    {
        string cluster = kind.OfTenant ? "" : "/clusters/{cluster}";
        string group = kind.Type.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Type.Group}/{kind.Version}";
        string scope = kind.Namespaced ? "/namespaces/{namespace}" : "";
        return $"{cluster}{group}{scope}/{kind.Type.Resource}{(named ? "/{name}" : "")}{(subresource.Length > 0 ? "/" + subresource : "")}";
    }
}
