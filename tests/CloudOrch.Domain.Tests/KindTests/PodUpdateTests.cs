using CloudOrch.Domain.Kinds;

namespace CloudOrch.Domain.Tests.KindTests;

public class PodUpdateTests
{
    private const string Old = """{"nodeName":"n1","activeDeadlineSeconds":60,"tolerations":[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":5}],"containers":[{"name":"c","image":"i:1"}]}""";
    private const string Law = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative); changed here: ";

    [Theory]
    [InlineData("i:1", "i:2")]
    [InlineData("\"activeDeadlineSeconds\":60", "\"activeDeadlineSeconds\":30")]
    [InlineData("\"tolerationSeconds\":5", "\"tolerationSeconds\":9")]
    [InlineData("\"tolerations\":[", "\"tolerations\":[{\"key\":\"b\",\"operator\":\"Exists\"},")]
    public void What_may_change_may_change(string from, string to) => Assert.Empty(Problems(Old.Replace(from, to, StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"n1\"", "\"n2\"", "spec.nodeName: Invalid value: \"n2\": field is immutable", Law + "spec.nodeName")]
    [InlineData("\"containers\"", "\"hostNetwork\":true,\"containers\"", Law + "spec.hostNetwork")]
    [InlineData("\"image\":\"i:1\"", "\"image\":\"i:1\",\"command\":[\"x\"]", Law + "spec.containers")]
    [InlineData("\"activeDeadlineSeconds\":60", "\"activeDeadlineSeconds\":90", "spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value")]
    [InlineData("\"activeDeadlineSeconds\":60,", "", "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value")]
    [InlineData("\"key\":\"a\"", "\"key\":\"b\"", "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds")]
    [InlineData("{\"name\":\"c\"", "{\"name\":\"d\",\"image\":\"i\"},{\"name\":\"c\"", "spec.containers: Forbidden: pod updates may not add or remove containers")]
    public void What_is_settled_may_not(string from, string to, params string[] problems) =>
        Assert.Equal(problems, Problems(Old.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void A_pod_with_fields_that_nothing_acts_on_can_be_written_back_as_it_is() => Assert.Empty(Check.UpdateProblems(ResourceTypes.Pods,
        Document(Old.Replace("{\"nodeName\"", "{\"affinity\":{\"nodeAffinity\":{}},\"nodeName\"", StringComparison.Ordinal)),
        Document(Old.Replace("{\"nodeName\"", "{\"affinity\":{\"nodeAffinity\":{}},\"nodeName\"", StringComparison.Ordinal))));

    private static IReadOnlyList<string> Problems(string spec) => Check.UpdateProblems(ResourceTypes.Pods, Document(Old), Document(spec));

    private static string Document(string spec) => $$"""{"metadata":{"name":"p","namespace":"default"},"spec":{{spec}}}""";
}
