using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Jobs;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.CronJobs;

public sealed class CronJobKind : SpecKind<CronJob, CronJobSpec, CronJobStatus>
{
    public override ResourceType Type => ResourceTypes.CronJobs;
    public override string Kind => "CronJob";
    public override string Singular => "cronjob";
    public override IReadOnlyList<string> ShortNames => ["cj"];
    public override IReadOnlyList<string> Categories => ["all"];
    public override string? NotActedOn => OnlyStored("no job is made from it");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<CronJob>("Schedule", "When a job is made.", c => c.Spec.Schedule),
        Print.Of<CronJob>("Timezone", "Whose clock the schedule means.", c => c.Spec.TimeZone ?? Print.None),
        Print.Of<CronJob>("Suspend", "Whether no more jobs are made.", c => c.Spec.Suspend == true ? "True" : "False", type: "boolean"),
        Print.Of<CronJob>("Active", "Jobs that run now.", c => c.Status?.Active?.Count ?? 0, type: "integer"),
        Print.Timed<CronJob>("Last Schedule", "When the last job was made.", (c, now) => c.Status?.LastScheduleTime is { } last ? Print.Since(last, now) : Print.None),
        Print.Age,
        Print.Of<CronJob>("Containers", "Names of the containers.", c => Print.ContainerNames(c.Spec.JobTemplate.Spec.Template.Spec), priority: 1),
        Print.Of<CronJob>("Images", "Images of the containers.", c => Print.Images(c.Spec.JobTemplate.Spec.Template.Spec), priority: 1),
        Print.Of<CronJob>("Selector", "Which pods its jobs own.", c => Print.Selector(c.Spec.JobTemplate.Spec.Selector), priority: 1),
    ];

    protected override CronJob Default(CronJob value) => value with
    {
        Spec = value.Spec with
        {
            ConcurrencyPolicy = string.IsNullOrEmpty(value.Spec.ConcurrencyPolicy) ? "Allow" : value.Spec.ConcurrencyPolicy,
            Suspend = value.Spec.Suspend ?? false,
            SuccessfulJobsHistoryLimit = value.Spec.SuccessfulJobsHistoryLimit ?? 3,
            FailedJobsHistoryLimit = value.Spec.FailedJobsHistoryLimit ?? 1,
            JobTemplate = value.Spec.JobTemplate with { Spec = JobDefaults.OfTemplate(value.Spec.JobTemplate.Spec) },
        },
    };

    protected override IEnumerable<FieldError> Validate(CronJob value) => CronJobRules.Validate(value);
}
