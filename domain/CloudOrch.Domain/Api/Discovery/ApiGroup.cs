using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Discovery;

/// <summary>The kinds of one group and version; the core group's name is empty.</summary>
public sealed record ApiGroup(string Name, string Version, IReadOnlyList<KindDefinition> Kinds)
{
    /// <summary><c>v1</c>, <c>apps/v1</c></summary>
    public string GroupVersion => Name.Length == 0 ? Version : $"{Name}/{Version}";

    /// <summary><c>api/v1</c>, <c>apis/apps/v1</c></summary>
    public string Path => Name.Length == 0 ? $"api/{Version}" : $"apis/{Name}/{Version}";

    /// <returns>The newest version of a group first: it is the one that clients take unless they are told another.</returns>
    public static IReadOnlyList<ApiGroup> Of(IEnumerable<KindDefinition> kinds) =>
    [
        .. kinds.GroupBy(k => (k.Type.Group, k.Version))
            .Select(g => new ApiGroup(g.Key.Group, g.Key.Version, [.. g.OrderBy(k => k.Type.Resource, StringComparer.Ordinal)]))
            .OrderBy(g => g.Name, StringComparer.Ordinal).ThenByDescending(g => g.Version, StringComparer.Ordinal),
    ];
}

/// <summary>What a subresource answers and allows.</summary>
internal sealed record Subresource(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs)
{
    public static Subresource Of(KindDefinition kind, string name) => name switch
    {
        "scale" => new(name, "autoscaling", "v1", "Scale", ["get", "patch", "update"]),
        "status" => new(name, kind.Type.Group, kind.Version, kind.Kind, ["get", "patch", "update"]),
        "eviction" => new(name, "policy", "v1", "Eviction", ["create"]),
        "token" => new(name, "authentication.k8s.io", "v1", "TokenRequest", ["create"]),
        "binding" => new(name, "", "v1", "Binding", ["create"]),
        _ => new(name, kind.Type.Group, kind.Version, kind.Kind, ["get"]),
    };
}
