using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/: who the caller is taken to be.</summary>
public sealed record SelfSubjectReview : KubeObject
{
    /// <summary>The answer.</summary>
    public SelfSubjectReviewStatus? Status { get; init; }
}

/// <summary>Who the caller is taken to be.</summary>
public sealed record SelfSubjectReviewStatus : ApiType
{
    /// <summary>The caller's name and groups.</summary>
    public UserInfo? UserInfo { get; init; }
}

/// <summary>A caller in Kubernetes' terms.</summary>
public sealed record UserInfo : ApiType
{
    /// <summary>The name that a person knows him by.</summary>
    public string? Username { get; init; }

    /// <summary>What stays the same when his name changes.</summary>
    public string? Uid { get; init; }

    /// <summary>The groups that the caller is in.</summary>
    public ValueList<string>? Groups { get; init; }
    /// <summary>What else is known of the caller.</summary>
    public ValueMap<ValueList<string>>? Extra { get; init; }
}
