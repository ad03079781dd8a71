namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1/generated.proto: the storage systems that volumes of pods and PersistentVolumes name.</summary>
internal static class StorageSystemMessages
{
    public const string Text = """
        PersistentVolumeSource
        1 gcePersistentDisk GCEPersistentDiskVolumeSource
        2 awsElasticBlockStore AWSElasticBlockStoreVolumeSource
        3 hostPath HostPathVolumeSource
        4 glusterfs GlusterfsPersistentVolumeSource
        5 nfs NFSVolumeSource
        6 rbd RBDPersistentVolumeSource
        7 iscsi ISCSIPersistentVolumeSource
        8 cinder CinderPersistentVolumeSource
        9 cephfs CephFSPersistentVolumeSource
        10 fc FCVolumeSource
        11 flocker FlockerVolumeSource
        12 flexVolume FlexPersistentVolumeSource
        13 azureFile AzureFilePersistentVolumeSource
        14 vsphereVolume VsphereVirtualDiskVolumeSource
        15 quobyte QuobyteVolumeSource
        16 azureDisk AzureDiskVolumeSource
        17 photonPersistentDisk PhotonPersistentDiskVolumeSource
        18 portworxVolume PortworxVolumeSource
        19 scaleIO ScaleIOPersistentVolumeSource
        20 local LocalVolumeSource
        21 storageos StorageOSPersistentVolumeSource
        22 csi CSIPersistentVolumeSource

        AWSElasticBlockStoreVolumeSource
        1 volumeID string
        2 fsType string
        3 partition int
        4 readOnly bool

        AzureDiskVolumeSource
        1 diskName string
        2 diskURI string
        3 cachingMode string*
        4 fsType string*
        5 readOnly bool*
        6 kind string*

        AzureFileVolumeSource
        1 secretName string
        2 shareName string
        3 readOnly bool

        AzureFilePersistentVolumeSource
        1 secretName string
        2 shareName string
        3 readOnly bool
        4 secretNamespace string*

        CephFSVolumeSource
        1 monitors string[]
        2 path string
        3 user string
        4 secretFile string
        5 secretRef LocalObjectReference
        6 readOnly bool

        CephFSPersistentVolumeSource
        1 monitors string[]
        2 path string
        3 user string
        4 secretFile string
        5 secretRef SecretReference
        6 readOnly bool

        CinderVolumeSource
        1 volumeID string
        2 fsType string
        3 readOnly bool
        4 secretRef LocalObjectReference

        CinderPersistentVolumeSource
        1 volumeID string
        2 fsType string
        3 readOnly bool
        4 secretRef SecretReference

        FCVolumeSource
        1 targetWWNs string[]
        2 lun int*
        3 fsType string
        4 readOnly bool
        5 wwids string[]

        FlexVolumeSource
        1 driver string
        2 fsType string
        3 secretRef LocalObjectReference
        4 readOnly bool
        5 options map:string

        FlexPersistentVolumeSource
        1 driver string
        2 fsType string
        3 secretRef SecretReference
        4 readOnly bool
        5 options map:string

        FlockerVolumeSource
        1 datasetName string
        2 datasetUUID string

        GCEPersistentDiskVolumeSource
        1 pdName string
        2 fsType string
        3 partition int
        4 readOnly bool

        GitRepoVolumeSource
        1 repository string
        2 revision string
        3 directory string

        GlusterfsVolumeSource
        1 endpoints string
        2 path string
        3 readOnly bool

        GlusterfsPersistentVolumeSource
        1 endpoints string
        2 path string
        3 readOnly bool
        4 endpointsNamespace string*

        ISCSIVolumeSource
        1 targetPortal string
        2 iqn string
        3 lun int
        4 iscsiInterface string
        5 fsType string
        6 readOnly bool
        7 portals string[]
        8 chapAuthDiscovery bool
        10 secretRef LocalObjectReference
        11 chapAuthSession bool
        12 initiatorName string*

        ISCSIPersistentVolumeSource
        1 targetPortal string
        2 iqn string
        3 lun int
        4 iscsiInterface string
        5 fsType string
        6 readOnly bool
        7 portals string[]
        8 chapAuthDiscovery bool
        10 secretRef SecretReference
        11 chapAuthSession bool
        12 initiatorName string*

        NFSVolumeSource
        1 server string
        2 path string
        3 readOnly bool

        PhotonPersistentDiskVolumeSource
        1 pdID string
        2 fsType string

        PortworxVolumeSource
        1 volumeID string
        2 fsType string
        3 readOnly bool

        QuobyteVolumeSource
        1 registry string
        2 volume string
        3 readOnly bool
        4 user string
        5 group string
        6 tenant string

        RBDVolumeSource
        1 monitors string[]
        2 image string
        3 fsType string
        4 pool string
        5 user string
        6 keyring string
        7 secretRef LocalObjectReference
        8 readOnly bool

        RBDPersistentVolumeSource
        1 monitors string[]
        2 image string
        3 fsType string
        4 pool string
        5 user string
        6 keyring string
        7 secretRef SecretReference
        8 readOnly bool

        ScaleIOVolumeSource
        1 gateway string
        2 system string
        3 secretRef LocalObjectReference
        4 sslEnabled bool
        5 protectionDomain string
        6 storagePool string
        7 storageMode string
        8 volumeName string
        9 fsType string
        10 readOnly bool

        ScaleIOPersistentVolumeSource
        1 gateway string
        2 system string
        3 secretRef SecretReference
        4 sslEnabled bool
        5 protectionDomain string
        6 storagePool string
        7 storageMode string
        8 volumeName string
        9 fsType string
        10 readOnly bool

        StorageOSVolumeSource
        1 volumeName string
        2 volumeNamespace string
        3 fsType string
        4 readOnly bool
        5 secretRef LocalObjectReference

        StorageOSPersistentVolumeSource
        1 volumeName string
        2 volumeNamespace string
        3 fsType string
        4 readOnly bool
        5 secretRef ObjectReference

        VsphereVirtualDiskVolumeSource
        1 volumePath string
        2 fsType string
        3 storagePolicyName string
        4 storagePolicyID string
        """;
}
