using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.StorageClasses;

/// <summary>How volumes are made for claims: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/</summary>
public sealed record StorageClass : KubeObject
{
    /// <summary>Who makes the volumes.</summary>
    [Required] public string Provisioner { get; init; } = "";
    /// <summary>What the provisioner is told.</summary>
    public ValueMap<string>? Parameters { get; init; }
    /// <summary>Delete (default) or Retain.</summary>
    public string? ReclaimPolicy { get; init; }
    /// <summary>Options that the volumes are mounted with.</summary>
    public ValueList<string>? MountOptions { get; init; }
    /// <summary>Whether claims may ask for more later.</summary>
    public bool? AllowVolumeExpansion { get; init; }
    /// <summary>Immediate (default) or WaitForFirstConsumer.</summary>
    public string? VolumeBindingMode { get; init; }
    /// <summary>Where volumes may be made.</summary>
    public ValueList<TopologySelectorTerm>? AllowedTopologies { get; init; }
}

/// <summary>Conditions on a place, all of which must hold.</summary>
public sealed record TopologySelectorTerm : ApiType
{
    /// <summary>Conditions on the place's labels.</summary>
    public ValueList<TopologySelectorRequirement>? MatchLabelExpressions { get; init; }
}

/// <summary>A condition on a label.</summary>
public sealed record TopologySelectorRequirement : ApiType
{
    /// <summary>The label.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>The values that it may have.</summary>
    [Required] public ValueList<string> Values { get; init; } = [];
}
