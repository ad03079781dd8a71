using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/</summary>
public sealed record Job : SpecObject<JobSpec, JobStatus>;

public sealed record JobSpec : ApiType
{
    /// <summary>Pods at a time; default 1.</summary>
    public int? Parallelism { get; init; }
    /// <summary>Pods that must succeed; default 1, or any one when only parallelism is given.</summary>
    public int? Completions { get; init; }
    public long? ActiveDeadlineSeconds { get; init; }
    public PodFailurePolicy? PodFailurePolicy { get; init; }
    public SuccessPolicy? SuccessPolicy { get; init; }
    /// <summary>Default 6.</summary>
    public int? BackoffLimit { get; init; }
    public int? BackoffLimitPerIndex { get; init; }
    public int? MaxFailedIndexes { get; init; }
    /// <summary>Made from the job's uid, unless <see cref="ManualSelector"/> is true.</summary>
    public LabelSelector? Selector { get; init; }
    public bool? ManualSelector { get; init; }
    public PodTemplateSpec Template { get; init; } = new();
    public int? TtlSecondsAfterFinished { get; init; }
    /// <summary>NonIndexed (default) or Indexed.</summary>
    public string? CompletionMode { get; init; }
    public bool? Suspend { get; init; }
    /// <summary>TerminatingOrFailed (default) or Failed.</summary>
    public string? PodReplacementPolicy { get; init; }
    public string? ManagedBy { get; init; }
}

public sealed record PodFailurePolicy : ApiType
{
    public ValueList<PodFailureRule> Rules { get; init; } = [];
}

/// <summary>Either exit codes or conditions.</summary>
public sealed record PodFailureRule : ApiType
{
    /// <summary>FailJob, FailIndex, Ignore or Count.</summary>
    public string Action { get; init; } = "";
    public OnExitCodes? OnExitCodes { get; init; }
    public ValueList<OnPodCondition>? OnPodConditions { get; init; }
}

public sealed record OnExitCodes : ApiType
{
    public string? ContainerName { get; init; }
    /// <summary>In or NotIn.</summary>
    public string Operator { get; init; } = "";
    public ValueList<int> Values { get; init; } = [];
}

public sealed record OnPodCondition : ApiType
{
    public string Type { get; init; } = "";
    /// <summary>True (default), False or Unknown.</summary>
    public string? Status { get; init; }
}

public sealed record SuccessPolicy : ApiType
{
    public ValueList<SuccessRule> Rules { get; init; } = [];
}

public sealed record SuccessRule : ApiType
{
    /// <summary><c>0,2-5</c></summary>
    public string? SucceededIndexes { get; init; }
    public int? SucceededCount { get; init; }
}

public sealed record JobStatus : ApiType
{
    [MergeKey("type")] public ValueList<Condition>? Conditions { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? CompletionTime { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Active { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Succeeded { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Failed { get; init; }
    public int? Terminating { get; init; }
    public string? CompletedIndexes { get; init; }
    public string? FailedIndexes { get; init; }
    public UncountedTerminatedPods? UncountedTerminatedPods { get; init; }
    public int? Ready { get; init; }
}

public sealed record UncountedTerminatedPods : ApiType
{
    public ValueList<string>? Succeeded { get; init; }
    public ValueList<string>? Failed { get; init; }
}
