using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>What <c>/openapi/v2</c> and <c>/openapi/v3</c> answer, made once from the registry.</summary>
/// <remarks>
/// kubectl refuses to create or apply without these. Version 2 holds paths only: kubectl takes the patch parameters from it, and for
/// strategic merge patches falls back on its own types, which know every field. Version 3 has the schemas too, for <c>kubectl explain</c>.
/// </remarks>
public sealed class OpenApiDocuments
{
    public static readonly OpenApiDocuments OfCluster = new(KindRegistry.All.Where(k => !k.OfTenant));
    public static readonly OpenApiDocuments OfTenant = new(KindRegistry.All.Where(k => k.OfTenant));

    /// <summary>The media type that kubectl asks for holds an <c>@</c>, which it cannot parse in an answer.</summary>
    private const string ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly ServedDocument v2Protobuf;
    private readonly ServedDocument v2Json;
    private readonly ServedDocument index;
    private readonly Dictionary<string, ServedDocument> v3 = new(StringComparer.Ordinal);

    public OpenApiDocuments(IEnumerable<KindDefinition> kinds)
    {
        var groups = ApiGroup.Of(kinds);
        var paths = groups.SelectMany(OpenApiPath.Of).ToList();
        v2Protobuf = ServedDocument.Of(OpenApiV2.Protobuf(paths), ProtobufType);
        v2Json = ServedDocument.Of(OpenApiV2.Json(paths));
        var entries = new JsonObject();
        foreach (var group in groups)
        {
            var document = ServedDocument.Of(OpenApiV3.Write(group));
            v3[$"/openapi/v3/{group.Path}"] = document;
            entries[group.Path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{group.Path}?hash={document.Hash}" };
        }
        index = ServedDocument.Of(new JsonObject { ["paths"] = entries });
    }

    /// <param name="path">Without the cluster's prefix and without the query: <c>/openapi/v2</c>, <c>/openapi/v3</c>, <c>/openapi/v3/apis/apps/v1</c>.</param>
    /// <returns>null: 404.</returns>
    public ServedDocument? Find(string path, string? accept) => path.TrimEnd('/') switch
    {
        "/openapi/v2" => accept?.Contains("protobuf", StringComparison.Ordinal) == true ? v2Protobuf : v2Json,
        "/openapi/v3" => index,
        var other => v3.GetValueOrDefault(other),
    };
}

/// <summary>The path of one object of a kind.</summary>
internal sealed record OpenApiPath(string Path, KindDefinition Kind)
{
    /// <summary>What kubectl looks for before it sends <c>--dry-run=server</c> or <c>fieldValidation</c>.</summary>
    public static readonly IReadOnlyList<string> WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];

    public static readonly IReadOnlyList<string> PatchParameters = [.. WriteParameters, "force"];

    public static IEnumerable<OpenApiPath> Of(ApiGroup group) => group.Kinds.Select(k => new OpenApiPath($"{Collection(group, k)}/{{name}}", k));

    public static string Collection(ApiGroup group, KindDefinition kind) =>
        $"/{group.Path}/{(kind.Namespaced ? "namespaces/{namespace}/" : "")}{kind.Type.Resource}";
}
