using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>What <c>/openapi/v2</c> and <c>/openapi/v3</c> answer, made once from the registry.</summary>
/// <remarks>
/// kubectl refuses to create or apply without these. It takes the parameters of patches from the paths, the merge keys of strategic merge
/// patches and what <c>kubectl explain</c> says from the schemas: before 1.27 from version 2, since then from version 3.
/// </remarks>
public sealed class OpenApiDocuments
{
    public static readonly OpenApiDocuments OfCluster = new(KindRegistry.Served.Where(k => !k.OfTenant));
    public static readonly OpenApiDocuments OfTenant = new(KindRegistry.Served.Where(k => k.OfTenant));

    /// <summary>The media type that kubectl asks for holds an <c>@</c>, which it cannot parse in an answer.</summary>
    private const string ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly Lazy<ServedDocument> v2Protobuf;
    private readonly Lazy<ServedDocument> v2Json;
    private readonly ServedDocument index;
    private readonly Dictionary<string, ServedDocument> v3 = new(StringComparer.Ordinal);

    public OpenApiDocuments(IEnumerable<KindDefinition> kinds)
    {
        var groups = ApiGroup.Of(kinds);
        var paths = groups.SelectMany(OpenApiPath.Of).ToList();
        // A client asks for one form of one version.
        v2Protobuf = new(() => ServedDocument.Of(OpenApiV2.Protobuf(paths, Definitions(paths)), ProtobufType));
        v2Json = new(() => ServedDocument.Of(OpenApiV2.Json(paths, Definitions(paths))));
        var descriptions = Descriptions.Read();
        var entries = new JsonObject();
        foreach (var group in groups)
        {
            var document = ServedDocument.Of(OpenApiV3.Write(group, descriptions));
            v3[$"/openapi/v3/{group.Path}"] = document;
            entries[group.Path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{group.Path}?hash={document.Hash}" };
        }
        index = ServedDocument.Of(new JsonObject { ["paths"] = entries });
    }

    /// <param name="path">Without the cluster's prefix and without the query: <c>/openapi/v2</c>, <c>/openapi/v3</c>, <c>/openapi/v3/apis/apps/v1</c>.</param>
    /// <returns>null: 404.</returns>
    public ServedDocument? Find(string path, string? accept) => path.TrimEnd('/') switch
    {
        "/openapi/v2" => accept?.Contains("protobuf", StringComparison.Ordinal) == true ? v2Protobuf.Value : v2Json.Value,
        "/openapi/v3" => index,
        var other => v3.GetValueOrDefault(other),
    };

    private static JsonObject Definitions(IEnumerable<OpenApiPath> paths) => OpenApiV2.Definitions(paths.Select(p => p.Kind), Descriptions.Read());
}

/// <summary>The path of one object of a kind.</summary>
internal sealed record OpenApiPath(string Path, KindDefinition Kind)
{
    /// <summary>What kubectl looks for before it sends <c>--dry-run=server</c> or <c>fieldValidation</c>.</summary>
    public static readonly IReadOnlyList<string> WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];

    public static readonly IReadOnlyList<string> PatchParameters = [.. WriteParameters, "force"];

    /// <summary>
    /// What patches may be, for kubectl since 1.27: where this is not said it makes its patches by what it was built with, in which the
    /// selector of a PodDisruptionBudget is always replaced, and never says that one is unchanged.
    /// </summary>
    public static readonly IReadOnlyList<string> PatchTypes =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    public static IEnumerable<OpenApiPath> Of(ApiGroup group) => group.Kinds.Select(k => new OpenApiPath($"{Collection(group, k)}/{{name}}", k));

    public static string Collection(ApiGroup group, KindDefinition kind) =>
        $"/{group.Path}/{(kind.Namespaced ? "namespaces/{namespace}/" : "")}{kind.Type.Resource}";
}
