using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Deployments;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.Ownership;

/// <summary>Random documents of several managers on one Deployment.</summary>
public class OwnershipLawTests
{
    private static readonly KindDefinition Kind = KindRegistry.Of<Deployment>();
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>One object and what its managers have applied to it last.</summary>
    private sealed class World(KubeObject value)
    {
        public KubeObject Value { get; set; } = value;

        public DateTimeOffset Now { get; set; } = Start;

        public Dictionary<string, JsonObject> Applied { get; } = [];

        /// <returns>Whether there was no conflict.</returns>
        public bool Apply(string manager, JsonObject document, bool force = false)
        {
            Now = Now.AddSeconds(5);
            var writer = new FieldWriter(manager, "", Now);
            var (config, refusal) = FieldOwnership.Read(Kind, JsonSerializer.SerializeToElement(document), "");
            Assert.Null(refusal);
            var next = Prepared(FieldOwnership.Merge(Kind, Value, config!, writer));
            if (FieldOwnership.AfterApply(Kind, Value, next, config!, writer, force) is not ClaimOutcome.Granted granted)
                return false;
            Value = next with { Metadata = next.Metadata with { ManagedFields = granted.ManagedFields } };
            Applied[manager] = document;
            return true;
        }

        public void Update(string manager, JsonObject document)
        {
            Now = Now.AddSeconds(5);
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
                FieldWalk.Merge(JsonDocument.Parse(Kind.Write(Value)).RootElement, JsonSerializer.SerializeToElement(document), FieldPlace.Of(Kind.ClrType), json);
            var next = Prepared(buffer.WrittenSpan.ToArray());
            Value = next with { Metadata = next.Metadata with { ManagedFields = FieldOwnership.AfterUpdate(Kind, Value, next, new(manager, "", Now)) } };
        }

        private KubeObject Prepared(byte[] json)
        {
            var read = ((DecodeOutcome.Decoded)ObjectReader.Read(Kind, json, FieldValidation.Strict)).Object;
            return Kind.PrepareForUpdate(Value, Kind.Default(read));
        }

        public FieldSet FieldsOf(string manager) => ManagerTable.Read(Value.Metadata.ManagedFields)!.FieldsOf(new(manager, "Apply", "", ""));

        public JsonElement Json => JsonDocument.Parse(Kind.Write(Value)).RootElement;
    }

