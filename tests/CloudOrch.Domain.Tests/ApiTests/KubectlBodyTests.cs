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
        {
            "ingress i --class=nginx --rule='a.example/p*=web:80,tls=t'",
            "azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJkChcKAWkSABoGdGVhbS1hIgAqADIAOABCABJFEg4KCWEuZXhhbXBsZRIBdBosCglhLmV4YW1wbGUSHwodChsKAi9wEg0iCwoDd2ViEgQKABBQGgZQcmVmaXgiBW5naW54GgIKABoAIgA=",
            """{"metadata":{"name":"i","namespace":"team-a"},"spec":{"ingressClassName":"nginx","tls":[{"hosts":["a.example"],"secretName":"t"}],"rules":[{"host":"a.example","http":{"paths":[{"path":"/p","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}]},"kind":"Ingress","apiVersion":"networking.k8s.io/v1"}"""
        },
        {
            "priorityclass high --value=100 --description=d",
            "azhzAAolChRzY2hlZHVsaW5nLms4cy5pby92MRINUHJpb3JpdHlDbGFzcxIzChQKBGhpZ2gSABoAIgAqADIAOABCABBkGAAiAWQqFFByZWVtcHRMb3dlclByaW9yaXR5GgAiAA==",
            """{"metadata":{"name":"high"},"value":100,"description":"d","preemptionPolicy":"PreemptLowerPriority","kind":"PriorityClass","apiVersion":"scheduling.k8s.io/v1"}"""
        },
        {
            "(kubectl autoscale) deployment web --min=1 --max=3 --cpu-percent=80",
            "azhzAAopCg5hdXRvc2NhbGluZy92MhIXSG9yaXpvbnRhbFBvZEF1dG9zY2FsZXISYQoTCgN3ZWISABoAIgAqADIAOABCABJEChoKCkRlcGxveW1lbnQSA3dlYhoHYXBwcy92MRABGAMiIgoIUmVzb3VyY2UiFgoDY3B1Eg8KC1V0aWxpemF0aW9uIFAaBBgAIAAaACIA",
            """{"metadata":{"name":"web"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"minReplicas":1,"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]},"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2"}"""
        },
        {
            "role r --verb=get,list --resource=pods --resource-name=x",
            "azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEjEKFwoBchIAGgZ0ZWFtLWEiACoAMgA4AEIAEhYKA2dldAoEbGlzdBIAGgRwb2RzIgF4GgAiAA==",
            """{"metadata":{"name":"r","namespace":"team-a"},"rules":[{"verbs":["get","list"],"apiGroups":[""],"resources":["pods"],"resourceNames":["x"]}],"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1"}"""
        },
        {
            "clusterrole cr --verb=get --resource=pods",
            "azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtDbHVzdGVyUm9sZRIjChIKAmNyEgAaACIAKgAyADgAQgASDQoDZ2V0EgAaBHBvZHMaACIA",
            """{"metadata":{"name":"cr"},"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}],"kind":"ClusterRole","apiVersion":"rbac.authorization.k8s.io/v1"}"""
        },
        {
            "rolebinding rb --role=r --user=u --serviceaccount=team-a:robot",
            "azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxKLAQoYCgJyYhIAGgZ0ZWFtLWEiACoAMgA4AEIAEiYKBFVzZXISGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8aAXUiABIhCg5TZXJ2aWNlQWNjb3VudBIAGgVyb2JvdCIGdGVhbS1hGiQKGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8SBFJvbGUaAXIaACIA",
            """{"metadata":{"name":"rb","namespace":"team-a"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"u"},{"kind":"ServiceAccount","name":"robot","namespace":"team-a"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1"}"""
        },
        {
            "clusterrolebinding crb --clusterrole=cr --group=g",
            "azhzAAoyChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEhJDbHVzdGVyUm9sZUJpbmRpbmcSbAoTCgNjcmISABoAIgAqADIAOABCABInCgVHcm91cBIZcmJhYy5hdXRob3JpemF0aW9uLms4cy5pbxoBZyIAGiwKGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8SC0NsdXN0ZXJSb2xlGgJjchoAIgA=",
            """{"metadata":{"name":"crb"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"g"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cr"},"kind":"ClusterRoleBinding","apiVersion":"rbac.authorization.k8s.io/v1"}"""
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
        var named = decoded.Object with { Metadata = decoded.Object.Metadata with { Uid = "u", Namespace = kind.Namespaced ? "team-a" : null } };
        Assert.Empty(kind.Validate(kind.PrepareForCreate(kind.Default(named), A.Epoch)));
    }
}
