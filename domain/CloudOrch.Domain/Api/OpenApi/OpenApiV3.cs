using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>OpenAPI 3 of one group and version, with the schemas of its kinds.</summary>
internal static class OpenApiV3
{
    private const string GroupVersionKind = "x-kubernetes-group-version-kind";

    public static JsonObject Write(ApiGroup group)
    {
        var paths = new JsonObject();
        var schemas = new SchemaBook();
        foreach (var kind in group.Kinds)
        {
            string reference = schemas.Reference(ApiSchema.Of(kind.ClrType), kind);
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
        [GroupVersionKind] = OpenApiV2.GvkOf(kind),
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

    /// <summary>Collects the schemas that the kinds reach, each once.</summary>
    private sealed class SchemaBook
    {
        public JsonObject Schemas { get; } = [];

        public string Reference(ApiSchema schema, KindDefinition? kind = null)
        {
            string name = NameOf(schema.ClrType, kind);
            if (!Schemas.ContainsKey(name))
            {
                var document = new JsonObject();
                // Before the fields, so that a type that holds itself ends.
                Schemas[name] = document;
                Fill(document, schema, kind);
            }
            return $"#/components/schemas/{name}";
        }

        private void Fill(JsonObject document, ApiSchema schema, KindDefinition? kind)
        {
            document["type"] = "object";
            var properties = new JsonObject();
            foreach (var field in schema.Fields.Values)
                properties[field.Name] = Field(field);
            document["properties"] = properties;
            if (schema.Atomic)
                document["x-kubernetes-map-type"] = "atomic";
            if (kind is not null)
                document[GroupVersionKind] = new JsonArray(OpenApiV2.GvkOf(kind));
        }

        private JsonObject Field(ApiField field)
        {
            var document = Shape(field.Schema);
            if (field.NotActedOn is not null)
                document["description"] = "Stored, but nothing acts on it.";
            if (field.MergeKey is { Length: > 0 } key)
                document["x-kubernetes-patch-merge-key"] = key;
            string strategy = string.Join(',', new[] { field.MergeKey is null ? "" : "merge", field.RetainKeys ? "retainKeys" : "" }.Where(s => s.Length > 0));
            if (strategy.Length > 0)
                document["x-kubernetes-patch-strategy"] = strategy;
            Share(document, field);
            return document;
        }

        /// <summary>How server-side apply shares a field among managers.</summary>
        private static void Share(JsonObject document, ApiField field)
        {
            if (field.Schema.Shape == SchemaShape.List || field.ListKeys is not null)
            {
                document["x-kubernetes-list-type"] = field.ListKeys switch { null => "atomic", { Count: 0 } => "set", _ => "map" };
                if (field.ListKeys is { Count: > 0 } keys)
                    document["x-kubernetes-list-map-keys"] = new JsonArray([.. keys.Select(k => (JsonNode)k.Name)]);
            }
            else if (field.Atomic && !field.Schema.Atomic)
                document["x-kubernetes-map-type"] = "atomic";
        }

        private JsonObject Shape(ApiSchema schema) => schema.Shape switch
        {
            SchemaShape.Object => new() { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = Reference(schema) }), ["default"] = new JsonObject() },
            SchemaShape.List => new() { ["type"] = "array", ["items"] = Shape(schema.Item!) },
            SchemaShape.Map => new() { ["type"] = "object", ["additionalProperties"] = Shape(schema.Item!) },
            SchemaShape.Text => new() { ["type"] = "string" },
            SchemaShape.Int32 => new() { ["type"] = "integer", ["format"] = "int32" },
            SchemaShape.Int64 => new() { ["type"] = "integer", ["format"] = "int64" },
            SchemaShape.Flag => new() { ["type"] = "boolean" },
            SchemaShape.Time or SchemaShape.MicroTime => new() { ["type"] = "string", ["format"] = "date-time" },
            SchemaShape.Quantity => new() { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "number" }) },
            SchemaShape.IntOrString => new() { ["format"] = "int-or-string", ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }) },
            _ => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true },
        };

        private static string NameOf(Type type, KindDefinition? kind) => kind is not null
            ? $"io.k8s.api.{(kind.Type.Group.Length == 0 ? "core" : kind.Type.Group.Split('.')[0])}.{kind.Version}.{kind.Kind}"
            : type.Namespace == typeof(ObjectMeta).Namespace ? $"io.k8s.apimachinery.pkg.apis.meta.v1.{type.Name}" : $"io.k8s.api.core.v1.{type.Name}";
    }
}
