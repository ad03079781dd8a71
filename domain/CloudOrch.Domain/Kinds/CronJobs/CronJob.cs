using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Kinds.Jobs;

namespace CloudOrch.Domain.Kinds.CronJobs;

/// <summary>Jobs that are made at set times: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/</summary>
public sealed record CronJob : SpecObject<CronJobSpec, CronJobStatus>;

/// <summary>When which Jobs are made.</summary>
public sealed record CronJobSpec : ApiType
{
    /// <summary>Five fields, or <c>@daily</c> and its like.</summary>
    [Required] public string Schedule { get; init; } = "";
    /// <summary>Default: the control plane's, UTC.</summary>
    public string? TimeZone { get; init; }
    /// <summary>Seconds after its time that a missed run may still start; default: any.</summary>
    public long? StartingDeadlineSeconds { get; init; }
    /// <summary>Allow (default), Forbid or Replace.</summary>
    public string? ConcurrencyPolicy { get; init; }
    /// <summary>Whether no further runs start; default false.</summary>
    public bool? Suspend { get; init; }
    /// <summary>What the Jobs look like.</summary>
    [Required] public JobTemplateSpec JobTemplate { get; init; } = new();
    /// <summary>Default 3.</summary>
    public int? SuccessfulJobsHistoryLimit { get; init; }
    /// <summary>Default 1.</summary>
    public int? FailedJobsHistoryLimit { get; init; }
}

/// <summary>What new Jobs look like.</summary>
public sealed record JobTemplateSpec : ApiType
{
    /// <summary>Labels and annotations of the Jobs.</summary>
    public ObjectMeta Metadata { get; init; } = new();
    /// <summary>What the Jobs do.</summary>
    public JobSpec Spec { get; init; } = new();
}

/// <summary>The runs of a CronJob.</summary>
public sealed record CronJobStatus : ApiType
{
    /// <summary>Jobs that still run.</summary>
    public ValueList<ObjectReference>? Active { get; init; }
    /// <summary>When a run was last started.</summary>
    public DateTimeOffset? LastScheduleTime { get; init; }
    /// <summary>When a run last succeeded.</summary>
    public DateTimeOffset? LastSuccessfulTime { get; init; }
}
