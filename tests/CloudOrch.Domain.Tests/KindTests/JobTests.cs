using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.CronJobs;
using CloudOrch.Domain.Kinds.Jobs;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

public class JobTests
{
    private const string Template = """ "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}} """;

    [Fact]
    public void A_job_gets_the_defaults_of_Kubernetes()
    {
        var spec = Created("").Spec;
        Assert.Equal((1, 1, 6, "NonIndexed", false, "TerminatingOrFailed"), (spec.Parallelism, spec.Completions, spec.BackoffLimit, spec.CompletionMode, spec.Suspend, spec.PodReplacementPolicy));
        Assert.Equal((3, (int?)null), (Created(""" "parallelism":3 """).Spec.Parallelism, Created(""" "parallelism":3 """).Spec.Completions));
        Assert.Equal(int.MaxValue, Created(""" "completionMode":"Indexed","completions":2,"backoffLimitPerIndex":1 """).Spec.BackoffLimit);
        var failing = Created(""" "podFailurePolicy":{"rules":[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]}]} """).Spec;
        Assert.Equal(("Failed", "True"), (failing.PodReplacementPolicy, failing.PodFailurePolicy!.Rules[0].OnPodConditions![0].Status));
    }

    [Fact]
    public void A_jobs_pods_are_its_own_by_its_uid()
    {
        var job = Created("");
        Assert.Equal(["batch.kubernetes.io/controller-uid=u"], job.Spec.Selector!.MatchLabels!.Select(l => $"{l.Key}={l.Value}"));
        string[] labels = ["batch.kubernetes.io/controller-uid=u", "batch.kubernetes.io/job-name=x", "controller-uid=u", "job-name=x"];
        Assert.Equal(labels, job.Spec.Template.Metadata.Labels!.Select(l => $"{l.Key}={l.Value}"));
        Assert.Equal(labels, job.Metadata.Labels!.Select(l => $"{l.Key}={l.Value}"));
        Assert.Empty(KindRegistry.Of<Job>().Validate(job));
    }

    [Fact]
    public void A_selector_of_ones_own_must_be_wanted()
    {
        const string own = """ "selector":{"matchLabels":{"app":"web"}} """;
        string labelled = Template.Replace("{\"spec\"", "{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\"", StringComparison.Ordinal);
        Assert.Equal(["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"web\",\"batch.kubernetes.io/controller-uid\":\"u\"}}: `selector` not auto-generated"],
            Problems($"{own},{labelled}"));
        var manual = (Job)Check.Default(KindRegistry.Of<Job>(), Document($$""" {{own}},"manualSelector":true,{{labelled}} """));
        manual = (Job)KindRegistry.Of<Job>().PrepareForCreate(manual, A.Epoch);
        Assert.Equal(["app=web"], manual.Spec.Template.Metadata.Labels!.Select(l => $"{l.Key}={l.Value}"));
        Assert.Empty(KindRegistry.Of<Job>().Validate(manual));
    }

    [Theory]
    [InlineData(""" "parallelism":-1 """, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "backoffLimit":-1 """, "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "completionMode":"Some" """, "spec.completionMode: Unsupported value: \"Some\": supported values: \"Indexed\", \"NonIndexed\"")]
    [InlineData(""" "completionMode":"Indexed","parallelism":2 """, "spec.completions: Required value: when completion mode is Indexed")]
    [InlineData(""" "completionMode":"Indexed","completions":5,"parallelism":100001 """, "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed")]
    [InlineData(""" "backoffLimitPerIndex":1 """, "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode")]
    [InlineData(""" "completionMode":"Indexed","completions":5,"maxFailedIndexes":2 """, "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified")]
    [InlineData(""" "podReplacementPolicy":"Never" """, "spec.podReplacementPolicy: Unsupported value: \"Never\": supported values: \"Failed\", \"TerminatingOrFailed\"")]
    [InlineData(""" "managedBy":"me" """, "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData(""" "podFailurePolicy":{"rules":[{"action":"Retry","onExitCodes":{"operator":"In","values":[1]}}]} """, "spec.podFailurePolicy.rules[0].action: Unsupported value: \"Retry\": supported values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"")]
    [InlineData(""" "podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[0]}}]} """, "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator")]
    [InlineData(""" "podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[3,2]}}]} """, "spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [3,2]: must be ordered")]
    [InlineData(""" "podFailurePolicy":{"rules":[{"action":"Ignore","onExitCodes":{"containerName":"d","operator":"In","values":[2]}}]} """, "spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: \"d\": must be one of the container or initContainer names in the pod template")]
    [InlineData(""" "podFailurePolicy":{"rules":[{"action":"Ignore"}]} """, "spec.podFailurePolicy.rules[0]: Invalid value: {\"action\":\"Ignore\"}: specifying one of OnExitCodes and OnPodConditions is required")]
    [InlineData(""" "completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededIndexes":"0,2-9"}]} """, "spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"0,2-9\": error parsing succeededIndexes: too large index: \"9\"")]
    [InlineData(""" "completionMode":"Indexed","completions":5,"successPolicy":{"rules":[{"succeededIndexes":"0,2-3","succeededCount":4}]} """, "spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)")]
    [InlineData(""" "successPolicy":{"rules":[{"succeededCount":1}]} """, "spec.successPolicy: Invalid value: {\"rules\":[{\"succeededCount\":1}]}: requires indexed completion mode")]
    public void A_bad_job_is_refused(string spec, string problem) => Assert.Equal([problem], Problems($"{spec},{Template}"));

