using System.Net;
using System.Text.Json.Nodes;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Objects that are stored in one version and served in another one too: autoscaling/v1 and events.k8s.io/v1.</summary>
public sealed class ServedVersionTests : IAsyncLifetime
{
    private const string V1 = "/clusters/c1/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private const string V2 = "/clusters/c1/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private const string Core = "/clusters/c1/api/v1/namespaces/default/events";
    private const string Events = "/clusters/c1/apis/events.k8s.io/v1/namespaces/default/events";
    private const string Table = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";
    private const string Merge = "application/merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";
    private const string Cpu = "spec.metrics.0.resource.target.averageUtilization";

    private const string Scaler = """
        {"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1","metadata":{"name":"web"},
         "spec":{"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"minReplicas":1,"maxReplicas":3,"targetCPUUtilizationPercentage":50}}
        """;

    private const string WithBehavior = """
        {"metadata":{"name":"web"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"maxReplicas":3,
         "metrics":[{"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization","averageUtilization":70}}}],
         "behavior":{"scaleDown":{"stabilizationWindowSeconds":60}}}}
        """;

    private const string NewEvent = """
        {"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"e2"},"eventTime":"2026-01-02T03:04:05.000001Z","reportingController":"example.com/c",
         "reportingInstance":"c-1","action":"Start","reason":"Started","regarding":{"kind":"Pod","name":"api","namespace":"default"},"note":"started it","type":"Normal"}
        """;

    private const string OldEvent = """
        {"metadata":{"name":"e1"},"involvedObject":{"kind":"Pod","name":"web","namespace":"default"},"reason":"Pulled","message":"pulled it",
         "source":{"component":"kubelet"},"firstTimestamp":"2026-01-02T03:04:05Z","lastTimestamp":"2026-01-02T03:04:05Z","count":1,"type":"Normal"}
        """;

    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task What_is_created_in_one_version_is_read_in_both()
    {
        var made = await api.SendAsync("POST", V1, Scaler);
        Assert.Equal((HttpStatusCode.Created, "autoscaling/v1", "50"), (made.Code, made.At("apiVersion"), made.At("spec.targetCPUUtilizationPercentage")));
        var newer = await api.SendAsync("GET", $"{V2}/web");
        Assert.Equal(("autoscaling/v2", "50", made.At("metadata.uid")), (newer.At("apiVersion"), newer.At(Cpu), newer.At("metadata.uid")));
        var list = await api.SendAsync("GET", V1);
        Assert.Equal(("HorizontalPodAutoscalerList", "autoscaling/v1", "50"), (list.At("kind"), list.At("apiVersion"), list.At("items.0.spec.targetCPUUtilizationPercentage")));
        Assert.Equal("autoscaling/v1", list.At("items.0.apiVersion"));
        var table = await api.SendAsync("GET", $"{V1}?includeObject=Object", accept: Table);
        Assert.Equal(("web", "Deployment/web", "autoscaling/v1"), (table.At("rows.0.cells.0"), table.At("rows.0.cells.1"), table.At("rows.0.object.apiVersion")));
        Assert.Equal(HttpStatusCode.Conflict, (await api.SendAsync("POST", V2, WithBehavior)).Code);
    }

    [Fact]
    public async Task A_default_is_the_same_in_both_versions()
    {
        const string Bare = """{"metadata":{"name":"bare"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"maxReplicas":3}}""";
        var made = await api.SendAsync("POST", V1, Bare);
        Assert.Equal(("1", "80"), (made.At("spec.minReplicas"), made.At("spec.targetCPUUtilizationPercentage")));
        Assert.Equal("80", (await api.SendAsync("GET", $"{V2}/bare")).At(Cpu));
    }

    [Fact]
    public async Task Watches_of_both_versions_see_the_same_changes()
    {
        using var older = await api.WatchAsync($"{V1}?watch=true");
        using var newer = await api.WatchAsync($"{V2}?watch=true");
        await api.SendAsync("POST", V2, WithBehavior);
        var (first, second) = ((await older.NextAsync())!.Value, (await newer.NextAsync())!.Value);
        Assert.Equal(("ADDED", "autoscaling/v1", "autoscaling/v2"), (Reply.At(first, "type"), Reply.At(first, "object.apiVersion"), Reply.At(second, "object.apiVersion")));
        Assert.Equal(Reply.At(second, "object.metadata.resourceVersion"), Reply.At(first, "object.metadata.resourceVersion"));
    }

