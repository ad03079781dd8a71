using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Api.Tables;
using CloudOrch.Domain.Kinds;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>What holds for every kind, without asking each.</summary>
public class RegistryTests
{
    public static TheoryData<string> All => [.. KindRegistry.All.Select(k => k.Type.ToString())];

    [Fact]
    public void The_kinds_are_registered_once_each()
    {
        Assert.Equal(
            ["clusterrolebindings.rbac.authorization.k8s.io", "clusterroles.rbac.authorization.k8s.io", "clusters.management.cloudorch.io",
                "configmaps", "controllerrevisions.apps", "cronjobs.batch", "daemonsets.apps", "deployments.apps", "endpoints",
                "endpointslices.discovery.k8s.io", "events", "horizontalpodautoscalers.autoscaling", "ingressclasses.networking.k8s.io",
                "ingresses.networking.k8s.io", "jobs.batch", "jointokens.management.cloudorch.io", "leases.coordination.k8s.io", "limitranges",
                "namespaces", "networkpolicies.networking.k8s.io", "nodes", "nodes.metrics.k8s.io", "persistentvolumeclaims", "persistentvolumes",
                "poddisruptionbudgets.policy", "pods", "pods.metrics.k8s.io", "podtemplates", "priorityclasses.scheduling.k8s.io", "replicasets.apps", "resourcequotas",
                "rolebindings.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io", "runtimeclasses.node.k8s.io", "secrets",
                "selfsubjectaccessreviews.authorization.k8s.io", "selfsubjectreviews.authentication.k8s.io",
                "selfsubjectrulesreviews.authorization.k8s.io", "serviceaccounts", "services", "statefulsets.apps", "storageclasses.storage.k8s.io"],
            KindRegistry.All.Select(k => k.Type.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(KindRegistry.All.Count, KindRegistry.All.Select(k => k.ClrType).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_kind_can_be_found_by_each_of_its_names(string type)
    {
        var kind = Kind(type);
        Assert.Same(kind, KindRegistry.Find(kind.Type));
        Assert.Same(kind, KindRegistry.Find(kind.ApiVersion, kind.Kind));
        Assert.Same(kind, KindRegistry.Of(Minimal(kind)));
        Assert.Equal(kind.Kind.ToLowerInvariant(), kind.Singular);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Unknown_fields_survive_reading_and_writing_at_every_depth(string type)
    {
        var kind = Kind(type);
        var document = (JsonObject)Sample(ApiSchema.Of(kind.ClrType), 0, unknown: true)!;
        var written = JsonNode.Parse(kind.Write(kind.Read(Encoding.UTF8.GetBytes(document.ToJsonString()))));
        AssertContains(document, written, "");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Writing_what_was_read_changes_nothing(string type)
    {
        var kind = Kind(type);
        byte[] document = Encoding.UTF8.GetBytes(Sample(ApiSchema.Of(kind.ClrType), 0, unknown: false)!.ToJsonString());
        var value = kind.Read(document);
        Assert.Equal(value, kind.Read(kind.Write(value)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Who_writes_the_status_cannot_change_the_rest(string type)
    {
        var kind = Kind(type);
        var old = Minimal(kind);
        var other = (KubeObject)JsonSerializer.Deserialize(Sample(ApiSchema.Of(kind.ClrType), 0, unknown: true)!.ToJsonString(), kind.ClrType, KubeJson.Options)!;
        var written = JsonNode.Parse(kind.Write(kind.PrepareForStatusUpdate(old, other)))!.AsObject();
        var expected = JsonNode.Parse(kind.Write(old))!.AsObject();
        written.Remove("status");
        expected.Remove("status");
        Assert.True(JsonNode.DeepEquals(expected, written), $"expected {expected}\nbut was {written}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Who_writes_the_rest_cannot_change_the_status(string type)
    {
        var kind = Kind(type);
        var old = Minimal(kind);
        var other = (KubeObject)JsonSerializer.Deserialize(Sample(ApiSchema.Of(kind.ClrType), 0, unknown: true)!.ToJsonString(), kind.ClrType, KubeJson.Options)!;
        var written = JsonNode.Parse(kind.Write(kind.PrepareForUpdate(old, other)))!["status"];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(kind.Write(old))!["status"], written), $"status became {written}");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_object_after_defaults_is_valid_and_defaults_once(string type)
    {
        var kind = Kind(type);
        var value = Minimal(kind);
        Assert.Empty(kind.Validate(value));
        Assert.Equal(value, kind.Default(value));
        Assert.Empty(kind.ValidateUpdate(value, kind.PrepareForUpdate(value, value)));
        Assert.Equal(value.Metadata.Generation, kind.PrepareForUpdate(value, value).Metadata.Generation);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_nothing_acts_on_says_so_in_one_sentence_with_its_name(string type)
    {
        if (Kind(type).NotActedOn is not { } sentence)
            return;
        Assert.StartsWith($"{Kind(type).Kind} is stored, but nothing acts on it yet: ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(sentence, c => c is '.' or '\n' or '"');
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_row_has_a_cell_for_every_column_and_the_first_is_the_name(string type)
    {
        var kind = Kind(type);
        var table = JsonNode.Parse(TableWriter.WriteOne(kind, Minimal(kind), IncludeObject.Metadata, A.Epoch.AddMinutes(5)))!;
        var columns = table["columnDefinitions"]!.AsArray();
        var cells = table["rows"]![0]!["cells"]!.AsArray();
        Assert.Equal(columns.Count, cells.Count);
        int name = columns.Select((c, i) => (Format: c!["format"]!.ToString(), i)).Single(c => c.Format == "name").i;
        Assert.Equal(Minimal(kind).Metadata.Name, cells[name]!.ToString());
        Assert.Equal("PartialObjectMetadata", table["rows"]![0]!["object"]!["kind"]!.ToString());
    }

    internal static KindDefinition Kind(string type) => KindRegistry.All.Single(k => k.Type.ToString() == type);

    /// <summary>The smallest valid object of a kind, as it is stored.</summary>
    internal static KubeObject Minimal(KindDefinition kind)
    {
        string json = kind.Kind switch
        {
            "Pod" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"containers":[{"name":"c","image":"i"}]}}""",
            "Job" => """{"metadata":{"name":"x","namespace":"default","uid":"u"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""",
            "CronJob" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"schedule":"@daily","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}}""",
            "ControllerRevision" => """{"metadata":{"name":"x","namespace":"default"},"data":{"spec":{}},"revision":1}""",
            "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""",
            "Service" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"ports":[{"port":80}]}}""",
            "EndpointSlice" => """{"metadata":{"name":"x","namespace":"default"},"addressType":"IPv4"}""",
            "PersistentVolume" => """{"metadata":{"name":"x"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"nfs":{"server":"s","path":"/p"}}}""",
            "PersistentVolumeClaim" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""",
            "PodTemplate" => """{"metadata":{"name":"x","namespace":"default"},"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}""",
            "Ingress" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""",
            "IngressClass" => """{"metadata":{"name":"x"},"spec":{"controller":"acme.io/x"}}""",
            "StorageClass" => """{"metadata":{"name":"x"},"provisioner":"acme.io/x"}""",
            "RuntimeClass" => """{"metadata":{"name":"x"},"handler":"runc"}""",
            "HorizontalPodAutoscaler" => """{"metadata":{"name":"x","namespace":"default"},"spec":{"maxReplicas":1,"scaleTargetRef":{"kind":"Deployment","name":"x"}}}""",
            "RoleBinding" => """{"metadata":{"name":"x","namespace":"default"},"roleRef":{"kind":"Role","name":"x"}}""",
            "ClusterRoleBinding" => """{"metadata":{"name":"x"},"roleRef":{"kind":"ClusterRole","name":"x"}}""",
            "JoinToken" => """{"metadata":{"name":"x"},"spec":{"clusterName":"c"}}""",
            "Event" => """{"metadata":{"name":"x","namespace":"default"},"involvedObject":{"kind":"Pod","namespace":"default","name":"p"}}""",
            _ when kind.Namespaced => """{"metadata":{"name":"x","namespace":"default"}}""",
            _ => """{"metadata":{"name":"x"}}""",
        };
        var prepared = kind.PrepareForCreate(kind.Default(kind.Read(Encoding.UTF8.GetBytes(json))), A.Epoch);
        return prepared with { Metadata = prepared.Metadata with { Uid = "u", ResourceVersion = "7" } };
    }

    /// <summary>A document with every field set, and, if asked, one unknown field in every object.</summary>
    private static JsonNode? Sample(ApiSchema schema, int depth, bool unknown) => schema.Shape switch
    {
        SchemaShape.Object => SampleObject(schema, depth, unknown),
        SchemaShape.List => new JsonArray(Sample(schema.Item!, depth + 1, unknown)),
        SchemaShape.Map => new JsonObject { ["key"] = Sample(schema.Item!, depth + 1, unknown) },
        SchemaShape.Text => "text",
        SchemaShape.Int32 or SchemaShape.Int64 => 7,
        SchemaShape.Flag => true,
        SchemaShape.Time => "2030-01-01T00:00:05Z",
        SchemaShape.MicroTime => "2030-01-01T00:00:05.000001Z",
        SchemaShape.Quantity => "250m",
        SchemaShape.IntOrString => "25%",
        _ => new JsonObject { ["any"] = new JsonArray(1, "two") },
    };

    private static JsonObject SampleObject(ApiSchema schema, int depth, bool unknown)
    {
        var result = new JsonObject();
        foreach (var field in schema.Fields.Values)
            result[field.Name] = Sample(field.Schema, depth + 1, unknown);
        if (unknown)
            result["fromTheFuture"] = new JsonObject { ["depth"] = depth };
        return result;
    }

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                    AssertContains(value, Assert.IsType<JsonObject>(actual)[name], $"{path}.{name}");
                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                    AssertContains(items[i], Assert.IsType<JsonArray>(actual)[i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected}, was {actual}");
                break;
        }
    }
}
