using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.ServiceAccounts;

/// <summary>Whom pods act as: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/service-account-v1/</summary>
public sealed record ServiceAccount : KubeObject
{
    /// <summary>Secrets that pods of the account may use.</summary>
    [MergeKey("name")] public ValueList<ObjectReference>? Secrets { get; init; }
    /// <summary>Secrets that images of the account's pods are pulled with.</summary>
    public ValueList<LocalObjectReference>? ImagePullSecrets { get; init; }
    /// <summary>Whether pods find a token of the account as a file, unless they say otherwise.</summary>
    public bool? AutomountServiceAccountToken { get; init; }
}
