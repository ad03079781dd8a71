using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.ResourceQuotas;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateResourceQuota.</summary>
internal static class ResourceQuotaRules
{
    private static readonly string[] Scopes =
        ["BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass"];

    private static readonly string[] Compute = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

    public static IEnumerable<FieldError> Validate(ResourceQuota value) =>
    [
        .. Hard("spec.hard", value.Spec.Hard),
        .. ScopesOf(value.Spec),
        .. Fields.Each("spec.scopeSelector.matchExpressions", value.Spec.ScopeSelector?.MatchExpressions, Expression),
        .. Hard("status.hard", value.Status?.Hard),
        .. Hard("status.used", value.Status?.Used),
    ];

    private static IEnumerable<FieldError> Hard(string field, ValueMap<Quantity>? amounts)
    {
        foreach (var (name, amount) in amounts ?? ValueMap<Quantity>.Empty)
        {
            string at = $"{field}[{name}]";
            string[] problems = [.. Names.Qualified(name)];
            foreach (string problem in problems)
                yield return Refuse.Invalid(at, name, problem);
            if (problems.Length == 0 && !name.Contains('/', StringComparison.Ordinal) && !ResourceNames.IsOfQuota(name))
                yield return Refuse.Invalid(at, name, "must be a standard resource for quota");
            if (amount.IsNegative)
                yield return Refuse.Invalid(at, amount.ToString(), Amounts.MustNotBeNegative);
            if (ResourceNames.IsCounted(name) && amount.Milli % 1000 != 0)
                yield return Refuse.Invalid(at, amount.ToString(), "must be an integer");
        }
    }

    private static IEnumerable<FieldError> ScopesOf(ResourceQuotaSpec spec)
    {
        const string field = "spec.scopes";
        var scopes = spec.Scopes ?? [];
        string[] names = [.. (spec.Hard ?? ValueMap<Quantity>.Empty).Keys.Where(ResourceNames.IsOfQuota)];
        foreach (string scope in scopes)
        {
            if (!Scopes.Contains(scope))
                yield return Refuse.Invalid(field, scopes, "unsupported scope");
            else if (names.Any(n => !IsCountedIn(scope, n)))
                yield return Refuse.Invalid(field, scopes, "unsupported scope applied to resource");
        }
        foreach (var (one, other) in new[] { ("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating") })
        {
            if (scopes.Contains(one) && scopes.Contains(other))
                yield return Refuse.Invalid(field, scopes, "conflicting scopes");
        }
    }

    private static bool IsCountedIn(string scope, string name) => scope switch
    {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => name is "persistentvolumeclaims" or "requests.storage",
        _ => name == "pods" || Compute.Contains(name),
    };

    private static IEnumerable<FieldError> Expression(string field, ScopedResourceSelectorRequirement expression)
    {
        int values = expression.Values?.Count ?? 0;
        if (!Scopes.Contains(expression.ScopeName))
            yield return Refuse.Invalid($"{field}.scopeName", expression.ScopeName, "unsupported scope");
        else if (expression.ScopeName is not ("PriorityClass" or "VolumeAttributesClass") && expression.Operator != "Exists")
            yield return Refuse.Invalid($"{field}.operator", expression.Operator, $"must be 'Exists' when `scopeName` is '{expression.ScopeName}'");
        switch (expression.Operator)
        {
            case "In" or "NotIn":
                if (values == 0)
                    yield return Refuse.Required($"{field}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                break;
            case "Exists" or "DoesNotExist":
                if (values > 0)
                    yield return Refuse.Invalid($"{field}.values", expression.Values, "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector");
                break;
            default:
                yield return Refuse.Invalid($"{field}.operator", expression.Operator, "not a valid selector operator");
                break;
        }
    }
}
