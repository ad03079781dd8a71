using CloudOrch.Domain.Api;

namespace CloudOrch.Domain.Kinds.Rules;

public static class SelectorRules
{
    /// <summary>A selector that decides what an object owns: required and not empty.</summary>
    public static IEnumerable<FieldError> ValidateOwning(string field, LabelSelector? selector, string owner = "deployment")
    {
        if (selector is null)
            return [Refuse.Required(field)];
        return (selector.MatchLabels?.Count ?? 0) + (selector.MatchExpressions?.Count ?? 0) == 0
            ? [Refuse.Invalid(field, selector, $"empty selector is invalid for {owner}")]
            : Validate(field, selector);
    }

    public static IEnumerable<FieldError> Validate(string field, LabelSelector selector)
    {
        foreach (var error in MetadataRules.Labels($"{field}.matchLabels", selector.MatchLabels))
            yield return error;
        var expressions = selector.MatchExpressions ?? [];
        for (int i = 0; i < expressions.Count; i++)
        {
            foreach (var error in Expression($"{field}.matchExpressions[{i}]", expressions[i]))
                yield return error;
        }
    }

    private static IEnumerable<FieldError> Expression(string field, LabelSelectorRequirement expression)
    {
        var values = expression.Values ?? [];
        switch (expression.Operator)
        {
            case "In" or "NotIn" when values.Count == 0:
                yield return Refuse.Required($"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist" when values.Count > 0:
                yield return Refuse.Forbidden($"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "In" or "NotIn" or "Exists" or "DoesNotExist":
                break;
            default:
                yield return Refuse.Invalid($"{field}.operator", expression.Operator, "not a valid selector operator");
                break;
        }
        foreach (string problem in Names.Qualified(expression.Key))
            yield return Refuse.Invalid($"{field}.key", expression.Key, problem);
        for (int i = 0; i < values.Count; i++)
        {
            foreach (string problem in Names.LabelValue(values[i]))
                yield return Refuse.Invalid($"{field}.values[{i}]", values[i], problem);
        }
    }
}
