using System.Net;
using System.Text;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing.Memory;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>GET of metrics.k8s.io, as <c>kubectl top</c> asks.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private const string Metrics = "/clusters/c1/apis/metrics.k8s.io/v1beta1";
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private readonly Dictionary<string, string> uids = [];
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync();
        foreach (string node in new[] { "n1", "n2" })
            uids[node] = await MakeAsync("/clusters/c1/api/v1/nodes", $$$"""{"kind":"Node","apiVersion":"v1","metadata":{"name":"{{{node}}}","labels":{"zone":"{{{node}}}"} } }""");
        foreach (var (pod, node) in new[] { ("a", "n1"), ("b", "n2"), ("c", "n1") })
            uids[pod] = await MakeAsync(Pods, $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{pod}}}","labels":{"app":"{{{pod}}}"}},"spec":{"nodeName":"{{{node}}}","containers":[{"name":"web","image":"busybox:1"}]}}""");
        Measure("n1", Usage("n1", Pod("a", 250_000_000, 3 << 20)));
        Measure("n2", Usage("n2", Pod("b", 1, 1 << 10)));
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task A_pod_is_shown_as_its_node_measured_it()
    {
        var pod = await api.SendAsync("GET", $"{Metrics}/namespaces/default/pods/a");

        Assert.Equal((HttpStatusCode.OK, "PodMetrics", "metrics.k8s.io/v1beta1", "a", "default", "a", "15.002s"),
            (pod.Code, pod.At("kind"), pod.At("apiVersion"), pod.At("metadata.name"), pod.At("metadata.namespace"), pod.At("metadata.labels.app"), pod.At("window")));
        Assert.Equal(("web", "250000000n", "3Mi", null),
            (pod.At("containers.0.name"), pod.At("containers.0.usage.cpu"), pod.At("containers.0.usage.memory"), pod.At("containers.1")));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", pod.At("timestamp"));
    }

    [Theory]
    [InlineData("/pods", "PodMetricsList: a b")]
    [InlineData("/namespaces/default/pods", "PodMetricsList: a b")]
    [InlineData("/namespaces/kube-system/pods", "PodMetricsList: ")]
    [InlineData("/pods?labelSelector=app%20in%20(b,c)", "PodMetricsList: b")]
    [InlineData("/pods?fieldSelector=metadata.name%3Da", "PodMetricsList: a")]
    [InlineData("/pods?fieldSelector=metadata.namespace%3Dother", "PodMetricsList: ")]
    [InlineData("/pods?limit=1", "PodMetricsList: a")]
    [InlineData("/nodes", "NodeMetricsList: n1 n2")]
    [InlineData("/nodes?labelSelector=zone%3Dn2", "NodeMetricsList: n2")]
    [InlineData("/nodes?fieldSelector=metadata.name%3Dn1", "NodeMetricsList: n1")]
    public async Task Lists_follow_namespaces_and_selectors(string path, string expected)
    {
        var list = await api.SendAsync("GET", Metrics + path);
        Assert.Equal(HttpStatusCode.OK, list.Code);
        Assert.Equal(expected, $"{list.At("kind")}: {string.Join(' ', list.Json.GetProperty("items").EnumerateArray().Select(i => Reply.At(i, "metadata.name")))}");
    }

    [Fact]
    public async Task A_node_is_shown_with_all_that_it_uses()
    {
        var node = await api.SendAsync("GET", $"{Metrics}/nodes/n1");
        Assert.Equal(("NodeMetrics", "n1", "1500000000n", "2Gi", "15.002s"), (node.At("kind"), node.At("metadata.labels.zone"), node.At("usage.cpu"), node.At("usage.memory"), node.At("window")));
    }

    [Theory]
    [InlineData("nodes")]
    [InlineData("pods")]
    public async Task A_table_has_a_row_for_each(string resource)
    {
        var table = await api.SendAsync("GET", $"{Metrics}/{resource}", accept: Table);
        Assert.Equal(("Table", "Name"), (table.At("kind"), table.At("columnDefinitions.0.name")));
        Assert.Equal(resource == "pods" ? ("a", "250m", "3072Ki") : ("n1", "1500m", "2097152Ki"), (table.At("rows.0.cells.0"), table.At("rows.0.cells.1"), table.At("rows.0.cells.2")));
    }

    [Theory]
    [InlineData("namespaces/default/pods/c", "podmetrics.metrics.k8s.io \"default/c\" not found: nothing was measured of it within the last minute")]
    [InlineData("namespaces/default/pods/nobody", "podmetrics.metrics.k8s.io \"default/nobody\" not found: nothing was measured of it within the last minute")]
    [InlineData("nodes/nobody", "nodemetrics.metrics.k8s.io \"nobody\" not found: nothing was measured of it within the last minute")]
    public async Task What_was_not_measured_is_not_found(string path, string message)
    {
        var reply = await api.SendAsync("GET", $"{Metrics}/{path}");
        Assert.Equal((HttpStatusCode.NotFound, "NotFound", message, "metrics.k8s.io"), (reply.Code, reply.Reason, reply.Message, reply.At("details.group")));
    }

    [Fact]
    public async Task What_is_old_is_not_shown()
    {
        Measure("n1", Usage("n1", Pod("a", 1, 1)), TimeSpan.FromSeconds(46));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Metrics}/namespaces/default/pods/a")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Metrics}/nodes/n1")).Code);
        Assert.Equal("b", (await api.SendAsync("GET", $"{Metrics}/pods")).At("items.0.metadata.name"));
    }

    [Fact]
    public async Task A_node_tells_of_its_own_pods_only_and_a_pod_is_known_by_its_uid()
    {
        Measure("n1", Usage("n1", Pod("b", 7, 7), new PodUsage { Uid = "the-uid-of-one-before", WindowMilliseconds = 15_002, Containers = [Container(7, 7)] }));
        Measure("n2", Usage("n2"));
        Assert.Equal("[]", (await api.SendAsync("GET", $"{Metrics}/pods")).At("items"));
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("""{"nodeUid":"{uid}","pods":null}""")]
    [InlineData("""{"nodeUid":"{uid}","intervalMilliseconds":15000,"pods":[null]}""")]
    [InlineData("""{"nodeUid":"{uid}","intervalMilliseconds":15000,"pods":[{"uid":"x","containers":[{"name":null}]}]}""")]
    [InlineData("""{"nodeUid":"another","intervalMilliseconds":15000,"node":{"nanoCores":1,"workingSetBytes":1}}""")]
    [InlineData("""{"v":2,"nodeUid":"{uid}","intervalMilliseconds":15000,"node":{"nanoCores":1,"workingSetBytes":1}}""")]
    [InlineData("""{"nodeUid":"{uid}","intervalMilliseconds":15000,"node":{"nanoCores":-1,"workingSetBytes":1}}""")]
    public async Task Nonsense_of_one_node_hides_no_other(string document)
    {
        api.Get<MemoryNodeRows>().Measure(api.ClusterId, uids["n1"], Encoding.UTF8.GetBytes(document.Replace("{uid}", uids["n1"], StringComparison.Ordinal)));
        var nodes = await api.SendAsync("GET", $"{Metrics}/nodes");
        Assert.Equal(("n2", null), (nodes.At("items.0.metadata.name"), nodes.At("items.1")));
        Assert.Equal("b", (await api.SendAsync("GET", $"{Metrics}/pods")).At("items.0.metadata.name"));
    }

    [Theory]
    [InlineData("POST", "/namespaces/default/pods")]
    [InlineData("PUT", "/nodes/n1")]
    [InlineData("DELETE", "/namespaces/default/pods/a")]
    [InlineData("GET", "/pods?watch=true")]
    public async Task Nothing_but_reading_is_served(string method, string path)
    {
        var reply = await api.SendAsync(method, Metrics + path, method is "GET" or "DELETE" ? null : "{}");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"), (reply.Code, reply.Reason));
    }

    [Theory]
    [InlineData("view", HttpStatusCode.OK)]
    [InlineData("edit", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task Whoever_may_view_may_see_what_is_used(string role, HttpStatusCode code)
    {
        foreach (string path in new[] { "/nodes", "/pods", "/namespaces/default/pods/a" })
            Assert.Equal(code, (await api.SendAsync("GET", Metrics + path, caller: ApiFixture.Caller("somebody", role))).Code);
    }

    private async Task<string> MakeAsync(string path, string body)
    {
        var made = await api.SendAsync("POST", path, body);
        Assert.Equal(HttpStatusCode.Created, made.Code);
        return made.At("metadata.uid")!;
    }

    private void Measure(string node, NodeUsageDocument usage, TimeSpan ago = default) =>
        api.Get<MemoryNodeRows>().Measure(api.ClusterId, uids[node], KubeJson.Write(usage), ago);

    private NodeUsageDocument Usage(string node, params PodUsage[] pods) =>
        new() { NodeUid = uids[node], IntervalMilliseconds = 15_000, WindowMilliseconds = 15_002, Node = new Usage(1_500_000_000, 2L << 30), Pods = [.. pods] };

    private PodUsage Pod(string name, long cpu, long memory) => new() { Uid = uids[name], WindowMilliseconds = 15_002, Containers = [Container(cpu, memory)] };

    private static ContainerUsage Container(long cpu, long memory) => new() { Name = "web", Usage = new Usage(cpu, memory) };
}
