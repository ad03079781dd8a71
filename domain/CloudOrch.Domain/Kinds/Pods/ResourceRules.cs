using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Pods;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateResourceRequirements; and the quality-of-service class that follows from resources.</summary>
public static class ResourceRules
{
    public static IEnumerable<FieldError> Validate(string field, ResourceRequirements? resources)
    {
        var limits = resources?.Limits ?? ValueMap<Quantity>.Empty;
        var requests = resources?.Requests ?? ValueMap<Quantity>.Empty;
        foreach (var error in List($"{field}.limits", limits).Concat(List($"{field}.requests", requests)))
            yield return error;
        foreach (var (name, amount) in requests)
        {
            if (limits.TryGetValue(name, out var limit))
            {
                if (amount > limit)
                    yield return Refuse.Invalid($"{field}.requests", amount.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
            else if (!ResourceNames.IsOvercommittable(name))
                yield return Refuse.Required($"{field}.limits", $"Limit must be set for non overcommitable resources: {name}");
        }
    }

    /// <summary>Amounts that are neither requests nor limits.</summary>
    internal static IEnumerable<FieldError> Validate(string field, ValueMap<Quantity> amounts) => List(field, amounts);

    /// <summary>Guaranteed, Burstable or BestEffort.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/</remarks>
    public static string QosClass(PodSpec spec)
    {
        bool any = false, guaranteed = true;
        foreach (var container in spec.Containers.Concat(spec.InitContainers ?? []))
        {
            foreach (string name in new[] { "cpu", "memory" })
            {
                var limit = Amount(container.Resources?.Limits, name);
                var request = Amount(container.Resources?.Requests, name);
                any |= limit is not null || request is not null;
                guaranteed &= limit is not null && (request is null || request == limit);
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Quantity? Amount(ValueMap<Quantity>? list, string name) =>
        list is not null && list.TryGetValue(name, out var amount) && amount > default(Quantity) ? amount : null;

    private static IEnumerable<FieldError> List(string field, ValueMap<Quantity> list)
    {
        foreach (var (name, amount) in list)
        {
            string at = $"{field}[{name}]";
            foreach (string problem in Names.Qualified(name))
                yield return Refuse.Invalid(at, name, problem);
            if (!name.Contains('/', StringComparison.Ordinal) && !ResourceNames.IsOfContainer(name))
            {
                yield return Refuse.Invalid(at, name, "must be a standard resource type or fully qualified");
                yield return Refuse.Invalid(at, name, "must be a standard resource for containers");
            }
            if (amount.IsNegative)
                yield return Refuse.Invalid(at, amount.ToString(), Amounts.MustNotBeNegative);
            if (!ResourceNames.IsOvercommittable(name) && amount.Milli % 1000 != 0)
                yield return Refuse.Invalid(at, amount.ToString(), "must be an integer");
        }
    }
}
