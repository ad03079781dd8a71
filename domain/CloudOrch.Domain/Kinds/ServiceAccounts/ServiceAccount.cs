using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.ServiceAccounts;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/</summary>
public sealed record ServiceAccount : KubeObject
{
    [MergeKey("name")] public ValueList<ObjectReference>? Secrets { get; init; }
    public ValueList<LocalObjectReference>? ImagePullSecrets { get; init; }
    public bool? AutomountServiceAccountToken { get; init; }
}
