namespace CloudOrch.Domain.Api.Protobuf;

/// <summary>k8s.io/api/authentication/v1 and authorization/v1 generated.proto: what a caller asks about himself, and for a token. Answers are JSON.</summary>
internal static class ReviewMessages
{
    public const string Text = """
        SelfSubjectReview
        1 metadata ObjectMeta
        2 status ignored

        SelfSubjectAccessReview
        1 metadata ObjectMeta
        2 spec SelfSubjectAccessReviewSpec
        3 status ignored

        SelfSubjectAccessReviewSpec
        1 resourceAttributes ResourceAttributes
        2 nonResourceAttributes NonResourceAttributes

        ResourceAttributes
        1 namespace string
        2 verb string
        3 group string
        4 version string
        5 resource string
        6 subresource string
        7 name string
        8 fieldSelector FieldSelectorAttributes
        9 labelSelector LabelSelectorAttributes

        FieldSelectorAttributes
        1 rawSelector string
        2 requirements LabelSelectorRequirement[]

        LabelSelectorAttributes
        1 rawSelector string
        2 requirements LabelSelectorRequirement[]

        NonResourceAttributes
        1 path string
        2 verb string

        SelfSubjectRulesReview
        1 metadata ObjectMeta
        2 spec SelfSubjectRulesReviewSpec
        3 status ignored

        SelfSubjectRulesReviewSpec
        1 namespace string

        TokenRequest
        1 metadata ObjectMeta
        2 spec TokenRequestSpec
        3 status ignored

        TokenRequestSpec
        1 audiences string[]
        3 boundObjectRef BoundObjectReference
        4 expirationSeconds int*

        BoundObjectReference
        1 kind string
        2 apiVersion string
        3 name string
        4 uid string
        """;
}
