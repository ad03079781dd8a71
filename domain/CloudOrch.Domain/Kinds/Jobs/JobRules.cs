using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>k8s.io/kubernetes/pkg/apis/batch/validation: ValidateJob, after defaults and with the selector.</summary>
internal static class JobRules
{
    private const string Indexed = "Indexed";
    private const string NonIndexed = "NonIndexed";

    private const int MostParallelIndexed = 100_000;
    private const int MostFailedIndexes = 100_000;
    private const int ManyCompletions = 100_000;
    private const int MostParallelOfMany = 10_000;
    private const int MostFailedOfMany = 10_000;

    public static IEnumerable<FieldError> Validate(Job job) =>
    [
        .. Selector(job),
        .. ValidateSpec("spec", job.Spec),
        .. HostNames(job),
    ];

    /// <summary>What holds for a CronJob's template, too.</summary>
    public static IEnumerable<FieldError> ValidateSpec(string field, JobSpec spec) =>
    [
        .. Amounts.NotNegative($"{field}.parallelism", spec.Parallelism),
        .. Amounts.NotNegative($"{field}.completions", spec.Completions),
        .. Amounts.NotNegative($"{field}.activeDeadlineSeconds", spec.ActiveDeadlineSeconds),
        .. Amounts.NotNegative($"{field}.backoffLimit", spec.BackoffLimit),
        .. Amounts.NotNegative($"{field}.ttlSecondsAfterFinished", spec.TtlSecondsAfterFinished),
        .. Amounts.NotNegative($"{field}.backoffLimitPerIndex", spec.BackoffLimitPerIndex),
        .. Amounts.NotNegative($"{field}.maxFailedIndexes", spec.MaxFailedIndexes),
        .. spec is { MaxFailedIndexes: not null, BackoffLimitPerIndex: null } ? [Refuse.Required($"{field}.backoffLimitPerIndex", "when maxFailedIndexes is specified")] : Array.Empty<FieldError>(),
        .. Fields.Optional($"{field}.managedBy", spec.ManagedBy, Manager),
        .. Fields.OneOf($"{field}.completionMode", spec.CompletionMode, Indexed, NonIndexed),
        .. spec.CompletionMode == Indexed ? IndexedLimits(field, spec) : OnlyIndexed(field, spec),
        .. JobPolicyRules.Validate(field, spec),
        .. PodTemplateRules.Validate($"{field}.template", spec.Template),
        .. RestartPolicy($"{field}.template.spec.restartPolicy", spec),
    ];

    public static IEnumerable<FieldError> ValidateUpdate(Job old, Job value)
    {
        var (before, after) = (old.Spec, value.Spec);
        bool resized = after.CompletionMode == Indexed && after.Completions is not null && before.Completions != after.Completions;
        return
        [
            .. resized
                ? after.Completions == after.Parallelism ? [] : [Refuse.Invalid("spec.completions", after.Completions, "can only be modified in tandem with spec.parallelism")]
                : Fields.Immutable("spec.completions", before.Completions, after.Completions),
            .. Fields.Immutable("spec.selector", before.Selector, after.Selector),
            .. Fields.Immutable("spec.template", Directed(old, before.Template, after.Template), after.Template),
            .. Fields.Immutable("spec.completionMode", before.CompletionMode, after.CompletionMode),
            .. Fields.Immutable("spec.podFailurePolicy", before.PodFailurePolicy, after.PodFailurePolicy),
            .. Fields.Immutable("spec.backoffLimitPerIndex", before.BackoffLimitPerIndex, after.BackoffLimitPerIndex),
            .. Fields.Immutable("spec.managedBy", before.ManagedBy, after.ManagedBy),
            .. Fields.Immutable("spec.successPolicy", before.SuccessPolicy, after.SuccessPolicy),
        ];
    }

    /// <summary>A suspended job that never ran may still be sent elsewhere.</summary>
    private static PodTemplateSpec Directed(Job old, PodTemplateSpec before, PodTemplateSpec after) =>
        old is not { Spec.Suspend: true, Status.StartTime: null } ? before : before with
        {
            Metadata = before.Metadata with { Labels = after.Metadata.Labels, Annotations = after.Metadata.Annotations },
            Spec = before.Spec with
            {
                Affinity = after.Spec.Affinity,
                NodeSelector = after.Spec.NodeSelector,
                Tolerations = after.Spec.Tolerations,
                SchedulingGates = after.Spec.SchedulingGates,
            },
        };

