using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

public class WorkloadRulesTests
{
    private const string Template = """{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    [Theory]
    [InlineData(""" "replicas":-1,"selector":{"matchLabels":{"app":"web"}} """, "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "replicas":1 """, "spec.selector: Required value")]
    [InlineData(""" "selector":{} """, "spec.selector: Invalid value: {}: empty selector is invalid for deployment")]
    [InlineData(""" "selector":{"matchLabels":{"app":"api"}} """, "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`")]
    [InlineData(""" "minReadySeconds":-1,"selector":{"matchLabels":{"app":"web"}} """, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_deployment_or_replica_set_is_refused_in_the_words_of_Kubernetes(string spec, string problem)
    {
        Assert.Equal([problem], Problems(ResourceTypes.Deployments, spec));
        Assert.Equal([problem], Problems(ResourceTypes.ReplicaSets, spec));
    }

    [Theory]
    [InlineData(""" "revisionHistoryLimit":-1 """, "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "progressDeadlineSeconds":5,"minReadySeconds":5 """, "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds")]
    [InlineData(""" "strategy":{"type":"Magic"} """, "spec.strategy.type: Unsupported value: \"Magic\": supported values: \"Recreate\", \"RollingUpdate\"")]
    [InlineData(""" "strategy":{"type":"Recreate","rollingUpdate":{"maxSurge":1}} """, "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData(""" "strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}} """, "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [InlineData(""" "strategy":{"rollingUpdate":{"maxSurge":"0%","maxUnavailable":"0%"}} """, "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0")]
    [InlineData(""" "strategy":{"rollingUpdate":{"maxUnavailable":"120%"}} """, "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"120%\": must not be greater than 100%")]
    [InlineData(""" "strategy":{"rollingUpdate":{"maxSurge":"some"}} """, "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')")]
    [InlineData(""" "strategy":{"rollingUpdate":{"maxSurge":-1}} """, "spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_strategy_is_refused(string spec, string problem) =>
        Assert.Equal([problem], Problems(ResourceTypes.Deployments, spec + ""","selector":{"matchLabels":{"app":"web"}}"""));

    [Theory]
    [InlineData("""{"key":"app","operator":"In"}""", ".values: Required value: must be specified when `operator` is 'In' or 'NotIn'")]
    [InlineData("""{"key":"app","operator":"Exists","values":["a"]}""", ".values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
    [InlineData("""{"key":"app","operator":"Like"}""", ".operator: Invalid value: \"Like\": not a valid selector operator")]
    public void A_bad_selector_expression_is_refused(string expression, string problem) => Assert.Contains($"spec.selector.matchExpressions[0]{problem}",
        Problems(ResourceTypes.Deployments, $$""" "selector":{"matchExpressions":[{{expression}}]} """));

    [Theory]
    [InlineData("""{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}""", "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"")]
    [InlineData("""{"activeDeadlineSeconds":5,"containers":[{"name":"c","image":"i"}]}""", "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported")]
    [InlineData("""{"containers":[{"name":"c"}]}""", "spec.template.spec.containers[0].image: Required value")]
    public void A_bad_template_is_refused(string podSpec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.Deployments, $$$"""
        {"metadata":{"name":"d","namespace":"default"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{{{podSpec}}} } } }
        """));

    [Fact]
    public void The_selector_is_immutable()
    {
        foreach (var type in new[] { ResourceTypes.Deployments, ResourceTypes.ReplicaSets })
        {
            Assert.Equal(["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"api\"}}: field is immutable"], Check.UpdateProblems(type,
                Document(""" "selector":{"matchLabels":{"app":"web"}} """), Document(""" "selector":{"matchLabels":{"app":"api"}} """)));
        }
    }

    [Theory]
    [InlineData("apps", "deployments", """ "replicas":5 """, 2)]
    [InlineData("apps", "deployments", """ "replicas":1 """, 1)]
    [InlineData("apps", "replicasets", """ "replicas":5 """, 2)]
    public void Generation_rises_when_the_spec_differs(string group, string resource, string spec, long generation)
    {
        var kind = KindRegistry.Find(new ResourceType(group, resource))!;
        var old = kind.PrepareForCreate(Check.Default(kind, Document(""" "replicas":1 """)), CloudOrch.Testing.A.Epoch);
        Assert.Equal(1, old.Metadata.Generation);
        Assert.Equal(generation, kind.PrepareForUpdate(old, Check.Default(kind, Document(spec))).Metadata.Generation);
    }

    private static IReadOnlyList<string> Problems(ResourceType type, string spec) => Check.Problems(type, Document(spec));

    private static string Document(string spec) => $$$"""{"metadata":{"name":"d","namespace":"default"},"spec":{ {{{spec}}},"template":{{{Template}}} }}""";
}
