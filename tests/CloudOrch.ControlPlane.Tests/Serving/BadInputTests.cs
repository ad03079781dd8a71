using System.Net;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Each gets a clear error and changes nothing.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync(new() { Serving = new() { MaxBodyBytes = 2 << 20 } });

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task RefusedAsync(Reply reply, HttpStatusCode code, string reason, string words)
    {
        Assert.Equal((code, reason), (reply.Code, reply.Reason));
        Assert.Contains(words, reply.Message, StringComparison.Ordinal);
        Assert.Equal(("Status", "v1", "Failure", ((int)code).ToString()), (reply.At("kind"), reply.At("apiVersion"), reply.At("status"), reply.At("code")));
        Assert.Null((await api.SendAsync("GET", Deployments)).At("items.0"));
        Assert.Null((await api.SendAsync("GET", Maps)).At("items.0"));
    }

    [Fact]
    public async Task Malformed_json() => await RefusedAsync(await api.SendAsync("POST", Maps, "{\"kind\":"), HttpStatusCode.BadRequest, "BadRequest", "not valid JSON");

    [Fact]
    public async Task Another_format_is_named_as_unknown() => await RefusedAsync(
        await api.SendAsync("POST", Maps, "kind = ConfigMap", contentType: "application/toml"), HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType",
        "accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf; got application/toml");

    [Fact]
    public async Task Malformed_yaml() => await RefusedAsync(
        await api.SendAsync("POST", Maps, "kind: [ConfigMap\ndata: x", contentType: "application/yaml"), HttpStatusCode.BadRequest, "BadRequest", "not valid YAML: yaml: line 1: ");

    [Fact]
    public async Task Yaml_that_says_a_field_twice() => await RefusedAsync(
        await api.SendAsync("POST", $"{Maps}?fieldValidation=Strict", "kind: ConfigMap\nkind: ConfigMap\nmetadata: {name: a}\n", contentType: "application/yaml"), HttpStatusCode.BadRequest, "BadRequest",
        "strict decoding error: line 2: key \"kind\" already set in map");

    [Fact]
    public async Task No_body() => await RefusedAsync(await api.SendAsync("POST", Maps), HttpStatusCode.BadRequest, "BadRequest", "no body");

    [Fact]
    public async Task A_list_instead_of_an_object() => await RefusedAsync(await api.SendAsync("POST", Maps, "[]"), HttpStatusCode.BadRequest, "BadRequest", "not an object");

    [Fact]
    public async Task Another_kind_than_the_path() => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Map("a")), HttpStatusCode.BadRequest, "BadRequest", "no kind \"ConfigMap\"");

    [Fact]
    public async Task Another_version_than_the_path() => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Deployment("a").Replace("apps/v1", "apps/v1beta1", StringComparison.Ordinal)), HttpStatusCode.BadRequest, "BadRequest",
        "the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)");

    [Theory]
    [InlineData("/clusters/c1/api/v1/namespaces/default/widgets")]
    [InlineData("/clusters/c1/apis/none.io/v1/namespaces/default/widgets")]
    [InlineData("/clusters/c1/apis/apps/v1beta1/namespaces/default/deployments")]
    [InlineData("/clusters/c1/nothing")]
    [InlineData("/elsewhere")]
    public async Task Unknown_kind_or_path(string path) => await RefusedAsync(
        await api.SendAsync("POST", path, "{}"), HttpStatusCode.NotFound, "NotFound", "could not find the requested resource");

    [Fact]
    public async Task A_field_of_the_wrong_type() => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Deployment("a").Replace("\"replicas\":1", "\"replicas\":\"three\"", StringComparison.Ordinal)),
        HttpStatusCode.BadRequest, "BadRequest", "spec.replicas: expected a whole number");

    [Theory]
    [InlineData("UPPER")]
    [InlineData("-dash")]
    [InlineData("under_score")]
    [InlineData("sp ace")]
    public async Task A_name_that_is_no_DNS_name(string name) => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Deployment(name)), HttpStatusCode.UnprocessableEntity, "Invalid", $"Deployment.apps \"{name}\" is invalid: metadata.name: Invalid value");

    [Fact]
    public async Task No_name() => await RefusedAsync(
        await api.SendAsync("POST", Maps, "{}"), HttpStatusCode.UnprocessableEntity, "Invalid", "metadata.name: Required value: name or generateName is required");

    [Fact]
    public async Task Negative_replicas()
    {
        var reply = await api.SendAsync("POST", Deployments, Deployment("a", -1));
        await RefusedAsync(reply, HttpStatusCode.UnprocessableEntity, "Invalid", "spec.replicas: Invalid value: -1: must be greater than or equal to 0");
        Assert.Equal(("FieldValueInvalid", "spec.replicas"), (reply.At("details.causes.0.reason"), reply.At("details.causes.0.field")));
        Assert.Equal(("Deployment", "apps", "a"), (reply.At("details.kind"), reply.At("details.group"), reply.At("details.name")));
    }

    [Fact]
    public async Task A_selector_that_does_not_match_the_template() => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Deployment("a", 1, "web", "other")), HttpStatusCode.UnprocessableEntity, "Invalid", "`selector` does not match template `labels`");

    [Fact]
    public async Task Unknown_fields_are_refused_warned_of_or_ignored_as_asked()
    {
        string body = Map("a").Replace("\"data\"", "\"dta\":{},\"data\"", StringComparison.Ordinal);
        await RefusedAsync(await api.SendAsync("POST", $"{Maps}?fieldValidation=Strict", body), HttpStatusCode.BadRequest, "BadRequest", "strict decoding error: unknown field \"dta\"");
        var ignored = await api.SendAsync("POST", $"{Maps}?fieldValidation=Ignore", body.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        Assert.Empty(ignored.Warnings);
        var warned = await api.SendAsync("POST", $"{Maps}?fieldValidation=Warn", body);
        Assert.Equal(HttpStatusCode.Created, warned.Code);
        Assert.Equal("299 - \"unknown field \\\"dta\\\"\"", Assert.Single(warned.Warnings));
    }

    [Fact]
    public async Task An_immutable_field_stays()
    {
        await api.SendAsync("POST", Deployments, Deployment("a"));
        var reply = await api.SendAsync("PATCH", $"{Deployments}/a", """{"spec":{"selector":{"matchLabels":{"app":"b"}},"template":{"metadata":{"labels":{"app":"b"}}}}}""",
            contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (reply.Code, reply.Reason));
        Assert.Contains("spec.selector: Invalid value", reply.Message, StringComparison.Ordinal);
        Assert.Contains("field is immutable", reply.Message, StringComparison.Ordinal);
        Assert.Equal("web", (await api.SendAsync("GET", $"{Deployments}/a")).At("spec.selector.matchLabels.app"));
    }

    [Fact]
    public async Task NodeName_cannot_be_changed_once_set()
    {
        await api.SendAsync("POST", Pods, Pod("p", ""","nodeName":"n1" """));
        var moved = await api.SendAsync("PATCH", $"{Pods}/p", """{"spec":{"nodeName":"n2"}}""", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (moved.Code, moved.Reason));
    }

    [Fact]
    public async Task A_name_that_differs_from_the_path()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        var reply = await api.SendAsync("PUT", $"{Maps}/a", Map("b"));
        Assert.Equal((HttpStatusCode.BadRequest, "the name of the object (b) does not match the name on the URL (a)"), (reply.Code, reply.Message));
        reply = await api.SendAsync("POST", Maps, """{"metadata":{"name":"x","namespace":"kube-system"}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "the namespace of the provided object does not match the namespace sent on the request"), (reply.Code, reply.Message));
    }

    [Fact]
    public async Task A_body_over_the_limit() => await RefusedAsync(
        await api.SendAsync("POST", Maps, Map("a", new string('x', 3 << 20))), HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge", "2097152 bytes");

    [Fact]
    public async Task An_object_that_the_store_cannot_hold() => await RefusedAsync(
        await api.SendAsync("POST", Deployments, Deployment("a").Replace("\"image\"", $"\"workingDir\":\"/{Incompressible(1_200_000)}\",\"image\"", StringComparison.Ordinal)),
        HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge", "deployments.apps \"a\" is too large: the limit is");

    private static string Incompressible(int bytes)
    {
        var random = new byte[bytes];
        new Random(1).NextBytes(random);
        return Convert.ToBase64String(random);
    }

    [Fact]
    public async Task Nesting_beyond_reason() => await RefusedAsync(
        await api.SendAsync("POST", Maps, $$"""{"metadata":{"name":"a"},"x":{{new string('[', 500)}}{{new string(']', 500)}}}"""), HttpStatusCode.BadRequest, "BadRequest", "depth");

    [Theory]
    [InlineData("GET", "?labelSelector=a%20b")]
    [InlineData("GET", "?fieldSelector=spec.x=1")]
    [InlineData("GET", "?limit=-1")]
    [InlineData("GET", "?continue=nonsense")]
    [InlineData("GET", "?resourceVersion=abc")]
    [InlineData("GET", "?watch=true&timeoutSeconds=soon")]
    [InlineData("POST", "?dryRun=Some")]
    [InlineData("POST", "?fieldValidation=Maybe")]
    [InlineData("DELETE", "?propagationPolicy=Sideways")]
    public async Task A_query_parameter_that_cannot_be_understood(string method, string query) => await RefusedAsync(
        await api.SendAsync(method, Maps + query, method == "POST" ? Map("a") : null), HttpStatusCode.BadRequest, "BadRequest", "");

    [Fact]
    public async Task A_method_that_the_kind_does_not_have()
    {
        var reply = await api.SendAsync("PATCH", "/apis/management.cloudorch.io/v1/clusters/c1", "{}", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"), (reply.Code, reply.Reason));
    }

    [Fact]
    public async Task A_client_that_accepts_no_json()
    {
        var reply = await api.SendAsync("GET", Maps, accept: "application/vnd.kubernetes.protobuf");
        Assert.Equal((HttpStatusCode.NotAcceptable, "NotAcceptable"), (reply.Code, reply.Reason));
    }
}
