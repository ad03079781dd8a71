namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/core/v1 generated.proto: volumes and their claims.</summary>
internal static class StorageMessages
{
    public const string Text = """
        PersistentVolume
        1 metadata ObjectMeta
        2 spec PersistentVolumeSpec
        3 status ignored

        PersistentVolumeSpec
        1 capacity map:Quantity
        2 persistentVolumeSource inline:PersistentVolumeSource
        3 accessModes string[]
        4 claimRef ObjectReference
        5 persistentVolumeReclaimPolicy string
        6 storageClassName string
        7 mountOptions string[]
        8 volumeMode string
        9 nodeAffinity VolumeNodeAffinity
        10 volumeAttributesClassName string

        LocalVolumeSource
        1 path string
        2 fsType string

        CSIPersistentVolumeSource
        1 driver string
        2 volumeHandle string
        3 readOnly bool
        4 fsType string
        5 volumeAttributes map:string
        6 controllerPublishSecretRef SecretReference
        7 nodeStageSecretRef SecretReference
        8 nodePublishSecretRef SecretReference
        9 controllerExpandSecretRef SecretReference
        10 nodeExpandSecretRef SecretReference

        SecretReference
        1 name string
        2 namespace string

        VolumeNodeAffinity
        1 required NodeSelector

        PersistentVolumeClaim
        1 metadata ObjectMeta
        2 spec PersistentVolumeClaimSpec
        3 status ignored

        PersistentVolumeClaimSpec
        1 accessModes string[]
        2 resources VolumeResourceRequirements
        3 volumeName string
        4 selector LabelSelector
        5 storageClassName string*
        6 volumeMode string
        7 dataSource TypedLocalObjectReference
        8 dataSourceRef TypedObjectReference
        9 volumeAttributesClassName string

        VolumeResourceRequirements
        1 limits map:Quantity
        2 requests map:Quantity

        TypedLocalObjectReference
        1 apiGroup string
        2 kind string
        3 name string

        TypedObjectReference
        1 apiGroup string
        2 kind string
        3 name string
        4 namespace string
        """;
}
