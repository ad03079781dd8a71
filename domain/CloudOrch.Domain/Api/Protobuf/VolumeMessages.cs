namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1/generated.proto: volumes.</summary>
internal static class VolumeMessages
{
    public const string Text = """
        Volume
        1 name string
        2 volumeSource inline:VolumeSource

        VolumeSource
        1 hostPath HostPathVolumeSource
        2 emptyDir EmptyDirVolumeSource
        3 gcePersistentDisk GCEPersistentDiskVolumeSource
        4 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
        5 gitRepo GitRepoVolumeSource
        6 secret SecretVolumeSource
        7 nfs NFSVolumeSource
        8 iscsi ISCSIVolumeSource
        9 glusterfs GlusterfsVolumeSource
        10 persistentVolumeClaim PersistentVolumeClaimVolumeSource
        11 rbd RBDVolumeSource
        12 flexVolume FlexVolumeSource
        13 cinder CinderVolumeSource
        14 cephfs CephFSVolumeSource
        15 flocker FlockerVolumeSource
        16 downwardAPI DownwardAPIVolumeSource
        17 fc FCVolumeSource
        18 azureFile AzureFileVolumeSource
        19 configMap ConfigMapVolumeSource
        20 vsphereVolume VsphereVirtualDiskVolumeSource
        21 quobyte QuobyteVolumeSource
        22 azureDisk AzureDiskVolumeSource
        23 photonPersistentDisk PhotonPersistentDiskVolumeSource
        24 portworxVolume PortworxVolumeSource
        25 scaleIO ScaleIOVolumeSource
        26 projected ProjectedVolumeSource
        27 storageos StorageOSVolumeSource
        28 csi CSIVolumeSource
        29 ephemeral EphemeralVolumeSource
        30 image ImageVolumeSource

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

        ImageVolumeSource
        1 reference string
        2 pullPolicy string

        EphemeralVolumeSource
        1 volumeClaimTemplate PersistentVolumeClaimTemplate

        PersistentVolumeClaimTemplate
        1 metadata ObjectMeta
        2 spec PersistentVolumeClaimSpec

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
        5 clusterTrustBundle ClusterTrustBundleProjection
        6 podCertificate PodCertificateProjection

        ClusterTrustBundleProjection
        1 name string*
        2 signerName string*
        3 labelSelector LabelSelector
        4 path string
        5 optional bool*

        PodCertificateProjection
        1 signerName string
        2 keyType string
        3 maxExpirationSeconds int*
        4 credentialBundlePath string
        5 keyPath string
        6 certificateChainPath string

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
