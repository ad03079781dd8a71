using System.Net;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Testing.Memory;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class ListAndWatchTests : IAsyncLifetime
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync(new() { Serving = new() { BookmarkEvery = TimeSpan.FromMilliseconds(100) } });

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private async Task<string> MakeAsync(string name, string label = "x")
    {
        var made = await api.SendAsync("POST", Maps, Map(name, "1", $",\"labels\":{{\"k\":\"{label}\"}}"));
        Assert.Equal(HttpStatusCode.Created, made.Code);
        return made.At("metadata.resourceVersion")!;
    }

    private Task<Reply> LabelAsync(string name, string label) =>
        api.SendAsync("PATCH", $"{Maps}/{name}", $"{{\"metadata\":{{\"labels\":{{\"k\":\"{label}\"}}}}}}", contentType: "application/merge-patch+json");

    [Fact]
    public async Task A_list_has_its_kind_and_revision_and_follows_selectors()
    {
        await MakeAsync("a");
        await MakeAsync("b", "y");
        string last = await MakeAsync("c");
        var all = await api.SendAsync("GET", Maps);
        Assert.Equal(("ConfigMapList", "v1", last), (all.At("kind"), all.At("apiVersion"), all.At("metadata.resourceVersion")));
        Assert.Equal(("a", "b", "c"), (all.At("items.0.metadata.name"), all.At("items.1.metadata.name"), all.At("items.2.metadata.name")));
        var some = await api.SendAsync("GET", $"{Maps}?labelSelector=k%20in%20(x)");
        Assert.Equal(("a", "c", null), (some.At("items.0.metadata.name"), some.At("items.1.metadata.name"), some.At("items.2")));
        var one = await api.SendAsync("GET", "/clusters/c1/api/v1/configmaps?fieldSelector=metadata.name=b,metadata.namespace=default");
        Assert.Equal(("b", null), (one.At("items.0.metadata.name"), one.At("items.1")));
    }

    [Fact]
    public async Task Pages_cover_everything_once_and_keep_the_first_pages_revision()
    {
        for (int i = 0; i < 7; i++)
            await MakeAsync($"m{i}");
        var names = new List<string>();
        string? token = null, version = null;
        do
        {
            var page = await api.SendAsync("GET", $"{Maps}?limit=3{(token is null ? "" : $"&continue={token}")}");
            version ??= page.At("metadata.resourceVersion");
            Assert.Equal(version, page.At("metadata.resourceVersion"));
            names.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(i => Reply.At(i, "metadata.name")!));
            token = page.At("metadata.continue");
            if (names.Count == 3)
            {
                Assert.Equal("4", page.At("metadata.remainingItemCount"));
                await LabelAsync("m0", "changed");
            }
        }
        while (token is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"m{i}"), names);
    }

    [Fact]
    public async Task Versions_in_lists_mean_what_Kubernetes_says()
    {
        string version = await MakeAsync("a");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", $"{Maps}?resourceVersion=0")).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", $"{Maps}?resourceVersion={version}&resourceVersionMatch=Exact")).Code);
        Assert.Equal(HttpStatusCode.Gone, (await api.SendAsync("GET", $"{Maps}?resourceVersion=1&resourceVersionMatch=Exact")).Code);
        var future = await api.SendAsync("GET", $"{Maps}?resourceVersion=999999");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "Timeout", "ResourceVersionTooLarge"), (future.Code, future.Reason, future.At("details.causes.0.reason")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?resourceVersion=0")]
    public async Task An_idle_process_shows_what_another_one_has_just_committed(string query)
    {
        await MakeAsync("a");
        await using var other = await ApiFixture.StartAsync(beside: api);
        // Its cache is loaded now, and nothing makes it follow.
        await other.Get<CloudOrch.ControlPlane.State.ClusterCaches>().Of(api.ClusterId).CatchUpAsync(TestContext.Current.CancellationToken);
        string version = await MakeAsync("b");
        var listed = await other.SendAsync("GET", Maps + query);
        Assert.Equal(("b", version), (listed.At("items.1.metadata.name"), listed.At("metadata.resourceVersion")));
        await LabelAsync("a", "new");
        Assert.Equal("new", (await other.SendAsync("GET", $"{Maps}/a{query}")).At("metadata.labels.k"));
    }

    [Fact]
    public async Task Tables_are_printed_when_asked_for()
    {
        await api.SendAsync("POST", Deployments, Deployment("web", 2));
        var table = await api.SendAsync("GET", Deployments, accept: Table);
        Assert.Equal(("Table", "meta.k8s.io/v1", "Name"), (table.At("kind"), table.At("apiVersion"), table.At("columnDefinitions.0.name")));
        Assert.Equal(("web", "0/2"), (table.At("rows.0.cells.0"), table.At("rows.0.cells.1")));
        Assert.Equal("PartialObjectMetadata", table.At("rows.0.object.kind"));
        Assert.Equal("Deployment", (await api.SendAsync("GET", $"{Deployments}?includeObject=Object", accept: Table)).At("rows.0.object.kind"));
        Assert.Equal("Table", (await api.SendAsync("GET", $"{Deployments}/web", accept: Table)).At("kind"));
        var partial = await api.SendAsync("GET", Deployments, accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
        Assert.Equal(("PartialObjectMetadataList", "web", null), (partial.At("kind"), partial.At("items.0.metadata.name"), partial.At("items.0.spec")));
        Assert.Equal("DeploymentList", (await api.SendAsync("GET", Deployments, accept: "application/vnd.kubernetes.protobuf,application/json")).At("kind"));
    }

    [Fact]
    public async Task A_watch_from_a_revision_has_every_change_after_it()
    {
        string from = await MakeAsync("a");
        await MakeAsync("b");
        using var watch = await api.WatchAsync($"{Maps}?watch=true&resourceVersion={from}");
        Assert.Equal("ADDED b", await watch.NextNameAsync());
        await LabelAsync("a", "z");
        Assert.Equal("MODIFIED a", await watch.NextNameAsync());
        await api.SendAsync("DELETE", $"{Maps}/a");
        Assert.Equal("DELETED a", await watch.NextNameAsync());
        await api.SendAsync("POST", Deployments, Deployment("web"));
        await MakeAsync("c");
        Assert.Equal("ADDED c", await watch.NextNameAsync());
    }

    [Fact]
    public async Task A_watch_without_a_revision_begins_with_what_is_there()
    {
        await MakeAsync("a");
        using var watch = await api.WatchAsync($"{Maps}?watch=true&timeoutSeconds=1");
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        Assert.Null(await watch.NextAsync());
    }

    [Fact]
    public async Task A_selectors_watcher_sees_objects_come_and_go()
    {
        string from = await MakeAsync("a", "y");
        using var watch = await api.WatchAsync($"{Maps}?watch=true&resourceVersion={from}&labelSelector=k=x");
        await LabelAsync("a", "x");
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        await api.SendAsync("PATCH", $"{Maps}/a", """{"data":{"v":"2"}}""", contentType: "application/merge-patch+json");
        Assert.Equal("MODIFIED a", await watch.NextNameAsync());
        await LabelAsync("a", "y");
        Assert.Equal("DELETED a", await watch.NextNameAsync());
        await LabelAsync("a", "w");
        await MakeAsync("b", "x");
        Assert.Equal("ADDED b", await watch.NextNameAsync());
    }

    [Fact]
    public async Task Bookmarks_come_only_when_asked_for()
    {
        string from = await MakeAsync("a");
        using (var silent = await api.WatchAsync($"{Maps}?watch=true&resourceVersion={from}&timeoutSeconds=1"))
            Assert.Null(await silent.NextAsync());
        using var watch = await api.WatchAsync($"{Maps}?watch=true&resourceVersion={from}&allowWatchBookmarks=true&timeoutSeconds=1");
        var mark = (await watch.NextAsync())!.Value;
        Assert.Equal(("BOOKMARK", "ConfigMap", from), (Reply.At(mark, "type"), Reply.At(mark, "object.kind"), Reply.At(mark, "object.metadata.resourceVersion")));
    }

    [Fact]
    public async Task SendInitialEvents_ends_with_its_annotated_bookmark_or_is_refused()
    {
        await MakeAsync("a");
        using var watch = await api.WatchAsync($"{Maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        Assert.Equal("ADDED a", await watch.NextNameAsync());
        var mark = (await watch.NextAsync())!.Value;
        Assert.Equal("BOOKMARK", Reply.At(mark, "type"));
        Assert.Equal("true", mark.GetProperty("object").GetProperty("metadata").GetProperty("annotations").GetProperty("k8s.io/initial-events-end").GetString());
        var wrong = await api.SendAsync("GET", $"{Maps}?watch=true&sendInitialEvents=true");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (wrong.Code, wrong.Reason));
    }

    [Fact]
    public async Task A_compacted_revision_is_410_in_the_stream()
    {
        await MakeAsync("a");
        string from = await MakeAsync("b");
        string last = await MakeAsync("c");
        await api.Store.CompactAsync(api.ClusterId, new(long.Parse(last)), default);
        await using var other = await ApiFixture.StartAsync(beside: api);
        using var fresh = await other.WatchAsync($"{Maps}?watch=true&resourceVersion={from}");
        var error = (await fresh.NextAsync())!.Value;
        Assert.Equal(("ERROR", "410", "Expired"), (Reply.At(error, "type"), Reply.At(error, "object.code"), Reply.At(error, "object.reason")));
        Assert.Null(await fresh.NextAsync());
        using var kept = await other.WatchAsync($"{Maps}?watch=true&resourceVersion={last}");
        await MakeAsync("d");
        Assert.Equal("ADDED d", await kept.NextNameAsync());
    }

    [Fact]
    public async Task A_watch_that_was_cut_goes_on_exactly_at_another_process()
    {
        string from = await MakeAsync("a");
        await MakeAsync("b");
        await LabelAsync("a", "z");
        await api.SendAsync("DELETE", $"{Maps}/b");
        await MakeAsync("c");
        await using var other = await ApiFixture.StartAsync(beside: api);
        string[] all = ["ADDED b", "MODIFIED a", "DELETED b", "ADDED c"];
        for (int k = 0; k < all.Length; k++)
        {
            using var rest = await other.WatchAsync($"{Maps}?watch=true&resourceVersion={long.Parse(from) + k}");
            foreach (string expected in all[k..])
                Assert.Equal(expected, await rest.NextNameAsync());
        }
    }

    [Fact]
    public async Task What_one_process_writes_is_read_and_watched_at_the_other()
    {
        await using var other = await ApiFixture.StartAsync(beside: api);
        string from = await MakeAsync("a");
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync("GET", $"{Maps}/a")).Code);
        using var watch = await other.WatchAsync($"{Maps}?watch=true&resourceVersion={from}");
        for (int i = 0; i < 5; i++)
        {
            await MakeAsync($"m{i}");
            Assert.Equal($"ADDED m{i}", await watch.NextNameAsync());
            Assert.Equal($"m{i}", (await other.SendAsync("GET", $"{Maps}/m{i}")).At("metadata.name"));
        }
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? api : other).SendAsync("PATCH", $"{Maps}/a", $"{{\"data\":{{\"k{i}\":\"1\"}}}}", contentType: "application/merge-patch+json")));
        Assert.All(replies, r => Assert.Equal(HttpStatusCode.OK, r.Code));
        var end = await other.SendAsync("GET", $"{Maps}/a");
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal("1", end.At($"data.k{i}")));
    }

    [Fact]
    public async Task Watch_events_are_tables_of_one_row_when_asked_for()
    {
        string from = await MakeAsync("a");
        using var watch = await api.WatchAsync($"{Maps}?watch=true&resourceVersion={from}", Table);
        await MakeAsync("b");
        await MakeAsync("c");
        var first = (await watch.NextAsync())!.Value;
        Assert.Equal(("ADDED", "Table", "b"), (Reply.At(first, "type"), Reply.At(first, "object.kind"), Reply.At(first, "object.rows.0.cells.0")));
        Assert.Equal("Name", Reply.At(first, "object.columnDefinitions.0.name"));
        Assert.Equal("c", Reply.At((await watch.NextAsync())!.Value, "object.rows.0.cells.0"));
    }

    [Fact]
    public async Task A_revision_from_the_future_is_a_timeout_that_may_be_retried()
    {
        await MakeAsync("a");
        var reply = await api.SendAsync("GET", $"{Maps}?watch=true&resourceVersion=99999");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "Timeout", "1"), (reply.Code, reply.Reason, reply.RetryAfter));
    }

    [Fact]
    public async Task Events_are_listed_selected_and_watched_from_their_own_stream()
    {
        var events = api.Get<IEventStore>();
        EventRecord Event(string name, string about) => new()
        {
            Kind = "Event", ApiVersion = "v1", Metadata = new() { Name = name, Namespace = "default", Uid = $"uid-{name}" },
            InvolvedObject = new() { Kind = "Pod", Namespace = "default", Name = about, Uid = $"uid-{about}" }, Reason = "Started", Message = $"started {about}", Type = "Normal",
            FirstTimestamp = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
            LastTimestamp = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), Count = 1,
        };
        await events.RecordAsync(api.ClusterId, [Event("e1", "a"), Event("e2", "b")], default);
        const string Path = "/clusters/c1/api/v1/namespaces/default/events";
        var some = await api.SendAsync("GET", $"{Path}?fieldSelector=involvedObject.name=b,involvedObject.kind=Pod");
        Assert.Equal(("e2", null), (some.At("items.0.metadata.name"), some.At("items.1")));
        using var watch = await api.WatchAsync($"{Path}?watch=true&resourceVersion={some.At("metadata.resourceVersion")}");
        await events.RecordAsync(api.ClusterId, [Event("e3", "c")], default);
        Assert.Equal("ADDED e3", await watch.NextNameAsync());
        var made = await api.SendAsync("POST", Path,
            """{"metadata":{"name":"mine"},"involvedObject":{"kind":"Pod","namespace":"default","name":"d","uid":"u"},"reason":"Tested","message":"by hand"}""");
        Assert.Equal(HttpStatusCode.Created, made.Code);
        Assert.Equal("ADDED mine", await watch.NextNameAsync());
        Assert.Equal("Success", (await api.SendAsync("DELETE", $"{Path}/mine")).At("status"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Path}/mine")).Code);
    }

    [Fact]
    public async Task Leases_of_nodes_are_made_from_their_heartbeats()
    {
        var node = await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""");
        await api.Get<MemoryNodeRows>().OpenLeaseAsync(api.ClusterId, node.At("metadata.uid")!, default);
        var lease = await api.SendAsync("GET", "/clusters/c1/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1");
        Assert.Equal((HttpStatusCode.OK, "n1", "4"), (lease.Code, lease.At("spec.holderIdentity"), lease.At("spec.leaseDurationSeconds")));
        Assert.NotNull(lease.At("spec.renewTime"));
        var list = await api.SendAsync("GET", "/clusters/c1/apis/coordination.k8s.io/v1/leases");
        Assert.Equal("n1", list.At("items.0.metadata.name"));
        var write = await api.SendAsync("DELETE", "/clusters/c1/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1");
        Assert.Equal(HttpStatusCode.Forbidden, write.Code);
    }
}
