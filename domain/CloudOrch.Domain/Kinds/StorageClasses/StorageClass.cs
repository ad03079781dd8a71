using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.StorageClasses;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/</summary>
public sealed record StorageClass : KubeObject
{
    public string Provisioner { get; init; } = "";
    public ValueMap<string>? Parameters { get; init; }
    /// <summary>Delete (default) or Retain.</summary>
    public string? ReclaimPolicy { get; init; }
    public ValueList<string>? MountOptions { get; init; }
    public bool? AllowVolumeExpansion { get; init; }
    /// <summary>Immediate (default) or WaitForFirstConsumer.</summary>
    public string? VolumeBindingMode { get; init; }
    public ValueList<TopologySelectorTerm>? AllowedTopologies { get; init; }
}

public sealed record TopologySelectorTerm : ApiType
{
    public ValueList<TopologySelectorRequirement>? MatchLabelExpressions { get; init; }
}

public sealed record TopologySelectorRequirement : ApiType
{
    public string Key { get; init; } = "";
    public ValueList<string> Values { get; init; } = [];
}
