using System.Net;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>POST …/pods/{name}/eviction, as <c>kubectl drain</c> sends it.</summary>
public sealed class EvictionTests : IAsyncLifetime
{
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync();
        await api.SendAsync("POST", Pods, Pod("p", ""","nodeName":"n1","terminationGracePeriodSeconds":7 """));
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private static string Eviction(string name = "p", string version = "policy/v1", string more = "") =>
        $$$"""{"kind":"Eviction","apiVersion":"{{{version}}}","metadata":{"name":"{{{name}}}","namespace":"default"}{{{more}}}}""";

    private Task<Reply> EvictAsync(string body, string pod = "p", string query = "", string? caller = null) =>
        api.SendAsync("POST", $"{Pods}/{pod}/eviction{query}", body, caller);

    [Fact]
    public async Task Kubectl_finds_the_subresource_in_the_core_group()
    {
        var found = (await api.SendAsync("GET", "/clusters/c1/api/v1")).Json.GetProperty("resources").EnumerateArray()
            .Single(r => r.GetProperty("name").GetString() == "pods/eviction");
        Assert.Equal(("Eviction", "policy", "v1"), (Reply.At(found, "kind"), Reply.At(found, "group"), Reply.At(found, "version")));
    }

    [Theory]
    [InlineData("policy/v1", "", "7")]
    [InlineData("policy/v1beta1", "", "7")]
    [InlineData("policy/v1", ""","deleteOptions":{"gracePeriodSeconds":3}""", "3")]
    [InlineData("policy/v1", ""","deleteOptions":{"kind":"DeleteOptions","apiVersion":"policy/v1","gracePeriodSeconds":3}""", "3")]
    public async Task An_evicted_pod_is_stopped_as_a_deleted_one_is(string version, string more, string grace)
    {
        var reply = await EvictAsync(Eviction(version: version, more: more));
        Assert.Equal((HttpStatusCode.Created, "Status", "Success"), (reply.Code, reply.At("kind"), reply.At("status")));
        var pod = await api.SendAsync("GET", $"{Pods}/p");
        Assert.NotNull(pod.At("metadata.deletionTimestamp"));
        Assert.Equal(grace, pod.At("metadata.deletionGracePeriodSeconds"));
        // Again, as drain does until the pod is gone.
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(Eviction())).Code);
    }

    [Fact]
    public async Task A_pod_without_a_node_is_gone_at_once()
    {
        await api.SendAsync("POST", Pods, Pod("waits"));
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(Eviction("waits"), "waits")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Pods}/waits")).Code);
    }

    [Theory]
    [InlineData("", "?dryRun=All")]
    [InlineData(""","deleteOptions":{"dryRun":["All"]}""", "")]
    public async Task A_dry_run_evicts_nothing(string more, string query)
    {
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(Eviction(more: more), query: query)).Code);
        Assert.Null((await api.SendAsync("GET", $"{Pods}/p")).At("metadata.deletionTimestamp"));
    }

    [Fact]
    public async Task A_precondition_that_fails_is_409_and_evicts_nothing()
    {
        string uid = (await api.SendAsync("GET", $"{Pods}/p")).At("metadata.uid")!;
        var stale = await EvictAsync(Eviction(more: ""","deleteOptions":{"preconditions":{"uid":"another"}}"""));
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (stale.Code, stale.Reason));
        Assert.Null((await api.SendAsync("GET", $"{Pods}/p")).At("metadata.deletionTimestamp"));
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(Eviction(more: $$$""","deleteOptions":{"preconditions":{"uid":"{{{uid}}}"}}"""))).Code);
    }

    [Theory]
    [InlineData("""{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"other"}}""", "name in URL does not match")]
    [InlineData("""{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"p","namespace":"kube-system"}}""", "namespace of the provided object")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"}}""", "no kind \"Pod\" is accepted here")]
    [InlineData("""{"kind":"Eviction","apiVersion":"policy/v2","metadata":{"name":"p"}}""", "policy/v2")]
    [InlineData("""{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"p"},"deleteOptions":{"propagationPolicy":"Sideways"}}""", "Sideways")]
    [InlineData("""{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":"soon"}}""", "gracePeriodSeconds")]
    [InlineData("[]", "not an object")]
    [InlineData("", "no body")]
    public async Task A_body_that_is_no_eviction_of_this_pod_is_400(string body, string says)
    {
        var reply = await EvictAsync(body);
        Assert.Equal((HttpStatusCode.BadRequest, "BadRequest"), (reply.Code, reply.Reason));
        Assert.Contains(says, reply.Message, StringComparison.Ordinal);
        Assert.Null((await api.SendAsync("GET", $"{Pods}/p")).At("metadata.deletionTimestamp"));
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_404_and_other_methods_are_405()
    {
        var missing = await EvictAsync(Eviction("q"), "q");
        Assert.Equal((HttpStatusCode.NotFound, "pods \"q\" not found"), (missing.Code, missing.Message));
        foreach (string method in new[] { "GET", "PUT", "PATCH", "DELETE" })
            Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync(method, $"{Pods}/p/eviction", method == "GET" ? null : Eviction())).Code);
    }

    [Theory]
    [InlineData("edit", HttpStatusCode.Created)]
    [InlineData("admin", HttpStatusCode.Created)]
    [InlineData("view", HttpStatusCode.Forbidden)]
    public async Task Who_may_edit_may_evict(string role, HttpStatusCode code) =>
        Assert.Equal(code, (await EvictAsync(Eviction(), caller: ApiFixture.Caller("someone", role))).Code);
}
