using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.HorizontalPodAutoscalers;
using CloudOrch.Domain.Kinds.StorageClasses;
using CloudOrch.Testing;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>Classes that other objects name, and autoscalers.</summary>
public class ClassTests
{
    private const string Target = """ "scaleTargetRef":{"kind":"Deployment","name":"web"} """;

    [Fact]
    public void A_storage_class_gets_the_defaults_of_Kubernetes_and_shows_what_kubectl_shows()
    {
        var value = (StorageClass)Check.Default(KindRegistry.Of<StorageClass>(), Global(""" "provisioner":"acme.io/disk" """));
        Assert.Equal(("Delete", "Immediate"), (value.ReclaimPolicy, value.VolumeBindingMode));
        Assert.Equal("x|acme.io/disk|Delete|Immediate|False|60m", Check.Row(ResourceTypes.StorageClasses, Global(""" "provisioner":"acme.io/disk" """)));
        Assert.StartsWith("x (default)|", Check.Row(ResourceTypes.StorageClasses,
            """{"metadata":{"name":"x","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"acme.io/disk"}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "parameters":{} """, "provisioner: Required value")]
    [InlineData(""" "provisioner":"a","reclaimPolicy":"Recycle" """, "reclaimPolicy: Unsupported value: \"Recycle\": supported values: \"Delete\", \"Retain\"")]
    [InlineData(""" "provisioner":"a","volumeBindingMode":"Late" """, "volumeBindingMode: Unsupported value: \"Late\": supported values: \"Immediate\", \"WaitForFirstConsumer\"")]
    [InlineData(""" "provisioner":"a","allowedTopologies":[{"matchLabelExpressions":[{"key":"zone"}]}] """, "allowedTopologies[0].matchLabelExpressions[0].values: Required value")]
    public void A_bad_storage_class_is_refused(string body, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.StorageClasses, Global(body)));

    [Theory]
    [InlineData(""" "provisioner":"b" """, "provisioner: Forbidden: updates to provisioner are forbidden.")]
    [InlineData(""" "provisioner":"a","parameters":{"k":"v"} """, "parameters: Forbidden: updates to parameters are forbidden.")]
    [InlineData(""" "provisioner":"a","reclaimPolicy":"Retain" """, "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.")]
    [InlineData(""" "provisioner":"a","volumeBindingMode":"WaitForFirstConsumer" """, "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable")]
    [InlineData(""" "provisioner":"a","allowVolumeExpansion":true """, null)]
    public void Most_of_a_storage_class_is_immutable(string body, string? problem) => Assert.Equal(problem is null ? [] : [problem],
        Check.UpdateProblems(ResourceTypes.StorageClasses, Global(""" "provisioner":"a" """), Global(body)));

