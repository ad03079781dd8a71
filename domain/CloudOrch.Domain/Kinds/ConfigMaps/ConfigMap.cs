using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.ConfigMaps;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/</summary>
public sealed record ConfigMap : KubeObject
{
    public ValueMap<string>? Data { get; init; }
    /// <summary>Values in base64.</summary>
    public ValueMap<string>? BinaryData { get; init; }
    public bool? Immutable { get; init; }
}
