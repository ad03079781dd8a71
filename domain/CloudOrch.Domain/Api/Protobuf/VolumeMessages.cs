namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1/generated.proto: volumes. A source that is not described here is refused by its field number.</summary>
internal static class VolumeMessages
{
    public const string Text = """
        Volume
        1 name string
        2 volumeSource inline:VolumeSource

        VolumeSource
        1 hostPath HostPathVolumeSource
        2 emptyDir EmptyDirVolumeSource
        6 secret SecretVolumeSource
        7 nfs NFSVolumeSource
        10 persistentVolumeClaim PersistentVolumeClaimVolumeSource
        16 downwardAPI DownwardAPIVolumeSource
        19 configMap ConfigMapVolumeSource
        26 projected ProjectedVolumeSource
        28 csi CSIVolumeSource

        HostPathVolumeSource
        1 path string
        2 type string*

        EmptyDirVolumeSource
        1 medium string
        2 sizeLimit Quantity*

        SecretVolumeSource
        1 secretName string
        2 items KeyToPath[]
        3 defaultMode int*
        4 optional bool*

        ConfigMapVolumeSource
        1 localObjectReference inline:LocalObjectReference
        2 items KeyToPath[]
        3 defaultMode int*
        4 optional bool*

        KeyToPath
        1 key string
        2 path string
        3 mode int*

        NFSVolumeSource
        1 server string
        2 path string
        3 readOnly bool

        PersistentVolumeClaimVolumeSource
        1 claimName string
        2 readOnly bool

        DownwardAPIVolumeSource
        1 items DownwardAPIVolumeFile[]
        2 defaultMode int*

        DownwardAPIVolumeFile
        1 path string
        2 fieldRef ObjectFieldSelector
        3 resourceFieldRef ResourceFieldSelector
        4 mode int*

        ProjectedVolumeSource
        1 sources VolumeProjection[]
        2 defaultMode int*

        VolumeProjection
        1 secret KeyProjection
        2 downwardAPI DownwardAPIProjection
        3 configMap KeyProjection
        4 serviceAccountToken ServiceAccountTokenProjection

        KeyProjection
        1 localObjectReference inline:LocalObjectReference
        2 items KeyToPath[]
        4 optional bool*

        DownwardAPIProjection
        1 items DownwardAPIVolumeFile[]

        ServiceAccountTokenProjection
        1 audience string
        2 expirationSeconds int*
        3 path string

        CSIVolumeSource
        1 driver string
        2 readOnly bool*
        3 fsType string
        4 volumeAttributes map:string
        5 nodePublishSecretRef LocalObjectReference

        VolumeMount
        1 name string
        2 readOnly bool
        3 mountPath string
        4 subPath string
        5 mountPropagation string
        6 subPathExpr string
        7 recursiveReadOnly string

        VolumeDevice
        1 name string
        2 devicePath string
        """;
}
