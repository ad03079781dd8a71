using System.Net;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Testing;
using CloudOrch.Testing.Queues;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class ObjectVerbTests : IAsyncLifetime
{
    public const string Maps = "/clusters/c1/api/v1/namespaces/default/configmaps";
    public const string Deployments = "/clusters/c1/apis/apps/v1/namespaces/default/deployments";
    public const string Pods = "/clusters/c1/api/v1/namespaces/default/pods";

    /// <summary>However long a test takes, what a process has seen it holds for the newest.</summary>
    private static readonly ControlPlaneOptions Trusting = new() { Cache = new() { TrustedFor = TimeSpan.FromHours(1) } };

    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    public static string Map(string name, string value = "1", string more = "") =>
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{{name}}}"{{{more}}}},"data":{"v":"{{{value}}}"}}""";

    public static string Deployment(string name, int replicas = 1, string label = "web", string selector = "web") =>
        $$$"""
        {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{selector}}}"}},
        "template":{"metadata":{"labels":{"app":"{{{label}}}"}},"spec":{"containers":[{"name":"web","image":"busybox:1"}]} } } }
        """;

    public static string Pod(string name, string more = "") =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"web","image":"busybox:1"}]{{{more}}}} }""";

    [Fact]
    public async Task A_writer_that_has_just_written_reads_nothing_before_it_writes_again()
    {
        await using var sure = await ApiFixture.StartAsync(Trusting);
        await sure.SendAsync("POST", Maps, Map("a"));
        int reads = sure.Store.HeadReads;
        for (int i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await sure.SendAsync("PATCH", $"{Maps}/a", $$$"""{"data":{"k":"{{{i}}}"}}""", contentType: "application/merge-patch+json")).Code);
        Assert.Equal(reads, sure.Store.HeadReads);
    }

    [Fact]
    public async Task What_another_process_wrote_meanwhile_decides_though_a_writer_has_just_written()
    {
        await using var one = await ApiFixture.StartAsync(Trusting);
        await using var other = await ApiFixture.StartAsync(Trusting, beside: one);
        foreach (string name in new[] { "gone", "changed", "last" })
            Assert.Equal(HttpStatusCode.Created, (await one.SendAsync("POST", Maps, Map(name))).Code);
        Assert.Equal("Success", (await other.SendAsync("DELETE", $"{Maps}/gone")).At("status"));
        // The first still has it: a refusal is not believed without reading.
        Assert.Equal(HttpStatusCode.Created, (await one.SendAsync("POST", Maps, Map("gone"))).Code);
        var changed = await other.SendAsync("PATCH", $"{Maps}/changed", """{"data":{"by":"other"}}""", contentType: "application/merge-patch+json");
        var both = await one.SendAsync("PATCH", $"{Maps}/changed", """{"data":{"k":"one"}}""", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "other", "one"), (changed.Code, both.Code, both.At("data.by"), both.At("data.k")));
        Assert.Equal(HttpStatusCode.NotFound, (await one.SendAsync("DELETE", $"{Maps}/never")).Code);
    }

    [Fact]
    public async Task An_object_is_created_read_changed_and_deleted()
    {
        var made = await api.SendAsync("POST", Maps, Map("a"));
        Assert.Equal(HttpStatusCode.Created, made.Code);
        Assert.NotNull(made.At("metadata.uid"));
        Assert.NotNull(made.At("metadata.creationTimestamp"));
        string version = made.At("metadata.resourceVersion")!;

        var read = await api.SendAsync("GET", $"{Maps}/a");
        Assert.Equal((HttpStatusCode.OK, version, "1"), (read.Code, read.At("metadata.resourceVersion"), read.At("data.v")));

        var put = await api.SendAsync("PUT", $"{Maps}/a", Map("a", "2", $",\"resourceVersion\":\"{version}\""));
        Assert.Equal((HttpStatusCode.OK, "2", made.At("metadata.uid")), (put.Code, put.At("data.v"), put.At("metadata.uid")));

        var gone = await api.SendAsync("DELETE", $"{Maps}/a");
        Assert.Equal((HttpStatusCode.OK, "Success", made.At("metadata.uid")), (gone.Code, gone.At("status"), gone.At("details.uid")));
        var missing = await api.SendAsync("GET", $"{Maps}/a");
        Assert.Equal((HttpStatusCode.NotFound, "NotFound", "configmaps \"a\" not found"), (missing.Code, missing.Reason, missing.Message));
    }

    [Fact]
    public async Task Bodies_may_be_yaml()
    {
        const string Yaml = "application/yaml";
        var made = await api.SendAsync("POST", Maps, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  v: |\n    one\n    two\n", contentType: Yaml);
        Assert.Equal((HttpStatusCode.Created, "one\ntwo\n"), (made.Code, made.At("data.v")));
        var put = await api.SendAsync("PUT", $"{Maps}/a", "metadata: {name: a}\ndata: {v: three}\n", contentType: Yaml + "; charset=utf-8");
        Assert.Equal((HttpStatusCode.OK, "three"), (put.Code, put.At("data.v")));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Maps}/a", "kind: DeleteOptions\napiVersion: v1\npropagationPolicy: Background\n", contentType: Yaml)).Code);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_takes_no_revision()
    {
        var made = await api.SendAsync("POST", Maps, Map("a"));
        var same = await api.SendAsync("PUT", $"{Maps}/a", Map("a"));
        Assert.Equal(made.At("metadata.resourceVersion"), same.At("metadata.resourceVersion"));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_409_AlreadyExists()
    {
        await api.SendAsync("POST", Deployments, Deployment("web"));
        var again = await api.SendAsync("POST", Deployments, Deployment("web"));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists", "deployments.apps \"web\" already exists"), (again.Code, again.Reason, again.Message));
        Assert.Equal(("web", "apps", "deployments"), (again.At("details.name"), again.At("details.group"), again.At("details.kind")));
    }

    [Fact]
    public async Task A_stale_resourceVersion_is_409_and_changes_nothing()
    {
        var made = await api.SendAsync("POST", Maps, Map("a"));
        await api.SendAsync("PUT", $"{Maps}/a", Map("a", "2"));
        foreach (var (method, type, body) in new[]
        {
            ("PUT", "application/json", Map("a", "3", $",\"resourceVersion\":\"{made.At("metadata.resourceVersion")}\"")),
            ("PATCH", "application/merge-patch+json", $$$"""{"metadata":{"resourceVersion":"{{{made.At("metadata.resourceVersion")}}}"},"data":{"v":"3"}}"""),
        })
        {
            var stale = await api.SendAsync(method, $"{Maps}/a", body, contentType: type);
            Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (stale.Code, stale.Reason));
            Assert.Equal("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again", stale.Message);
        }
        Assert.Equal("2", (await api.SendAsync("GET", $"{Maps}/a")).At("data.v"));
    }

    [Fact]
    public async Task Every_patch_changes_the_object()
    {
        await api.SendAsync("POST", Deployments, Deployment("web"));
        var strategic = await api.SendAsync("PATCH", $"{Deployments}/web",
            """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"busybox:2"},{"name":"side","image":"busybox:1"}]}}}}""", contentType: "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, strategic.Code);
        Assert.Contains("busybox:2", strategic.Text, StringComparison.Ordinal);
        Assert.Equal("2", strategic.At("metadata.generation"));
        var merge = await api.SendAsync("PATCH", $"{Deployments}/web", """{"metadata":{"labels":{"x":"y"}}}""", contentType: "application/merge-patch+json");
        Assert.Equal(("y", "2"), (merge.At("metadata.labels.x"), merge.At("metadata.generation")));
        var json = await api.SendAsync("PATCH", $"{Deployments}/web", """[{"op":"replace","path":"/spec/replicas","value":7}]""", contentType: "application/json-patch+json");
        Assert.Equal("7", json.At("spec.replicas"));
        var test = await api.SendAsync("PATCH", $"{Deployments}/web", """[{"op":"test","path":"/spec/replicas","value":8},{"op":"remove","path":"/metadata/labels/x"}]""",
            contentType: "application/json-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (test.Code, test.Reason));
        foreach (string type in new[] { "application/json", "text/plain", "application/apply-patch+cbor" })
        {
            var other = await api.SendAsync("PATCH", $"{Deployments}/web", "{}", contentType: type);
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, "UnsupportedMediaType"), (other.Code, other.Reason));
            Assert.Contains("accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml",
                other.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Scale_is_read_put_and_patched()
    {
        await api.SendAsync("POST", Deployments, Deployment("web", 3));
        var scale = await api.SendAsync("GET", $"{Deployments}/web/scale");
        Assert.Equal(("Scale", "autoscaling/v1", "3", "app=web"), (scale.At("kind"), scale.At("apiVersion"), scale.At("spec.replicas"), scale.At("status.selector")));
        var patched = await api.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":5}}""", contentType: "application/merge-patch+json");
        Assert.Equal("5", patched.At("spec.replicas"));
        var put = await api.SendAsync("PUT", $"{Deployments}/web/scale", scale.Text);
        Assert.Equal(HttpStatusCode.Conflict, put.Code);
        put = await api.SendAsync("PUT", $"{Deployments}/web/scale", patched.Text.Replace("\"replicas\":5", "\"replicas\":6", StringComparison.Ordinal), contentType: null);
        Assert.Equal((HttpStatusCode.OK, "6"), (put.Code, put.At("spec.replicas")));
        Assert.Equal("6", (await api.SendAsync("GET", $"{Deployments}/web")).At("spec.replicas"));
        var negative = await api.SendAsync("PATCH", $"{Deployments}/web/scale", """{"spec":{"replicas":-1}}""", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (negative.Code, negative.Reason));
    }

    [Fact]
    public async Task Status_has_its_own_writer()
    {
        await api.SendAsync("POST", Deployments, Deployment("web"));
        var status = await api.SendAsync("PATCH", $"{Deployments}/web/status", """{"spec":{"replicas":9},"status":{"replicas":4}}""", contentType: "application/merge-patch+json");
        Assert.Equal(("1", "4"), (status.At("spec.replicas"), status.At("status.replicas")));
        var spec = await api.SendAsync("PATCH", $"{Deployments}/web", """{"spec":{"replicas":2},"status":{"replicas":8}}""", contentType: "application/merge-patch+json");
        Assert.Equal(("2", "4"), (spec.At("spec.replicas"), spec.At("status.replicas")));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var made = await api.SendAsync("POST", $"{Maps}?dryRun=All", Map("a"));
        Assert.Equal(HttpStatusCode.Created, made.Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Maps}/a")).Code);
        await api.SendAsync("POST", Maps, Map("a"));
        Assert.Equal("2", (await api.SendAsync("PUT", $"{Maps}/a?dryRun=All", Map("a", "2"))).At("data.v"));
        await api.SendAsync("DELETE", $"{Maps}/a", """{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}""");
        Assert.Equal("1", (await api.SendAsync("GET", $"{Maps}/a")).At("data.v"));
    }

    [Fact]
    public async Task GenerateName_makes_a_new_name_each_time()
    {
        var names = new HashSet<string>();
        for (int i = 0; i < 5; i++)
            names.Add((await api.SendAsync("POST", Maps, """{"metadata":{"generateName":"g-"}}""")).At("metadata.name")!);
        Assert.Equal(5, names.Count);
        Assert.All(names, n => Assert.StartsWith("g-", n, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pods_get_the_clusters_toleration_unless_they_have_their_own()
    {
        var pod = await api.SendAsync("POST", Pods, Pod("a"));
        Assert.Equal(HttpStatusCode.Created, pod.Code);
        Assert.Equal(("node.kubernetes.io/not-ready", "0"), (pod.At("spec.tolerations.0.key"), pod.At("spec.tolerations.0.tolerationSeconds")));
        var own = await api.SendAsync("POST", Pods, Pod("b", """,  "tolerations":[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]"""));
        Assert.Equal("300", own.At("spec.tolerations.0.tolerationSeconds"));
        Assert.Equal("node.kubernetes.io/not-ready", own.At("spec.tolerations.1.key"));
        Assert.Null(own.At("spec.tolerations.2"));
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_does_not_exist_or_is_going()
    {
        var missing = await api.SendAsync("POST", "/clusters/c1/api/v1/namespaces/none/configmaps", Map("a"));
        Assert.Equal((HttpStatusCode.NotFound, "namespaces \"none\" not found"), (missing.Code, missing.Message));
        await api.SendAsync("POST", "/clusters/c1/api/v1/namespaces", """{"metadata":{"name":"going"}}""");
        var deleted = await api.SendAsync("DELETE", "/clusters/c1/api/v1/namespaces/going");
        Assert.Equal("Terminating", deleted.At("status.phase"));
        var late = await api.SendAsync("POST", "/clusters/c1/api/v1/namespaces/going/configmaps", Map("a"));
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (late.Code, late.Reason));
        Assert.Contains("because it is being terminated", late.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("DELETE", "/clusters/c1/api/v1/namespaces/default")).Code);
    }

    [Fact]
    public async Task A_running_pod_is_marked_and_a_waiting_one_goes_at_once()
    {
        await api.SendAsync("POST", Pods, Pod("waiting"));
        Assert.Equal("Success", (await api.SendAsync("DELETE", $"{Pods}/waiting")).At("status"));
        await api.SendAsync("POST", Pods, Pod("bound", ""","nodeName":"n1" """));
        var marked = await api.SendAsync("DELETE", $"{Pods}/bound");
        Assert.Equal("30", marked.At("metadata.deletionGracePeriodSeconds"));
        Assert.NotNull(marked.At("metadata.deletionTimestamp"));
        var sooner = await api.SendAsync("DELETE", $"{Pods}/bound?gracePeriodSeconds=5");
        Assert.Equal("5", sooner.At("metadata.deletionGracePeriodSeconds"));
        var forced = await api.SendAsync("DELETE", $"{Pods}/bound", """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0}""");
        Assert.Equal("Success", forced.At("status"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Pods}/bound")).Code);
    }

    [Fact]
    public async Task Propagation_and_finalizers_hold_an_object_until_they_are_gone()
    {
        await api.SendAsync("POST", Deployments, Deployment("web"));
        var foreground = await api.SendAsync("DELETE", $"{Deployments}/web", """{"propagationPolicy":"Foreground"}""");
        Assert.Equal("foregroundDeletion", foreground.At("metadata.finalizers.0"));
        var done = await api.SendAsync("PATCH", $"{Deployments}/web", """{"metadata":{"finalizers":null}}""", contentType: "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, done.Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Deployments}/web")).Code);
        await api.SendAsync("POST", Deployments, Deployment("web"));
        var orphan = await api.SendAsync("DELETE", $"{Deployments}/web?propagationPolicy=Orphan");
        Assert.Equal("orphan", orphan.At("metadata.finalizers.0"));
    }

    [Fact]
    public async Task Preconditions_of_a_deletion_are_kept()
    {
        var made = await api.SendAsync("POST", Maps, Map("a"));
        var wrong = await api.SendAsync("DELETE", $"{Maps}/a", """{"preconditions":{"uid":"other"}}""");
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (wrong.Code, wrong.Reason));
        var right = await api.SendAsync("DELETE", $"{Maps}/a", $$$"""{"preconditions":{"uid":"{{{made.At("metadata.uid")}}}"}}""");
        Assert.Equal(HttpStatusCode.OK, right.Code);
    }

    [Fact]
    public async Task Deletecollection_takes_what_the_selector_matches()
    {
        foreach (var (name, label) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
            await api.SendAsync("POST", Maps, Map(name, "1", $$$""","labels":{"k":"{{{label}}}"}"""));
        Assert.Equal("Success", (await api.SendAsync("DELETE", $"{Maps}?labelSelector=k=x")).At("status"));
        var left = await api.SendAsync("GET", Maps);
        Assert.Equal(("b", null), (left.At("items.0.metadata.name"), left.At("items.1")));
    }

    [Fact]
    public async Task A_node_goes_with_its_pods_in_one_commit()
    {
        await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""");
        for (int i = 0; i < 5; i++)
            await api.SendAsync("POST", Pods, Pod($"p{i}", ""","nodeName":"n1" """));
        await api.SendAsync("POST", Pods, Pod("other", ""","nodeName":"n2" """));
        int before = api.Store.Commits;
        Assert.Equal("Success", (await api.SendAsync("DELETE", "/clusters/c1/api/v1/nodes/n1")).At("status"));
        Assert.Equal(before + 1, api.Store.Commits);
        var left = await api.SendAsync("GET", Pods);
        Assert.Equal(("other", null), (left.At("items.0.metadata.name"), left.At("items.1")));
    }

    [Fact]
    public async Task A_pod_with_a_fenced_identity_outlives_a_forced_deletion_and_its_Node_until_its_server_must_have_stopped_it()
    {
        string annotated = Pod("db").Replace("""{"name":"db"}""", """{"name":"db","annotations":{"cloudorch.io/fenced-identity":"No!"}}""", StringComparison.Ordinal);
        var refused = await api.SendAsync("POST", Pods, annotated);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "metadata.annotations[cloudorch.io/fenced-identity]"), (refused.Code, refused.At("details.causes.0.field")));
        await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""");
        var id = api.ClusterId;
        var template = KubeJson.Read<Pod>(System.Text.Encoding.UTF8.GetBytes(Pod("db")));
        var pod = template with
        {
            Metadata = new() { Name = "db", Namespace = "default", Uid = "uid-db", Annotations = ValueMap.Of((FencedIdentity.Annotation, "db")) },
            Spec = template.Spec with { NodeName = "n1" },
        };
        await api.Store.CommitAsync(id, (await api.Store.ReadHeadAsync(id, default))!, [new(ChangeType.Added, KindRegistry.KeyOf(pod), KubeJson.Write(pod))], default);

        var forced = await api.SendAsync("DELETE", $"{Pods}/db?gracePeriodSeconds=0");
        Assert.Equal((HttpStatusCode.OK, "db", "0"), (forced.Code, forced.At("metadata.name"), forced.At("metadata.deletionGracePeriodSeconds")));
        int before = api.Store.Commits;
        Assert.Equal("Success", (await api.SendAsync("DELETE", "/clusters/c1/api/v1/nodes/n1")).At("status"));
        Assert.Equal(before + 1, api.Store.Commits);
        var left = KubeJson.Read<Pod>(System.Text.Encoding.UTF8.GetBytes((await api.SendAsync("GET", $"{Pods}/db")).Json.GetRawText()));
        Assert.NotNull(FencedIdentity.OwedUntilOf(left));
    }

    [Theory]
    [InlineData(97, 1)]
    [InlineData(98, 2)]
    [InlineData(200, 3)]
    public async Task A_node_with_more_pods_than_a_commit_holds_is_cordoned_first_and_goes_last(int pods, int commits)
    {
        await api.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""");
        var id = api.ClusterId;
        var template = KubeJson.Read<Pod>(System.Text.Encoding.UTF8.GetBytes(Pod("p")));
        var head = (await api.Store.ReadHeadAsync(id, default))!;
        await api.Store.CommitInOrderAsync(id, head, [.. Enumerable.Range(0, pods).Select(i =>
        {
            var pod = template with { Metadata = new() { Name = $"p{i}", Namespace = "default", Uid = $"uid-p{i}" }, Spec = template.Spec with { NodeName = "n1" } };
            return new PendingChange(ChangeType.Added, KindRegistry.KeyOf(pod), KubeJson.Write(pod));
        })], default);
        int before = api.Store.Commits;
        Assert.Equal("Success", (await api.SendAsync("DELETE", "/clusters/c1/api/v1/nodes/n1")).At("status"));
        Assert.Equal(before + commits, api.Store.Commits);
        Assert.Null((await api.SendAsync("GET", Pods)).At("items.0"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", "/clusters/c1/api/v1/nodes/n1")).Code);
    }

    [Fact]
    public async Task A_patch_costs_one_transaction_and_at_most_one_head_read_and_a_read_costs_one()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        var (reads, commits, listings) = (api.Store.HeadReads, api.Store.Commits, api.Store.Listings);
        await api.SendAsync("PATCH", $"{Maps}/a", """{"data":{"v":"2"}}""", contentType: "application/merge-patch+json");
        Assert.Equal((commits + 1, listings), (api.Store.Commits, api.Store.Listings));
        Assert.InRange(api.Store.HeadReads, reads, reads + 1);
        reads = api.Store.HeadReads;
        await api.SendAsync("GET", $"{Maps}/a");
        Assert.Equal((reads + 1, commits + 1, listings), (api.Store.HeadReads, api.Store.Commits, api.Store.Listings));
    }

    [Fact]
    public async Task A_commit_rings_once_if_somebody_acts_on_it()
    {
        var work = api.Get<MemoryWorkQueue>();
        int before = work.Rung.Count;
        var made = await api.SendAsync("POST", Pods, Pod("p", ""","volumes":[{"name":"v","configMap":{"name":"a"}}]"""));
        Assert.Equal(made.At("metadata.resourceVersion"), work.Rung.Skip(before).Single().Revision.ToString());

        // A pod waits for it and then reads it.
        await RingsAsync(1, "POST", Maps, Map("a"));
        await RingsAsync(1, "PATCH", $"{Maps}/a", """{"data":{"v":"2"}}""");
        await RingsAsync(0, "PUT", $"{Maps}/a", (await api.SendAsync("GET", $"{Maps}/a")).Text);
        await RingsAsync(1, "DELETE", $"{Maps}/a");

        // Nobody does.
        await RingsAsync(0, "POST", Maps, Map("b"));
        await RingsAsync(0, "PATCH", $"{Maps}/b", """{"data":{"v":"2"}}""");
        await RingsAsync(0, "POST", "/clusters/c1/apis/coordination.k8s.io/v1/namespaces/default/leases", """{"metadata":{"name":"leader"},"spec":{"holderIdentity":"me"}}""");
        // Its owner is not there: it is to go.
        await RingsAsync(1, "PATCH", $"{Maps}/b", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"q","uid":"none"}]}}""");
        await RingsAsync(0, "POST", Maps, Map("c"));
        await RingsAsync(0, "DELETE", $"{Maps}/c");

        async Task RingsAsync(int times, string method, string path, string? body = null)
        {
            before = work.Rung.Count;
            var reply = await api.SendAsync(method, path, body, contentType: method == "PATCH" ? "application/merge-patch+json" : "application/json");
            Assert.True((int)reply.Code is 200 or 201, reply.Text);
            Assert.Equal((method, path, times), (method, path, work.Rung.Count - before));
        }
    }

    [Fact]
    public async Task A_lost_race_runs_the_verb_again_on_what_won()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        var id = api.ClusterId;
        api.Store.BeforeCommit = async () =>
        {
            var head = (await api.Store.ReadHeadAsync(id, default))!;
            var key = new ResourceKey(new("", "configmaps"), "default", "a");
            var row = (await api.Store.GetAsync(id, key, default))!;
            string body = System.Text.Encoding.UTF8.GetString(row.Body.Span).Replace("\"v\":\"1\"", "\"v\":\"1\",\"other\":\"x\"", StringComparison.Ordinal);
            await api.Store.CommitAsync(id, head, [new(ChangeType.Modified, key, System.Text.Encoding.UTF8.GetBytes(body))], default);
        };
        var patched = await api.SendAsync("PATCH", $"{Maps}/a", """{"data":{"mine":"y"}}""", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, "x", "y"), (patched.Code, patched.At("data.other"), patched.At("data.mine")));
    }

    [Fact]
    public async Task Twenty_writers_of_one_object_all_succeed()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        int before = api.Store.Commits;
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            api.SendAsync("PATCH", $"{Maps}/a", $$$"""{"data":{"k{{{i}}}":"1"}}""", contentType: "application/merge-patch+json")));
        Assert.All(replies, r => Assert.Equal(HttpStatusCode.OK, r.Code));
        Assert.Equal(20, replies.Select(r => r.At("metadata.resourceVersion")).Distinct().Count());
        var end = await api.SendAsync("GET", $"{Maps}/a");
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal("1", end.At($"data.k{i}")));
        Assert.Equal(20, api.Store.Commits - before);
    }

    [Fact]
    public async Task Verbs_that_wait_for_a_commit_share_the_next_one()
    {
        // More of one tenant than a process works on at once.
        var serving = new ServingOptions { Fairness = new() { SeatsPerTenant = 40 } };
        await using var api = await ApiFixture.StartAsync(new() { Serving = serving });
        var blocked = new TaskCompletionSource();
        api.Store.BeforeCommit = () => blocked.Task;
        var first = api.SendAsync("POST", Maps, Map("first"));
        await Eventually.Async(() => api.Store.BeforeCommit is null, ApiFixture.Deadline, "the first commit is under way");
        int before = api.Store.Commits;
        var rest = Enumerable.Range(0, 30).Select(i => api.SendAsync("POST", Maps, Map($"m{i}"))).ToList();
        await Eventually.Async(() => api.Get<ClusterWriters>().Of(api.ClusterId).Waiting == 30, ApiFixture.Deadline, "thirty verbs wait");
        blocked.SetResult();
        Assert.All(await Task.WhenAll(rest), r => Assert.Equal(HttpStatusCode.Created, r.Code));
        Assert.Equal(HttpStatusCode.Created, (await first).Code);
        Assert.Equal(before + 2, api.Store.Commits);
    }

    [Fact]
    public async Task Losing_too_often_is_429_and_never_a_false_409()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        api.Store.ConflictsToCome = 1_000;
        var busy = await api.SendAsync("PUT", $"{Maps}/a", Map("a", "2"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "TooManyRequests", "1"), (busy.Code, busy.Reason, busy.RetryAfter));
        api.Store.ConflictsToCome = 0;
    }

    [Fact]
    public async Task A_throttled_store_is_429_with_RetryAfter()
    {
        await api.SendAsync("POST", Maps, Map("a"));
        api.Store.Unavailable = true;
        foreach (string method in new[] { "GET", "PUT" })
        {
            var busy = await api.SendAsync(method, $"{Maps}/a", method == "PUT" ? Map("a", "2") : null);
            Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (busy.Code, busy.RetryAfter));
        }
        api.Store.Unavailable = false;
        Assert.Equal("1", (await api.SendAsync("GET", $"{Maps}/a")).At("data.v"));
    }
}
