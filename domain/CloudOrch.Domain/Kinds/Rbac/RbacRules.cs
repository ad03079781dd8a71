using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Rbac;

/// <summary>k8s.io/kubernetes/pkg/apis/rbac/validation.</summary>
internal static class RbacRules
{
    public const string Group = "rbac.authorization.k8s.io";

    public static IEnumerable<FieldError> Rules(ValueList<PolicyRule>? rules, bool namespaced) => Fields.Each("rules", rules, (at, rule) => Rule(at, rule, namespaced));

    public static IEnumerable<FieldError> Binding(Binding binding, string[] kinds) =>
    [
        .. binding.RoleRef.ApiGroup == Group ? [] : new[] { Refuse.NotSupported("roleRef.apiGroup", binding.RoleRef.ApiGroup, Group) },
        .. kinds.Contains(binding.RoleRef.Kind) ? [] : new[] { Refuse.NotSupported("roleRef.kind", binding.RoleRef.Kind, kinds) },
        .. Fields.Named("roleRef.name", binding.RoleRef.Name, Names.PathSegment),
        .. Fields.Each("subjects", binding.Subjects, (at, subject) => Subject(at, subject, binding is RoleBinding)),
    ];

    private static IEnumerable<FieldError> Rule(string field, PolicyRule rule, bool namespaced)
    {
        if (rule.Verbs.Count == 0)
            yield return Refuse.Required($"{field}.verbs", "verbs must contain at least one value");
        if (rule.NonResourceUrls is { Count: > 0 } paths)
        {
            if (namespaced)
                yield return Refuse.Invalid($"{field}.nonResourceURLs", paths, "namespaced rules cannot apply to non-resource URLs");
            if (rule.ApiGroups is { Count: > 0 } || rule.Resources is { Count: > 0 } || rule.ResourceNames is { Count: > 0 })
                yield return Refuse.Invalid($"{field}.nonResourceURLs", paths, "rules cannot apply to both regular resources and non-resource URLs");
            yield break;
        }
        if (rule.ApiGroups is not { Count: > 0 })
            yield return Refuse.Required($"{field}.apiGroups", "resource rules must supply at least one api group");
        if (rule.Resources is not { Count: > 0 })
            yield return Refuse.Required($"{field}.resources", "resource rules must supply at least one resource");
    }

    private static IEnumerable<FieldError> Subject(string field, Subject subject, bool namespaced)
    {
        if (subject.Name.Length == 0)
            yield return Refuse.Required($"{field}.name");
        switch (subject.Kind)
        {
            case "ServiceAccount":
                foreach (var error in Fields.Optional($"{field}.name", subject.Name, Names.Subdomain))
                    yield return error;
                if (!string.IsNullOrEmpty(subject.ApiGroup))
                    yield return Refuse.NotSupported($"{field}.apiGroup", subject.ApiGroup, "");
                if (!namespaced && string.IsNullOrEmpty(subject.Namespace))
                    yield return Refuse.Required($"{field}.namespace");
                break;
            case "User" or "Group":
                if (subject.ApiGroup != Group)
                    yield return Refuse.NotSupported($"{field}.apiGroup", subject.ApiGroup, Group);
                break;
            default:
                yield return Refuse.NotSupported($"{field}.kind", subject.Kind, "Group", "ServiceAccount", "User");
                break;
        }
    }
}
