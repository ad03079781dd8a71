using System.Net;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>What a caller asks about himself, and what is known in Kubernetes and not served here.</summary>
public sealed class ReviewTests : IAsyncLifetime
{
    private const string Access = "/clusters/c1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private const string Rules = "/clusters/c1/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private const string WhoAmI = "/clusters/c1/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static readonly string Nobody = ApiFixture.Caller("nobody");
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Theory]
    [InlineData("cluster-admin", "delete", "", "nodes", "", true)]
    [InlineData("cluster-admin", "*", "*", "*", "", true)]
    [InlineData("edit", "create", "apps", "deployments", "", true)]
    [InlineData("edit", "delete", "", "nodes", "", false)]
    [InlineData("edit", "*", "*", "*", "", false)]
    [InlineData("view", "get", "", "pods", "log", true)]
    [InlineData("view", "get", "", "secrets", "", false)]
    [InlineData("view", "create", "", "pods", "", false)]
    [InlineData("something-else", "get", "", "pods", "", false)]
    [InlineData("", "get", "", "pods", "", false)]
    [InlineData("", "create", "authorization.k8s.io", "selfsubjectaccessreviews", "", true)]
    public async Task A_user_is_told_whether_he_may(string roles, string verb, string group, string resource, string subresource, bool allowed)
    {
        string body = $$$"""
            {"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{"resourceAttributes":
             {"namespace":"default","verb":"{{{verb}}}","group":"{{{group}}}","resource":"{{{resource}}}","subresource":"{{{subresource}}}"} } }
            """;
        var reply = await api.SendAsync("POST", Access, body, ApiFixture.Caller("someone", roles));
        Assert.Equal((HttpStatusCode.Created, allowed ? "true" : "false"), (reply.Code, reply.At("status.allowed")));
        Assert.Equal("default", reply.At("spec.resourceAttributes.namespace"));
    }

    /// <summary>He has no role in his token.</summary>
    [Fact]
    public async Task Who_made_a_cluster_may_do_everything_in_it()
    {
        const string Body = """{"spec":{"resourceAttributes":{"verb":"delete","resource":"nodes"}}}""";
        Assert.Equal("true", (await api.SendAsync("POST", Access, Body, ApiFixture.Caller("owner"))).At("status.allowed"));
        Assert.Equal("false", (await api.SendAsync("POST", Access, Body, Nobody)).At("status.allowed"));
        var rules = await api.SendAsync("POST", Rules, """{"spec":{"namespace":"default"}}""", ApiFixture.Caller("owner"));
        Assert.Equal(("*", "*", "*"), (rules.At("status.resourceRules.1.verbs.0"), rules.At("status.resourceRules.1.apiGroups.0"), rules.At("status.resourceRules.1.resources.0")));
        Assert.Equal("*", rules.At("status.nonResourceRules.0.nonResourceURLs.0"));
    }

    [Theory]
    [InlineData("/version", "get", true)]
    [InlineData("/apis/apps/v1", "get", true)]
    [InlineData("/version", "post", false)]
    [InlineData("/metrics", "get", false)]
    public async Task Paths_that_are_no_resources_are_answered_too(string path, string verb, bool allowed)
    {
        string body = $$$"""{"spec":{"nonResourceAttributes":{"path":"{{{path}}}","verb":"{{{verb}}}"} } }""";
        Assert.Equal(allowed ? "true" : "false", (await api.SendAsync("POST", Access, body, Nobody)).At("status.allowed"));
        Assert.Equal("true", (await api.SendAsync("POST", Access, body)).At("status.allowed"));
    }

    [Fact]
    public async Task All_that_a_user_may_do_is_listed()
    {
        var reply = await api.SendAsync("POST", Rules, """{"spec":{"namespace":"default"}}""", ApiFixture.Caller("someone", "view"));
        Assert.Equal(HttpStatusCode.Created, reply.Code);
        Assert.Equal("create", reply.At("status.resourceRules.0.verbs.0"));
        Assert.Equal("false", reply.At("status.incomplete"));
        Assert.Contains("pods/log", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secrets", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_is_told_who_he_is()
    {
        var reply = await api.SendAsync("POST", WhoAmI, """{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1"}""", ApiFixture.Caller("someone", "view"));
        Assert.Equal((HttpStatusCode.Created, "someone"), (reply.Code, reply.At("status.userInfo.uid")));
        Assert.Contains("system:authenticated", reply.Text, StringComparison.Ordinal);
        Assert.Equal("view", reply.Json.GetProperty("status").GetProperty("userInfo").GetProperty("extra").GetProperty("management.cloudorch.io/roles")[0].GetString());
    }

    [Fact]
    public async Task A_question_that_asks_nothing_or_two_things_is_refused()
    {
        foreach (string spec in new[] { "{}", """{"resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/","verb":"get"}}""" })
        {
            var reply = await api.SendAsync("POST", Access, $$"""{"spec":{{spec}}}""");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "spec.resourceAttributes"), (reply.Code, reply.At("details.causes.0.field")));
        }
        Assert.Equal("spec.namespace", (await api.SendAsync("POST", Rules, """{"spec":{}}""")).At("details.causes.0.field"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("GET", Access)).Code);
    }

    [Theory]
    [InlineData("POST", "exec?command=sh&stdin=true", "exec is not served yet")]
    [InlineData("GET", "exec?command=sh", "exec is not served yet")]
    [InlineData("POST", "attach", "attach is not served yet")]
    [InlineData("GET", "portforward", "port-forward is not served yet")]
    [InlineData("PATCH", "ephemeralcontainers", "ephemeral containers are not served")]
    [InlineData("GET", "proxy", "proxy is not served")]
    public async Task What_needs_a_way_into_a_container_is_refused_at_once_and_says_what_to_do(string method, string subresource, string message)
    {
        var reply = await api.SendAsync(method, $"{Pods}/p/{subresource}", method == "PATCH" ? "{}" : null, contentType: "application/strategic-merge-patch+json");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"), (reply.Code, reply.Reason));
        Assert.StartsWith(message, reply.At("message"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync(method, $"{Pods}/p/{subresource}", caller: "")).Code);
    }

    [Fact]
    public async Task Nothing_is_done_for_somebody_else()
    {
        using var request = api.NewRequest("DELETE", $"{Maps}/a");
        request.Headers.Add("Impersonate-User", "jane");
        using var reply = await api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Contains("--as", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
