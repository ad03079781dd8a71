using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Reviews;

/// <summary>A question that is asked by creating it: the answer is its status, and nothing is stored.</summary>
public abstract class ReviewKind<T> : KindDefinition<T> where T : KubeObject
{
    public override bool Namespaced => false;
    public override IReadOnlyList<string> Verbs => ["create"];
    public override string Singular => Kind.ToLowerInvariant();
    public override IReadOnlyList<PrinterColumn> Columns { get; } = [Print.Name, Print.Age];
}

public sealed class SelfSubjectReviewKind : ReviewKind<SelfSubjectReview>
{
    public override ResourceType Type => ResourceTypes.SelfSubjectReviews;
    public override string Kind => "SelfSubjectReview";

    protected override SelfSubjectReview PrepareForCreate(SelfSubjectReview value, DateTimeOffset now) => value with { Status = null };

    protected override SelfSubjectReview PrepareForUpdate(SelfSubjectReview old, SelfSubjectReview value) => value with { Status = old.Status };
}

public sealed class SelfSubjectAccessReviewKind : ReviewKind<SelfSubjectAccessReview>
{
    public override ResourceType Type => ResourceTypes.SelfSubjectAccessReviews;
    public override string Kind => "SelfSubjectAccessReview";

    protected override SelfSubjectAccessReview PrepareForCreate(SelfSubjectAccessReview value, DateTimeOffset now) => value with { Status = null };

    protected override SelfSubjectAccessReview PrepareForUpdate(SelfSubjectAccessReview old, SelfSubjectAccessReview value) => value with { Status = old.Status };
}

public sealed class SelfSubjectRulesReviewKind : ReviewKind<SelfSubjectRulesReview>
{
    public override ResourceType Type => ResourceTypes.SelfSubjectRulesReviews;
    public override string Kind => "SelfSubjectRulesReview";

    protected override SelfSubjectRulesReview PrepareForCreate(SelfSubjectRulesReview value, DateTimeOffset now) => value with { Status = null };

    protected override SelfSubjectRulesReview PrepareForUpdate(SelfSubjectRulesReview old, SelfSubjectRulesReview value) => value with { Status = old.Status };
}