    [Theory]
    [InlineData(""" "handler":"" """, "handler: Required value")]
    [InlineData(""" "handler":"kata","overhead":{"podFixed":{"disk":"1"}} """, "overhead.podFixed[disk]: Invalid value: \"disk\": must be a standard resource type or fully qualified")]
    [InlineData(""" "handler":"kata","scheduling":{"tolerations":[{"operator":"Equal"}]} """, "scheduling.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    public void A_bad_runtime_class_is_refused(string body, string problem) => Assert.Contains(problem, Check.Problems(ResourceTypes.RuntimeClasses, Global(body)));

    [Fact]
    public void The_handler_of_a_runtime_class_is_immutable()
    {
        Assert.Equal(["handler: Invalid value: \"runc\": field is immutable"], Check.UpdateProblems(ResourceTypes.RuntimeClasses, Global(""" "handler":"kata" """), Global(""" "handler":"runc" """)));
        Assert.Equal("x|kata|60m", Check.Row(ResourceTypes.RuntimeClasses, Global(""" "handler":"kata" """)));
    }

    [Theory]
    [InlineData(""" "value":1000000001 """, "value: Forbidden: maximum allowed value of a user defined priority is 1000000000")]
    [InlineData(""" "value":1,"preemptionPolicy":"Always" """, "preemptionPolicy: Unsupported value: \"Always\": supported values: \"Never\", \"PreemptLowerPriority\"")]
    public void A_bad_priority_class_is_refused(string body, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.PriorityClasses, Global(body)));

    [Fact]
    public void A_priority_class_keeps_its_value_and_shows_what_kubectl_shows()
    {
        Assert.Equal(["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only"],
            Check.Problems(ResourceTypes.PriorityClasses, """{"metadata":{"name":"system-x"},"value":1}"""));
        Assert.Equal(["value: Forbidden: may not be changed in an update."], Check.UpdateProblems(ResourceTypes.PriorityClasses, Global(""" "value":1 """), Global(""" "value":2 """)));
        Assert.Equal("x|7|True|60m|PreemptLowerPriority", Check.Row(ResourceTypes.PriorityClasses, Global(""" "value":7,"globalDefault":true """)));
    }

    [Fact]
    public void An_autoscaler_gets_the_defaults_of_Kubernetes()
    {
        var spec = Scaler(""" "maxReplicas":3 """).Spec;
        Assert.Equal(1, spec.MinReplicas);
        Assert.Equal(("Resource", "cpu", 80), (spec.Metrics![0].Type, spec.Metrics[0].Resource!.Name, spec.Metrics[0].Resource!.Target.AverageUtilization));
        Assert.Null(spec.Behavior);
        var behavior = Scaler(""" "maxReplicas":3,"behavior":{"scaleDown":{"selectPolicy":"Disabled"}} """).Spec.Behavior!;
        Assert.Equal((0, "Max", 2), (behavior.ScaleUp!.StabilizationWindowSeconds, behavior.ScaleUp.SelectPolicy, behavior.ScaleUp.Policies!.Count));
        Assert.Equal(("Disabled", 100), (behavior.ScaleDown!.SelectPolicy, behavior.ScaleDown.Policies![0].Value));
    }

    [Theory]
    [InlineData(""" "maxReplicas":0,"minReplicas":1 """, "spec.maxReplicas: Invalid value: 0: must be greater than 0")]
    [InlineData(""" "maxReplicas":2,"minReplicas":3 """, "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`")]
    [InlineData(""" "maxReplicas":2,"minReplicas":0 """, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1")]
    [InlineData(""" "maxReplicas":2,"metrics":[{"type":"Resource"}] """, "spec.metrics[0].resource: Required value: must populate information for the given metric source")]
    [InlineData(""" "maxReplicas":2,"metrics":[{"type":"Magic"}] """, "spec.metrics[0].type: Unsupported value: \"Magic\": supported values: \"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Resource\"")]
    [InlineData(""" "maxReplicas":2,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"}}}] """, "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization")]
    [InlineData(""" "maxReplicas":2,"metrics":[{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"0"}}}] """, "spec.metrics[0].pods.target.averageValue: Invalid value: \"0\": must be positive")]
    [InlineData(""" "maxReplicas":2,"behavior":{"scaleUp":{"policies":[{"type":"Pods","value":0,"periodSeconds":5}]}} """, "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero")]
    [InlineData(""" "maxReplicas":2,"behavior":{"scaleUp":{"stabilizationWindowSeconds":3601}} """, "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600")]
    public void A_bad_autoscaler_is_refused(string spec, string problem) => Assert.Contains(problem, Check.Problems(ResourceTypes.HorizontalPodAutoscalers, Autoscaler(spec)));

    [Fact]
    public void An_autoscaler_shows_what_kubectl_shows()
    {
        Assert.Equal("x|Deployment/web|cpu: <unknown>/80%|1|3|0|60m", Check.Row(ResourceTypes.HorizontalPodAutoscalers, Autoscaler(""" "maxReplicas":3 """)));
        var scaler = Scaler("""
            "maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},
              {"type":"External","external":{"metric":{"name":"q"},"target":{"type":"AverageValue","averageValue":"10"}}},{"type":"Pods","pods":{"metric":{"name":"h"},"target":{"type":"AverageValue","averageValue":"1"}}}]
            """) with
        {
            Status = new() { CurrentReplicas = 2, CurrentMetrics = [new() { Type = "Resource", Resource = new() { Current = new() { AverageUtilization = 40 } } }, new() { External = new() { Current = new() { AverageValue = Quantity.Parse("12") } } }] },
        };
        var kind = KindRegistry.Of<HorizontalPodAutoscaler>();
        Assert.Equal(["cpu: 40%/50%, 12/10 (avg) + 1 more...", "1", "3", "2"], kind.Columns.Skip(2).Take(4).Select(c => $"{c.Value(scaler, A.Epoch)}"));
    }

    private static HorizontalPodAutoscaler Scaler(string spec) => (HorizontalPodAutoscaler)Check.Default(KindRegistry.Of<HorizontalPodAutoscaler>(), Autoscaler(spec));

    private static string Autoscaler(string spec) => $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{ {{Target}},{{spec}} } }""";

    private static string Global(string body) => $$"""{"metadata":{"name":"x"},{{body}} }""";
}