    [Fact]
    public async Task A_client_of_the_older_version_keeps_what_it_does_not_know()
    {
        await api.SendAsync("POST", V2, WithBehavior);
        var older = await api.SendAsync("GET", $"{V1}/web");
        Assert.Null(older.At("spec.targetCPUUtilizationPercentage"));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("PUT", $"{V1}/web", older.Text.Replace("\"maxReplicas\":3", "\"maxReplicas\":4", StringComparison.Ordinal))).Code);
        var newer = await api.SendAsync("GET", $"{V2}/web");
        Assert.Equal(("4", "memory", "60"), (newer.At("spec.maxReplicas"), newer.At("spec.metrics.0.resource.name"), newer.At("spec.behavior.scaleDown.stabilizationWindowSeconds")));
        Assert.Null(newer.At("metadata.annotations"));
        var same = await api.SendAsync("PUT", $"{V1}/web", (await api.SendAsync("GET", $"{V1}/web")).Text);
        Assert.Equal((HttpStatusCode.OK, newer.At("metadata.resourceVersion")), (same.Code, same.At("metadata.resourceVersion")));
    }

    [Theory]
    [InlineData(Merge, """{"spec":{"targetCPUUtilizationPercentage":60}}""")]
    [InlineData("application/strategic-merge-patch+json", """{"spec":{"targetCPUUtilizationPercentage":60}}""")]
    [InlineData("application/json-patch+json", """[{"op":"replace","path":"/spec/targetCPUUtilizationPercentage","value":60}]""")]
    public async Task A_patch_is_written_in_the_words_of_its_version(string type, string patch)
    {
        await api.SendAsync("POST", V1, Scaler);
        var patched = await api.SendAsync("PATCH", $"{V1}/web?fieldManager=old", patch, contentType: type);
        Assert.Equal((HttpStatusCode.OK, "60"), (patched.Code, patched.At("spec.targetCPUUtilizationPercentage")));
        Assert.Equal("60", (await api.SendAsync("GET", $"{V2}/web")).At(Cpu));
        Assert.Contains(Managers(patched), m => m == "old autoscaling/v1 {\"f:spec\":{\"f:targetCPUUtilizationPercentage\":{}}}");
    }

    [Fact]
    public async Task A_body_of_the_other_version_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("POST", V2, Scaler)).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("POST", $"{V1}?fieldValidation=Strict", WithBehavior)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", V1.Replace("/v1/", "/v3/", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Owners_of_one_field_meet_across_versions()
    {
        const string Older = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3, targetCPUUtilizationPercentage: 50}\n";
        const string Newer = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 5}\n";
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("PATCH", $"{V1}/web?fieldManager=a", Older, contentType: Apply)).Code);
        var refused = await api.SendAsync("PATCH", $"{V2}/web?fieldManager=b", Newer, contentType: Apply);
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"a\": .spec.maxReplicas"), (refused.Code, refused.Message));
        var forced = await api.SendAsync("PATCH", $"{V2}/web?fieldManager=b&force=true", Newer, contentType: Apply);
        Assert.Equal(["a autoscaling/v1 {\"f:spec\":{\"f:scaleTargetRef\":{\"f:kind\":{},\"f:name\":{}},\"f:targetCPUUtilizationPercentage\":{}}}",
            "b autoscaling/v2 {\"f:spec\":{\"f:maxReplicas\":{}}}"], Managers(forced).Order(StringComparer.Ordinal));

        // What the older version calls otherwise is lost by its owner, when it is changed in the newer one.
        var patched = await api.SendAsync("PATCH", $"{V2}/web?fieldManager=c",
            """{"spec":{"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":90}}}]}}""", contentType: Merge);
        Assert.Equal(["a autoscaling/v1 {\"f:spec\":{\"f:scaleTargetRef\":{\"f:kind\":{},\"f:name\":{}}}}",
            "b autoscaling/v2 {\"f:spec\":{\"f:maxReplicas\":{}}}", "c autoscaling/v2 {\"f:spec\":{\"f:metrics\":{}}}"], Managers(patched).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_applies_in_the_newer_version_gives_up_what_he_applied_in_the_older_one()
    {
        const string Older = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, labels: {a: b}}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 3, targetCPUUtilizationPercentage: 50}\n";
        const string Newer = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 3}\n";
        await api.SendAsync("PATCH", $"{V1}/web?fieldManager=a", Older, contentType: Apply);
        var moved = await api.SendAsync("PATCH", $"{V2}/web?fieldManager=a", Newer, contentType: Apply);
        Assert.Equal((HttpStatusCode.OK, "1", "80"), (moved.Code, moved.At("spec.minReplicas"), moved.At(Cpu)));
        Assert.Null(moved.At("metadata.labels"));
        Assert.Equal(["a autoscaling/v2 {\"f:spec\":{\"f:maxReplicas\":{},\"f:scaleTargetRef\":{\"f:kind\":{},\"f:name\":{}}}}"], Managers(moved));
        var again = await api.SendAsync("PATCH", $"{V2}/web?fieldManager=a", Newer, contentType: Apply);
        Assert.Equal(moved.At("metadata.resourceVersion"), again.At("metadata.resourceVersion"));
    }

    [Fact]
    public async Task The_status_is_written_in_both_versions()
    {
        await api.SendAsync("POST", V1, Scaler);
        var older = await api.SendAsync("PATCH", $"{V1}/web/status", """{"status":{"currentReplicas":2,"desiredReplicas":3,"currentCPUUtilizationPercentage":40}}""", contentType: Merge);
        Assert.Equal((HttpStatusCode.OK, "40"), (older.Code, older.At("status.currentCPUUtilizationPercentage")));
        var newer = await api.SendAsync("GET", $"{V2}/web/status");
        Assert.Equal(("2", "40"), (newer.At("status.currentReplicas"), newer.At("status.currentMetrics.0.resource.current.averageUtilization")));
    }

    [Fact]
    public async Task A_deletion_in_one_version_is_one_in_both()
    {
        await api.SendAsync("POST", V1, Scaler);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{V1}/web")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{V2}/web")).Code);
        await api.SendAsync("POST", V2, WithBehavior);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", V1)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{V2}/web")).Code);
    }

    [Fact]
    public async Task Events_of_both_groups_are_the_same_objects()
    {
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Core, OldEvent)).Code);
        var made = await api.SendAsync("POST", Events, NewEvent);
        Assert.Equal((HttpStatusCode.Created, "events.k8s.io/v1", "started it"), (made.Code, made.At("apiVersion"), made.At("note")));
        var read = await api.SendAsync("GET", $"{Events}/e1");
        Assert.Equal(("pulled it", "web", "kubelet", "1"), (read.At("note"), read.At("regarding.name"), read.At("deprecatedSource.component"), read.At("deprecatedCount")));
        var core = await api.SendAsync("GET", $"{Core}/e2");
        Assert.Equal(("v1", "started it", "api", "example.com/c"), (core.At("apiVersion"), core.At("message"), core.At("involvedObject.name"), core.At("reportingComponent")));
        var all = await api.SendAsync("GET", "/clusters/c1/apis/events.k8s.io/v1/events");
        Assert.Equal(("EventList", "events.k8s.io/v1", "e1", "e2"), (all.At("kind"), all.At("apiVersion"), all.At("items.0.metadata.name"), all.At("items.1.metadata.name")));
        using var watch = await api.WatchAsync($"{Events}?watch=true&resourceVersion={core.At("metadata.resourceVersion")}");
        await api.SendAsync("DELETE", $"{Events}/e2");
        var gone = (await watch.NextAsync())!.Value;
        Assert.Equal(("DELETED", "events.k8s.io/v1", "started it"), (Reply.At(gone, "type"), Reply.At(gone, "object.apiVersion"), Reply.At(gone, "object.note")));
        var table = await api.SendAsync("GET", Events, accept: Table);
        Assert.Equal("pod/web", table.At("rows.0.cells.3"));
        await api.SendAsync("DELETE", Events);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Core}/e1")).Code);
        Assert.Equal("events.events.k8s.io \"e1\" not found", (await api.SendAsync("GET", $"{Events}/e1")).Message);
    }

    [Theory]
    [InlineData("regarding.name=api", 1)]
    [InlineData("regarding.kind=Pod", 2)]
    [InlineData("reportingController=example.com/c", 1)]
    [InlineData("reason!=Started,type=Normal", 1)]
    public async Task Field_selectors_are_in_the_words_of_the_group(string selector, int found)
    {
        await api.SendAsync("POST", Core, OldEvent);
        await api.SendAsync("POST", Events, NewEvent);
        var list = await api.SendAsync("GET", $"{Events}?fieldSelector={Uri.EscapeDataString(selector)}");
        Assert.Equal((HttpStatusCode.OK, found), (list.Code, list.Json.GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("GET", $"{Events}?fieldSelector=involvedObject.name%3Dapi")).Code);
    }

    [Theory]
    [InlineData("eventTime", null, "eventTime: Required value")]
    [InlineData("action", null, "action: Required value")]
    [InlineData("reportingController", null, "reportingController: Required value")]
    [InlineData("deprecatedCount", "2", "deprecatedCount: Invalid value: \"\": needs to be unset")]
    [InlineData("series", """{"count":1,"lastObservedTime":"2026-01-02T03:04:05.000001Z"}""", "series.count: Invalid value: \"\": should be at least 2")]
    public async Task Events_of_the_newer_group_are_checked_more_strictly(string field, string? value, string problem)
    {
        var document = JsonNode.Parse(NewEvent)!.AsObject();
        document.Remove(field);
        if (value is not null)
            document[field] = JsonNode.Parse(value);
        var refused = await api.SendAsync("POST", Events, document.ToJsonString());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), (refused.Code, refused.Message.Contains(problem, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_recorder_counts_repetitions_by_patches()
    {
        var made = await api.SendAsync("POST", Core, OldEvent);
        using var watch = await api.WatchAsync($"{Core}?watch=true&resourceVersion={made.At("metadata.resourceVersion")}");
        var counted = await api.SendAsync("PATCH", $"{Core}/e1", """{"count":2,"lastTimestamp":"2026-01-02T03:05:05Z"}""", contentType: "application/strategic-merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, "2", "pulled it"), (counted.Code, counted.At("count"), counted.At("message")));
        Assert.Equal("MODIFIED e1", await watch.NextNameAsync());
        Assert.Equal(counted.At("metadata.resourceVersion"), (await api.SendAsync("GET", $"{Core}/e1")).At("metadata.resourceVersion"));
        var stale = await api.SendAsync("PATCH", $"{Core}/e1", $$$"""{"count":9,"metadata":{"resourceVersion":"{{{made.At("metadata.resourceVersion")}}}"}}""", contentType: Merge);
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (stale.Code, stale.Reason));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("PATCH", $"{Core}/e9", """{"count":9}""", contentType: Merge)).Code);

        await api.SendAsync("POST", Events, NewEvent);
        const string Series = """{"series":{"count":3,"lastObservedTime":"2026-01-02T03:05:05.000001Z"}}""";
        Assert.Equal("3", (await api.SendAsync("PATCH", $"{Events}/e2", Series, contentType: Merge)).At("series.count"));
        var other = await api.SendAsync("PATCH", $"{Events}/e2", """{"note":"something else"}""", contentType: Merge);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), (other.Code, other.Message.Contains("note: Invalid value: \"something else\": field is immutable", StringComparison.Ordinal)));
        Assert.Equal("3", (await api.SendAsync("GET", $"{Core}/e2")).At("series.count"));
    }

    /// <summary>As any object: whoever makes one owns its fields and changes them, and another is told whose they are.</summary>
    [Fact]
    public async Task Events_are_applied_server_side()
    {
        string old = OldEvent.Replace("{\"metadata\"", "{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"metadata\"", StringComparison.Ordinal);
        string applied = old.Replace("\"message\":\"pulled it\"", "\"message\":\"pulled it twice\"", StringComparison.Ordinal);
        Assert.NotEqual(old, applied);
        using var watch = await api.WatchAsync($"{Core}?watch=true");
        var made = await api.SendAsync("PATCH", $"{Core}/e1?fieldManager=me", old, contentType: Apply);
        Assert.Equal((HttpStatusCode.Created, "pulled it", "me"), (made.Code, made.At("message"), made.At("metadata.managedFields.0.manager")));
        Assert.Equal("ADDED e1", await watch.NextNameAsync());
        var again = await api.SendAsync("PATCH", $"{Core}/e1?fieldManager=me", old, contentType: Apply);
        Assert.Equal((HttpStatusCode.OK, made.At("metadata.resourceVersion")), (again.Code, again.At("metadata.resourceVersion")));
        var refused = await api.SendAsync("PATCH", $"{Core}/e1?fieldManager=other", applied, contentType: Apply);
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"me\": .message"), (refused.Code, refused.Message));
        Assert.Equal("pulled it twice", (await api.SendAsync("PATCH", $"{Core}/e1?fieldManager=me", applied, contentType: Apply)).At("message"));
        Assert.Equal("MODIFIED e1", await watch.NextNameAsync());
        Assert.Equal("pulled it twice", (await api.SendAsync("GET", $"{Events}/e1")).At("note"));

        var newer = await api.SendAsync("PATCH", $"{Events}/e2?fieldManager=me", NewEvent, contentType: Apply);
        Assert.Equal((HttpStatusCode.Created, "events.k8s.io/v1", "started it"), (newer.Code, newer.At("metadata.managedFields.0.apiVersion"), newer.At("note")));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("PATCH", $"{Core.Replace("/default/", "/none/", StringComparison.Ordinal)}/e1?fieldManager=me",
            old.Replace("\"default\"", "\"none\"", StringComparison.Ordinal), contentType: Apply)).Code);
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("PATCH", $"{Core}/e3?fieldManager=me&dryRun=All", old.Replace("\"e1\"", "\"e3\"", StringComparison.Ordinal), contentType: Apply)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Core}/e3")).Code);
    }

    [Fact]
    public async Task Writers_of_one_Event_that_race_lose_nothing()
    {
        await api.SendAsync("POST", Core, OldEvent);
        var patched = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            api.SendAsync("PATCH", $"{Core}/e1", $$$$"""{"metadata":{"annotations":{"a{{{{i}}}}":"x"}}}""", contentType: Merge)));
        Assert.All(patched, p => Assert.Equal(HttpStatusCode.OK, p.Code));
        var annotations = (await api.SendAsync("GET", $"{Core}/e1")).Json.GetProperty("metadata").GetProperty("annotations");
        Assert.Equal(8, annotations.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("PATCH", "/e1")]
    public async Task An_Event_that_does_not_fit_is_refused(string method, string name)
    {
        await api.SendAsync("POST", Core, OldEvent);
        var document = JsonNode.Parse(OldEvent)!.AsObject();
        document["metadata"] = new JsonObject { ["name"] = name.Length == 0 ? "large" : "e1" };
        document["message"] = new string('m', 70_000);
        var refused = await api.SendAsync(method, Core + name, document.ToJsonString(), contentType: name.Length == 0 ? "application/json" : Merge);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "RequestEntityTooLarge"), (refused.Code, refused.Reason));
        Assert.Equal("pulled it", (await api.SendAsync("GET", $"{Core}/e1")).At("message"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Core}/large")).Code);
    }

    [Fact]
    public async Task Who_may_view_may_view_both_groups_of_Events()
    {
        string viewer = ApiFixture.Caller("vera", "view");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await api.SendAsync("GET", Core, caller: viewer)).Code, (await api.SendAsync("GET", Events, caller: viewer)).Code));
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("POST", Events, NewEvent, viewer)).Code);
    }

    /// <summary>manager, apiVersion and fields of each entry.</summary>
    private static string[] Managers(Reply reply) =>
        [.. reply.Json.GetProperty("metadata").GetProperty("managedFields").EnumerateArray()
            .Select(e => $"{Reply.At(e, "manager")} {Reply.At(e, "apiVersion")} {e.GetProperty("fieldsV1").GetRawText()}")];
}
