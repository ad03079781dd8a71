using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>Pods that run until enough of them have succeeded: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/</summary>
public sealed record Job : SpecObject<JobSpec, JobStatus>;

/// <summary>What is run, how often, and when it counts as failed.</summary>
public sealed record JobSpec : ApiType
{
    /// <summary>Pods at a time; default 1.</summary>
    public int? Parallelism { get; init; }
    /// <summary>Pods that must succeed; default 1, or any one when only parallelism is given.</summary>
    public int? Completions { get; init; }
    /// <summary>Seconds after which the Job is failed, whatever runs.</summary>
    public long? ActiveDeadlineSeconds { get; init; }
    /// <summary>What the failure of a pod means, by exit code or condition.</summary>
    public PodFailurePolicy? PodFailurePolicy { get; init; }
    /// <summary>When an indexed Job has succeeded before all indexes have.</summary>
    public SuccessPolicy? SuccessPolicy { get; init; }
    /// <summary>Default 6.</summary>
    public int? BackoffLimit { get; init; }
    /// <summary>Failures of one index before it counts as failed.</summary>
    public int? BackoffLimitPerIndex { get; init; }
    /// <summary>Failed indexes before the Job counts as failed.</summary>
    public int? MaxFailedIndexes { get; init; }
    /// <summary>Made from the job's uid, unless <see cref="ManualSelector"/> is true.</summary>
    public LabelSelector? Selector { get; init; }
    /// <summary>Whether the selector is the user's; else it is made so that it matches no other Job's pods.</summary>
    public bool? ManualSelector { get; init; }
    /// <summary>What the pods look like.</summary>
    [Required] public PodTemplateSpec Template { get; init; } = new();
    /// <summary>Seconds from the end of the Job to its deletion; default: it is kept.</summary>
    public int? TtlSecondsAfterFinished { get; init; }
    /// <summary>NonIndexed (default) or Indexed.</summary>
    public string? CompletionMode { get; init; }
    /// <summary>Whether no pods run for now; default false.</summary>
    public bool? Suspend { get; init; }
    /// <summary>TerminatingOrFailed (default) or Failed.</summary>
    public string? PodReplacementPolicy { get; init; }
    /// <summary>Who acts on the Job, when it is not the cluster itself.</summary>
    public string? ManagedBy { get; init; }
}

/// <summary>What the failure of a pod means.</summary>
public sealed record PodFailurePolicy : ApiType
{
    /// <summary>The first rule that fits counts.</summary>
    [Required] public ValueList<PodFailureRule> Rules { get; init; } = [];
}

/// <summary>Either exit codes or conditions.</summary>
public sealed record PodFailureRule : ApiType
{
    /// <summary>FailJob, FailIndex, Ignore or Count.</summary>
    [Required] public string Action { get; init; } = "";
    /// <summary>Fits by what a container returned.</summary>
    public OnExitCodes? OnExitCodes { get; init; }
    /// <summary>Fits by a condition of the pod.</summary>
    public ValueList<OnPodCondition>? OnPodConditions { get; init; }
}

/// <summary>Codes that containers returned.</summary>
public sealed record OnExitCodes : ApiType
{
    /// <summary>The container that is meant; default: any.</summary>
    public string? ContainerName { get; init; }
    /// <summary>In or NotIn.</summary>
    [Required] public string Operator { get; init; } = "";
    /// <summary>The codes; 0 is not one of them for In.</summary>
    [Required] public ValueList<int> Values { get; init; } = [];
}

/// <summary>A condition of a pod.</summary>
public sealed record OnPodCondition : ApiType
{
    /// <summary>The condition's type.</summary>
    [Required] public string Type { get; init; } = "";
    /// <summary>True (default), False or Unknown.</summary>
    [Required] public string? Status { get; init; }
}

/// <summary>When an indexed Job has succeeded before all indexes have.</summary>
public sealed record SuccessPolicy : ApiType
{
    /// <summary>One rule that fits is enough.</summary>
    [Required] public ValueList<SuccessRule> Rules { get; init; } = [];
}

/// <summary>Which indexes must have succeeded, and how many of them.</summary>
public sealed record SuccessRule : ApiType
{
    /// <summary><c>0,2-5</c></summary>
    public string? SucceededIndexes { get; init; }
    /// <summary>How many indexes are enough.</summary>
    public int? SucceededCount { get; init; }
}

/// <summary>How far a Job is.</summary>
public sealed record JobStatus : ApiType
{
    /// <summary>Complete, Failed, Suspended and what leads to them.</summary>
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    /// <summary>When the Job was started, or resumed.</summary>
    public DateTimeOffset? StartTime { get; init; }
    /// <summary>When the Job succeeded.</summary>
    public DateTimeOffset? CompletionTime { get; init; }
    /// <summary>Pods that run or wait to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Active { get; init; }
    /// <summary>Pods that succeeded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Succeeded { get; init; }
    /// <summary>Pods that failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Failed { get; init; }
    /// <summary>Pods that are on their way out.</summary>
    public int? Terminating { get; init; }
    /// <summary>Indexes that succeeded, such as 1,3-5.</summary>
    public string? CompletedIndexes { get; init; }
    /// <summary>Indexes that failed, such as 1,3-5.</summary>
    public string? FailedIndexes { get; init; }
    /// <summary>Pods that ended and are not counted yet.</summary>
    public UncountedTerminatedPods? UncountedTerminatedPods { get; init; }
    /// <summary>Pods that are ready.</summary>
    public int? Ready { get; init; }
}

/// <summary>Pods that ended and are not counted yet.</summary>
public sealed record UncountedTerminatedPods : ApiType
{
    /// <summary>The uids of those that succeeded.</summary>
    public ValueList<string>? Succeeded { get; init; }
    /// <summary>The uids of those that failed.</summary>
    public ValueList<string>? Failed { get; init; }
}
