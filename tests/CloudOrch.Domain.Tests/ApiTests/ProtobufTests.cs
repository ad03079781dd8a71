using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.ApiTests;

public class ProtobufTests
{
    /// <summary>What kubectl 1.33 sends for <c>create ns team-a</c>.</summary>
    private const string CreateNamespace = "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEh4KFgoGdGVhbS1hEgAaACIAKgAyADgAQgASABoCCgAaACIA";

    /// <summary>What kubectl 1.33 sends for <c>create deployment web --image=busybox:1 --replicas=0 --port=80 -n team-a -- sleep 5</c>.</summary>
    private const string CreateDeployment =
        "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Es4BCiUKA3dlYhIAGgZ0ZWFtLWEiACoAMgA4AEIAWgoKA2FwcBIDd2ViEpYBCAASDAoKCgNhcHASA3dlYhp8ChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2Vi" +
        "ElwSPgoHYnVzeWJveBIJYnVzeWJveDoxGgVzbGVlcBoBNSoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA";

    [Fact]
    public void The_bodies_of_kubectl_are_read()
    {
        AssertJson("""{"metadata":{"name":"team-a"},"spec":{},"kind":"Namespace","apiVersion":"v1"}""", Convert.FromBase64String(CreateNamespace));
        AssertJson("""
            {"metadata":{"name":"web","namespace":"team-a","labels":{"app":"web"}},
             "spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},
               "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[
                 {"name":"busybox","image":"busybox:1","command":["sleep","5"],"ports":[{"containerPort":80}],"resources":{}}]}},
               "strategy":{}},
             "kind":"Deployment","apiVersion":"apps/v1"}
            """, Convert.FromBase64String(CreateDeployment));
    }

    [Fact]
    public void Quantities_ports_times_maps_and_inlined_messages_become_the_JSON_that_Kubernetes_writes() => AssertJson("""
        {"kind":"Pod","apiVersion":"v1",
         "metadata":{"name":"web","creationTimestamp":"2030-01-01T00:00:05Z","annotations":{"a":"1","b":""}},
         "spec":{"terminationGracePeriodSeconds":0,"hostNetwork":true,"securityContext":{"supplementalGroups":[1,300]},
           "containers":[{"name":"c","resources":{"limits":{"cpu":"250m"}},
             "env":[{"name":"X","valueFrom":{"configMapKeyRef":{"name":"settings","key":"x","optional":false}}}],
             "readinessProbe":{"httpGet":{"path":"/ready","port":"http"},"periodSeconds":3},
             "livenessProbe":{"tcpSocket":{"port":8080}}}],
           "volumes":[{"name":"v","configMap":{"name":"settings","defaultMode":420}},{"name":"w","emptyDir":{}}]}}
        """, Envelope("v1", "Pod", pod => pod
        .Message(1, meta => meta.Text(1, "web").Text(2, "").Message(8, time => time.Number(1, 1893456005).Number(2, 0)).Message(9, _ => { })
            .Message(12, entry => entry.Text(1, "b").Text(2, "")).Message(12, entry => entry.Text(1, "a").Text(2, "1")))
        .Message(2, spec => spec
            .Message(2, container => container.Text(1, "c")
                .Message(7, env => env.Text(1, "X").Text(2, "").Message(3, from => from.Message(3, key => key.Message(1, reference => reference.Text(1, "settings")).Text(2, "x").Number(3, 0))))
                .Message(8, resources => resources.Message(1, entry => entry.Text(1, "cpu").Message(2, quantity => quantity.Text(1, "250m"))))
                .Message(11, probe => probe.Message(1, handler => handler.Message(2, get => get.Text(1, "/ready").Message(2, port => port.Number(1, 1).Number(2, 0).Text(3, "http")))).Number(2, 0).Number(4, 3))
                .Message(10, probe => probe.Message(1, handler => handler.Message(3, tcp => tcp.Message(1, port => port.Number(1, 0).Number(2, 8080).Text(3, ""))))))
            .Number(4, 0).Number(11, 1).Number(12, 0)
            .Message(14, context => context.Bytes(4, [1, 0xAC, 0x02]))
            .Message(1, volume => volume.Text(1, "v").Message(2, source => source.Message(19, map => map.Message(1, reference => reference.Text(1, "settings")).Number(3, 420))))
            .Message(1, volume => volume.Text(1, "w").Message(2, source => source.Message(2, empty => empty.Text(1, "")))))));

