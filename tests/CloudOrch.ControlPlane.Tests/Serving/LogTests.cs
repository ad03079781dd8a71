using System.Net;
using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Memory;
using CloudOrch.Testing.Queues;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class LogTests : IAsyncLifetime
{
    private ApiFixture api = null!;
    private string nodeUid = "";

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync();
        nodeUid = (await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""")).At("metadata.uid")!;
        await api.Get<IDecisionSender>().CreateQueueAsync(nodeUid, default);
        await ReadyAsync("True");
        await api.SendAsync("POST", Pods, Pod("p", ""","nodeName":"n1" """));
        await StateAsync("p", """{"running":{"startedAt":"2030-01-01T00:00:00Z"}}""");
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private Task<Reply> ReadyAsync(string status) => api.SendAsync("PATCH", "/clusters/c1/api/v1/nodes/n1/status",
        $$$"""{"status":{"conditions":[{"type":"Ready","status":"{{{status}}}","reason":"Said","message":"so"}]}}""", contentType: "application/merge-patch+json");

    private Task<Reply> StateAsync(string pod, string state) => api.SendAsync("PATCH", $"{Pods}/{pod}/status",
        $$$"""{"status":{"containerStatuses":[{"name":"web","state":{{{state}}},"ready":false,"restartCount":0,"image":"busybox:1","imageID":""}]}}""", contentType: "application/merge-patch+json");

    /// <summary>The node: takes the command and writes what it says.</summary>
    private async Task<LogStreamCommand> TakeAsync()
    {
        LogStreamCommand? command = null;
        await Eventually.Async(() => (command = api.Get<MemoryDecisionSender>().Receive(nodeUid).FirstOrDefault(m => m.Kind == NodeMessageKinds.LogStream)?.LogStream) is not null,
            ApiFixture.Deadline, "the node is asked for the log");
        return command!;
    }

    private void Write(LogStreamCommand command, long index, string text, bool end = false, string? error = null) =>
        api.Get<MemoryStreamRows>().Write(api.ClusterId, nodeUid, command.StreamId, new(index, Encoding.UTF8.GetBytes(text), end, error));

    [Fact]
    public async Task A_log_is_relayed_from_the_node()
    {
        var asking = api.SendAsync("GET", $"{Pods}/p/log?tailLines=5&timestamps=true&sinceSeconds=60&limitBytes=1000&previous=false");
        var command = await TakeAsync();
        Assert.Equal(("web", 5L, true, 60L, 1000L, false, false),
            (command.Container, command.TailLines, command.Timestamps, command.SinceSeconds, command.LimitBytes, command.Follow, command.Previous));
        Write(command, 0, "one\n");
        Write(command, 1, "two\n", end: true);
        var log = await asking;
        Assert.Equal((HttpStatusCode.OK, "one\ntwo\n"), (log.Code, log.Text));
        Assert.StartsWith("text/plain", log.ContentType, StringComparison.Ordinal);
        Assert.Null(api.Get<MemoryStreamRows>().Reader(api.ClusterId, nodeUid, command.StreamId));
    }

    [Fact]
    public async Task Following_flushes_each_chunk_and_a_reader_that_leaves_stops_the_agent()
    {
        using var request = api.NewRequest("GET", $"{Pods}/p/log?follow=true");
        var asking = api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var command = await TakeAsync();
        Assert.True(command.Follow);
        Write(command, 0, "one\n");
        var response = await asking;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("one", await reader.ReadLineAsync().WaitAsync(ApiFixture.Deadline));
        Write(command, 1, "two\n");
        Assert.Equal("two", await reader.ReadLineAsync().WaitAsync(ApiFixture.Deadline));
        Assert.NotNull(api.Get<MemoryStreamRows>().Reader(api.ClusterId, nodeUid, command.StreamId));
        response.Dispose();
        await Eventually.Async(() => api.Get<MemoryStreamRows>().Reader(api.ClusterId, nodeUid, command.StreamId) is null, ApiFixture.Deadline, "the reader's row is gone");
    }

    [Fact]
    public async Task A_silent_container_is_followed_until_it_speaks()
    {
        using var request = api.NewRequest("GET", $"{Pods}/p/log?follow=true");
        var asking = api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var command = await TakeAsync();
        using var response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Write(command, 0, "at last\n", end: true);
        Assert.Equal("at last", await reader.ReadLineAsync().WaitAsync(ApiFixture.Deadline));
        Assert.Null(await reader.ReadLineAsync().WaitAsync(ApiFixture.Deadline));
    }

    [Fact]
    public async Task What_the_node_cannot_do_is_said_in_its_words()
    {
        var asking = api.SendAsync("GET", $"{Pods}/p/log");
        Write(await TakeAsync(), 0, "", end: true, error: "container is gone");
        var log = await asking;
        Assert.Equal((HttpStatusCode.BadRequest, "container is gone"), (log.Code, log.Message));
    }

    [Fact]
    public async Task Without_a_log_the_reason_is_given_in_Kubernetes_words()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Pods}/none/log")).Code);
        await api.SendAsync("POST", Pods, Pod("unbound"));
        Assert.Equal("pod unbound does not have a host assigned", (await api.SendAsync("GET", $"{Pods}/unbound/log")).Message);
        Assert.Equal("container other is not valid for pod p", (await api.SendAsync("GET", $"{Pods}/p/log?container=other")).Message);
        Assert.Equal("previous terminated container \"web\" in pod \"p\" not found", (await api.SendAsync("GET", $"{Pods}/p/log?previous=true")).Message);
        await api.SendAsync("POST", Pods, Pod("two", ""","nodeName":"n1" """).Replace("[{", "[{\"name\":\"side\",\"image\":\"b:1\"},{", StringComparison.Ordinal));
        Assert.Equal("a container name must be specified for pod two, choose one of: [side web]", (await api.SendAsync("GET", $"{Pods}/two/log")).Message);
        await StateAsync("p", """{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}""");
        Assert.Equal("container \"web\" in pod \"p\" is waiting to start: trying and failing to pull image (no such image)", (await api.SendAsync("GET", $"{Pods}/p/log")).Message);
        await StateAsync("p", """{"waiting":{"reason":"ContainerCreating"}}""");
        Assert.Equal("container \"web\" in pod \"p\" is waiting to start: ContainerCreating", (await api.SendAsync("GET", $"{Pods}/p/log")).Message);
        await StateAsync("p", """{"running":{}}""");
        await ReadyAsync("Unknown");
        var log = await api.SendAsync("GET", $"{Pods}/p/log");
        Assert.Equal(HttpStatusCode.InternalServerError, log.Code);
        Assert.Contains("node \"n1\" is not ready (Said: so)", log.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("GET", $"{Pods}/p/log?tailLines=x")).Code);
    }
}