    private static World Make(Random random)
    {
        var document = Document(random);
        document["metadata"]!["name"] = "web";
        document["metadata"]!["namespace"] = "default";
        document["metadata"]!["uid"] = "u1";
        document["spec"]!["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "web" } };
        var read = ((DecodeOutcome.Decoded)ObjectReader.Read(Kind, Encoding.UTF8.GetBytes(document.ToJsonString()), FieldValidation.Strict)).Object;
        var made = Kind.PrepareForCreate(Kind.Default(read), Start);
        return new(made with { Metadata = made.Metadata with { ManagedFields = FieldOwnership.AfterUpdate(Kind, null, made, new("creator", "", Start)) } });
    }

    private static JsonObject Document(Random random)
    {
        JsonObject Some(params (string Name, Func<JsonNode> Value)[] fields)
        {
            var all = new JsonObject();
            foreach (var (name, value) in fields.Where(_ => random.Next(2) == 0))
            {
                var made = value();
                if (made is not JsonArray { Count: 0 })
                    all[name] = made;
            }
            return all;
        }
        JsonNode Text() => JsonValue.Create($"v{random.Next(2)}");
        JsonNode Map() => Some(("a", Text), ("b", Text), ("c", Text));
        JsonArray List(params Func<JsonNode>[] items) => new([.. items.Where(_ => random.Next(2) == 0).Select(i => (JsonNode?)i())]);
        JsonObject Named(string name, string field = "value") => new() { ["name"] = name, [field] = Text() };
        JsonNode Container(string name)
        {
            var container = Some(
                ("env", () => List(() => Named("E1"), () => Named("E2"), () => Named("E3"))),
                ("args", () => List(Text, Text)),
                ("ports", () => List(() => Port(80, "TCP"), () => Port(80, "UDP"), () => Port(81, null))),
                ("resources", () => Some(("limits", () => new JsonObject { ["cpu"] = random.Next(2) == 0 ? "1" : "1000m" }))),
                ("workingDir", Text));
            container["name"] = name;
            container["image"] = Text();
            return container;
        }
        JsonNode Port(int number, string? protocol)
        {
            var port = new JsonObject { ["containerPort"] = number };
            if (protocol is not null)
                port["protocol"] = protocol;
            if (random.Next(2) == 0)
                port["name"] = Text();
            return port;
        }
        var metadata = Some(("labels", Map), ("annotations", Map), ("finalizers", () => List(() => JsonValue.Create("x.io/a"), () => JsonValue.Create("x.io/b"))));
        var spec = Some(("replicas", () => JsonValue.Create(random.Next(2))), ("paused", () => JsonValue.Create(random.Next(2) == 0)),
            ("strategy", () => new JsonObject { ["rollingUpdate"] = Some(("maxSurge", () => JsonValue.Create(random.Next(1, 3)))) }));
        spec["template"] = new JsonObject
        {
            ["metadata"] = Some(("labels", Map)),
            ["spec"] = Some(("nodeSelector", Map), ("tolerations", () => List(() => new JsonObject { ["key"] = Text() })),
                ("containers", () => List(() => Container("c1"), () => Container("c2"), () => Container("c3"))),
                ("volumes", () => List(() => new JsonObject { ["name"] = "v1", ["emptyDir"] = new JsonObject() }))),
        };
        return new() { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>Whoever owns a field means the value that it has.</summary>
    [Fact]
    public void What_two_managers_own_they_mean_alike() => Seeds.Each(150, seed =>
    {
        var random = new Random(seed);
        var world = Make(random);
        for (int i = 0; i < 8; i++)
        {
            string manager = random.Next(2) == 0 ? "a" : "b";
            if (random.Next(4) == 0)
                world.Update("u", Document(random));
            else
                world.Apply(manager, Document(random), force: random.Next(3) == 0);
            foreach (var (owner, document) in world.Applied)
            {
                var (config, _) = FieldOwnership.Read(Kind, JsonSerializer.SerializeToElement(document), "");
                var differs = FieldDelta.Of(JsonDocument.Parse(config!.Json).RootElement, world.Json, FieldPlace.Of(Kind.ClrType));
                Assert.Empty(world.FieldsOf(owner).Intersect(differs.Modified.Union(differs.Removed)).Paths());
                Assert.Empty(world.FieldsOf(owner).Without(config.Fields).Paths());
            }
        }
    });

    [Fact]
    public void Applying_twice_changes_nothing_the_second_time() => Seeds.Each(250, seed =>
    {
        var random = new Random(seed);
        var world = Make(random);
        world.Apply("a", Document(random), force: true);
        var document = Document(random);
        world.Apply("b", document, force: true);
        var once = world.Value;
        Assert.True(world.Apply("b", document));
        Assert.Equal(once, world.Value);
    });

    [Fact]
    public void Applying_and_then_applying_nothing_restores_what_was() => Seeds.Each(250, seed =>
    {
        var random = new Random(seed);
        var world = Make(random);
        var before = world.Json;
        var owners = world.Value.Metadata.ManagedFields;
        if (!world.Apply("a", Document(random)))
            return;
        Assert.True(world.Apply("a", new() { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment" }));
        Assert.Equal(owners, world.Value.Metadata.ManagedFields);
        var differs = FieldDelta.Of(before, world.Json, FieldPlace.Of(Kind.ClrType)).WithoutBranches(FieldSet.Of("metadata", "generation"));
        Assert.Empty(differs.Changed.Union(differs.Removed).Paths());
    });

    /// <summary>A set of fields lies deeper in the object than the fields themselves.</summary>
    [Fact]
    public void The_deepest_object_that_is_read_can_be_read_again_with_its_owners()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 58)) + "1" + new string('}', 58);
        var document = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"p","namespace":"n"},"spec":{"affinity":{{{deep}}}}}""");
        var kind = KindRegistry.Of<CloudOrch.Domain.Kinds.Pods.Pod>();
        var pod = ((DecodeOutcome.Decoded)ObjectReader.Read(kind, document, FieldValidation.Warn)).Object;
        pod = pod with { Metadata = pod.Metadata with { ManagedFields = FieldOwnership.AfterUpdate(kind, null, pod, new("m", "", Start)) } };
        Assert.Equal(pod, kind.Read(kind.Write(pod)));
        Assert.NotNull(ManagerTable.Read(pod.Metadata.ManagedFields));
    }

    [Fact]
    public void A_very_wide_object_is_not_tracked_until_somebody_applies()
    {
        var kind = KindRegistry.Of<CloudOrch.Domain.Kinds.ConfigMaps.ConfigMap>();
        var map = new CloudOrch.Domain.Kinds.ConfigMaps.ConfigMap
        {
            Metadata = new() { Name = "m", Namespace = "n" },
            Data = Enumerable.Range(0, 40_000).Select(i => KeyValuePair.Create($"key-{i}", "")).ToValueMap(),
        };
        Assert.Null(FieldOwnership.AfterUpdate(kind, null, map, new("m", "", Start)));
        Assert.NotNull(FieldOwnership.AfterUpdate(kind, null, map with { Data = map.Data.Take(1_000).ToValueMap() }, new("m", "", Start)));
    }

    [Fact]
    public void A_conflict_is_what_force_would_take() => Seeds.Each(250, seed =>
    {
        var random = new Random(seed);
        var world = Make(random);
        world.Apply("a", Document(random), force: true);
        var had = world.FieldsOf("a");
        var document = Document(random);
        bool peaceful = world.Apply("b", document);
        Assert.True(world.Apply("b", document, force: true));
        if (peaceful)
            Assert.Equal(had, world.FieldsOf("a"));
    });

    [Fact]
    public void The_control_planes_own_writes_take_what_they_change() => Seeds.Each(200, seed =>
    {
        var random = new Random(seed);
        var world = Make(random);
        world.Apply("a", Document(random), force: true);
        var deployment = (Deployment)world.Value;
        var status = deployment with { Status = new() { Replicas = 3 } };
        Assert.Same(deployment.Metadata.ManagedFields, FieldOwnership.AfterOwnWrite(Kind, deployment, status, "cloudorch", Start));
        var scaled = status with { Spec = deployment.Spec with { Replicas = 17 } };
        var owners = ManagerTable.Read(FieldOwnership.AfterOwnWrite(Kind, deployment, scaled, "cloudorch", Start))!;
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", owners.FieldsOf(new("cloudorch", "Update", "apps/v1", "")).ToString());
        Assert.DoesNotContain(".spec.replicas", owners.FieldsOf(new("a", "Apply", "", "")).Paths());
        var untracked = deployment with { Metadata = deployment.Metadata with { ManagedFields = null } };
        Assert.Null(FieldOwnership.AfterOwnWrite(Kind, untracked, scaled, "cloudorch", Start));
    });
}