    /// <summary>Field numbers as in generated.proto, of sources that pods have.</summary>
    public static TheoryData<string, int, Action<ProtoWriter>> Sources => new()
    {
        { """{"iscsi":{"targetPortal":"t","iqn":"i","lun":3,"portals":["p"],"chapAuthDiscovery":true,"secretRef":{"name":"s"},"chapAuthSession":true,"initiatorName":""}}""", 8,
            s => s.Text(1, "t").Text(2, "i").Number(3, 3).Text(4, "").Text(7, "p").Number(8, 1).Message(10, r => r.Text(1, "s")).Number(11, 1).Text(12, "") },
        { """{"rbd":{"monitors":["a","b"],"image":"i","keyring":"k","readOnly":true}}""", 11, s => s.Text(1, "a").Text(1, "b").Text(2, "i").Text(6, "k").Number(8, 1) },
        { """{"flexVolume":{"driver":"d","options":{"a":"b"}}}""", 12, s => s.Text(1, "d").Message(5, e => e.Text(1, "a").Text(2, "b")) },
        { """{"fc":{"targetWWNs":["w"],"lun":0,"wwids":["i"]}}""", 17, s => s.Text(1, "w").Number(2, 0).Text(5, "i") },
        { """{"azureDisk":{"diskName":"d","diskURI":"u","readOnly":false,"kind":"Managed"}}""", 22, s => s.Text(1, "d").Text(2, "u").Number(5, 0).Text(6, "Managed") },
        { """{"scaleIO":{"gateway":"g","secretRef":{"name":"s"},"volumeName":"v","readOnly":true}}""", 25, s => s.Text(1, "g").Message(3, r => r.Text(1, "s")).Text(8, "v").Number(10, 1) },
        { """{"projected":{"sources":[{"clusterTrustBundle":{"signerName":"s","path":"p","optional":true}},{"podCertificate":{"signerName":"s","maxExpirationSeconds":1,"keyPath":"k"}}]}}""", 26,
            s => s.Message(1, p => p.Message(5, b => b.Text(2, "s").Text(4, "p").Number(5, 1))).Message(1, p => p.Message(6, c => c.Text(1, "s").Number(3, 1).Text(5, "k"))) },
        { """{"ephemeral":{"volumeClaimTemplate":{"metadata":{"labels":{"a":"b"}},"spec":{"volumeMode":"Block"}}}}""", 29,
            s => s.Message(1, t => t.Message(1, m => m.Message(11, e => e.Text(1, "a").Text(2, "b"))).Message(2, spec => spec.Text(6, "Block"))) },
        { """{"image":{"reference":"r","pullPolicy":"Never"}}""", 30, s => s.Text(1, "r").Text(2, "Never") },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_source_of_a_volume_is_read(string source, int number, Action<ProtoWriter> fill) => AssertJson(
        $$$"""{"kind":"Pod","apiVersion":"v1","spec":{"volumes":[{{{source}}}]}}""",
        Envelope("v1", "Pod", pod => pod.Message(2, spec => spec.Message(1, volume => volume.Message(2, s => s.Message(number, fill))))));

    [Fact]
    public void A_map_of_bytes_becomes_base64() => AssertJson("""{"kind":"ConfigMap","apiVersion":"v1","binaryData":{"k":"AAEC"},"immutable":false}""",
        Envelope("v1", "ConfigMap", map => map.Message(3, entry => entry.Text(1, "k").Bytes(2, [0, 1, 2])).Number(4, 0)));

    [Fact]
    public void Delete_options_come_in_the_version_of_any_group() => AssertJson(
        """{"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0,"preconditions":{"uid":"u"},"propagationPolicy":"Foreground","dryRun":["All"]}""",
        Envelope("apps/v1", "DeleteOptions", options => options.Number(1, 0).Message(2, p => p.Text(1, "u")).Text(4, "Foreground").Text(5, "All")));

    [Theory]
    [InlineData("policy/v1")]
    [InlineData("policy/v1beta1")]
    public void An_eviction_holds_delete_options(string version) => AssertJson(
        $$$"""{"kind":"Eviction","apiVersion":"{{{version}}}","metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":3}}""",
        Envelope(version, "Eviction", eviction => eviction.Message(1, meta => meta.Text(1, "p")).Message(2, options => options.Number(1, 3))));

    [Fact]
    public void A_binding_names_its_node() => AssertJson(
        """{"kind":"Binding","apiVersion":"v1","metadata":{"name":"p","uid":"u"},"target":{"kind":"Node","name":"n1"}}""",
        Envelope("v1", "Binding", binding => binding.Message(1, meta => meta.Text(1, "p").Text(5, "u")).Message(2, target => target.Text(1, "Node").Text(3, "n1"))));

    [Fact]
    public void A_request_for_a_token_says_for_whom_and_for_how_long() => AssertJson(
        """{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","metadata":{"name":"robot"},"spec":{"audiences":["a","b"],"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p","uid":"u"},"expirationSeconds":600}}""",
        Envelope("authentication.k8s.io/v1", "TokenRequest", request => request.Message(1, meta => meta.Text(1, "robot")).Message(2, spec => spec.Text(1, "a").Text(1, "b")
            .Message(3, bound => bound.Text(1, "Pod").Text(2, "v1").Text(3, "p").Text(4, "u")).Number(4, 600))));

    [Fact]
    public void A_negative_number_is_read() => AssertJson("""{"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":-1}}""",
        Envelope("apps/v1", "Deployment", deployment => deployment.Message(2, spec => spec.Number(1, -1))));

    [Fact]
    public void A_field_that_is_not_described_is_refused_unless_it_is_empty()
    {
        byte[] known = Envelope("v1", "Namespace", n => n.Message(77, _ => { }));
        Assert.IsType<ProtobufOutcome.Converted>(KubernetesProtobuf.ToJson(known));
        var refused = Assert.IsType<ProtobufOutcome.Refused>(KubernetesProtobuf.ToJson(Envelope("v1", "Namespace", n => n.Text(77, "x"))));
        Assert.Equal(400, refused.Code);
        Assert.Contains("field 77 of Namespace is not known here; send the object as JSON", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_without_a_description_is_answered_with_the_way_out()
    {
        var refused = Assert.IsType<ProtobufOutcome.Refused>(KubernetesProtobuf.ToJson(Envelope("batch/v9", "Frob", _ => { })));
        Assert.Equal(415, refused.Code);
        Assert.Equal("Frob of batch/v9 cannot be read as protobuf here; send it as application/json", refused.Message);
    }

    [Fact]
    public void Cutting_a_body_anywhere_gives_a_refusal_or_a_shorter_object_and_never_an_exception()
    {
        byte[] body = Convert.FromBase64String(CreateDeployment);
        for (int length = 0; length < body.Length; length++)
            Assert.NotNull(KubernetesProtobuf.ToJson(body.AsSpan(0, length)));
    }

    [Fact]
    public void Every_type_that_a_description_names_is_described()
    {
        Assert.Empty(KubernetesProtobuf.Messages.Undescribed());
        Assert.Contains("PodSpec", KubernetesProtobuf.Messages.Messages);
    }

    /// <summary>A slip in a JSON name would make a field unknown, one that is not described would be refused.</summary>
    [Fact]
    public void The_described_fields_of_every_kind_are_those_of_its_record()
    {
        // Those of the envelope.
        string[] undescribed = ["kind", "apiVersion"];
        var differences = new List<string>();
        var seen = new HashSet<(string, Type)>();
        foreach (var (name, message) in KindMessages.Kinds)
        {
            if (KindRegistry.Find(name.ApiVersion, name.Kind) is { } kind)
                Compare(message, ApiSchema.Of(kind.ClrType));
        }
        Assert.Empty(differences);

        void Compare(string message, ApiSchema schema)
        {
            if (!seen.Add((message, schema.ClrType)))
                return;
            var fields = FieldsOf(message).ToDictionary(f => f.Name);
            differences.AddRange(fields.Keys.Except(schema.Fields.Keys).Select(f => $"{message}.{f} is in no record"));
            differences.AddRange(schema.Fields.Keys.Except(fields.Keys).Except(undescribed).Select(f => $"{schema.ClrType.Name}.{f} is not described"));
            foreach (var field in fields.Values.Where(f => schema.Fields.ContainsKey(f.Name)))
            {
                var inner = schema.Fields[field.Name].Schema;
                var item = inner.Shape is SchemaShape.List or SchemaShape.Map ? inner.Item! : inner;
                if (field.Type != "ignored" && item.Shape != SchemaShape.Any && (inner.Shape == SchemaShape.List, inner.Shape == SchemaShape.Map, PlainOf(item)) != (field.Repeated, field.Map, PlainOf(field.Type)))
                    differences.Add($"{message}.{field.Name} is {field.Type} here and {inner.Shape} there");
                if (item.Shape == SchemaShape.Object && KubernetesProtobuf.Messages.Messages.Contains(field.Type))
                    Compare(field.Type, item);
            }
        }
    }

    private static IEnumerable<ProtoField> FieldsOf(string message) =>
        KubernetesProtobuf.Messages[message].Values.SelectMany(f => f.Inline ? FieldsOf(f.Type) : [f]);

    private static string PlainOf(ApiSchema schema) => schema.Shape switch
    {
        SchemaShape.Text => "string",
        SchemaShape.Int32 or SchemaShape.Int64 => "int",
        SchemaShape.Flag => "bool",
        SchemaShape.Object => "message",
        _ => schema.Shape.ToString(),
    };

    private static string PlainOf(string type) => KubernetesProtobuf.Messages.Messages.Contains(type) ? "message" : type == "bytes" ? "string" : type;

    private static byte[] Envelope(string apiVersion, string kind, Action<ProtoWriter> fill) =>
        [.. "k8s\0"u8, .. new ProtoWriter().Message(1, meta => meta.Text(1, apiVersion).Text(2, kind)).Message(2, fill).ToArray()];

    private static void AssertJson(string expected, byte[] body)
    {
        var outcome = KubernetesProtobuf.ToJson(body);
        var converted = outcome as ProtobufOutcome.Converted ?? throw new InvalidOperationException(outcome.ToString());
        string actual = Encoding.UTF8.GetString(converted.Json);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut was  {actual}");
    }
}
