using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Discovery;
using CloudOrch.Domain.Api.OpenApi;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.ApiTests;

public class DiscoveryTests
{
    private const string Gvk = "x-kubernetes-group-version-kind";

    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    [Theory]
    [InlineData("/api", "application/json", "legacy-api")]
    [InlineData("/apis", "application/json", "legacy-apis")]
    [InlineData("/api/v1", "application/json", "legacy-api-v1")]
    [InlineData("/apis/apps", null, "legacy-apis-apps")]
    [InlineData("/apis/apps/v1", "*/*", "legacy-apis-apps-v1")]
    [InlineData("/api", Aggregated, "aggregated-api")]
    [InlineData("/apis", Aggregated, "aggregated-apis")]
    public void Discovery_of_a_cluster_is_what_was_reviewed(string path, string? accept, string golden) =>
        Golden.AssertJson($"discovery/{golden}", DiscoveryDocuments.OfCluster.Find(path, accept)!.Body);

    [Fact]
    public void A_tenant_sees_the_management_kinds_and_a_cluster_does_not()
    {
        Assert.NotNull(DiscoveryDocuments.OfTenant.Find("/apis/management.cloudorch.io/v1", null));
        Assert.Null(DiscoveryDocuments.OfCluster.Find("/apis/management.cloudorch.io/v1", null));
        Assert.Null(DiscoveryDocuments.OfTenant.Find("/apis/apps/v1", null));
        Assert.Equal(["clusters", "clusters/kubeconfig", "jointokens"],
            Parse(DiscoveryDocuments.OfTenant.Find("/apis/management.cloudorch.io/v1", null)!)["resources"]!.AsArray().Select(r => r!["name"]!.ToString()));
    }

