using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>OpenAPI 2 as JSON and as gnostic protobuf (github.com/google/gnostic, openapiv2/OpenAPIv2.proto), which is what kubectl asks for.</summary>
internal static class OpenApiV2
{
    /// <summary>The schemas of these kinds and of what they hold, by name.</summary>
    public static JsonObject Definitions(IEnumerable<KindDefinition> kinds, Descriptions descriptions)
    {
        var book = new SchemaBook(OpenApiDialect.V2, descriptions);
        foreach (var kind in kinds)
            book.Reference(ApiSchema.Of(kind.ClrType));
        return book.Schemas;
    }

    public static JsonObject Json(IReadOnlyList<OpenApiPath> paths, JsonObject definitions)
    {
        var items = new JsonObject();
        foreach (var path in paths)
        {
            var operation = new JsonObject
            {
                ["operationId"] = $"patch{path.Kind.Kind}",
                ["consumes"] = new JsonArray([.. OpenApiPath.PatchTypes.Select(t => (JsonNode)t)]),
                ["parameters"] = new JsonArray([.. OpenApiPath.PatchParameters.Select(p =>
                    (JsonNode)new JsonObject { ["name"] = p, ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true })]),
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                [SchemaBook.GroupVersionKind] = SchemaBook.GvkOf(path.Kind),
            };
            items[path.Path] = new JsonObject { ["patch"] = operation };
        }
        return new()
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "CloudOrch", ["version"] = "v1" },
            ["paths"] = items,
            ["definitions"] = definitions,
        };
    }

    /// <remarks>
    /// Document {swagger = 1, info = 2, paths = 8, definitions = 9}; Paths {path = 2}; NamedPathItem {name = 1, value = 2}; PathItem {patch = 8};
    /// Definitions {additional_properties = 1}.
    /// </remarks>
    public static byte[] Protobuf(IReadOnlyList<OpenApiPath> paths, JsonObject definitions) => new ProtoWriter()
        .Text(1, "2.0")
        .Message(2, info => info.Text(1, "CloudOrch").Text(2, "v1"))
        .Message(8, all =>
        {
            foreach (var path in paths)
                all.Message(2, named => named.Text(1, path.Path).Message(2, item => item.Message(8, operation => Patch(operation, path.Kind))));
        })
        .Message(9, all => Named(all, definitions))
        .ToArray();

    /// <remarks>Operation {operation_id = 5, consumes = 7, parameters = 8, responses = 9, vendor_extension = 13}.</remarks>
    private static void Patch(ProtoWriter operation, KindDefinition kind)
    {
        operation.Text(5, $"patch{kind.Kind}");
        foreach (string type in OpenApiPath.PatchTypes)
            operation.Text(7, type);
        foreach (string name in OpenApiPath.PatchParameters)
        {
            // ParametersItem.parameter = 1, Parameter.non_body_parameter = 2, NonBodyParameter.query_parameter_sub_schema = 3.
            operation.Message(8, item => item.Message(1, parameter => parameter.Message(2, nonBody => nonBody.Message(3, query =>
                query.Text(2, "query").Text(4, name).Text(6, "string")))));
        }
        // Responses.response_code = 1, NamedResponseValue {name = 1, value = 2}, ResponseValue.response = 1, Response.description = 1.
        operation.Message(9, responses => responses.Message(1, named => named.Text(1, "200")
            .Message(2, value => value.Message(1, response => response.Text(1, "OK")))));
        Extension(operation, 13, SchemaBook.GroupVersionKind, SchemaBook.GvkOf(kind));
    }

    /// <remarks>
    /// Schema {_ref = 1, format = 2, description = 4, required = 19, additional_properties = 21, type = 22, items = 23, properties = 25, vendor_extension = 31};
    /// AdditionalPropertiesItem.schema = 1; TypeItem.value = 1; ItemsItem.schema = 1.
    /// </remarks>
    private static void Schema(ProtoWriter writer, JsonObject schema)
    {
        foreach (var (name, value) in schema)
        {
            _ = name switch
            {
                "$ref" => writer.Text(1, value!.ToString()),
                "format" => writer.Text(2, value!.ToString()),
                "description" => writer.Text(4, value!.ToString()),
                "required" => value!.AsArray().Aggregate(writer, (all, field) => all.Text(19, field!.ToString())),
                "additionalProperties" => writer.Message(21, held => held.Message(1, inner => Schema(inner, value!.AsObject()))),
                "type" => writer.Message(22, type => type.Text(1, value!.ToString())),
                "items" => writer.Message(23, held => held.Message(1, inner => Schema(inner, value!.AsObject()))),
                "properties" => writer.Message(25, all => Named(all, value!.AsObject())),
                _ when name.StartsWith("x-", StringComparison.Ordinal) => Extension(writer, 31, name, value!),
                _ => throw new NotSupportedException($"{name} has no place in the protobuf form of a schema"),
            };
        }
    }

    /// <remarks>NamedSchema {name = 1, value = 2}.</remarks>
    private static void Named(ProtoWriter writer, JsonObject schemas)
    {
        foreach (var (name, schema) in schemas)
            writer.Message(1, named => named.Text(1, name).Message(2, inner => Schema(inner, schema!.AsObject())));
    }

    /// <remarks>NamedAny {name = 1, value = 2}, Any.yaml = 2; JSON is YAML.</remarks>
    private static ProtoWriter Extension(ProtoWriter writer, int field, string name, JsonNode value) =>
        writer.Message(field, extension => extension.Text(1, name).Message(2, any => any.Text(2, value.ToJsonString())));
}
