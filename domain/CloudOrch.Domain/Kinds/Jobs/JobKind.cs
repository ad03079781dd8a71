using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Jobs;

public sealed class JobKind : SpecKind<Job, JobSpec, JobStatus>
{
    public override ResourceType Type => ResourceTypes.Jobs;
    public override string Kind => "Job";
    public override string Singular => "job";
    public override IReadOnlyList<string> Categories => ["all"];
    public override string? NotActedOn => OnlyStored("it gets no pods");
    protected override bool HasGeneration => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Print.Name,
        Print.Of<Job>("Status", "Complete, Failed, Terminating, Suspended or Running.", JobPrinting.Status),
        Print.Of<Job>("Completions", "Pods that succeeded, of those wanted.", JobPrinting.Completions),
        Print.Timed<Job>("Duration", "How long it took, or takes already.", JobPrinting.Duration),
        Print.Age,
        Print.Of<Job>("Containers", "Names of the containers.", j => Print.ContainerNames(j.Spec.Template.Spec), priority: 1),
        Print.Of<Job>("Images", "Images of the containers.", j => Print.Images(j.Spec.Template.Spec), priority: 1),
        Print.Of<Job>("Selector", "Which pods it owns.", j => Print.Selector(j.Spec.Selector), priority: 1),
    ];

    public override IReadOnlyDictionary<string, Func<KubeObject, string>> SelectableFields { get; } = new Dictionary<string, Func<KubeObject, string>>
    {
        ["status.successful"] = j => $"{((Job)j).Status?.Succeeded ?? 0}",
    };

    protected override Job Default(Job value) => JobDefaults.Of(value);

    protected override Job PrepareForCreate(Job value, DateTimeOffset now) => base.PrepareForCreate(JobDefaults.Selecting(value), now);

    protected override IEnumerable<FieldError> Validate(Job value) => JobRules.Validate(value);

    protected override IEnumerable<FieldError> ValidateUpdate(Job old, Job value) => JobRules.ValidateUpdate(old, value);
}
