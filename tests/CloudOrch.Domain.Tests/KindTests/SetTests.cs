using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.ControllerRevisions;
using CloudOrch.Domain.Kinds.DaemonSets;
using CloudOrch.Domain.Kinds.StatefulSets;

namespace CloudOrch.Domain.Tests.KindTests;

/// <summary>StatefulSets, DaemonSets, their revisions, and disruption budgets.</summary>
public class SetTests
{
    private const string Base = """ "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}} """;

    [Fact]
    public void A_stateful_set_gets_the_defaults_of_Kubernetes()
    {
        var spec = ((StatefulSet)Check.Default(KindRegistry.Of<StatefulSet>(), Document($$""" {{Base}},"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]} }] """))).Spec;
        Assert.Equal((1, 10, "OrderedReady"), (spec.Replicas, spec.RevisionHistoryLimit, spec.PodManagementPolicy));
        Assert.Equal(new StatefulSetUpdateStrategy { Type = "RollingUpdate", RollingUpdate = new() { Partition = 0 } }, spec.UpdateStrategy);
        Assert.Equal(new ClaimRetentionPolicy { WhenDeleted = "Retain", WhenScaled = "Retain" }, spec.PersistentVolumeClaimRetentionPolicy);
        var claim = spec.VolumeClaimTemplates![0];
        Assert.Equal(("PersistentVolumeClaim", "v1", "Filesystem", "Pending"), (claim.Kind, claim.ApiVersion, claim.Spec.VolumeMode, claim.Status!.Phase));
        Assert.Equal("Always", spec.Template.Spec.RestartPolicy);
    }