    [Fact]
    public void The_answer_repeats_the_parameters_of_the_form_that_was_asked_for()
    {
        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", DiscoveryDocuments.OfCluster.Find("/apis", Aggregated)!.ContentType);
        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
            DiscoveryDocuments.OfCluster.Find("/apis", Aggregated[(Aggregated.IndexOf(',', StringComparison.Ordinal) + 1)..])!.ContentType);
        Assert.Equal("application/json", DiscoveryDocuments.OfCluster.Find("/apis", "application/json")!.ContentType);
    }

    [Fact]
    public void Every_kind_is_listed_by_its_group_with_all_that_the_registry_says()
    {
        foreach (var kind in KindRegistry.Served)
        {
            var documents = kind.OfTenant ? DiscoveryDocuments.OfTenant : DiscoveryDocuments.OfCluster;
            string path = kind.Type.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Type.Group}/{kind.Version}";
            var listed = Parse(documents.Find(path, null)!)["resources"]!.AsArray().Single(r => r!["name"]!.ToString() == kind.Type.Resource)!;
            Assert.Equal(kind.Kind, listed["kind"]!.ToString());
            Assert.Equal(kind.Namespaced, (bool)listed["namespaced"]!);
            Assert.Equal(kind.Verbs, listed["verbs"]!.AsArray().Select(v => v!.ToString()));
        }
    }

    [Fact]
    public void The_index_of_OpenAPI_3_leads_to_a_document_for_every_group()
    {
        var paths = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v3", null)!)["paths"]!.AsObject();
        Assert.Equal(Groups, paths.Select(p => p.Key).Order(StringComparer.Ordinal));
        foreach (var (_, entry) in paths)
        {
            string url = entry!["serverRelativeURL"]!.ToString();
            var document = OpenApiDocuments.OfCluster.Find(url.Split('?')[0], null);
            Assert.NotNull(document);
            Assert.EndsWith(document.Hash, url, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_reference_of_an_OpenAPI_3_document_can_be_followed()
    {
        foreach (string group in Groups)
        {
            var document = Parse(OpenApiDocuments.OfCluster.Find($"/openapi/v3/{group}", null)!);
            var schemas = document["components"]!["schemas"]!.AsObject();
            string[] references = [.. References(document)];
            Assert.NotEmpty(references);
            Assert.All(references, r => Assert.True(schemas.ContainsKey(r["#/components/schemas/".Length..]), r));
        }
    }

    [Fact]
    public void Merge_keys_and_the_patch_parameters_are_in_OpenAPI_3()
    {
        var document = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v3/apis/apps/v1", null)!);
        var schemas = document["components"]!["schemas"]!;
        Assert.Equal("name", schemas["io.k8s.api.core.v1.PodSpec"]!["properties"]!["containers"]!["x-kubernetes-patch-merge-key"]!.ToString());
        Assert.Equal("merge,retainKeys", schemas["io.k8s.api.core.v1.PodSpec"]!["properties"]!["volumes"]!["x-kubernetes-patch-strategy"]!.ToString());
        var patch = document["paths"]!["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]!["patch"]!;
        Assert.Equal("Deployment", patch["x-kubernetes-group-version-kind"]!["kind"]!.ToString());
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "force"], patch["parameters"]!.AsArray().Select(p => p!["name"]!.ToString()));
    }

    [Fact]
    public void OpenAPI_2_is_protobuf_for_kubectl_and_its_media_type_has_no_at_sign()
    {
        const string asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
        var document = OpenApiDocuments.OfCluster.Find("/openapi/v2", asked)!;
        Assert.DoesNotContain('@', document.ContentType);
        string text = Encoding.Latin1.GetString(document.Body.Span);
        Assert.StartsWith("\n\u00032.0", text, StringComparison.Ordinal);
        Assert.Contains("/apis/apps/v1/namespaces/{namespace}/deployments/{name}", text, StringComparison.Ordinal);
        Assert.Contains("fieldValidation", text, StringComparison.Ordinal);
        Assert.Contains("application/strategic-merge-patch+json", text, StringComparison.Ordinal);
        Assert.Contains("""{"group":"apps","version":"v1","kind":"Deployment"}""", text, StringComparison.Ordinal);
        Assert.Equal("2.0", Parse(OpenApiDocuments.OfCluster.Find("/openapi/v2", "application/json")!)["swagger"]!.ToString());
    }

    [Fact]
    public void OpenAPI_2_defines_every_kind_and_every_reference_can_be_followed()
    {
        foreach (var (documents, kinds) in new[] { (OpenApiDocuments.OfCluster, KindRegistry.Served.Where(k => !k.OfTenant)), (OpenApiDocuments.OfTenant, KindRegistry.Served.Where(k => k.OfTenant)) })
        {
            var document = Parse(documents.Find("/openapi/v2", null)!);
            var definitions = document["definitions"]!.AsObject();
            Assert.All(References(document), r => Assert.True(definitions.ContainsKey(r["#/definitions/".Length..]), r));
            string[] defined = [.. definitions.SelectMany(d => d.Value![Gvk]?.AsArray() ?? []).Select(g => $"{g!["group"]}/{g["version"]} {g["kind"]}")];
            Assert.Equal(kinds.Select(k => $"{k.Type.Group}/{k.Version} {k.Kind}").Order(StringComparer.Ordinal), defined.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>kubectl before 1.25 checks manifests against these by itself, and makes patches with their keys.</summary>
    [Theory]
    [InlineData("io.k8s.api.core.v1.PodSpec", "affinity", """{"$ref":"#/definitions/io.k8s.api.core.v1.Affinity"}""")]
    [InlineData("io.k8s.api.apps.v1.ControllerRevision", "data", """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("io.k8s.api.core.v1.PodSecurityContext", "sysctls", """{"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.Sysctl"},"x-kubernetes-list-type":"atomic"}""")]
    [InlineData("io.k8s.api.core.v1.PodSpec", "topologySpreadConstraints", """{"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.TopologySpreadConstraint"},"x-kubernetes-patch-merge-key":"topologyKey","x-kubernetes-patch-strategy":"merge","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["topologyKey","whenUnsatisfiable"]}""")]
    [InlineData("io.k8s.api.core.v1.PodSpec", "volumes", """{"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.Volume"},"x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge,retainKeys","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"]}""")]
    [InlineData("io.k8s.api.core.v1.PodSpec", "nodeSelector", """{"type":"object","additionalProperties":{"type":"string"},"x-kubernetes-map-type":"atomic"}""")]
    [InlineData("io.k8s.api.core.v1.ResourceRequirements", "limits", """{"type":"object","additionalProperties":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity"}}""")]
    [InlineData("io.k8s.api.core.v1.ServicePort", "targetPort", """{"$ref":"#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"}""")]
    [InlineData("io.k8s.api.core.v1.ResourceRequirements", "claims", """{"type":"array","items":{"$ref":"#/definitions/io.k8s.api.core.v1.ResourceClaim"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"]}""")]
    [InlineData("io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes", "values", """{"type":"array","items":{"type":"integer","format":"int32"},"x-kubernetes-list-type":"set"}""")]
    [InlineData("io.k8s.api.core.v1.Container", "image", """{"type":"string"}""")]
    [InlineData("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "finalizers", """{"type":"array","items":{"type":"string"},"x-kubernetes-patch-strategy":"merge","x-kubernetes-list-type":"set"}""")]
    public void A_field_of_OpenAPI_2_has_the_form_that_Kubernetes_gives_it(string definition, string field, string form)
    {
        var found = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v2", null)!)["definitions"]![definition]!["properties"]![field]!.AsObject();
        Assert.NotEmpty(found["description"]!.ToString());
        found.Remove("description");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(form), found), found.ToJsonString());
    }

    [Theory]
    [InlineData("io.k8s.apimachinery.pkg.api.resource.Quantity", "string", null)]
    [InlineData("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "string", "int-or-string")]
    public void What_is_a_number_or_a_string_is_a_string_in_OpenAPI_2(string definition, string type, string? format)
    {
        var found = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v2", null)!)["definitions"]![definition]!;
        Assert.Equal((type, format), (found["type"]!.ToString(), found["format"]?.ToString()));
    }

    /// <summary>kubectl 1.20 crashes when it makes a patch within a schema that has no type.</summary>
    [Fact]
    public void Every_schema_of_OpenAPI_2_has_a_type_or_refers_to_one()
    {
        var definitions = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v2", null)!)["definitions"]!.AsObject();
        foreach (var (name, definition) in definitions)
            Assert.All(Schemas(definition!.AsObject()), s => Assert.True(s.ContainsKey("type") != s.ContainsKey("$ref"), $"{name}: {s.ToJsonString()}"));
    }

    private static IEnumerable<JsonObject> Schemas(JsonObject schema) =>
    [
        schema,
        .. (schema["properties"]?.AsObject().Select(p => p.Value!.AsObject()) ?? []).SelectMany(Schemas),
        .. new[] { schema["items"], schema["additionalProperties"] }.OfType<JsonObject>().SelectMany(Schemas),
    ];

    [Fact]
    public void A_description_says_what_nothing_acts_on()
    {
        var schemas = Parse(OpenApiDocuments.OfCluster.Find("/openapi/v3/api/v1", null)!)["components"]!["schemas"]!;
        var pod = schemas["io.k8s.api.core.v1.PodSpec"]!["properties"]!;
        Assert.EndsWith("Stored, but nothing acts on it.", pod["affinity"]!["description"]!.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("Stored, but nothing acts on values other than default.", pod["serviceAccountName"]!["description"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing acts on it yet", schemas["io.k8s.api.core.v1.Secret"]!["description"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("nothing acts", pod["containers"]!["description"]!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Schema {description = 4, type = 22}: what kubectl explains.</summary>
    [Fact]
    public void The_protobuf_form_holds_the_definitions()
    {
        var image = new ProtoWriter().Text(1, "image").Message(2, schema => schema.Message(22, type => type.Text(1, "string")).Text(4, Described("image")));
        var body = OpenApiDocuments.OfCluster.Find("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")!.Body;
        Assert.True(body.Span.IndexOf(image.ToArray()) > 0);
    }

    private static string Described(string field) =>
        Parse(OpenApiDocuments.OfCluster.Find("/openapi/v2", null)!)["definitions"]!["io.k8s.api.core.v1.Container"]!["properties"]![field]!["description"]!.ToString();

    private static IEnumerable<string> Groups => KindRegistry.Served.Where(k => !k.OfTenant).Select(k => k.Type.Group.Length == 0 ? "api/v1" : $"apis/{k.ApiVersion}")
        .Distinct().Order(StringComparer.Ordinal);

    private static JsonNode Parse(ServedDocument document) => JsonNode.Parse(document.Body.Span)!;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m.Key == "$ref" ? [m.Value!.ToString()] : References(m.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
