using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.LimitRanges;
using CloudOrch.Domain.Kinds.ResourceQuotas;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>Quotas, limit ranges, templates and accounts: what shapes other objects.</summary>
public class LimitTests
{
    [Theory]
    [InlineData("""{"hard":{"cpus":"1"}}""", "spec.hard[cpus]: Invalid value: \"cpus\": must be a standard resource for quota")]
    [InlineData("""{"hard":{"pods":"-1"}}""", "spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("""{"hard":{"pods":"500m"}}""", "spec.hard[pods]: Invalid value: \"500m\": must be an integer")]
    [InlineData("""{"scopes":["Some"]}""", "spec.scopes: Invalid value: [\"Some\"]: unsupported scope")]
    [InlineData("""{"hard":{"cpu":"1"},"scopes":["BestEffort"]}""", "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource")]
    [InlineData("""{"scopes":["Terminating","NotTerminating"]}""", "spec.scopes: Invalid value: [\"Terminating\",\"NotTerminating\"]: conflicting scopes")]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In"}]}}""", "spec.scopeSelector.matchExpressions[0].values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"BestEffort","operator":"DoesNotExist"}]}}""", "spec.scopeSelector.matchExpressions[0].operator: Invalid value: \"DoesNotExist\": must be 'Exists' when `scopeName` is 'BestEffort'")]
    public void A_bad_quota_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.ResourceQuotas, Document(spec)));

    [Theory]
    [InlineData("""{"hard":{"requests.cpu":"1","count/deployments.apps":"2","requests.nvidia.com/gpu":"1","services.nodeports":"0","hugepages-2Mi":"4Mi"}}""")]
    [InlineData("""{"hard":{"pods":"1"},"scopes":["BestEffort"]}""")]
    public void A_good_quota_is_taken(string spec) => Assert.Empty(Check.Problems(ResourceTypes.ResourceQuotas, Document(spec)));

    [Fact]
    public void What_a_quota_counts_is_immutable() => Assert.Equal(["spec.scopes: Invalid value: [\"NotTerminating\"]: field is immutable"],
        Check.UpdateProblems(ResourceTypes.ResourceQuotas, Document("""{"scopes":["Terminating"]}"""), Document("""{"scopes":["NotTerminating"]}""")));

    [Fact]
    public void A_quota_shows_what_kubectl_shows()
    {
        var kind = KindRegistry.Of<ResourceQuota>();
        var quota = (ResourceQuota)kind.Read("""
            {"metadata":{"name":"x","creationTimestamp":"2030-01-01T00:00:00Z"},
             "status":{"hard":{"requests.cpu":"4","pods":"10","limits.memory":"8Gi"},"used":{"pods":"3","limits.memory":"1Gi"}}}
            """u8);
        Assert.Equal(["x", "pods: 3/10, requests.cpu: 0/4", "limits.memory: 1Gi/8Gi"], kind.Columns.Take(3).Select(c => $"{c.Value(quota, A.Epoch)}"));
    }

    [Fact]
    public void The_limits_of_containers_are_filled_in_from_each_other()
    {
        var range = (LimitRange)Check.Default(KindRegistry.Of<LimitRange>(), Document("""
            {"limits":[{"type":"Container","max":{"cpu":"2","memory":"1Gi"},"min":{"cpu":"100m","ephemeral-storage":"1Gi"},"defaultRequest":{"memory":"64Mi"}},{"type":"Pod","max":{"cpu":"4"}}]}
            """));
        var container = range.Spec.Limits[0];
        Assert.Equal(["cpu=2", "memory=1Gi"], container.Default!.Select(d => $"{d.Key}={d.Value}"));
        Assert.Equal(["cpu=2", "ephemeral-storage=1Gi", "memory=64Mi"], container.DefaultRequest!.Select(d => $"{d.Key}={d.Value}"));
        Assert.Null(range.Spec.Limits[1].Default);
    }

    [Theory]
    [InlineData("""{"type":"Node"}""", "spec.limits[0].type: Invalid value: \"Node\": must be a standard limit type or fully qualified")]
    [InlineData("""{"type":"Container","max":{"pods":"1"}}""", "spec.limits[0].max[pods]: Invalid value: \"pods\": must be a standard resource for containers")]
    [InlineData("""{"type":"Pod","default":{"cpu":"1"}}""", "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'")]
    [InlineData("""{"type":"PersistentVolumeClaim"}""", "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided")]
    [InlineData("""{"type":"Pod","min":{"cpu":"2"},"max":{"cpu":"1"}}""", "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1")]
    [InlineData("""{"type":"Pod","maxLimitRequestRatio":{"cpu":"500m"}}""", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1")]
    [InlineData("""{"type":"Pod","min":{"cpu":"1"},"max":{"cpu":"2"},"maxLimitRequestRatio":{"cpu":"4"}}""", "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"4\": ratio 4 is greater than max/min = 2.000000")]
    public void A_bad_limit_range_is_refused(string item, string problem) => Assert.Contains(problem, Check.Problems(ResourceTypes.LimitRanges, Document($$"""{"limits":[{{item}}]}""")));

    [Fact]
    public void A_limit_range_has_one_item_of_a_type() => Assert.Equal(["spec.limits[1].type: Duplicate value: \"Pod\""],
        Check.Problems(ResourceTypes.LimitRanges, Document("""{"limits":[{"type":"Pod"},{"type":"Pod"}]}""")));

    [Fact]
    public void A_limit_range_shows_when_it_was_created() => Assert.Equal($"x|{A.Epoch:yyyy-MM-dd'T'HH:mm:ss'Z'}", Check.Row(ResourceTypes.LimitRanges, Document("{}")));

    [Fact]
    public void A_pod_template_shows_what_kubectl_shows_and_obeys_the_rules_of_pods()
    {
        const string template = """{"metadata":{"name":"x","namespace":"default"},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}}""";
        Assert.Equal("x|c|i:1|app=web", Check.Row(ResourceTypes.PodTemplates, template));
        Assert.Equal(["template.spec.containers[0].image: Required value"],
            Check.Problems(ResourceTypes.PodTemplates, template.Replace("i:1", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_service_account_shows_how_many_secrets_it_has() => Assert.Equal("x|1|60m",
        Check.Row(ResourceTypes.ServiceAccounts, """{"metadata":{"name":"x","namespace":"default"},"secrets":[{"name":"s"}]}"""));

    [Fact]
    public void A_secret_shows_how_much_it_holds_and_not_what() => Assert.Equal("x|Opaque|2|60m",
        Check.Row(ResourceTypes.Secrets, """{"metadata":{"name":"x","namespace":"default"},"data":{"a":"Yg=="},"stringData":{"b":"hunter2"}}"""));

    private static string Document(string spec) => $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{{spec}}}""";
}
