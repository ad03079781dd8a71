using System.Text.Json.Nodes;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.PersistentVolumes;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>What volumes name, in pods and in PersistentVolumes; most of it is stored only, and checked all the same.</summary>
public class VolumeSourceTests
{
    private const string Target = """ "targetPortal":"t:3260","iqn":"iqn.2026-01.example:d" """;

    /// <summary>As little as Kubernetes takes, and what it makes of that.</summary>
    public static TheoryData<string, string, string> Accepted => new()
    {
        { "emptyDir", """{"medium":"Memory"}""", """{"medium":"Memory"}""" },
        { "emptyDir", """{"medium":"HugePages-2Mi","sizeLimit":"1Gi"}""", """{"medium":"HugePages-2Mi","sizeLimit":"1Gi"}""" },
        { "hostPath", """{"path":"/srv"}""", """{"path":"/srv","type":""}""" },
        { "configMap", """{"name":"m"}""", """{"name":"m","defaultMode":420}""" },
        { "secret", """{"secretName":"s"}""", """{"secretName":"s","defaultMode":420}""" },
        { "downwardAPI", """{"items":[{"path":"f","fieldRef":{"fieldPath":"metadata.name"}}]}""", """{"items":[{"path":"f","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}],"defaultMode":420}""" },
        { "projected", """{"sources":[{"secret":{"name":"s"}},{"serviceAccountToken":{"path":"t"}},{"downwardAPI":{"items":[{"path":"f","fieldRef":{"fieldPath":"metadata.name"}}]}}]}""",
            """{"sources":[{"secret":{"name":"s"}},{"serviceAccountToken":{"expirationSeconds":3600,"path":"t"}},{"downwardAPI":{"items":[{"path":"f","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}]}}],"defaultMode":420}""" },
        { "projected", """{"sources":[{"clusterTrustBundle":{"name":"b","path":"p"}},{"podCertificate":{"signerName":"e.example/s","keyType":"ED25519"}}],"defaultMode":256}""",
            """{"sources":[{"clusterTrustBundle":{"name":"b","path":"p"}},{"podCertificate":{"signerName":"e.example/s","keyType":"ED25519","maxExpirationSeconds":86400}}],"defaultMode":256}""" },
        { "persistentVolumeClaim", """{"claimName":"c"}""", """{"claimName":"c"}""" },
        { "ephemeral", """{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}}""",
            """{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem"}}}""" },
        { "nfs", """{"server":"s","path":"/p"}""", """{"server":"s","path":"/p"}""" },
        { "csi", """{"driver":"d.example","volumeAttributes":{"a":"b"}}""", """{"driver":"d.example","volumeAttributes":{"a":"b"}}""" },
        { "image", """{"reference":"r.example/i:1"}""", """{"reference":"r.example/i:1","pullPolicy":"IfNotPresent"}""" },
        { "gitRepo", """{"repository":"r"}""", """{"repository":"r"}""" },
        { "awsElasticBlockStore", """{"volumeID":"v","partition":1}""", """{"volumeID":"v","partition":1}""" },
        { "gcePersistentDisk", """{"pdName":"p"}""", """{"pdName":"p"}""" },
        { "azureDisk", """{"diskName":"d","diskURI":"https://u"}""", """{"diskName":"d","diskURI":"https://u","cachingMode":"ReadWrite","fsType":"ext4","readOnly":false,"kind":"Shared"}""" },
        { "azureDisk", """{"diskName":"d","diskURI":"/subscriptions/u","kind":"Managed"}""", """{"diskName":"d","diskURI":"/subscriptions/u","cachingMode":"ReadWrite","fsType":"ext4","readOnly":false,"kind":"Managed"}""" },
        { "azureFile", """{"secretName":"s","shareName":"n"}""", """{"secretName":"s","shareName":"n"}""" },
        { "cephfs", """{"monitors":["m"],"secretRef":{"name":"s"}}""", """{"secretRef":{"name":"s"},"monitors":["m"]}""" },
        { "cinder", """{"volumeID":"v"}""", """{"volumeID":"v"}""" },
        { "fc", """{"targetWWNs":["w"],"lun":0}""", """{"targetWWNs":["w"],"lun":0}""" },
        { "fc", """{"wwids":["w"]}""", """{"wwids":["w"]}""" },
        { "flexVolume", """{"driver":"e/d","options":{"a":"b"}}""", """{"driver":"e/d","options":{"a":"b"}}""" },
        { "flocker", """{"datasetName":"d"}""", """{"datasetName":"d"}""" },
        { "glusterfs", """{"endpoints":"e","path":"p"}""", """{"endpoints":"e","path":"p"}""" },
        { "iscsi", $$"""{{{Target}},"lun":0}""", $$"""{{{Target}},"lun":0,"iscsiInterface":"default"}""" },
        { "photonPersistentDisk", """{"pdID":"p"}""", """{"pdID":"p"}""" },
        { "portworxVolume", """{"volumeID":"v"}""", """{"volumeID":"v"}""" },
        { "quobyte", """{"registry":"r:1","volume":"v"}""", """{"registry":"r:1","volume":"v"}""" },
        { "rbd", """{"monitors":["m"],"image":"i"}""", """{"monitors":["m"],"image":"i","pool":"rbd","user":"admin","keyring":"/etc/ceph/keyring"}""" },
        { "scaleIO", """{"gateway":"g","system":"s","secretRef":{"name":"s"},"volumeName":"v"}""", """{"gateway":"g","system":"s","secretRef":{"name":"s"},"storageMode":"ThinProvisioned","volumeName":"v","fsType":"xfs"}""" },
        { "storageos", """{"volumeName":"v"}""", """{"volumeName":"v"}""" },
        { "vsphereVolume", """{"volumePath":"p","storagePolicyID":"i"}""", """{"volumePath":"p","storagePolicyID":"i"}""" },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_source_of_a_pods_volume_is_completed(string name, string source, string expected)
    {
        string pod = Pod(name, source);
        Assert.Empty(Check.Problems(ResourceTypes.Pods, pod));
        AssertSource(name, expected, KindRegistry.Of<Pod>(), pod, document => document["spec"]!["volumes"]![0]!);
    }

    /// <summary>All but those that go with a pod.</summary>
    public static TheoryData<string, string, string> AcceptedAlone => [.. Accepted.Where(a => ApiSchema.Of<PersistentVolumeSpec>().Fields.ContainsKey(a.Data.Item1) && a.Data.Item1 != "csi")];

    [Theory]
    [MemberData(nameof(AcceptedAlone))]
    public void A_source_of_a_PersistentVolume_is_completed(string name, string source, string expected)
    {
        string volume = Volume(name, source);
        Assert.Empty(Check.Problems(ResourceTypes.PersistentVolumes, volume));
        AssertSource(name, expected, KindRegistry.Of<PersistentVolume>(), volume, document => document["spec"]!);
    }

    [Fact]
    public void Every_source_is_in_the_table()
    {
        string[] all = [.. ApiSchema.Of<Volume>().Fields.Keys.Where(f => f != "name")];
        Assert.Equal(all.Order(StringComparer.Ordinal), Accepted.Select(a => a.Data.Item1).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("secret", """{}""", ".secretName: Required value")]
    [InlineData("secret", """{"secretName":"s","items":[{"key":"k","path":"/p"}]}""", ".items[0].path: Invalid value: \"/p\": must be a relative path")]
    [InlineData("secret", """{"secretName":"s","defaultMode":512}""", ".defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive")]
    [InlineData("downwardAPI", """{"items":[{"path":"f"}]}""", ".items[0]: Required value: one of fieldRef and resourceFieldRef is required")]
    [InlineData("projected", """{"sources":[{"secret":{"name":"s"},"configMap":{"name":"m"}}]}""", ".sources[0].configMap: Forbidden: may not specify more than 1 volume type")]
    [InlineData("projected", """{"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":60}}]}""", ".sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes")]
    [InlineData("persistentVolumeClaim", """{}""", ".claimName: Required value")]
    [InlineData("ephemeral", """{}""", ".volumeClaimTemplate: Required value")]
    [InlineData("ephemeral", """{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"]}}}""", ".volumeClaimTemplate.spec.resources[storage]: Required value")]
    [InlineData("csi", """{"driver":"d_d"}""", null)]
    [InlineData("image", """{"reference":"i","pullPolicy":"Often"}""", ".pullPolicy: Unsupported value: \"Often\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData("gitRepo", """{"repository":"r","directory":"../up"}""", ".directory: Invalid value: \"../up\": must not contain '..'")]
    [InlineData("awsElasticBlockStore", """{}""", ".volumeID: Required value")]
    [InlineData("downwardAPI", """{"items":[{"path":"f","fieldRef":{"fieldPath":"status.podIP"}}]}""", ".items[0].fieldRef.fieldPath: Unsupported value: \"status.podIP\": supported values: \"metadata.annotations\"")]
    [InlineData("downwardAPI", """{"items":[{"path":"f","resourceFieldRef":{"resource":"limits.cpu"}}]}""", ".items[0].resourceFieldRef.containerName: Required value")]
    [InlineData("gcePersistentDisk", """{"pdName":"p","partition":256}""", ".partition: Invalid value: 256: must be between 0 and 255, inclusive")]
    [InlineData("azureDisk", """{"diskName":"d","diskURI":"https://u","kind":"Managed"}""", ".diskURI: Unsupported value: \"https://u\": supported values: \"/subscriptions/{sub-id}/")]
    [InlineData("iscsi", $$"""{{{Target}},"lun":1,"chapAuthSession":true}""", ".secretRef: Required value")]
    [InlineData("azureDisk", """{"diskName":"d","diskURI":"https://u","kind":"Mine"}""", ".kind: Unsupported value: \"Mine\": supported values: \"Dedicated\", \"Managed\", \"Shared\"")]
    [InlineData("cephfs", """{"monitors":[]}""", ".monitors: Required value")]
    [InlineData("fc", """{}""", ".targetWWNs: Required value: must specify either targetWWNs or wwids, but not both")]
    [InlineData("fc", """{"targetWWNs":["w"]}""", ".lun: Required value: lun is required if targetWWNs is specified")]
    [InlineData("flocker", """{}""", ": Required value: one of datasetName and datasetUUID is required")]
    [InlineData("iscsi", """{"targetPortal":"t","iqn":"disk","lun":1}""", ".iqn: Invalid value: \"disk\": must be valid format starting with iqn, eui, or naa")]
    [InlineData("iscsi", $$"""{{{Target}},"lun":256}""", ".lun: Invalid value: 256: must be between 0 and 255, inclusive")]
    [InlineData("scaleIO", """{"gateway":"g","system":"s","volumeName":"v"}""", ".secretRef: Required value")]
    [InlineData("storageos", """{}""", ".volumeName: Required value")]
    [InlineData("nfs", """{"server":"s","path":"p"}""", ".path: Invalid value: \"p\": must be an absolute path")]
    public void A_bad_source_is_refused(string name, string source, string? problem)
    {
        var problems = Check.Problems(ResourceTypes.Pods, Pod(name, source));
        Assert.StartsWith($"spec.volumes[0].{name}{problem ?? ".driver: Invalid value"}", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static void AssertSource(string name, string expected, KindDefinition kind, string json, Func<JsonNode, JsonNode> at)
    {
        var written = at(JsonNode.Parse(kind.Write(Check.Default(kind, json)))!)[name];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), written), $"{written?.ToJsonString()}");
    }

    private static string Pod(string name, string source) =>
        """{"metadata":{"name":"x","namespace":"default"},"spec":{"containers":[{"name":"c","image":"i"}],"volumes":[{"name":"v",""" + $"\"{name}\":{source}" + "}]}}";

    private static string Volume(string name, string source) =>
        """{"metadata":{"name":"x"},"spec":{"capacity":{"storage":"5Gi"},"accessModes":["ReadWriteOnce"],""" + $"\"{name}\":{source}" + "}}";
}
