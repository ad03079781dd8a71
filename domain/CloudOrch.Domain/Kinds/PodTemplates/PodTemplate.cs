using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.PodTemplates;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/</summary>
public sealed record PodTemplate : KubeObject
{
    public PodTemplateSpec Template { get; init; } = new();
}
