using System.Text.Json.Nodes;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.Discovery;

/// <summary>What <c>/api</c> and <c>/apis</c> answer: which kinds there are, made from the registry.</summary>
/// <remarks>Aggregated (two requests, kubectl 1.27 and later) and legacy (one request per group version). Only what is served is listed: kubectl hides what it cannot list.</remarks>
public sealed class DiscoveryDocuments
{
    /// <summary>Below <c>/clusters/{cluster}</c>.</summary>
    public static readonly DiscoveryDocuments OfCluster = new(KindRegistry.Served.Where(k => !k.OfTenant));

    /// <summary>Without a prefix: the tenant's clusters and join tokens.</summary>
    public static readonly DiscoveryDocuments OfTenant = new(KindRegistry.Served.Where(k => k.OfTenant));

    private readonly Dictionary<string, ServedDocument> legacy = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, string Version), ServedDocument> aggregated = [];

    public DiscoveryDocuments(IEnumerable<KindDefinition> kinds)
    {
        var groups = ApiGroup.Of(kinds);
        var named = groups.Where(g => g.Name.Length > 0).ToList();
        legacy["/api"] = ServedDocument.Of(LegacyDiscovery.Versions(groups.Where(g => g.Name.Length == 0)));
        legacy["/apis"] = ServedDocument.Of(LegacyDiscovery.Groups(named));
        foreach (var group in groups)
            legacy[$"/{group.Path}"] = ServedDocument.Of(LegacyDiscovery.Resources(group));
        foreach (var group in named.GroupBy(g => g.Name))
            legacy[$"/apis/{group.Key}"] = ServedDocument.Of(LegacyDiscovery.Group(group, standalone: true));
        foreach (string version in new[] { "v2", "v2beta1" })
        {
            string contentType = $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";
            aggregated[("/api", version)] = ServedDocument.Of(AggregatedDiscovery.Write(groups.Where(g => g.Name.Length == 0), version), contentType);
            aggregated[("/apis", version)] = ServedDocument.Of(AggregatedDiscovery.Write(named, version), contentType);
        }
    }

    /// <param name="path">Without the cluster's prefix: <c>/api</c>, <c>/apis</c>, <c>/api/v1</c>, <c>/apis/apps</c>, <c>/apis/apps/v1</c>.</param>
    /// <param name="accept">The header; it chooses between the aggregated and the legacy form.</param>
    /// <returns>null: 404.</returns>
    public ServedDocument? Find(string path, string? accept)
    {
        string normal = path.Length > 1 ? path.TrimEnd('/') : path;
        foreach (string wanted in (accept ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parameters = wanted.Split(';', StringSplitOptions.TrimEntries);
            if (parameters.Contains("as=APIGroupDiscoveryList") && parameters.Contains("g=apidiscovery.k8s.io")
                && parameters.FirstOrDefault(p => p.StartsWith("v=", StringComparison.Ordinal)) is { } version
                && aggregated.TryGetValue((normal, version[2..]), out var document))
                return document;
            if (parameters.Length == 1 && parameters[0] == ServedDocument.Json)
                break;
        }
        return legacy.GetValueOrDefault(normal);
    }
}

internal static class AggregatedDiscovery
{
    public static JsonObject Write(IEnumerable<ApiGroup> groups, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. groups.GroupBy(g => g.Name).Select(Group)]),
    };

    private static JsonNode Group(IGrouping<string, ApiGroup> group) => new JsonObject
    {
        ["metadata"] = group.Key.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = group.Key },
        ["versions"] = new JsonArray([.. group.Select(Version)]),
    };

    private static JsonNode Version(ApiGroup group) => new JsonObject
    {
        ["version"] = group.Version,
        ["resources"] = new JsonArray([.. group.Kinds.Select(Resource)]),
        ["freshness"] = "Current",
    };

    private static JsonNode Resource(KindDefinition kind)
    {
        var resource = new JsonObject
        {
            ["resource"] = kind.Type.Resource,
            ["responseKind"] = Response(kind.Type.Group, kind.Version, kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = LegacyDiscovery.Strings(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0)
            resource["shortNames"] = LegacyDiscovery.Strings(kind.ShortNames);
        if (kind.Categories.Count > 0)
            resource["categories"] = LegacyDiscovery.Strings(kind.Categories);
        if (kind.Subresources.Count > 0)
            resource["subresources"] = new JsonArray([.. kind.Subresources.Select(s => Sub(Subresource.Of(kind, s)))]);
        return resource;
    }

    private static JsonNode Sub(Subresource subresource) => new JsonObject
    {
        ["subresource"] = subresource.Name,
        ["responseKind"] = Response(subresource.Group, subresource.Version, subresource.Kind),
        ["verbs"] = LegacyDiscovery.Strings(subresource.Verbs),
    };

    private static JsonObject Response(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };
}

/// <summary>The form of kubectl before 1.27 and of @kubernetes/client-node.</summary>
internal static class LegacyDiscovery
{
    public static JsonObject Versions(IEnumerable<ApiGroup> core) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = Strings(core.Select(g => g.Version)),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = "" }),
    };

    public static JsonObject Groups(IEnumerable<ApiGroup> groups) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. groups.GroupBy(g => g.Name).Select(g => (JsonNode)Group(g, standalone: false))]),
    };

    public static JsonObject Group(IGrouping<string, ApiGroup> versions, bool standalone)
    {
        var document = new JsonObject();
        if (standalone)
        {
            document["kind"] = "APIGroup";
            document["apiVersion"] = "v1";
        }
        document["name"] = versions.Key;
        document["versions"] = new JsonArray([.. versions.Select(v => (JsonNode)Version(v))]);
        document["preferredVersion"] = Version(versions.First());
        return document;
    }

    public static JsonObject Resources(ApiGroup group) => new()
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = group.GroupVersion,
        ["resources"] = new JsonArray([.. group.Kinds.SelectMany(Resources)]),
    };

    internal static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonObject Version(ApiGroup group) => new() { ["groupVersion"] = group.GroupVersion, ["version"] = group.Version };

    private static IEnumerable<JsonNode> Resources(KindDefinition kind)
    {
        var resource = new JsonObject
        {
            ["name"] = kind.Type.Resource,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = Strings(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0)
            resource["shortNames"] = Strings(kind.ShortNames);
        if (kind.Categories.Count > 0)
            resource["categories"] = Strings(kind.Categories);
        yield return resource;
        foreach (var subresource in kind.Subresources.Select(s => Subresource.Of(kind, s)))
        {
            var document = new JsonObject
            {
                ["name"] = $"{kind.Type.Resource}/{subresource.Name}",
                ["singularName"] = "",
                ["namespaced"] = kind.Namespaced,
                ["kind"] = subresource.Kind,
                ["verbs"] = Strings(subresource.Verbs),
            };
            if (subresource.Group != kind.Type.Group || subresource.Version != kind.Version)
            {
                document["group"] = subresource.Group;
                document["version"] = subresource.Version;
            }
            yield return document;
        }
    }
}
