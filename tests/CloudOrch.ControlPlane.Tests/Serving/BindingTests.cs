using System.Net;
using CloudOrch.Domain.Fencing;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>POST …/pods/{name}/binding, as schedulers send it.</summary>
public sealed class BindingTests : IAsyncLifetime
{
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync();
        foreach (string node in new[] { "n1", "n2" })
            Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", $$$"""{"kind":"Node","apiVersion":"v1","metadata":{"name":"{{{node}}}"}}""")).Code);
        await api.SendAsync("POST", Pods, Pod("p", ""","schedulerName":"mine" """));
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private static string Binding(string node = "n1", string name = "p", string metadata = "", string kind = "Node") =>
        $$$"""{"kind":"Binding","apiVersion":"v1","metadata":{"name":"{{{name}}}"{{{metadata}}}},"target":{"kind":"{{{kind}}}","apiVersion":"v1","name":"{{{node}}}"}}""";

    private static Task<Reply> BindAsync(ApiFixture at, string body, string pod = "p", string query = "", string? caller = null) =>
        at.SendAsync("POST", $"{Pods}/{pod}/binding{query}", body, caller);

    private async Task<string?> NodeAsync(string pod = "p") => (await api.SendAsync("GET", $"{Pods}/{pod}")).At("spec.nodeName");

    [Fact]
    public async Task A_pod_is_bound_once_and_the_second_one_is_told_to_which_node()
    {
        var bound = await BindAsync(api, Binding(metadata: ""","annotations":{"picked":"by-me"}"""));
        Assert.Equal((HttpStatusCode.Created, "Status", "Success"), (bound.Code, bound.At("kind"), bound.At("status")));
        var pod = await api.SendAsync("GET", $"{Pods}/p");
        Assert.Equal(("n1", "by-me", "Pending"), (pod.At("spec.nodeName"), pod.At("metadata.annotations.picked"), pod.At("status.phase")));
        Assert.Equal(("PodScheduled", "True"), (pod.At("status.conditions.0.type"), pod.At("status.conditions.0.status")));

        var again = await BindAsync(api, Binding("n2"));
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (again.Code, again.Reason));
        Assert.Equal("Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\"", again.Message);
        Assert.Equal("n1", await NodeAsync());
    }

    [Fact]
    public async Task Of_two_schedulers_that_race_through_two_processes_one_binds()
    {
        await using var other = await ApiFixture.StartAsync(beside: api);
        Reply? won = null;
        api.Store.BeforeCommit = async () => won = await BindAsync(other, Binding("n2"));
        var lost = await BindAsync(api, Binding("n1"));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Conflict, "n2"), (won!.Code, lost.Code, await NodeAsync()));
    }

    [Fact]
    public async Task A_dry_run_and_a_precondition_that_fails_bind_nothing()
    {
        Assert.Equal(HttpStatusCode.Created, (await BindAsync(api, Binding(), query: "?dryRun=All")).Code);
        foreach (string stale in new[] { ""","uid":"another" """, ""","resourceVersion":"1" """ })
        {
            var refused = await BindAsync(api, Binding(metadata: stale));
            Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (refused.Code, refused.Reason));
        }
        Assert.Null(await NodeAsync());
        var pod = await api.SendAsync("GET", $"{Pods}/p");
        string current = $$""","uid":"{{pod.At("metadata.uid")}}","resourceVersion":"{{pod.At("metadata.resourceVersion")}}" """;
        Assert.Equal(HttpStatusCode.Created, (await BindAsync(api, Binding(metadata: current))).Code);
    }

    [Fact]
    public async Task A_fenced_identity_is_bound_by_the_control_planes_scheduler_only()
    {
        string fenced = $$"""
            "metadata":{"annotations":{"{{FencedIdentity.Annotation}}":"db-0"},
            """;
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Pods, Pod("db").Replace("\"metadata\":{", fenced, StringComparison.Ordinal))).Code);
        var refused = await BindAsync(api, Binding(name: "db"), "db");
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (refused.Code, refused.Reason));
        Assert.Contains("the scheduler alone binds a pod with the annotation cloudorch.io/fenced-identity", refused.Message, StringComparison.Ordinal);
        Assert.Null(await NodeAsync("db"));
        // Nor does a binding make one of a pod that has none.
        var made = await BindAsync(api, Binding(metadata: $$""","annotations":{"{{FencedIdentity.Annotation}}":"db-0"}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, made.Code);
        Assert.Null(await NodeAsync());
    }

    [Fact]
    public async Task A_pod_that_is_going_and_a_node_that_is_not_there_are_not_bound()
    {
        var nowhere = await BindAsync(api, Binding("n9"));
        Assert.Equal((HttpStatusCode.NotFound, "nodes \"n9\" not found"), (nowhere.Code, nowhere.Message));
        var absent = await BindAsync(api, Binding(name: "q"), "q");
        Assert.Equal((HttpStatusCode.NotFound, "pods \"q\" not found"), (absent.Code, absent.Message));
        await api.SendAsync("POST", Pods, Pod("going").Replace("\"metadata\":{", "\"metadata\":{\"finalizers\":[\"acme.io/wait\"],", StringComparison.Ordinal));
        await api.SendAsync("DELETE", $"{Pods}/going");
        var going = await BindAsync(api, Binding(name: "going"), "going");
        Assert.Equal(HttpStatusCode.Conflict, going.Code);
        Assert.EndsWith("pod going is being deleted, cannot be assigned to a host", going.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other", "n1", "Node", HttpStatusCode.BadRequest, "name in URL does not match name in Binding object")]
    [InlineData("p", "n1", "Minion", HttpStatusCode.UnprocessableEntity, "target.kind: Unsupported value: \"Minion\"")]
    [InlineData("p", "", "Node", HttpStatusCode.UnprocessableEntity, "target.name: Required value")]
    public async Task A_body_that_is_no_binding_of_this_pod_is_refused(string name, string node, string kind, HttpStatusCode code, string says)
    {
        var reply = await BindAsync(api, Binding(node, name, kind: kind));
        Assert.Equal(code, reply.Code);
        Assert.Contains(says, reply.Message, StringComparison.Ordinal);
        Assert.Null(await NodeAsync());
    }

    [Fact]
    public async Task Who_may_edit_pods_may_not_choose_their_nodes()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await BindAsync(api, Binding(), caller: ApiFixture.Caller("someone", "edit"))).Code);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("GET", $"{Pods}/p/binding")).Code);
    }
}
