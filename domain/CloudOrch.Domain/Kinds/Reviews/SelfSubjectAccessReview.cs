using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/: whether the caller may do something.</summary>
public sealed record SelfSubjectAccessReview : KubeObject
{
    public SelfSubjectAccessReviewSpec Spec { get; init; } = new();
    public AccessReviewStatus? Status { get; init; }
}

/// <summary>One of the two is asked for.</summary>
public sealed record SelfSubjectAccessReviewSpec : ApiType
{
    public ResourceAttributes? ResourceAttributes { get; init; }
    public NonResourceAttributes? NonResourceAttributes { get; init; }
}

/// <summary>A request for a resource; <c>*</c> stands for all of a verb, group or resource.</summary>
public sealed record ResourceAttributes : ApiType
{
    /// <summary>Empty: cluster scope, or all namespaces.</summary>
    public string? Namespace { get; init; }
    public string? Verb { get; init; }
    public string? Group { get; init; }
    public string? Version { get; init; }
    public string? Resource { get; init; }
    public string? Subresource { get; init; }

    /// <summary>Empty: any.</summary>
    public string? Name { get; init; }

    /// <remarks>No rule here looks at selectors, so they change no answer.</remarks>
    public AnyJson? FieldSelector { get; init; }
    public AnyJson? LabelSelector { get; init; }
}

/// <summary>A request for a path that is no resource, such as <c>/version</c>.</summary>
public sealed record NonResourceAttributes : ApiType
{
    public string? Path { get; init; }
    public string? Verb { get; init; }
}

public sealed record AccessReviewStatus : ApiType
{
    public bool Allowed { get; init; }
    public bool? Denied { get; init; }
    public string? Reason { get; init; }
    public string? EvaluationError { get; init; }
}
