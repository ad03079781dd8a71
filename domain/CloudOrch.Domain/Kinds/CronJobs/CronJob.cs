using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Jobs;

namespace CloudOrch.Domain.Kinds.CronJobs;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/</summary>
public sealed record CronJob : SpecObject<CronJobSpec, CronJobStatus>;

public sealed record CronJobSpec : ApiType
{
    /// <summary>Five fields, or <c>@daily</c> and its like.</summary>
    public string Schedule { get; init; } = "";
    /// <summary>Default: the control plane's, UTC.</summary>
    public string? TimeZone { get; init; }
    public long? StartingDeadlineSeconds { get; init; }
    /// <summary>Allow (default), Forbid or Replace.</summary>
    public string? ConcurrencyPolicy { get; init; }
    public bool? Suspend { get; init; }
    public JobTemplateSpec JobTemplate { get; init; } = new();
    /// <summary>Default 3.</summary>
    public int? SuccessfulJobsHistoryLimit { get; init; }
    /// <summary>Default 1.</summary>
    public int? FailedJobsHistoryLimit { get; init; }
}

public sealed record JobTemplateSpec : ApiType
{
    public ObjectMeta Metadata { get; init; } = new();
    public JobSpec Spec { get; init; } = new();
}

public sealed record CronJobStatus : ApiType
{
    public ValueList<ObjectReference>? Active { get; init; }
    public DateTimeOffset? LastScheduleTime { get; init; }
    public DateTimeOffset? LastSuccessfulTime { get; init; }
}
