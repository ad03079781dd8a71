using System.Net;
using System.Text.Json;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Server-side apply over HTTP: https://kubernetes.io/docs/reference/using-api/server-side-apply/</summary>
public sealed class ApplyTests : IAsyncLifetime
{
    private const string Maps = ObjectVerbTests.Maps;
    private const string Deployments = ObjectVerbTests.Deployments;
    private const string Apply = "application/apply-patch+yaml";

    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private static string Nginx(string replicas = "  replicas: 3\n", string image = "nginx:1.14.2", string more = "") => $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: nginx-deployment
          labels:
            app: nginx
        spec:
        {replicas}  selector:
            matchLabels:
              app: nginx
          template:
            metadata:
              labels:
                app: nginx
            spec:
              containers:
              - name: nginx
                image: {image}
                ports:
                - containerPort: 80
        {more}
        """;

    private const string One = $"{Deployments}/nginx-deployment";

    private Task<Reply> ApplyAsync(string path, string yaml, string manager = "kubectl", string more = "", string? caller = null) =>
        api.SendAsync("PATCH", $"{path}?fieldManager={manager}{more}", yaml, caller, Apply);

    /// <summary>manager, operation, subresource and fields of each entry.</summary>
    private static string[] Managers(Reply reply) => reply.Json.GetProperty("metadata").TryGetProperty("managedFields", out var entries)
        ? [.. entries.EnumerateArray().Select(e => $"{Reply.At(e, "manager")}/{Reply.At(e, "operation")}{(Reply.At(e, "subresource") is { } s ? "/" + s : "")}")]
        : [];

    private static string Fields(Reply reply, string manager, string operation = "Apply") =>
        reply.Json.GetProperty("metadata").GetProperty("managedFields").EnumerateArray()
            .Single(e => Reply.At(e, "manager") == manager && Reply.At(e, "operation") == operation).GetProperty("fieldsV1").GetRawText();

    [Fact]
    public async Task What_is_not_there_is_created_and_what_is_there_is_updated()
    {
        var made = await ApplyAsync(One, Nginx());
        Assert.Equal((HttpStatusCode.Created, "3"), (made.Code, made.At("spec.replicas")));
        Assert.Equal(["kubectl/Apply"], Managers(made));
        Assert.Equal("""{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{".":{},"f:image":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}""",
            Fields(made, "kubectl"));
        Assert.Equal(("apps/v1", "FieldsV1"), (made.At("metadata.managedFields.0.apiVersion"), made.At("metadata.managedFields.0.fieldsType")));
        Assert.NotNull(made.At("metadata.managedFields.0.time"));

        var same = await ApplyAsync(One, Nginx());
        Assert.Equal((HttpStatusCode.OK, made.At("metadata.resourceVersion"), made.At("metadata.managedFields")),
            (same.Code, same.At("metadata.resourceVersion"), same.At("metadata.managedFields")));
        var other = await ApplyAsync(One, Nginx(image: "nginx:1.16"));
        Assert.Equal((HttpStatusCode.OK, "nginx:1.16"), (other.Code, other.At("spec.template.spec.containers.0.image")));
        Assert.NotEqual(made.At("metadata.resourceVersion"), other.At("metadata.resourceVersion"));
    }

    [Fact]
    public async Task What_another_manager_owns_is_a_conflict_unless_it_is_forced()
    {
        await ApplyAsync(One, Nginx());
        var edited = await api.SendAsync("PATCH", $"{One}?fieldManager=kubectl-edit", """{"spec":{"replicas":5}}""", contentType: "application/merge-patch+json");
        Assert.Equal(["kubectl/Apply", "kubectl-edit/Update"], Managers(edited));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(edited, "kubectl-edit", "Update"));
        Assert.DoesNotContain("f:replicas", Fields(edited, "kubectl"), StringComparison.Ordinal);

        var refused = await ApplyAsync(One, Nginx());
        Assert.Equal((HttpStatusCode.Conflict, "Conflict", "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1: .spec.replicas"),
            (refused.Code, refused.Reason, refused.Message));
        Assert.Equal(("FieldManagerConflict", "conflict with \"kubectl-edit\" using apps/v1", ".spec.replicas"),
            (refused.At("details.causes.0.reason"), refused.At("details.causes.0.message"), refused.At("details.causes.0.field")));

        var forced = await ApplyAsync(One, Nginx(), more: "&force=true");
        Assert.Equal((HttpStatusCode.OK, "3"), (forced.Code, forced.At("spec.replicas")));
        Assert.Equal(["kubectl/Apply"], Managers(forced));
    }

    [Fact]
    public async Task Several_conflicts_are_told_by_their_managers()
    {
        await ApplyAsync(One, Nginx());
        await api.SendAsync("PATCH", $"{One}?fieldManager=scaler", """{"spec":{"replicas":5}}""", contentType: "application/merge-patch+json");
        var refused = await ApplyAsync(One, Nginx(image: "nginx:2"), "ci");
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"kubectl\":\n- .spec.template.spec.containers[name=\"nginx\"].image\nconflicts with \"scaler\" using apps/v1:\n- .spec.replicas",
            refused.Message);
        Assert.Equal(2, refused.Json.GetProperty("details").GetProperty("causes").GetArrayLength());
    }

    /// <summary>The documentation's example of handing replicas over to an autoscaler.</summary>
    [Fact]
    public async Task Ownership_is_handed_over_without_a_gap()
    {
        await ApplyAsync(One, Nginx());
        var shared = await ApplyAsync(One, """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: nginx-deployment
            spec:
              replicas: 3
            """, "handover-to-hpa");
        Assert.Equal(HttpStatusCode.OK, shared.Code);
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(shared, "handover-to-hpa"));
        Assert.Contains("f:replicas", Fields(shared, "kubectl"), StringComparison.Ordinal);
        var left = await ApplyAsync(One, Nginx(replicas: ""));
        Assert.Equal((HttpStatusCode.OK, "3"), (left.Code, left.At("spec.replicas")));
        Assert.DoesNotContain("f:replicas", Fields(left, "kubectl"), StringComparison.Ordinal);

        var scaled = await api.SendAsync("PUT", $"{One}/scale?fieldManager=hpa", """{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"nginx-deployment"},"spec":{"replicas":7}}""");
        Assert.Equal((HttpStatusCode.OK, "7"), (scaled.Code, scaled.At("spec.replicas")));
        var after = await api.SendAsync("GET", One);
        Assert.Equal(["kubectl/Apply", "hpa/Update/scale"], Managers(after));
        Assert.Equal((HttpStatusCode.OK, "7"), ((await ApplyAsync(One, Nginx(replicas: ""))).Code, after.At("spec.replicas")));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"hpa\" with subresource \"scale\" using apps/v1: .spec.replicas", (await ApplyAsync(One, Nginx())).Message);
    }

    [Fact]
    public async Task What_is_applied_no_more_goes_unless_somebody_else_owns_it()
    {
        const string Both = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {mine: x, ours: o}\n";
        await ApplyAsync($"{Maps}/a", Both, "one");
        await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\ndata: {ours: o, theirs: z}\n", "two");
        await api.SendAsync("PATCH", $"{Maps}/a?fieldManager=three", """{"data":{"loose":"w"}}""", contentType: "application/merge-patch+json");
        var left = await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\n", "one");
        Assert.Equal("""{"loose":"w","ours":"o","theirs":"z"}""", left.At("data"));
        Assert.Equal(["two/Apply", "three/Update"], Managers(left));
        Assert.Equal("""{"loose":"w"}""", (await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\n", "two")).At("data"));
    }

    [Fact]
    public async Task Items_of_lists_are_owned_by_their_keys()
    {
        await ApplyAsync(One, Nginx(more: "        env:\n        - {name: A, value: \"1\"}\n        - {name: B, value: \"2\"}\n"), "one");
        var added = await ApplyAsync(One, """
            {"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"name":"nginx","env":[{"name":"C","value":"3"}],"ports":[{"containerPort":80,"protocol":"UDP"}]},{"name":"side","image":"busybox:1"}]}}}}
            """, "two");
        Assert.Equal(HttpStatusCode.OK, added.Code);
        Assert.Equal("""[{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"C","value":"3"}]""", added.At("spec.template.spec.containers.0.env"));
        Assert.Equal(2, added.Json.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("ports").GetArrayLength());
        var removed = await ApplyAsync(One, Nginx(), "one");
        Assert.Equal("""[{"name":"C","value":"3"}]""", removed.At("spec.template.spec.containers.0.env"));
        Assert.Equal(2, removed.Json.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers").GetArrayLength());
        Assert.Equal("side", removed.At("spec.template.spec.containers.1.name"));
        Assert.Null((await ApplyAsync(One, """{"apiVersion":"apps/v1","kind":"Deployment"}""", "two")).At("spec.template.spec.containers.1"));
    }

    [Fact]
    public async Task An_apply_names_its_manager()
    {
        var unnamed = await api.SendAsync("PATCH", One, Nginx(), contentType: Apply);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"),
            (unnamed.Code, unnamed.Reason, unnamed.Message));
        Assert.Equal("FieldValueRequired", unnamed.At("details.causes.0.reason"));
        Assert.Contains("Too long", (await ApplyAsync(One, Nginx(), new('x', 129))).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await ApplyAsync(One, Nginx(), new('x', 128))).Code);
        var force = await api.SendAsync("PATCH", $"{One}?force=true", "{}", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch"), (force.Code, force.Message));
    }

    [Fact]
    public async Task An_applied_document_says_what_it_is()
    {
        Assert.Equal("Incorrect version specified in apply patch. Specified patch version: apps/v1beta1, expected: apps/v1",
            (await ApplyAsync(One, "apiVersion: apps/v1beta1\nkind: Deployment\n")).Message);
        Assert.Contains("'Kind' is missing", (await ApplyAsync(One, "apiVersion: apps/v1\n")).Message, StringComparison.Ordinal);
        Assert.Contains("no kind \"ReplicaSet\"", (await ApplyAsync(One, "apiVersion: apps/v1\nkind: ReplicaSet\n")).Message, StringComparison.Ordinal);
        Assert.Equal("metadata.managedFields must be nil", (await ApplyAsync(One, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {managedFields: []}\n")).Message);
        Assert.Contains("does not match the name on the URL", (await ApplyAsync($"{Deployments}/other", Nginx())).Message, StringComparison.Ordinal);
        Assert.Contains("duplicate entries for key [name=\"a\"]", (await ApplyAsync(One,
            """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":"a"}]}}}}""")).Message, StringComparison.Ordinal);
        Assert.Contains("omits key field \"name\"", (await ApplyAsync(One,
            """{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"containers":[{"image":"a"}]}}}}""")).Message, StringComparison.Ordinal);
        Assert.Contains("error decoding YAML: yaml: line 2", (await ApplyAsync(One, "a: b\nc: [x, *none]")).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ApplyAsync($"{One}/status", Nginx())).Code);
    }

    [Fact]
    public async Task Fields_that_are_unknown_or_said_twice_are_told()
    {
        string wrong = Nginx(more: "        image: nginx:2\n        imagee: x\n");
        var strict = await ApplyAsync(One, wrong, more: "&fieldValidation=Strict");
        Assert.Equal(HttpStatusCode.BadRequest, strict.Code);
        Assert.Contains("strict decoding error: line 22: key \"image\" already set in map, unknown field \"spec.template.spec.containers[0].imagee\"", strict.Message, StringComparison.Ordinal);
        var warned = await ApplyAsync(One, wrong, more: "&fieldValidation=Warn");
        Assert.Equal((HttpStatusCode.Created, "nginx:2"), (warned.Code, warned.At("spec.template.spec.containers.0.image")));
        Assert.Equal(2, warned.Warnings.Length);
        Assert.Empty((await ApplyAsync(One, wrong, more: "&fieldValidation=Ignore")).Warnings);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        Assert.Equal(HttpStatusCode.Created, (await ApplyAsync(One, Nginx(), more: "&dryRun=All")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", One)).Code);
        await ApplyAsync(One, Nginx());
        Assert.Equal("9", (await ApplyAsync(One, Nginx("  replicas: 9\n"), more: "&dryRun=All")).At("spec.replicas"));
        Assert.Equal("3", (await api.SendAsync("GET", One)).At("spec.replicas"));
    }

    [Fact]
    public async Task Identity_and_version_of_the_document_are_preconditions()
    {
        string With(string metadata) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{{metadata}}}\ndata: {{v: x}}\n";
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (await ApplyAsync($"{Maps}/a", With("uid: some")) is var gone ? (gone.Code, gone.Reason) : default));
        Assert.Equal(HttpStatusCode.Conflict, (await ApplyAsync($"{Maps}/a", With("resourceVersion: \"5\""))).Code);
        var made = await ApplyAsync($"{Maps}/a", With(""));
        Assert.Equal(HttpStatusCode.Conflict, (await ApplyAsync($"{Maps}/a", With("uid: some"))).Code);
        Assert.Equal(HttpStatusCode.Conflict, (await ApplyAsync($"{Maps}/a", With("resourceVersion: \"1\""))).Code);
        Assert.Equal(HttpStatusCode.OK, (await ApplyAsync($"{Maps}/a", With($"uid: {made.At("metadata.uid")}, resourceVersion: \"{made.At("metadata.resourceVersion")}\""))).Code);
    }

    [Fact]
    public async Task Who_may_patch_but_not_create_creates_nothing()
    {
        var refused = await ApplyAsync(One, Nginx(), caller: ApiFixture.Caller("reader", "view"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Code);
        Assert.Equal(HttpStatusCode.NotFound, (await ApplyAsync("/clusters/c1/api/v1/namespaces/none/configmaps/a", "apiVersion: v1\nkind: ConfigMap\n")).Code);
    }

    [Fact]
    public async Task The_status_has_managers_of_its_own()
    {
        await ApplyAsync(One, Nginx());
        var applied = await ApplyAsync($"{One}/status", "apiVersion: apps/v1\nkind: Deployment\nstatus:\n  conditions:\n  - {type: Mine, status: \"True\"}\n", "prober");
        Assert.Equal((HttpStatusCode.OK, "Mine", "3"), (applied.Code, applied.At("status.conditions.0.type"), applied.At("spec.replicas")));
        Assert.Equal(["kubectl/Apply", "prober/Apply/status"], Managers(applied));
        Assert.Equal("""{"f:status":{"f:conditions":{"k:{\"type\":\"Mine\"}":{".":{},"f:status":{},"f:type":{}}}}}""", Fields(applied, "prober"));
        var spec = await ApplyAsync(One, Nginx() + "\nstatus: {replicas: 4}\n");
        Assert.DoesNotContain("f:status", Fields(spec, "kubectl"), StringComparison.Ordinal);
        Assert.Null(spec.At("status.replicas"));
        Assert.Equal("[]", (await ApplyAsync($"{One}/status", "apiVersion: apps/v1\nkind: Deployment\n", "prober")).At("status.conditions") ?? "[]");
    }

    [Fact]
    public async Task A_scale_is_applied_too()
    {
        await ApplyAsync(One, Nginx(replicas: ""));
        const string Scale = "apiVersion: autoscaling/v1\nkind: Scale\nmetadata: {name: nginx-deployment}\nspec: {replicas: 4}\n";
        var scaled = await ApplyAsync($"{One}/scale", Scale, "scaler");
        Assert.Equal((HttpStatusCode.OK, "Scale", "4"), (scaled.Code, scaled.At("kind"), scaled.At("spec.replicas")));
        Assert.Equal(["kubectl/Apply", "scaler/Apply/scale"], Managers(await api.SendAsync("GET", One)));
        Assert.Equal(HttpStatusCode.Conflict, (await ApplyAsync($"{One}/scale", Scale.Replace("4", "5", StringComparison.Ordinal), "other")).Code);
    }

    /// <summary>The requests of <c>kubectl apply --server-side</c> after <c>kubectl apply</c>, as kubectl 1.33 sends them.</summary>
    [Fact]
    public async Task Objects_of_client_side_apply_move_over()
    {
        const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
        string document = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"default"},"data":{"keep":"1","drop":"2"}}""";
        string annotated = document.Replace("\"annotations\":{}", $"\"annotations\":{{\"{LastApplied}\":{JsonSerializer.Serialize(document + "\n")}}}", StringComparison.Ordinal);
        var made = await api.SendAsync("POST", $"{Maps}?fieldManager=kubectl-client-side-apply", annotated);
        Assert.Equal(["kubectl-client-side-apply/Update"], Managers(made));

        // 1: values that kubectl itself applied are no conflict for kubectl.
        const string Next = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"},"data":{"keep":"changed"}}""";
        Assert.Equal(HttpStatusCode.Conflict, (await ApplyAsync($"{Maps}/a", Next, "other")).Code);
        var applied = await ApplyAsync($"{Maps}/a", Next);
        Assert.Equal((HttpStatusCode.OK, "changed", "2"), (applied.Code, applied.At("data.keep"), applied.At("data.drop")));
        Assert.Equal(["kubectl/Apply", "kubectl-client-side-apply/Update"], Managers(applied));
        string kept = applied.Json.GetProperty("metadata").GetProperty("annotations").GetProperty(LastApplied).GetString()!;
        Assert.Equal(Next + "\n", kept);

        // 2: kubectl makes one entry of both, and applies again.
        var entry = applied.Json.GetProperty("metadata").GetProperty("managedFields").EnumerateArray().Single(e => Reply.At(e, "operation") == "Apply").GetRawText();
        string merged = entry.Replace("\"f:keep\":{}", "\".\":{},\"f:drop\":{},\"f:keep\":{}", StringComparison.Ordinal);
        string Migration(string version) => $$"""[{"op":"replace","path":"/metadata/managedFields","value":[{{merged}}]},{"op":"replace","path":"/metadata/resourceVersion","value":"{{version}}"}]""";
        Assert.Equal(HttpStatusCode.Conflict, (await api.SendAsync("PATCH", $"{Maps}/a?fieldManager=kubectl", Migration("1"), contentType: "application/json-patch+json")).Code);
        var moved = await api.SendAsync("PATCH", $"{Maps}/a?fieldManager=kubectl", Migration(applied.At("metadata.resourceVersion")!), contentType: "application/json-patch+json");
        Assert.Equal((HttpStatusCode.OK, "kubectl/Apply"), (moved.Code, Managers(moved).Single()));
        var again = await ApplyAsync($"{Maps}/a", Next);
        Assert.Equal((HttpStatusCode.OK, """{"keep":"changed"}"""), (again.Code, again.At("data")));

        // 3: the annotation is applied as a manager of its own.
        var annotation = await ApplyAsync($"{Maps}/a", $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default","annotations":{"{{{LastApplied}}}":{{{JsonSerializer.Serialize(Next + "\n")}}} } } }""", "kubectl-last-applied", "&force=true");
        Assert.Equal(HttpStatusCode.OK, annotation.Code);
        Assert.Contains("kubectl-last-applied/Apply", Managers(annotation));
    }

    [Fact]
    public async Task Managed_fields_are_reset_by_one_empty_entry_only()
    {
        await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\ndata: {v: x}\n");
        var kept = await api.SendAsync("PATCH", $"{Maps}/a", """{"metadata":{"managedFields":[]}}""", contentType: "application/merge-patch+json");
        Assert.Equal(["kubectl/Apply"], Managers(kept));
        var wrong = await api.SendAsync("PATCH", $"{Maps}/a", """{"metadata":{"managedFields":[{"operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV2"}]}}""", contentType: "application/merge-patch+json");
        Assert.Equal(["kubectl/Apply"], Managers(wrong));
        var reset = await api.SendAsync("PATCH", $"{Maps}/a", """{"metadata":{"managedFields":[{}],"labels":{"l":"1"}}}""", contentType: "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.OK, "1", null), (reset.Code, reset.At("metadata.labels.l"), reset.At("metadata.managedFields")));

        // What is untracked belongs to before-first-apply once somebody applies.
        var first = await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\ndata: {v: x, w: u}\n", "ci");
        Assert.Equal(["ci/Apply", "before-first-apply/Update"], Managers(first));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.v", (await ApplyAsync($"{Maps}/a", "apiVersion: v1\nkind: ConfigMap\ndata: {v: z}\n", "cd")).Message
            .Replace("Apply failed with 2 conflicts: conflicts with \"before-first-apply\" using v1:\n- .data.v\nconflicts with \"ci\":\n- .data.v", "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.v", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Writers_without_a_name_are_called_by_their_client()
    {
        using var request = api.NewRequest("POST", Maps);
        request.Headers.TryAddWithoutValidation("User-Agent", "curl/8.5 (linux)");
        request.Content = new StringContent(ObjectVerbTests.Map("a"), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await api.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var made = await api.SendAsync("GET", $"{Maps}/a");
        Assert.Equal(["curl/Update"], Managers(made));
        Assert.Equal("""{"f:data":{".":{},"f:v":{}}}""", Fields(made, "curl", "Update"));
    }

    [Fact]
    public async Task What_a_new_deployment_owns_is_what_Kubernetes_says()
    {
        var made = await api.SendAsync("POST", $"{Deployments}?fieldManager=kubectl-create", ObjectVerbTests.Deployment("web"));
        string fields = Fields(made, "kubectl-create", "Update");
        Assert.Contains("\"f:selector\":{}", fields, StringComparison.Ordinal);
        Assert.Contains("\"f:template\":{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"web\\\"}\":{\".\":{},", fields, StringComparison.Ordinal);
        Assert.Contains("\"f:rollingUpdate\":{\".\":{},\"f:maxSurge\":{},\"f:maxUnavailable\":{}}", fields, StringComparison.Ordinal);
        Assert.DoesNotContain("f:status", fields, StringComparison.Ordinal);
        Assert.DoesNotContain("f:uid", fields, StringComparison.Ordinal);
        Assert.DoesNotContain("f:kind", fields, StringComparison.Ordinal);
        Assert.StartsWith("{\"f:spec\":{\"f:progressDeadlineSeconds\":{}", fields, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_updaters_share_one_entry_in_the_end()
    {
        await api.SendAsync("POST", $"{Maps}?fieldManager=m0", ObjectVerbTests.Map("a"));
        for (int i = 1; i < 14; i++)
            await api.SendAsync("PATCH", $"{Maps}/a?fieldManager=m{i}", $$$"""{"data":{"k{{{i}}}":"x"}}""", contentType: "application/merge-patch+json");
        string[] managers = Managers(await api.SendAsync("GET", $"{Maps}/a"));
        Assert.Equal(10, managers.Length);
        Assert.Contains("ancient-changes/Update", managers);
        Assert.Contains("m13/Update", managers);
    }
}