    [Theory]
    [InlineData(""" "replicas":-1 """, "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "podManagementPolicy":"Any" """, "spec.podManagementPolicy: Unsupported value: \"Any\": supported values: \"OrderedReady\", \"Parallel\"")]
    [InlineData(""" "updateStrategy":{"type":"Recreate"} """, "spec.updateStrategy: Invalid value: {\"type\":\"Recreate\"}: must be 'RollingUpdate' or 'OnDelete'")]
    [InlineData(""" "updateStrategy":{"type":"OnDelete","rollingUpdate":{"partition":1}} """, "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":1}: only allowed for updateStrategy 'RollingUpdate'")]
    [InlineData(""" "updateStrategy":{"rollingUpdate":{"partition":-1}} """, "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData(""" "persistentVolumeClaimRetentionPolicy":{"whenScaled":"Keep"} """, "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Keep\": supported values: \"Delete\", \"Retain\"")]
    [InlineData(""" "ordinals":{"start":-1} """, "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_stateful_set_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.StatefulSets, Document($"{Base},{spec}")));

    /// <summary>What a set's pods mount is most often the claim that is made for each of them.</summary>
    [Theory]
    [InlineData("data", "", "data", true)]
    [InlineData("data", """{"name":"data","emptyDir":{}}""", "data", true)]
    [InlineData("data", "", "other", false)]
    public void Containers_of_a_stateful_set_mount_its_claims(string claim, string volumes, string mounted, bool allowed)
    {
        string spec = Base
            .Replace("\"image\":\"i:1\"", $"\"image\":\"i:1\",\"volumeMounts\":[{{\"name\":\"{mounted}\",\"mountPath\":\"/d\"}}]", StringComparison.Ordinal)
            .Replace("\"containers\"", $"\"volumes\":[{volumes}],\"containers\"", StringComparison.Ordinal);
        Assert.Equal(
            allowed ? [] : ["spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"other\""],
            Check.Problems(ResourceTypes.StatefulSets, Document($$""" {{spec}},"volumeClaimTemplates":[{"metadata":{"name":"{{claim}}"},"spec":{"accessModes":["ReadWriteOnce"]} }] """)));
    }

    [Theory]
    [InlineData("statefulsets", "statefulset", "StatefulSet")]
    [InlineData("daemonsets", "daemonset", "DaemonSet")]
    public void A_bad_selector_or_template_is_refused(string resource, string word, string kind)
    {
        var type = new ResourceType("apps", resource);
        string Replaced(string what, string by) => Document(Base.Replace(what, by, StringComparison.Ordinal));
        Assert.Equal([$"spec.selector: Invalid value: {{}}: empty selector is invalid for {word}"], Check.Problems(type, Replaced("""{"matchLabels":{"app":"web"}}""", "{}")));
        Assert.Equal(["spec.template.metadata.labels: Invalid value: {\"app\":\"api\"}: `selector` does not match template `labels`"],
            Check.Problems(type, Replaced(""""labels":{"app":"web"}"""", """"labels":{"app":"api"}"""")));
        Assert.Equal(["spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""], Check.Problems(type, Replaced("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\"")));
        Assert.Equal([$"spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in {kind} is not Supported"],
            Check.Problems(type, Replaced("\"containers\"", "\"activeDeadlineSeconds\":1,\"containers\"")));
    }

    [Theory]
    [InlineData(""" "replicas":3,"minReadySeconds":5,"revisionHistoryLimit":2,"ordinals":{"start":1},"updateStrategy":{"type":"OnDelete"} """, true)]
    [InlineData(""" "serviceName":"other" """, false)]
    [InlineData(""" "podManagementPolicy":"Parallel" """, false)]
    [InlineData(""" "volumeClaimTemplates":[{"metadata":{"name":"data"}}] """, false)]
    public void Only_some_of_a_stateful_set_can_be_changed(string spec, bool allowed) => Assert.Equal(allowed ? [] : [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"],
        Check.UpdateProblems(ResourceTypes.StatefulSets, Document(Base), Document($"{Base},{spec}")));

    [Fact]
    public void A_daemon_set_gets_the_defaults_of_Kubernetes()
    {
        var spec = ((DaemonSet)Check.Default(KindRegistry.Of<DaemonSet>(), Document(Base))).Spec;
        Assert.Equal(10, spec.RevisionHistoryLimit);
        Assert.Equal(new DaemonSetUpdateStrategy { Type = "RollingUpdate", RollingUpdate = new() { MaxUnavailable = 1, MaxSurge = 0 } }, spec.UpdateStrategy);
    }

    [Theory]
    [InlineData(""" "updateStrategy":{"type":"Recreate"} """, "spec.updateStrategy.type: Unsupported value: \"Recreate\": supported values: \"OnDelete\", \"RollingUpdate\"")]
    [InlineData(""" "updateStrategy":{"rollingUpdate":{"maxUnavailable":0}} """, "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0")]
    [InlineData(""" "updateStrategy":{"rollingUpdate":{"maxSurge":"10%"}} """, "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: \"10%\": may not be set when maxUnavailable is non-zero")]
    [InlineData(""" "updateStrategy":{"rollingUpdate":{"maxUnavailable":"120%"}} """, "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"120%\": must not be greater than 100%")]
    [InlineData(""" "minReadySeconds":-1 """, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0")]
    public void A_bad_daemon_set_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.DaemonSets, Document($"{Base},{spec}")));

    [Fact]
    public void The_selector_of_a_daemon_set_is_immutable() => Assert.StartsWith("spec.selector: Invalid value", Assert.Single(Check.UpdateProblems(ResourceTypes.DaemonSets,
        Document(Base), Document(Base.Replace("\"web\"", "\"api\"", StringComparison.Ordinal)))), StringComparison.Ordinal);

    [Fact]
    public void Sets_show_what_kubectl_shows()
    {
        Assert.Equal("x|0/3|60m|c|i:1", Check.Row(ResourceTypes.StatefulSets, Document($$""" {{Base}},"replicas":3 """)));
        string placed = Base.Replace("\"containers\"", "\"nodeSelector\":{\"disk\":\"ssd\"},\"containers\"", StringComparison.Ordinal);
        Assert.Equal("x|0|0|0|0|0|disk=ssd|60m|c|i:1|app=web", Check.Row(ResourceTypes.DaemonSets, Document(placed)));
    }

    [Fact]
    public void A_revision_holds_data_that_does_not_change()
    {
        const string revision = """{"metadata":{"name":"x","namespace":"default","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web","uid":"u","controller":true}]},"data":{"a":1},"revision":7}""";
        Assert.Equal("x|statefulset.apps/web|7|60m", Check.Row(ResourceTypes.ControllerRevisions, revision));
        Assert.Equal(["data: Required value: data is mandatory"], Check.Problems(ResourceTypes.ControllerRevisions, """{"metadata":{"name":"x","namespace":"default"},"revision":1}"""));
        Assert.Equal(["revision: Invalid value: -1: must be greater than or equal to 0"], Check.Problems(ResourceTypes.ControllerRevisions, revision.Replace("7", "-1", StringComparison.Ordinal)));
        Assert.Equal(["data: Invalid value: {\"a\":2}: field is immutable"],
            Check.UpdateProblems(ResourceTypes.ControllerRevisions, revision, revision.Replace("\"a\":1", "\"a\":2", StringComparison.Ordinal)));
        Assert.Empty(Check.UpdateProblems(ResourceTypes.ControllerRevisions, revision, revision.Replace("7", "8", StringComparison.Ordinal)));
        Assert.Equal(7, ((ControllerRevision)Check.Default(KindRegistry.Of<ControllerRevision>(), revision)).Revision);
    }

    [Theory]
    [InlineData("""{"minAvailable":1,"maxUnavailable":1}""", "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("""{"minAvailable":-1}""", "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"maxUnavailable":"101%"}""", "spec.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"a","operator":"In"}]}}""", "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'")]
    [InlineData("""{"unhealthyPodEvictionPolicy":"Never"}""", "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Never\": supported values: \"AlwaysAllow\", \"IfHealthyBudget\"")]
    public void A_bad_budget_is_refused(string spec, string problem) => Assert.Equal([problem], Check.Problems(ResourceTypes.PodDisruptionBudgets, Budget(spec)));

    [Theory]
    [InlineData("""{"minAvailable":"50%"}""", "50%|N/A")]
    [InlineData("""{"maxUnavailable":1}""", "N/A|1")]
    public void A_budget_shows_what_kubectl_shows(string spec, string cells) => Assert.Equal($"x|{cells}|0|60m", Check.Row(ResourceTypes.PodDisruptionBudgets, Budget(spec)));

    private static string Document(string spec) => $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{ {{spec}} } }""";

    private static string Budget(string spec) => $$"""{"metadata":{"name":"x","namespace":"default"},"spec":{{spec}}}""";
}
