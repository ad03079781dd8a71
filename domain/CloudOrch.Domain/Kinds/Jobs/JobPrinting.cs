using CloudOrch.Domain.Kinds.Printing;

namespace CloudOrch.Domain.Kinds.Jobs;

/// <summary>The cells of <c>kubectl get jobs</c> (k8s.io/kubernetes/pkg/printers/internalversion: printJob).</summary>
internal static class JobPrinting
{
    public static string Status(Job job) =>
        Has(job, "Complete") ? "Complete"
        : Has(job, "Failed") ? "Failed"
        : job.Metadata.DeletionTimestamp is not null ? "Terminating"
        : Has(job, "Suspended") ? "Suspended"
        : Has(job, "FailureTarget") ? "FailureTarget"
        : "Running";

    public static string Completions(Job job)
    {
        int succeeded = job.Status?.Succeeded ?? 0;
        return job.Spec.Completions is { } wanted ? $"{succeeded}/{wanted}"
            : job.Spec.Parallelism is > 1 ? $"{succeeded}/1 of {job.Spec.Parallelism}"
            : $"{succeeded}/1";
    }

    public static string Duration(Job job, DateTimeOffset now) =>
        job.Status?.StartTime is { } start ? Print.Duration((job.Status.CompletionTime ?? now) - start) : "";

    private static bool Has(Job job, string condition) => job.Status?.Conditions?.Any(c => c.Type == condition && c.Status == "True") == true;
}
