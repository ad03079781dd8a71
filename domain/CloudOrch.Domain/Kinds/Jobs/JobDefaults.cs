using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>k8s.io/kubernetes/pkg/apis/batch/v1/defaults.go, and the selector of pkg/registry/batch/job/strategy.go.</summary>
internal static class JobDefaults
{
    private const string Uid = "controller-uid";
    private const string Name = "job-name";
    private const string Prefix = "batch.kubernetes.io/";

    public static Job Of(Job job)
    {
        var spec = job.Spec;
        bool one = spec.Completions is null && spec.Parallelism is null;
        return Labelled(job with
        {
            Spec = spec with
            {
                Parallelism = spec.Parallelism ?? 1,
                Completions = one ? 1 : spec.Completions,
                BackoffLimit = spec.BackoffLimit ?? (spec.BackoffLimitPerIndex is null ? 6 : int.MaxValue),
                CompletionMode = string.IsNullOrEmpty(spec.CompletionMode) ? "NonIndexed" : spec.CompletionMode,
                Suspend = spec.Suspend ?? false,
                PodReplacementPolicy = spec.PodReplacementPolicy ?? (spec.PodFailurePolicy is null ? "TerminatingOrFailed" : "Failed"),
                PodFailurePolicy = Failures(spec.PodFailurePolicy),
                Template = PodDefaults.Of(spec.Template),
            },
        });
    }

    /// <summary>A CronJob's template gets fewer: the jobs that are made from it get the rest.</summary>
    public static JobSpec OfTemplate(JobSpec spec) => spec with { PodFailurePolicy = Failures(spec.PodFailurePolicy), Template = PodDefaults.Of(spec.Template) };

    /// <summary>Labels that no other job's pods have, and a selector by them; what the client set itself stays, and is refused where it contradicts.</summary>
    public static Job Selecting(Job job)
    {
        if (job.Spec.ManualSelector == true || job.Metadata is not { Uid: { } uid, Name: { Length: > 0 } name })
            return job;
        var expected = Labels(uid, name);
        var template = job.Spec.Template;
        var selector = job.Spec.Selector ?? new();
        return Labelled(job with
        {
            Spec = job.Spec with
            {
                Template = template with { Metadata = template.Metadata with { Labels = expected.Concat(template.Metadata.Labels ?? ValueMap<string>.Empty).ToValueMap() } },
                Selector = selector with { MatchLabels = ValueMap.Of((Prefix + Uid, uid)).Concat(selector.MatchLabels ?? ValueMap<string>.Empty).ToValueMap() },
            },
        });
    }

    /// <summary>What the pods of a job with a selector of its own are labelled with.</summary>
    public static ValueMap<string> Labels(string uid, string name) => ValueMap.Of((Uid, uid), (Name, name), (Prefix + Uid, uid), (Prefix + Name, name));

    /// <summary>A job without labels has those of its pods.</summary>
    private static Job Labelled(Job job) => job.Metadata.Labels is { Count: > 0 } || job.Spec.Template.Metadata.Labels is not { Count: > 0 } labels
        ? job : job with { Metadata = job.Metadata with { Labels = labels } };

    private static PodFailurePolicy? Failures(PodFailurePolicy? policy) => policy is null ? null : policy with
    {
        Rules = policy.Rules.Select(rule => rule with
        {
            OnPodConditions = rule.OnPodConditions?.Select(c => c with { Status = string.IsNullOrEmpty(c.Status) ? "True" : c.Status }).ToValueList(),
        }).ToValueList(),
    };
}
