using System.Globalization;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>k8s.io/kubernetes/pkg/apis/batch/validation: what a job makes of failed pods and when it is done.</summary>
internal static class JobPolicyRules
{
    private const int MostRules = 20;
    private const int MostValues = 255;
    private const int MostIndexesLength = 64 * 1024;

    public static IEnumerable<FieldError> Validate(string field, JobSpec spec) =>
    [
        .. spec.PodFailurePolicy is { } failures ? Failures($"{field}.podFailurePolicy.rules", failures, spec) : [],
        .. spec.SuccessPolicy is { } success && spec.CompletionMode == "Indexed" ? Success($"{field}.successPolicy.rules", success, spec.Completions ?? 0) : [],
        .. spec.PodFailurePolicy is null
            ? Fields.OneOf($"{field}.podReplacementPolicy", spec.PodReplacementPolicy, "Failed", "TerminatingOrFailed")
            : Fields.OneOf($"{field}.podReplacementPolicy", spec.PodReplacementPolicy, "Failed"),
    ];

    private static IEnumerable<FieldError> Failures(string field, PodFailurePolicy policy, JobSpec spec) =>
    [
        .. Most(field, policy.Rules.Count, MostRules),
        .. Fields.Each(field, policy.Rules, (at, rule) => Failure(at, rule, spec)),
    ];

    private static IEnumerable<FieldError> Failure(string field, PodFailureRule rule, JobSpec spec)
    {
        foreach (var error in Fields.RequiredOneOf($"{field}.action", rule.Action, "Count", "FailIndex", "FailJob", "Ignore"))
            yield return error;
        if (rule.Action == "FailIndex" && spec.BackoffLimitPerIndex is null)
            yield return Refuse.Invalid($"{field}.action", rule.Action, "requires the backoffLimitPerIndex to be set");
        int conditions = rule.OnPodConditions?.Count ?? 0;
        if ((rule.OnExitCodes is null) == (conditions == 0))
        {
            yield return Refuse.Invalid(field, rule, conditions == 0
                ? "specifying one of OnExitCodes and OnPodConditions is required" : "specifying both OnExitCodes and OnPodConditions is not supported");
        }
        foreach (var error in (rule.OnExitCodes is { } codes ? ExitCodes($"{field}.onExitCodes", codes, spec) : [])
            .Concat(Most($"{field}.onPodConditions", conditions, MostRules))
            .Concat(Fields.Each($"{field}.onPodConditions", rule.OnPodConditions, (at, c) =>
                [.. Fields.Named($"{at}.type", c.Type, Names.Qualified), .. Fields.RequiredOneOf($"{at}.status", c.Status, "False", "True", "Unknown")])))
            yield return error;
    }

    private static IEnumerable<FieldError> ExitCodes(string field, OnExitCodes codes, JobSpec spec)
    {
        foreach (var error in Fields.RequiredOneOf($"{field}.operator", codes.Operator, "In", "NotIn"))
            yield return error;
        var containers = spec.Template.Spec.Containers.Concat(spec.Template.Spec.InitContainers ?? []);
        if (codes.ContainerName is { } name && containers.All(c => c.Name != name))
            yield return Refuse.Invalid($"{field}.containerName", name, "must be one of the container or initContainer names in the pod template");
        if (codes.Values.Count == 0)
            yield return Refuse.Invalid($"{field}.values", codes.Values, "at least one value is required");
        foreach (var error in Most($"{field}.values", codes.Values.Count, MostValues)
            .Concat(Fields.Unique($"{field}.values", codes.Values, v => v.ToString(CultureInfo.InvariantCulture)))
            .Concat(Fields.Each($"{field}.values", codes.Values, (at, v) => v == 0 && codes.Operator == "In" ? [Refuse.Invalid(at, v, "must not be 0 for the In operator")] : [])))
            yield return error;
        if (!codes.Values.Order().SequenceEqual(codes.Values))
            yield return Refuse.Invalid($"{field}.values", codes.Values, "must be ordered");
    }

    private static IEnumerable<FieldError> Success(string field, SuccessPolicy policy, int completions) =>
    [
        .. policy.Rules.Count == 0 ? [Refuse.Required(field, "at least one rules must be specified when the successPolicy is specified")] : Most(field, policy.Rules.Count, MostRules),
        .. Fields.Each(field, policy.Rules, (at, rule) => Success(at, rule, completions)),
    ];

    private static IEnumerable<FieldError> Success(string field, SuccessRule rule, int completions)
    {
        if (rule is { SucceededCount: null, SucceededIndexes: null })
            yield return Refuse.Required(field, "at least one of succeededCount or succeededIndexes must be specified");
        int named = completions;
        if (rule.SucceededIndexes is { } indexes)
        {
            string? problem = indexes.Length > MostIndexesLength ? $"must be no more than {MostIndexesLength} characters" : CountIndexes(indexes, completions, out named);
            if (problem is not null)
                yield return Refuse.Invalid($"{field}.succeededIndexes", indexes.Length > 100 ? indexes[..100] + "…" : indexes, $"error parsing succeededIndexes: {problem}");
        }
        if (rule.SucceededCount is not { } count)
            yield break;
        foreach (var error in Amounts.NotNegative($"{field}.succeededCount", count))
            yield return error;
        if (count > completions)
            yield return Refuse.Invalid($"{field}.succeededCount", count, $"must be less than or equal to {completions} (the number of specified completions)");
        else if (count > named)
            yield return Refuse.Invalid($"{field}.succeededCount", count, $"must be less than or equal to {named} (the number of indexes in the specified succeededIndexes field)");
    }

    /// <summary><c>0,2-5</c>: rising, each below the number of completions.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    private static string? CountIndexes(string text, int completions, out int count)
    {
        (count, int last) = (0, -1);
        foreach (string interval in text.Length == 0 ? [] : text.Split(','))
        {
            string[] ends = interval.Split('-');
            if (ends.Length > 2 || !Index(ends[0], out int first) || !Index(ends[^1], out int end))
                return $"\"{interval}\" is no index and no interval such as 2-5";
            if (end >= completions)
                return $"too large index: \"{ends[^1]}\"";
            if (first <= last || (ends.Length == 2 && end <= first))
                return $"non-increasing order at \"{interval}\"";
            count += end - first + 1;
            last = end;
        }
        return null;
    }

    private static bool Index(string text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    private static IEnumerable<FieldError> Most(string field, int count, int most) => count <= most ? [] : [Refuse.TooMany(field, count, most)];
}
