using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.LimitRanges;

/// <summary>k8s.io/kubernetes/pkg/apis/core/validation: ValidateLimitRange, after defaults.</summary>
internal static class LimitRangeRules
{
    private static readonly Quantity One = Quantity.OfUnits(1);

    public static IEnumerable<FieldError> Validate(LimitRangeSpec spec) =>
        [.. Fields.Each("spec.limits", spec.Limits, Item), .. Fields.Unique("spec.limits", spec.Limits, i => i.Type, ".type")];

    private static IEnumerable<FieldError> Item(string field, LimitRangeItem item)
    {
        foreach (var error in TypeOf($"{field}.type", item.Type))
            yield return error;
        (string Name, ValueMap<Quantity>? Amounts)[] lists =
            [("max", item.Max), ("min", item.Min), ("default", item.Default), ("defaultRequest", item.DefaultRequest), ("maxLimitRequestRatio", item.MaxLimitRequestRatio)];
        foreach (var (name, amounts) in lists)
        {
            if (name is "default" or "defaultRequest" && item.Type == "Pod")
            {
                if (amounts is { Count: > 0 })
                    yield return Refuse.Forbidden($"{field}.{name}", "may not be specified when `type` is 'Pod'");
                continue;
            }
            foreach (string resource in (amounts ?? ValueMap<Quantity>.Empty).Keys)
            {
                foreach (var error in Resource($"{field}.{name}[{resource}]", resource, item.Type))
                    yield return error;
            }
        }
        if (item.Type == "PersistentVolumeClaim" && Of(item.Min, "storage") is null && Of(item.Max, "storage") is null)
            yield return Refuse.Required($"{field}.limits", "either minimum or maximum storage value is required, but neither was provided");
        foreach (string resource in lists.SelectMany(l => l.Amounts?.Keys ?? []).Distinct())
        {
            foreach (var error in Order(field, item, resource))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> TypeOf(string field, string type)
    {
        string[] problems = [.. Names.Qualified(type)];
        return problems.Length == 0 && !type.Contains('/', StringComparison.Ordinal) && type is not ("Pod" or "Container" or "PersistentVolumeClaim")
            ? [Refuse.Invalid(field, type, "must be a standard limit type or fully qualified")]
            : problems.Select(problem => Refuse.Invalid(field, type, problem));
    }

    private static IEnumerable<FieldError> Resource(string field, string name, string type)
    {
        string[] problems = [.. Names.Qualified(name)];
        foreach (string problem in problems)
            yield return Refuse.Invalid(field, name, problem);
        if (problems.Length > 0 || name.Contains('/', StringComparison.Ordinal))
            yield break;
        if (!ResourceNames.IsStandard(name))
            yield return Refuse.Invalid(field, name, "must be a standard resource type or fully qualified");
        else if (type is "Pod" or "Container" && !ResourceNames.IsOfContainer(name))
            yield return Refuse.Invalid(field, name, "must be a standard resource for containers");
    }

    /// <summary>min ≤ defaultRequest ≤ default ≤ max, and the ratio is possible.</summary>
    private static IEnumerable<FieldError> Order(string field, LimitRangeItem item, string resource)
    {
        var (min, max, limit, request) = (Of(item.Min, resource), Of(item.Max, resource), Of(item.Default, resource), Of(item.DefaultRequest, resource));
        (string Name, Quantity? Low, Quantity? High, string Problem)[] orders =
        [
            ("min", min, max, $"min value {min} is greater than max value {max}"),
            ("defaultRequest", min, request, $"min value {min} is greater than default request value {request}"),
            ("defaultRequest", request, max, $"default request value {request} is greater than max value {max}"),
            ("defaultRequest", request, limit, $"default request value {request} is greater than default limit value {limit}"),
            ("default", min, limit, $"min value {min} is greater than default value {limit}"),
            ("default", limit, max, $"default value {limit} is greater than max value {max}"),
        ];
        foreach (var (name, _, _, problem) in orders.Where(o => o.Low > o.High))
            yield return Refuse.Invalid($"{field}.{name}[{resource}]", Of(ListOf(item, name), resource)?.ToString(), problem);
        if (!ResourceNames.IsOvercommittable(resource) && limit is not null && request is not null && limit != request)
            yield return Refuse.Invalid($"{field}.defaultRequest[{resource}]", request.ToString(), $"default value {limit} must equal to defaultRequest value {request} in {resource}");
        if (Of(item.MaxLimitRequestRatio, resource) is not { } ratio)
            yield break;
        if (ratio < One)
            yield return Refuse.Invalid($"{field}.maxLimitRequestRatio[{resource}]", ratio.ToString(), $"ratio {ratio} is less than 1");
        if (min is { Milli: > 0 } low && max is { } high && ratio.Milli / 1000.0 > (double)high.Milli / low.Milli)
            yield return Refuse.Invalid($"{field}.maxLimitRequestRatio[{resource}]", ratio.ToString(), $"ratio {ratio} is greater than max/min = {(double)high.Milli / low.Milli:F6}");
    }

    private static ValueMap<Quantity>? ListOf(LimitRangeItem item, string name) => name switch
    {
        "min" => item.Min,
        "default" => item.Default,
        _ => item.DefaultRequest,
    };

    private static Quantity? Of(ValueMap<Quantity>? amounts, string name) => amounts is not null && amounts.TryGetValue(name, out var amount) ? amount : null;
}
