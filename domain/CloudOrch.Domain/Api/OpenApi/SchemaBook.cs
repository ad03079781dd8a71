using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Api.OpenApi;

/// <summary>Where the versions of OpenAPI differ about schemas.</summary>
/// <param name="References">What the names of schemas come after in a reference.</param>
/// <param name="HasAllOf">A reference with a description beside it is wrapped, and a value may be of one of several types.</param>
internal sealed record OpenApiDialect(string References, bool HasAllOf)
{
    public static readonly OpenApiDialect V2 = new("#/definitions/", false);
    public static readonly OpenApiDialect V3 = new("#/components/schemas/", true);
}

/// <summary>Collects the schemas that kinds reach, each once, as Kubernetes would describe them.</summary>
/// <remarks>
/// kubectl before 1.25 checks manifests against version 2 itself: what the server would take has to be in the schemas, or valid manifests
/// are refused. So only what Kubernetes requires is required, free-form JSON is an object of anything, and a string stands for a number too. Free-form JSON has a
/// type, since kubectl 1.20 crashes when it makes a patch within a schema that has none.
/// </remarks>
internal sealed class SchemaBook(OpenApiDialect dialect, Descriptions descriptions)
{
    public const string GroupVersionKind = "x-kubernetes-group-version-kind";

    private const string QuantityName = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrStringName = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private static readonly ILookup<Type, KindDefinition> KindsOf = KindRegistry.Served.ToLookup(k => k.ClrType);
    private static readonly Dictionary<string, KindDefinition> FirstOfNamespace =
        KindRegistry.Served.GroupBy(k => k.ClrType.Namespace!).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    private readonly Dictionary<string, Type> types = new(StringComparer.Ordinal);

    public JsonObject Schemas { get; } = [];

    public string Reference(ApiSchema schema)
    {
        string name = NameOf(schema.ClrType);
        if (types.TryAdd(name, schema.ClrType))
        {
            var document = new JsonObject();
            // Before the fields, so that a type that holds itself ends.
            Schemas[name] = document;
            Fill(document, schema);
        }
        else if (types[name] != schema.ClrType)
            throw new InvalidOperationException($"{schema.ClrType} and {types[name]} are both {name} in OpenAPI");
        return dialect.References + name;
    }

