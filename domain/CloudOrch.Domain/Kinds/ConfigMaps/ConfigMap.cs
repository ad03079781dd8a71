using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.ConfigMaps;

/// <summary>Settings that pods read as environment or files: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/</summary>
public sealed record ConfigMap : KubeObject
{
    /// <summary>Texts by key; a key is also the name of a file where the settings are mounted.</summary>
    public ValueMap<string>? Data { get; init; }
    /// <summary>Values in base64.</summary>
    public ValueMap<string>? BinaryData { get; init; }
    /// <summary>Whether the data may never change again; can be set, not taken back.</summary>
    public bool? Immutable { get; init; }
}
