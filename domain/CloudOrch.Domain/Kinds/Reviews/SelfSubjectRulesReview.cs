using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/: all that the caller may do in a namespace.</summary>
public sealed record SelfSubjectRulesReview : KubeObject
{
    public SelfSubjectRulesReviewSpec Spec { get; init; } = new();
    public SubjectRulesReviewStatus? Status { get; init; }
}

public sealed record SelfSubjectRulesReviewSpec : ApiType
{
    public string? Namespace { get; init; }
}

public sealed record SubjectRulesReviewStatus : ApiType
{
    public ValueList<ResourceRule>? ResourceRules { get; init; }
    public ValueList<NonResourceRule>? NonResourceRules { get; init; }

    /// <summary>Whether there may be more that could not be found out.</summary>
    public bool Incomplete { get; init; }
    public string? EvaluationError { get; init; }
}

/// <summary>Every verb on every resource of every group that is named; <c>*</c> is all.</summary>
public sealed record ResourceRule : ApiType
{
    public ValueList<string> Verbs { get; init; } = [];
    public ValueList<string>? ApiGroups { get; init; }
    public ValueList<string>? Resources { get; init; }

    /// <summary>None: all.</summary>
    public ValueList<string>? ResourceNames { get; init; }
}

public sealed record NonResourceRule : ApiType
{
    public ValueList<string> Verbs { get; init; } = [];
    [JsonPropertyName("nonResourceURLs")]
    public ValueList<string>? NonResourceUrls { get; init; }
}
