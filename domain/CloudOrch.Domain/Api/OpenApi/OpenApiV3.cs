using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>OpenAPI 3 of one group and version, with the schemas of its kinds.</summary>
internal static class OpenApiV3
{
    public static JsonObject Write(ApiGroup group, Descriptions descriptions)
    {
        var paths = new JsonObject();
        var schemas = new SchemaBook(OpenApiDialect.V3, descriptions);
        foreach (var kind in group.Kinds)
        {
            string reference = schemas.Reference(ApiSchema.Of(kind.ClrType));
            string collection = OpenApiPath.Collection(group, kind);
            paths[collection] = new JsonObject { ["get"] = Operation("list", kind, reference, []), ["post"] = Operation("create", kind, reference, OpenApiPath.WriteParameters) };
            paths[$"{collection}/{{name}}"] = new JsonObject
            {
                ["get"] = Operation("get", kind, reference, []),
                ["put"] = Operation("put", kind, reference, OpenApiPath.WriteParameters),
                ["patch"] = Operation("patch", kind, reference, OpenApiPath.PatchParameters),
                ["delete"] = Operation("delete", kind, reference, ["dryRun"]),
            };
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "CloudOrch", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Schemas },
        };
    }

    private static JsonObject Operation(string action, KindDefinition kind, string reference, IReadOnlyList<string> parameters) => new()
    {
        ["operationId"] = $"{action}{kind.Kind}",
        ["x-kubernetes-action"] = action,
        [SchemaBook.GroupVersionKind] = SchemaBook.GvkOf(kind),
        ["parameters"] = new JsonArray([.. parameters.Select(p =>
            (JsonNode)new JsonObject { ["name"] = p, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } })]),
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "OK",
                ["content"] = new JsonObject
                {
                    [ServedDocument.Json] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = reference } },
                },
            },
        },
    };
}