    private static IEnumerable<FieldError> Selector(Job job)
    {
        const string field = "spec.selector";
        if (job.Spec.Selector is not { } selector)
        {
            yield return Refuse.Required(field);
            yield break;
        }
        foreach (var error in SelectorRules.Validate(field, selector))
            yield return error;
        var labels = job.Spec.Template.Metadata.Labels ?? ValueMap<string>.Empty;
        if (job.Spec.ManualSelector != true)
        {
            var expected = JobDefaults.Labels(job.Metadata.Uid ?? "", job.Metadata.Name ?? "");
            foreach (var (key, value) in expected)
            {
                if (!labels.TryGetValue(key, out string? actual))
                    yield return Refuse.Required($"spec.template.metadata.labels[{key}]", $"must be '{value}'");
                else if (actual != value)
                    yield return Refuse.Invalid($"spec.template.metadata.labels[{key}]", actual, $"must be '{value}'");
            }
            if (!selector.Matches(expected))
                yield return Refuse.Invalid(field, selector, "`selector` not auto-generated");
        }
        if (!selector.Matches(labels))
            yield return Refuse.Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
    }

    private static IEnumerable<FieldError> IndexedLimits(string field, JobSpec spec)
    {
        if (spec.Completions is not { } completions)
        {
            yield return Refuse.Required($"{field}.completions", "when completion mode is Indexed");
            yield break;
        }
        if (spec.Parallelism > MostParallelIndexed)
            yield return Refuse.Invalid($"{field}.parallelism", spec.Parallelism, $"must be less than or equal to {MostParallelIndexed} when completion mode is Indexed");
        if (spec.MaxFailedIndexes > completions)
            yield return Refuse.Invalid($"{field}.maxFailedIndexes", spec.MaxFailedIndexes, "must be less than or equal to completions");
        if (spec.MaxFailedIndexes > MostFailedIndexes)
            yield return Refuse.Invalid($"{field}.maxFailedIndexes", spec.MaxFailedIndexes, $"must be less than or equal to {MostFailedIndexes}");
        if (completions <= ManyCompletions || spec.BackoffLimitPerIndex is null)
            yield break;
        const string many = "when completions are above 100000 and used with backoff limit per index";
        if (spec.MaxFailedIndexes is null)
            yield return Refuse.Required($"{field}.maxFailedIndexes", $"must be specified when completions is above {ManyCompletions}");
        if (spec.Parallelism > MostParallelOfMany)
            yield return Refuse.Invalid($"{field}.parallelism", spec.Parallelism, $"must be less than or equal to {MostParallelOfMany} {many}");
        if (spec.MaxFailedIndexes > MostFailedOfMany)
            yield return Refuse.Invalid($"{field}.maxFailedIndexes", spec.MaxFailedIndexes, $"must be less than or equal to {MostFailedOfMany} {many}");
    }

    private static IEnumerable<FieldError> OnlyIndexed(string field, JobSpec spec)
    {
        const string requires = "requires indexed completion mode";
        if (spec.BackoffLimitPerIndex is not null)
            yield return Refuse.Invalid($"{field}.backoffLimitPerIndex", spec.BackoffLimitPerIndex, requires);
        if (spec.MaxFailedIndexes is not null)
            yield return Refuse.Invalid($"{field}.maxFailedIndexes", spec.MaxFailedIndexes, requires);
        if (spec.SuccessPolicy is not null)
            yield return Refuse.Invalid($"{field}.successPolicy", spec.SuccessPolicy, requires);
    }

    private static IEnumerable<FieldError> RestartPolicy(string field, JobSpec spec) => spec.Template.Spec.RestartPolicy switch
    {
        null or "" or "Always" => [Refuse.Required(field, "valid values: \"OnFailure\", \"Never\"")],
        "OnFailure" when spec.PodFailurePolicy is not null => [Refuse.Invalid(field, "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified")],
        _ => [],
    };

    /// <summary>Pods of an indexed job are called by their index: the last one has the longest name.</summary>
    private static IEnumerable<FieldError> HostNames(Job job)
    {
        if (job.Spec is not { CompletionMode: Indexed, Completions: > 0 })
            return [];
        string last = $"{job.Metadata.Name}-{job.Spec.Completions - 1}";
        return Names.Label(last).Any() ? [Refuse.Invalid("metadata.name", job.Metadata.Name, $"will not able to create pod with invalid DNS label: {last}")] : [];
    }

    private static IEnumerable<string> Manager(string value) => value.Length > 63 ? ["must be no more than 63 characters"] : Names.DomainPath(value);
}