    [Fact]
    public void A_job_ends_so_its_containers_are_not_restarted_for_ever() => Assert.Equal(["spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""],
        Problems(Template.Replace("\"restartPolicy\":\"Never\",", "", StringComparison.Ordinal)));

    [Theory]
    [InlineData("", """ "parallelism":5,"completions":1 """, null)]
    [InlineData("", """ "backoffLimit":1,"suspend":true,"activeDeadlineSeconds":7,"ttlSecondsAfterFinished":3 """, null)]
    [InlineData("", """ "completions":5 """, "spec.completions: Invalid value: 5: field is immutable")]
    [InlineData("", """ "completionMode":"Indexed","completions":1 """, "spec.completionMode: Invalid value: \"Indexed\": field is immutable")]
    [InlineData(""" "completionMode":"Indexed","completions":3,"parallelism":3 """, """ "completionMode":"Indexed","completions":5,"parallelism":5 """, null)]
    [InlineData(""" "completionMode":"Indexed","completions":3,"parallelism":3 """, """ "completionMode":"Indexed","completions":5,"parallelism":3 """, "spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism")]
    [InlineData("", """ "managedBy":"acme.io/x" """, "spec.managedBy: Invalid value: \"acme.io/x\": field is immutable")]
    public void Only_some_of_a_job_can_be_changed(string old, string value, string? problem) => Assert.Equal(problem is null ? [] : [problem], Changed(old, value, Template));

    [Fact]
    public void The_template_is_immutable_unless_the_job_is_suspended_and_never_ran()
    {
        string moved = Template.Replace("\"containers\"", "\"nodeSelector\":{\"disk\":\"ssd\"},\"containers\"", StringComparison.Ordinal);
        string other = Template.Replace("i:1", "i:2", StringComparison.Ordinal);
        Assert.StartsWith("spec.template: Invalid value: ", Assert.Single(Changed("", "", moved)), StringComparison.Ordinal);
        Assert.Empty(Changed(""" "suspend":true """, """ "suspend":true """, moved));
        Assert.StartsWith("spec.template: Invalid value: ", Assert.Single(Changed(""" "suspend":true """, """ "suspend":true """, other)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Complete", "Complete")]
    [InlineData("Failed", "Failed")]
    [InlineData("Suspended", "Suspended")]
    [InlineData("FailureTarget", "FailureTarget")]
    [InlineData("", "Running")]
    public void A_job_shows_what_kubectl_shows(string condition, string status)
    {
        var kind = KindRegistry.Of<Job>();
        var job = Created(""" "completions":3 """) with { Status = new() { Conditions = [new() { Type = condition, Status = "True" }], Succeeded = 1, StartTime = A.Epoch.AddMinutes(59) } };
        Assert.Equal(["x", status, "1/3", "60s", "60m", "c", "i:1", "batch.kubernetes.io/controller-uid=u"], kind.Columns.Select(c => $"{c.Value(job, A.Epoch.AddHours(1))}"));
        Assert.Equal("0/1 of 4", kind.Columns[2].Value(Created(""" "parallelism":4 """), A.Epoch));
    }

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("*/15 0-6,22 1 jan-JUN mon")]
    [InlineData("5/10 ? * * 6")]
    [InlineData("@hourly")]
    [InlineData("@every 1h30m")]
    public void A_schedule_of_Kubernetes_is_taken(string schedule) => Assert.Null(CronSchedule.Problem(schedule));

    [Theory]
    [InlineData("* * * *", "expected exactly 5 fields, found 4: * * * *")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("* 5-3 * * *", "beginning of range (5) beyond end of range (3): 5-3")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("* * * foo *", "no month: foo")]
    [InlineData("* * * * 7", "end of range (7) above maximum (6): 7")]
    [InlineData("@reboot", "unrecognized descriptor: @reboot")]
    [InlineData("@every day", "unrecognized descriptor: @every day")]
    public void A_schedule_that_is_none_says_why(string schedule, string problem)
    {
        Assert.Equal(problem, CronSchedule.Problem(schedule));
        Assert.Equal([$"spec.schedule: Invalid value: \"{schedule}\": {problem}"], Check.Problems(ResourceTypes.CronJobs, Cron($$""" "schedule":"{{schedule}}" """)));
    }

    [Theory]
    [InlineData(""" "schedule":"" """, "spec.schedule: Required value")]
    [InlineData(""" "schedule":"TZ=UTC * * * * *" """, "spec.schedule: Invalid value: \"TZ=UTC * * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead")]
    [InlineData(""" "schedule":"@daily","timeZone":"" """, "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string")]
    [InlineData(""" "schedule":"@daily","timeZone":"Europe/Ber lin" """, "spec.timeZone: Invalid value: \"Europe/Ber lin\": unknown time zone Europe/Ber lin")]
    [InlineData(""" "schedule":"@daily","timeZone":"local" """, "spec.timeZone: Invalid value: \"local\": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")]
    [InlineData(""" "schedule":"@daily","concurrencyPolicy":"Wait" """, "spec.concurrencyPolicy: Unsupported value: \"Wait\": supported values: \"Allow\", \"Forbid\", \"Replace\"")]
    [InlineData(""" "schedule":"@daily","startingDeadlineSeconds":-1 """, "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "schedule":"@daily","failedJobsHistoryLimit":-1 """, "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_cron_job_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.CronJobs, Cron(spec)));

    [Fact]
    public void The_template_of_a_cron_job_obeys_the_rules_of_jobs()
    {
        Assert.Equal(["spec.jobTemplate.spec.completions: Invalid value: -1: must be greater than or equal to 0"],
            Check.Problems(ResourceTypes.CronJobs, Cron(""" "schedule":"@daily" """, """ "completions":-1, """)));
        Assert.Equal(["spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated"],
            Check.Problems(ResourceTypes.CronJobs, Cron(""" "schedule":"@daily" """, """ "selector":{}, """)));
        string name = new('x', 53);
        Assert.Equal([$"metadata.name: Invalid value: \"{name}\": must be no more than 52 characters"],
            Check.Problems(ResourceTypes.CronJobs, Cron(""" "schedule":"@daily" """).Replace("\"name\":\"x\"", $"\"name\":\"{name}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cron_job_gets_the_defaults_of_Kubernetes_and_shows_what_kubectl_shows()
    {
        var spec = ((CronJob)Check.Default(KindRegistry.Of<CronJob>(), Cron(""" "schedule":"@daily" """))).Spec;
        Assert.Equal(("Allow", false, 3, 1), (spec.ConcurrencyPolicy, spec.Suspend, spec.SuccessfulJobsHistoryLimit, spec.FailedJobsHistoryLimit));
        Assert.Null(spec.JobTemplate.Spec.BackoffLimit);
        Assert.Equal("x|@daily|<none>|False|0|<none>|60m|c|i:1|<none>", Check.Row(ResourceTypes.CronJobs, Cron(""" "schedule":"@daily" """)));
        Assert.Equal("x|@daily|Etc/UTC|True|0|<none>|60m|c|i:1|<none>", Check.Row(ResourceTypes.CronJobs, Cron(""" "schedule":"@daily","timeZone":"Etc/UTC","suspend":true """)));
    }

    private static IEnumerable<string> Changed(string old, string value, string template)
    {
        var kind = KindRegistry.Of<Job>();
        var before = Created(old);
        var asked = (Job)Check.Default(kind, Document($"{value}{(value.Length > 0 ? "," : "")}{template}"));
        // As a patch leaves them: what was made for the job stays.
        asked = asked with { Spec = asked.Spec with { Selector = before.Spec.Selector, Template = asked.Spec.Template with { Metadata = before.Spec.Template.Metadata } } };
        return kind.ValidateUpdate(before, kind.PrepareForUpdate(before, asked)).Select(e => $"{e.Field}: {e.Message}");
    }

    private static Job Created(string spec) =>
        (Job)KindRegistry.Of<Job>().PrepareForCreate(Check.Default(KindRegistry.Of<Job>(), Document($"{spec}{(spec.Length > 0 ? "," : "")}{Template}")), A.Epoch);

    private static IEnumerable<string> Problems(string spec)
    {
        var kind = KindRegistry.Of<Job>();
        return kind.Validate(kind.PrepareForCreate(Check.Default(kind, Document(spec)), A.Epoch)).Select(e => $"{e.Field}: {e.Message}");
    }

    private static string Document(string spec) => $$"""{"metadata":{"name":"x","namespace":"default","uid":"u"},"spec":{ {{spec}} } }""";

    private static string Cron(string spec, string job = "") =>
        $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{ {{spec}},"jobTemplate":{"spec":{ {{job}}{{Template}} } } } }""";
}
