using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/: whether the caller may do something.</summary>
public sealed record SelfSubjectAccessReview : KubeObject
{
    /// <summary>What is asked.</summary>
    [Required] public SelfSubjectAccessReviewSpec Spec { get; init; } = new();
    /// <summary>The answer.</summary>
    public AccessReviewStatus? Status { get; init; }
}

/// <summary>One of the two is asked for.</summary>
public sealed record SelfSubjectAccessReviewSpec : ApiType
{
    /// <summary>A request for a resource.</summary>
    public ResourceAttributes? ResourceAttributes { get; init; }
    /// <summary>A request for a path that is no resource.</summary>
    public NonResourceAttributes? NonResourceAttributes { get; init; }
}

/// <summary>A request for a resource; <c>*</c> stands for all of a verb, group or resource.</summary>
public sealed record ResourceAttributes : ApiType
{
    /// <summary>Empty: cluster scope, or all namespaces.</summary>
    public string? Namespace { get; init; }
    /// <summary>What is to be done, such as get or create.</summary>
    public string? Verb { get; init; }
    /// <summary>The resource's group; empty for the core group.</summary>
    public string? Group { get; init; }
    /// <summary>The resource's version.</summary>
    public string? Version { get; init; }
    /// <summary>The resource, such as pods.</summary>
    public string? Resource { get; init; }
    /// <summary>The subresource, such as log.</summary>
    public string? Subresource { get; init; }

    /// <summary>Empty: any.</summary>
    public string? Name { get; init; }

    /// <summary>The only values of fields that the request is about.</summary>
    /// <remarks>No rule here looks at selectors, so they change no answer.</remarks>
    public FieldSelectorAttributes? FieldSelector { get; init; }
    /// <summary>The only values of labels that the request is about.</summary>
    public LabelSelectorAttributes? LabelSelector { get; init; }
}

/// <summary>The only values of fields that a request is about, in one of two ways.</summary>
public sealed record FieldSelectorAttributes : ApiType
{
    /// <summary>As it stands in a URL.</summary>
    public string? RawSelector { get; init; }
    /// <summary>Conditions on fields, all of which must hold.</summary>
    public ValueList<FieldSelectorRequirement>? Requirements { get; init; }
}

/// <summary>A condition on one field.</summary>
public sealed record FieldSelectorRequirement : ApiType
{
    /// <summary>The field, such as spec.nodeName.</summary>
    [Required] public string Key { get; init; } = "";
    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>What In and NotIn compare with; empty for the others.</summary>
    public ValueList<string>? Values { get; init; }
}

/// <summary>The only values of labels that a request is about, in one of two ways.</summary>
public sealed record LabelSelectorAttributes : ApiType
{
    /// <summary>As it stands in a URL.</summary>
    public string? RawSelector { get; init; }
    /// <summary>Conditions on labels, all of which must hold.</summary>
    public ValueList<LabelSelectorRequirement>? Requirements { get; init; }
}

/// <summary>A request for a path that is no resource, such as <c>/version</c>.</summary>
public sealed record NonResourceAttributes : ApiType
{
    /// <summary>The path.</summary>
    public string? Path { get; init; }
    /// <summary>The HTTP method in small letters, such as get.</summary>
    public string? Verb { get; init; }
}

/// <summary>Whether a request would be served.</summary>
public sealed record AccessReviewStatus : ApiType
{
    /// <summary>Whether the request would be served.</summary>
    [Required] public bool Allowed { get; init; }
    /// <summary>Whether the request is refused for good, whoever else might allow it.</summary>
    public bool? Denied { get; init; }
    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }
    /// <summary>What could not be looked at for the answer.</summary>
    public string? EvaluationError { get; init; }
}
