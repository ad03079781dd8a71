using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Reviews;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>POST of a review: who am I, may I do this, what may I do (<c>kubectl auth whoami</c>, <c>can-i</c>, <c>can-i --list</c>). Nothing is stored.</summary>
public sealed class ReviewVerb(ServingOptions options)
{
    private const string Authenticated = "system:authenticated";

    /// <summary>What every user may read, whatever his roles (Kubernetes' system:discovery and system:public-info-viewer).</summary>
    private static readonly ValueList<string> OpenPaths = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version"];

    /// <summary>Whether creating one asks about the caller: every user may.</summary>
    public static bool IsOfCaller(ResourceType type) =>
        type == ResourceTypes.SelfSubjectReviews || type == ResourceTypes.SelfSubjectAccessReviews || type == ResourceTypes.SelfSubjectRulesReviews;

    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var body = await BodyReader.ReadAsync(call, query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        FieldError[] errors = [.. Check(read.Object)];
        if (errors.Length > 0)
            return new Answer.Refused(Refusals.Invalid(call.Kind, read.Object.Metadata.Name ?? "", errors)) { Warnings = read.Warnings };
        KubeObject answer = call.Kind.PrepareForCreate(call.Kind.Default(read.Object), call.Now) switch
        {
            SelfSubjectReview review => review with { Status = new() { UserInfo = InfoOf(call.User) } },
            SelfSubjectAccessReview review => review with { Status = Decide(call.User, call.Cluster, review.Spec) },
            SelfSubjectRulesReview review => review with { Status = RulesOf(call.User, call.Cluster) },
            var other => throw new InvalidOperationException($"no review: {other.Kind}"),
        };
        return new Answer.One(call.Kind, answer, 201) { Warnings = read.Warnings };
    }

    private static IEnumerable<FieldError> Check(KubeObject review)
    {
        if (review is SelfSubjectAccessReview { Spec: var spec } && spec.ResourceAttributes is null == spec.NonResourceAttributes is null)
            yield return Refuse.Invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        if (review is SelfSubjectRulesReview { Spec.Namespace: null or "" })
            yield return Refuse.Required("spec.namespace", "name the namespace whose rules are asked for");
    }

    private static UserInfo InfoOf(CallerIdentity.User user) => new()
    {
        Username = user.DisplayName,
        Uid = user.ObjectId,
        Groups = [.. user.Groups, Authenticated],
        Extra = ValueMap<ValueList<string>>.From(
        [
            new("management.cloudorch.io/roles", user.Roles.ToValueList()),
            new("management.cloudorch.io/tenant", [user.TenantId]),
        ]),
    };

    private static AccessReviewStatus Decide(CallerIdentity.User user, ClusterRecord cluster, SelfSubjectAccessReviewSpec spec)
    {
        if (spec.NonResourceAttributes is { } path)
            return new() { Allowed = MayReach(user, cluster, path) };
        var asked = spec.ResourceAttributes!;
        var request = new AccessRequest(asked.Verb ?? "", new(asked.Group ?? "", asked.Resource ?? ""), asked.Subresource ?? "", asked.Namespace ?? "", asked.Name ?? "");
        string? by = Authorizer.AllowedBy(user, cluster, request);
        return new() { Allowed = by is not null, Reason = by };
    }

    private static bool MayReach(CallerIdentity.User user, ClusterRecord cluster, NonResourceAttributes asked) =>
        Authorizer.RolesOf(user, cluster).Contains(BuiltInRoles.ClusterAdmin)
        || (asked.Verb is "get" or "head" && OpenPaths.Any(p => p.EndsWith("/*", StringComparison.Ordinal)
            ? asked.Path?.StartsWith(p[..^1], StringComparison.Ordinal) == true : asked.Path == p));

    private static SubjectRulesReviewStatus RulesOf(CallerIdentity.User user, ClusterRecord cluster)
    {
        var roles = Authorizer.RolesOf(user, cluster);
        var everything = new NonResourceRule { Verbs = ["*"], NonResourceUrls = ["*"] };
        return new()
        {
            ResourceRules = BuiltInRoles.RulesOf(roles).Prepend(Authorizer.OfEveryUser).Distinct()
                .Select(r => new ResourceRule { Verbs = [.. r.Verbs], ApiGroups = [.. r.Groups], Resources = [.. r.Resources] }).ToValueList(),
            NonResourceRules = [.. roles.Contains(BuiltInRoles.ClusterAdmin) ? new[] { everything } : [], new() { Verbs = ["get"], NonResourceUrls = OpenPaths }],
        };
    }
}
