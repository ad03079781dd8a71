using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.PodTemplates;

/// <summary>What new pods look like, kept under a name: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/</summary>
public sealed record PodTemplate : KubeObject
{
    /// <summary>What the pods look like.</summary>
    public PodTemplateSpec Template { get; init; } = new();
}
