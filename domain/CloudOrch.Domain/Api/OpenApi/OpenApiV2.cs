using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>OpenAPI 2 as JSON and as gnostic protobuf (github.com/google/gnostic, openapiv2/OpenAPIv2.proto), which is what kubectl asks for.</summary>
internal static class OpenApiV2
{
    private const string GroupVersionKind = "x-kubernetes-group-version-kind";

    public static JsonObject Json(IReadOnlyList<OpenApiPath> paths)
    {
        var items = new JsonObject();
        foreach (var path in paths)
        {
            var operation = new JsonObject
            {
                ["operationId"] = $"patch{path.Kind.Kind}",
                ["parameters"] = new JsonArray([.. OpenApiPath.PatchParameters.Select(p =>
                    (JsonNode)new JsonObject { ["name"] = p, ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true })]),
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                [GroupVersionKind] = GvkOf(path.Kind),
            };
            items[path.Path] = new JsonObject { ["patch"] = operation };
        }
        return new()
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "CloudOrch", ["version"] = "v1" },
            ["paths"] = items,
        };
    }

    /// <remarks>Document {swagger = 1, info = 2, paths = 8}; Paths {path = 2}; NamedPathItem {name = 1, value = 2}; PathItem {patch = 8}.</remarks>
    public static byte[] Protobuf(IReadOnlyList<OpenApiPath> paths) => new ProtoWriter()
        .Text(1, "2.0")
        .Message(2, info => info.Text(1, "CloudOrch").Text(2, "v1"))
        .Message(8, all =>
        {
            foreach (var path in paths)
                all.Message(2, named => named.Text(1, path.Path).Message(2, item => item.Message(8, operation => Patch(operation, path.Kind))));
        })
        .ToArray();

    /// <remarks>Operation {operation_id = 5, parameters = 8, responses = 9, vendor_extension = 13}.</remarks>
    private static void Patch(ProtoWriter operation, KindDefinition kind)
    {
        operation.Text(5, $"patch{kind.Kind}");
        foreach (string name in OpenApiPath.PatchParameters)
        {
            // ParametersItem.parameter = 1, Parameter.non_body_parameter = 2, NonBodyParameter.query_parameter_sub_schema = 3.
            operation.Message(8, item => item.Message(1, parameter => parameter.Message(2, nonBody => nonBody.Message(3, query =>
                query.Text(2, "query").Text(4, name).Text(6, "string")))));
        }
        // Responses.response_code = 1, NamedResponseValue {name = 1, value = 2}, ResponseValue.response = 1, Response.description = 1.
        operation.Message(9, responses => responses.Message(1, named => named.Text(1, "200")
            .Message(2, value => value.Message(1, response => response.Text(1, "OK")))));
        // NamedAny {name = 1, value = 2}, Any.yaml = 2; JSON is YAML.
        operation.Message(13, extension => extension.Text(1, GroupVersionKind).Message(2, any => any.Text(2, GvkOf(kind).ToJsonString())));
    }

    internal static JsonObject GvkOf(KindDefinition kind) => new() { ["group"] = kind.Type.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };
}
