using CloudOrch.Domain.Kinds.Jobs;
using CloudOrch.Domain.Kinds.Rules;

namespace CloudOrch.Domain.Kinds.CronJobs;

/// <summary>k8s.io/kubernetes/pkg/apis/batch/validation: ValidateCronJobCreate, after defaults.</summary>
/// <remarks>Whether a time zone exists is not asked: that depends on the machine.</remarks>
internal static class CronJobRules
{
    /// <summary>Jobs are called by the name and a time of eleven characters.</summary>
    private const int LongestName = 52;

    private const int LongestZonePart = 14;

    public static IEnumerable<FieldError> Validate(CronJob value) =>
    [
        .. value.Metadata.Name?.Length > LongestName ? [Refuse.Invalid("metadata.name", value.Metadata.Name, $"must be no more than {LongestName} characters")] : Array.Empty<FieldError>(),
        .. Schedule("spec.schedule", value.Spec.Schedule),
        .. Amounts.NotNegative("spec.startingDeadlineSeconds", value.Spec.StartingDeadlineSeconds),
        .. Zone("spec.timeZone", value.Spec.TimeZone),
        .. Fields.RequiredOneOf("spec.concurrencyPolicy", value.Spec.ConcurrencyPolicy, "Allow", "Forbid", "Replace"),
        .. MetadataRules.Labels("spec.jobTemplate.metadata.labels", value.Spec.JobTemplate.Metadata.Labels),
        .. JobRules.ValidateSpec("spec.jobTemplate.spec", value.Spec.JobTemplate.Spec),
        .. Selector("spec.jobTemplate.spec", value.Spec.JobTemplate.Spec),
        .. Amounts.NotNegative("spec.successfulJobsHistoryLimit", value.Spec.SuccessfulJobsHistoryLimit),
        .. Amounts.NotNegative("spec.failedJobsHistoryLimit", value.Spec.FailedJobsHistoryLimit),
    ];

    private static IEnumerable<FieldError> Schedule(string field, string schedule)
    {
        if (schedule.Contains("TZ", StringComparison.Ordinal))
            return [Refuse.Invalid(field, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")];
        return schedule.Length == 0 ? [Refuse.Required(field)] : CronSchedule.Problem(schedule) is { } problem ? [Refuse.Invalid(field, schedule, problem)] : [];
    }

    /// <summary>The form of https://data.iana.org/time-zones/theory.html#naming: <c>Europe/Berlin</c>.</summary>
    private static IEnumerable<FieldError> Zone(string field, string? zone)
    {
        if (zone is null)
            return [];
        if (zone.Length == 0)
            return [Refuse.Invalid(field, zone, "timeZone must be nil or non-empty string")];
        if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase))
            return [Refuse.Invalid(field, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")];
        return zone.Split('/').All(IsZonePart) ? [] : [Refuse.Invalid(field, zone, $"unknown time zone {zone}")];
    }

    private static bool IsZonePart(string part) => part.Length is > 0 and <= LongestZonePart && part is not ("." or "..") && part[0] != '-'
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');

    private static IEnumerable<FieldError> Selector(string field, JobSpec spec)
    {
        if (spec.Selector is not null)
            yield return Refuse.Invalid($"{field}.selector", spec.Selector, "`selector` will be auto-generated");
        if (spec.ManualSelector == true)
            yield return Refuse.NotSupported($"{field}.manualSelector", "true", "nil", "false");
    }
}