    private void Fill(JsonObject document, ApiSchema schema)
    {
        var kinds = KindsOf[schema.ClrType];
        Describe(document, [descriptions.Of(schema.ClrType), .. kinds.Select(k => k.NotActedOn)]);
        document["type"] = "object";
        var properties = new JsonObject();
        foreach (var field in schema.Fields.Values)
            properties[field.Name] = Field(field);
        document["properties"] = properties;
        string[] required = [.. schema.Fields.Values.Where(f => f.IsRequired).Select(f => f.Name).Order(StringComparer.Ordinal)];
        if (required.Length > 0)
            document["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        if (schema.Atomic)
            document["x-kubernetes-map-type"] = "atomic";
        if (kinds.Any())
            document[GroupVersionKind] = new JsonArray([.. kinds.Select(k => (JsonNode)GvkOf(k))]);
    }

    private JsonObject Field(ApiField field)
    {
        var document = Shape(field.Schema);
        Describe(document, [DescriptionOf(field), Unused(field)]);
        if (field.MergeKey is { Length: > 0 } key)
            document["x-kubernetes-patch-merge-key"] = key;
        string strategy = string.Join(',', new[] { field.MergeKey is null ? "" : "merge", field.RetainKeys ? "retainKeys" : "" }.Where(s => s.Length > 0));
        if (strategy.Length > 0)
            document["x-kubernetes-patch-strategy"] = strategy;
        Share(document, field);
        return document;
    }

    /// <summary>What is said of the field, else of the objects that it holds.</summary>
    private string? DescriptionOf(ApiField field)
    {
        if (descriptions.Of(field.Property) is { } own)
            return own;
        var held = field.Schema;
        while (held.Item is not null)
            held = held.Item;
        return held.Shape == SchemaShape.Object ? descriptions.Of(held.ClrType) : null;
    }

    private static string? Unused(ApiField field) => field.NotActedOn switch
    {
        null when field.KeysNotActedOn.Count > 0 => $"Stored, but nothing acts on the keys {string.Join(", ", field.KeysNotActedOn)}.",
        null => null,
        { Count: 0 } when field.ActedOnWith is { } unless => $"Stored, but nothing acts on it, unless {unless}.",
        { Count: 0 } => "Stored, but nothing acts on it.",
        var harmless => $"Stored, but nothing acts on values other than {string.Join(", ", harmless)}.",
    };

    private static void Describe(JsonObject document, IEnumerable<string?> sentences)
    {
        string description = string.Join(' ', sentences.Where(s => !string.IsNullOrEmpty(s)));
        if (description.Length > 0)
            document["description"] = description;
    }

    /// <summary>How server-side apply shares a field among managers.</summary>
    private static void Share(JsonObject document, ApiField field)
    {
        if (field.Schema.Shape == SchemaShape.List)
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
        SchemaShape.Object when dialect.HasAllOf => new() { ["allOf"] = new JsonArray(Refer(Reference(schema))), ["default"] = new JsonObject() },
        SchemaShape.Object => Refer(Reference(schema)),
        SchemaShape.List => ListOf(Shape(schema.Item!)),
        SchemaShape.Map => new() { ["type"] = "object", ["additionalProperties"] = Shape(schema.Item!) },
        SchemaShape.Text => new() { ["type"] = "string" },
        SchemaShape.Int32 => new() { ["type"] = "integer", ["format"] = "int32" },
        SchemaShape.Int64 => new() { ["type"] = "integer", ["format"] = "int64" },
        SchemaShape.Flag => new() { ["type"] = "boolean" },
        SchemaShape.Time or SchemaShape.MicroTime => new() { ["type"] = "string", ["format"] = "date-time" },
        SchemaShape.Quantity => Scalar(QuantityName, schema.ClrType, null, "number"),
        SchemaShape.IntOrString => Scalar(IntOrStringName, schema.ClrType, "int-or-string", "integer"),
        _ => FreeForm(),
    };

    private static JsonObject FreeForm() => new() { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };

    private static JsonObject ListOf(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Refer(string reference) => new() { ["$ref"] = reference };

    /// <summary>A value that is written as a string or as a number; version 2 has no words for that, and calls it a string.</summary>
    private JsonObject Scalar(string name, Type type, string? format, string number)
    {
        if (types.TryAdd(name, type))
        {
            var document = new JsonObject();
            Describe(document, [descriptions.Of(type)]);
            if (format is not null)
                document["format"] = format;
            if (dialect.HasAllOf)
                document["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = number });
            else
                document["type"] = "string";
            Schemas[name] = document;
        }
        var reference = Refer(dialect.References + name);
        return dialect.HasAllOf ? new() { ["allOf"] = new JsonArray(reference) } : reference;
    }

    /// <summary>As in Kubernetes: by the group of the kind, and of the kind beside it for what is no kind itself.</summary>
    private static string NameOf(Type type)
    {
        if (KindsOf[type].FirstOrDefault() is { } kind)
            return $"{GroupOf(kind)}.{kind.Kind}";
        return FirstOfNamespace.TryGetValue(type.Namespace!, out var neighbour)
            ? $"{GroupOf(neighbour)}.{type.Name}"
            : $"io.k8s.apimachinery.pkg.apis.meta.v1.{type.Name}";
    }

    private static string GroupOf(KindDefinition kind) => $"io.k8s.api.{(kind.Type.Group.Length == 0 ? "core" : kind.Type.Group.Split('.')[0])}.{kind.Version}";

    public static JsonObject GvkOf(KindDefinition kind) => new() { ["group"] = kind.Type.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };
}
