using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.ControllerRevisions;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/</summary>
public sealed record ControllerRevision : KubeObject
{
    /// <summary>The state that is kept; immutable.</summary>
    public AnyJson? Data { get; init; }
    public long Revision { get; init; }
}
