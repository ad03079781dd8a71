using System.Net;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Evictions that a PodDisruptionBudget allows or forbids; what budgets count is shown by <c>DisruptionTests</c>.</summary>
public sealed class EvictionBudgetTests : IAsyncLifetime
{
    private const string Budgets = "/clusters/c1/apis/policy/v1/namespaces/default/poddisruptionbudgets";

    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync();
        foreach (string name in new[] { "a", "b" })
        {
            Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Pods, Pod(name, ""","nodeName":"n1" """).Replace(
                "\"metadata\":{", "\"metadata\":{\"labels\":{\"app\":\"web\"},", StringComparison.Ordinal))).Code);
            await SetReadyAsync(name, "True");
        }
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task SetReadyAsync(string pod, string ready, string phase = "Running")
    {
        string status = $$$"""{"status":{"phase":"{{{phase}}}","conditions":[{"type":"Ready","status":"{{{ready}}}"}]}}""";
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("PATCH", $"{Pods}/{pod}/status", status, contentType: "application/merge-patch+json")).Code);
    }

    private async Task BudgetAsync(string spec, string name = "web")
    {
        var made = await api.SendAsync("POST", Budgets, $$$"""{"kind":"PodDisruptionBudget","apiVersion":"policy/v1","metadata":{"name":"{{{name}}}"},"spec":{{{{spec}}},"selector":{"matchLabels":{"app":"web"} } } }""");
        Assert.Equal(HttpStatusCode.Created, made.Code);
        // Something acts on it: nobody has to be warned.
        Assert.Empty(made.Warnings);
    }

    private static Task<Reply> EvictAsync(ApiFixture at, string pod, string version = "policy/v1", string query = "") =>
        at.SendAsync("POST", $"{Pods}/{pod}/eviction{query}", $$$"""{"kind":"Eviction","apiVersion":"{{{version}}}","metadata":{"name":"{{{pod}}}","namespace":"default"}}""");

    private async Task<bool> IsGoingAsync(string pod) => (await api.SendAsync("GET", $"{Pods}/{pod}")).At("metadata.deletionTimestamp") is not null;

    [Theory]
    [InlineData("policy/v1", "")]
    [InlineData("policy/v1beta1", "")]
    [InlineData("policy/v1", "?dryRun=All")]
    public async Task An_eviction_that_a_budget_forbids_is_429_and_names_the_budget(string version, string query)
    {
        await BudgetAsync("\"minAvailable\":2");
        var refused = await EvictAsync(api, "a", version, query);
        Assert.Equal((HttpStatusCode.TooManyRequests, "TooManyRequests"), (refused.Code, refused.Reason));
        Assert.Equal("Cannot evict pod as it would violate the pod's disruption budget.", refused.Message);
        Assert.Equal(("DisruptionBudget", "The disruption budget web needs 2 healthy pods and has 2 currently"),
            (refused.At("details.causes.0.reason"), refused.At("details.causes.0.message")));
        // With one, client-go would wait in silence and kubectl drain could not say for what.
        Assert.Null(refused.RetryAfter);
        Assert.False(await IsGoingAsync("a"));
    }

    [Fact]
    public async Task What_the_budget_allows_goes_and_the_next_one_stays_until_there_are_enough_again()
    {
        await BudgetAsync("\"minAvailable\":1");
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(api, "a", query: "?dryRun=All")).Code);
        Assert.False(await IsGoingAsync("a"));
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(api, "a")).Code);
        Assert.Equal("The disruption budget web needs 1 healthy pods and has 1 currently", (await EvictAsync(api, "b")).At("details.causes.0.message"));
        // One that is going may be asked for again, as drain does.
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(api, "a")).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("PATCH", $"{Budgets}/web", """{"spec":{"minAvailable":0}}""", contentType: "application/merge-patch+json")).Code);
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(api, "b")).Code);
        Assert.True(await IsGoingAsync("b"));
    }

    [Theory]
    [InlineData("False", "Running", "", HttpStatusCode.TooManyRequests)]
    [InlineData("False", "Running", ",\"unhealthyPodEvictionPolicy\":\"AlwaysAllow\"", HttpStatusCode.Created)]
    [InlineData("False", "Pending", "", HttpStatusCode.Created)]
    [InlineData("False", "Succeeded", "", HttpStatusCode.Created)]
    [InlineData("False", "Failed", "", HttpStatusCode.Created)]
    public async Task A_pod_that_does_not_serve_goes_as_in_Kubernetes(string ready, string phase, string policy, HttpStatusCode code)
    {
        await BudgetAsync("\"minAvailable\":2" + policy);
        await SetReadyAsync("b", ready, phase);
        Assert.Equal(code, (await EvictAsync(api, "b")).Code);
    }

    [Fact]
    public async Task More_than_one_budget_is_500()
    {
        await BudgetAsync("\"minAvailable\":0", "one");
        await BudgetAsync("\"minAvailable\":0", "two");
        var refused = await EvictAsync(api, "a");
        Assert.Equal((HttpStatusCode.InternalServerError, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."), (refused.Code, refused.Message));
        Assert.False(await IsGoingAsync("a"));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Budgets}/two")).Code);
        Assert.Equal(HttpStatusCode.Created, (await EvictAsync(api, "a")).Code);
    }

    [Fact]
    public async Task A_deletion_does_not_ask_the_budget()
    {
        await BudgetAsync("\"minAvailable\":2");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Pods}/a")).Code);
        Assert.True(await IsGoingAsync("a"));
    }

    [Fact]
    public async Task Of_two_evictions_that_race_through_two_processes_one_passes()
    {
        await BudgetAsync("\"minAvailable\":1");
        await using var other = await ApiFixture.StartAsync(beside: api);
        // It has read what the first one reads; then the first one is decided, and the other commits before it.
        Reply? won = null;
        api.Store.BeforeCommit = async () => won = await EvictAsync(other, "b");
        var lost = await EvictAsync(api, "a");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.TooManyRequests), (won!.Code, lost.Code));
        Assert.Equal((false, true), (await IsGoingAsync("a"), await IsGoingAsync("b")));
    }

    [Fact]
    public async Task Of_many_evictions_at_once_as_many_pass_as_the_budget_allows()
    {
        await BudgetAsync("\"minAvailable\":1");
        await using var other = await ApiFixture.StartAsync(beside: api);
        var replies = await Task.WhenAll(new[] { "a", "b" }.Select((pod, i) => EvictAsync(i == 0 ? api : other, pod)));
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.TooManyRequests], replies.Select(r => r.Code).Order());
    }
}
