using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.ControllerRevisions;

/// <summary>A former template of a StatefulSet or DaemonSet, kept for undo: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/</summary>
public sealed record ControllerRevision : KubeObject
{
    /// <summary>The state that is kept; immutable.</summary>
    public AnyJson? Data { get; init; }
    /// <summary>Counts the revisions of one owner.</summary>
    [Required] public long Revision { get; init; }
}
