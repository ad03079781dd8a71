using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Protobuf;
using CloudOrch.Domain.Kinds;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.ApiTests;

/// <summary>What <c>kubectl create …</c> of version 1.33 sends, as protobuf, in namespace team-a.</summary>
public class KubectlBodyTests
{
    public static TheoryData<string, string, string> Bodies => new()
    {
        {
            "secret generic s --from-literal=user=me --type=Opaque",
            "azhzAAoMCgJ2MRIGU2VjcmV0Ei0KFwoBcxIAGgZ0ZWFtLWEiACoAMgA4AEIAEgoKBHVzZXISAm1lGgZPcGFxdWUaACIA",
            """{"metadata":{"name":"s","namespace":"team-a"},"data":{"user":"bWU="},"type":"Opaque","kind":"Secret","apiVersion":"v1"}"""
        },
        {
            "serviceaccount robot",
            "azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSHQobCgVyb2JvdBIAGgZ0ZWFtLWEiACoAMgA4AEIAGgAiAA==",
            """{"metadata":{"name":"robot","namespace":"team-a"},"kind":"ServiceAccount","apiVersion":"v1"}"""
        },
        {
            "service nodeport web --tcp=80:8080 --node-port=30080",
            "azhzAAoNCgJ2MRIHU2VydmljZRJwCiUKA3dlYhIAGgZ0ZWFtLWEiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkMKHQoHODAtODA4MBIDVENQGFAiBwgAEJA/GgAogOsBEgoKA2FwcBIDd2ViGgAiCE5vZGVQb3J0OgBCAFIAWgBgAGgAGgIKABoAIgA=",
            """
            {"metadata":{"name":"web","namespace":"team-a","labels":{"app":"web"}},
             "spec":{"ports":[{"name":"80-8080","protocol":"TCP","port":80,"targetPort":8080,"nodePort":30080}],"selector":{"app":"web"},"type":"NodePort"},"kind":"Service","apiVersion":"v1"}
            """
        },
        {
            "quota q --hard=cpu=1,pods=2 --scopes=NotTerminating",
            "azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRJGChcKAXESABoGdGVhbS1hIgAqADIAOABCABIpCgoKA2NwdRIDCgExCgsKBHBvZHMSAwoBMhIOTm90VGVybWluYXRpbmcaABoAIgA=",
            """{"metadata":{"name":"q","namespace":"team-a"},"spec":{"hard":{"cpu":"1","pods":"2"},"scopes":["NotTerminating"]},"kind":"ResourceQuota","apiVersion":"v1"}"""
        },
        {
            "job j --image=busybox:1 -- echo hi",
            "azhzAAoPCghiYXRjaC92MRIDSm9iEooBChcKAWoSABoGdGVhbS1hIgAqADIAOABCABJlMmMKEAoAEgAaACIAKgAyADgAQgASTxIsCgFqEglidXN5Ym94OjEaBGVjaG8aAmhpKgBCAGoAcgCAAQCIAQCQAQCiAQAaBU5ldmVyMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAaCCAAKAAwADoAGgAiAA==",
            """
            {"metadata":{"name":"j","namespace":"team-a"},
             "spec":{"template":{"metadata":{},"spec":{"containers":[{"name":"j","image":"busybox:1","command":["echo","hi"],"resources":{}}],"restartPolicy":"Never"}}},"kind":"Job","apiVersion":"batch/v1"}
            """
        },
        {
            "cronjob c --image=busybox:1 --schedule='*/5 * * * *' -- date",
            "azhzAAoTCghiYXRjaC92MRIHQ3JvbkpvYhKpAQoXCgFjEgAaBnRlYW0tYSIAKgAyADgAQgASiwEKCyovNSAqICogKiAqGgAqegoRCgFjEgAaACIAKgAyADgAQgASZTJjChAKABIAGgAiACoAMgA4AEIAEk8SKAoBYxIJYnVzeWJveDoxGgRkYXRlKgBCAGoAcgCAAQCIAQCQAQCiAQAaCU9uRmFpbHVyZTIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAGgAaACIA",
            """
            {"metadata":{"name":"c","namespace":"team-a"},"spec":{"schedule":"*/5 * * * *","jobTemplate":{"metadata":{"name":"c"},
             "spec":{"template":{"metadata":{},"spec":{"containers":[{"name":"c","image":"busybox:1","command":["date"],"resources":{}}],"restartPolicy":"OnFailure"}}}}},"kind":"CronJob","apiVersion":"batch/v1"}
            """
        },
        {
            "pdb p --selector=app=web --min-available=50%",
            "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSQAoXCgFwEgAaBnRlYW0tYSIAKgAyADgAQgASGQoJCAEQABoDNTAlEgwKCgoDYXBwEgN3ZWIaCggAGAAgACgAMAAaACIA",
            """{"metadata":{"name":"p","namespace":"team-a"},"spec":{"minAvailable":"50%","selector":{"matchLabels":{"app":"web"}}},"kind":"PodDisruptionBudget","apiVersion":"policy/v1"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_of_kubectl_is_read_and_would_be_stored(string command, string body, string expected)
    {
        var converted = Assert.IsType<ProtobufOutcome.Converted>(KubernetesProtobuf.ToJson(Convert.FromBase64String(body)));
        string actual = Encoding.UTF8.GetString(converted.Json);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{command}: expected {expected}\nbut was {actual}");
        var kind = KindRegistry.Find(converted.ApiVersion, converted.Kind)!;
        var decoded = Assert.IsType<DecodeOutcome.Decoded>(ObjectReader.Read(kind, converted.Json, FieldValidation.Strict));
        var named = decoded.Object with { Metadata = decoded.Object.Metadata with { Uid = "u" } };
        Assert.Empty(kind.Validate(kind.PrepareForCreate(kind.Default(named), A.Epoch)));
    }
}
