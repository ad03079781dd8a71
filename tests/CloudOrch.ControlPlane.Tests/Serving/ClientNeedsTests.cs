using System.Net;
using CloudOrch.Domain.Api.Protobuf;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>What kubectl asks before and beside the verbs: discovery, OpenAPI, version, protobuf bodies.</summary>
public sealed class ClientNeedsTests : IAsyncLifetime
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private static byte[] Envelope(string apiVersion, string kind, Action<ProtoWriter> raw)
    {
        var inner = new ProtoWriter();
        raw(inner);
        return [.. "k8s\0"u8, .. new ProtoWriter().Message(1, m => m.Text(1, apiVersion).Text(2, kind)).Bytes(2, inner.ToArray()).ToArray()];
    }

    [Fact]
    public async Task Discovery_is_served_aggregated_and_legacy()
    {
        var all = await api.SendAsync("GET", "/clusters/c1/apis", accept: Aggregated);
        Assert.Equal((HttpStatusCode.OK, "APIGroupDiscoveryList"), (all.Code, all.At("kind")));
        Assert.Contains("as=APIGroupDiscoveryList", all.ContentType, StringComparison.Ordinal);
        Assert.Equal("APIGroupList", (await api.SendAsync("GET", "/clusters/c1/apis")).At("kind"));
        Assert.Equal("APIResourceList", (await api.SendAsync("GET", "/clusters/c1/apis/apps/v1")).At("kind"));
        Assert.Equal("APIResourceList", (await api.SendAsync("GET", "/clusters/c1/api/v1?timeout=32s")).At("kind"));
        Assert.Contains("jointokens", (await api.SendAsync("GET", "/apis/management.cloudorch.io/v1")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("jointokens", (await api.SendAsync("GET", "/clusters/c1/apis", accept: Aggregated)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", "/clusters/c1/apis/none/v1")).Code);
    }

    /// <summary>kubectl asks this about a kind that it does not know; 404 would hide its own, better words.</summary>
    [Fact]
    public async Task There_are_no_custom_resources_and_the_list_says_so()
    {
        const string Path = "/clusters/c1/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        var list = await api.SendAsync("GET", Path);
        Assert.Equal((HttpStatusCode.OK, "CustomResourceDefinitionList"), (list.Code, list.At("kind")));
        Assert.Equal(0, list.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await api.SendAsync("POST", Path, "{}")).Code);
        Assert.DoesNotContain("apiextensions", (await api.SendAsync("GET", "/clusters/c1/apis")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_have_an_ETag_and_are_not_sent_twice()
    {
        using var first = await api.Client.SendAsync(api.NewRequest("GET", "/clusters/c1/apis"));
        using var again = api.NewRequest("GET", "/clusters/c1/apis");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await api.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task OpenApi_is_there_and_never_echoes_the_media_type_that_kubectl_cannot_parse()
    {
        var v2 = await api.SendAsync("GET", "/clusters/c1/openapi/v2", accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        Assert.Equal(HttpStatusCode.OK, v2.Code);
        Assert.DoesNotContain("@", v2.ContentType, StringComparison.Ordinal);
        var index = await api.SendAsync("GET", "/clusters/c1/openapi/v3");
        string path = index.Json.GetProperty("paths").GetProperty("apis/apps/v1").GetProperty("serverRelativeURL").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", path.StartsWith("/clusters/", StringComparison.Ordinal) ? path : "/clusters/c1" + path)).Code);
    }

    [Fact]
    public async Task Version_is_one_that_kubectl_can_read()
    {
        var version = await api.SendAsync("GET", "/clusters/c1/version");
        Assert.Equal("1", version.At("major"));
        Assert.StartsWith("v1.", version.At("gitVersion"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protobuf_bodies_are_read()
    {
        var made = await api.SendAsync("POST", "/clusters/c1/api/v1/namespaces", contentType: "application/vnd.kubernetes.protobuf",
            bytes: Envelope("v1", "Namespace", n => n.Message(1, m => m.Text(1, "proto"))));
        Assert.Equal((HttpStatusCode.Created, "proto", "Active"), (made.Code, made.At("metadata.name"), made.At("status.phase")));
        await api.SendAsync("POST", Pods, Pod("p", ""","nodeName":"n1" """));
        var deleted = await api.SendAsync("DELETE", $"{Pods}/p", contentType: "application/vnd.kubernetes.protobuf", bytes: Envelope("v1", "DeleteOptions", o => o.Number(1, 7)));
        Assert.Equal("7", deleted.At("metadata.deletionGracePeriodSeconds"));
        var nonsense = await api.SendAsync("POST", Maps, contentType: "application/vnd.kubernetes.protobuf", bytes: "nonsense"u8.ToArray());
        Assert.Equal((HttpStatusCode.BadRequest, "BadRequest"), (nonsense.Code, nonsense.Reason));
    }

    [Fact]
    public async Task A_missing_content_type_means_json() =>
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Maps, Map("a"), contentType: null)).Code);
}
