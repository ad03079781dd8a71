using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/: all that the caller may do in a namespace.</summary>
public sealed record SelfSubjectRulesReview : KubeObject
{
    /// <summary>What is asked.</summary>
    [Required] public SelfSubjectRulesReviewSpec Spec { get; init; } = new();
    /// <summary>The answer.</summary>
    public SubjectRulesReviewStatus? Status { get; init; }
}

/// <summary>The namespace that is asked about.</summary>
public sealed record SelfSubjectRulesReviewSpec : ApiType
{
    /// <summary>The namespace that is asked about.</summary>
    public string? Namespace { get; init; }
}

/// <summary>What the caller may do.</summary>
public sealed record SubjectRulesReviewStatus : ApiType
{
    /// <summary>What the caller may do with resources.</summary>
    [Required] public ValueList<ResourceRule>? ResourceRules { get; init; }
    /// <summary>What the caller may do with paths that are no resources.</summary>
    [Required] public ValueList<NonResourceRule>? NonResourceRules { get; init; }

    /// <summary>Whether there may be more that could not be found out.</summary>
    [Required] public bool Incomplete { get; init; }
    /// <summary>What could not be looked at for the answer.</summary>
    public string? EvaluationError { get; init; }
}

/// <summary>Every verb on every resource of every group that is named; <c>*</c> is all.</summary>
public sealed record ResourceRule : ApiType
{
    /// <summary>What may be done, such as get or create.</summary>
    [Required] public ValueList<string> Verbs { get; init; } = [];
    /// <summary>The groups of the resources; an empty text is the core group.</summary>
    public ValueList<string>? ApiGroups { get; init; }
    /// <summary>The resources, such as pods or pods/log.</summary>
    public ValueList<string>? Resources { get; init; }

    /// <summary>None: all.</summary>
    public ValueList<string>? ResourceNames { get; init; }
}

/// <summary>Paths that are no resources, and what may be done with them.</summary>
public sealed record NonResourceRule : ApiType
{
    /// <summary>HTTP methods in small letters; * is all.</summary>
    [Required] public ValueList<string> Verbs { get; init; } = [];
    /// <summary>The paths; * at the end stands for what follows.</summary>
    [JsonPropertyName("nonResourceURLs")]
    public ValueList<string>? NonResourceUrls { get; init; }
}
