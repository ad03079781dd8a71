using System.Net;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>Kinds that are stored before anything acts on them.</summary>
public sealed class StoredKindTests : IAsyncLifetime
{
    private const string Core = "/clusters/c1/api/v1/namespaces/default";
    private const string Merge = "application/merge-patch+json";
    private const string Service = """{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""";
    private const string Secret = """{"metadata":{"name":"s"},"stringData":{"password":"hunter2"}}""";
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task Who_writes_one_is_told_that_nothing_acts_on_it()
    {
        string[] told = [$"299 - \"{KindRegistry.Find(ResourceTypes.Services)!.NotActedOn}\""];
        var made = await api.SendAsync("POST", $"{Core}/services", Service);
        Assert.Equal(HttpStatusCode.Created, made.Code);
        Assert.Equal(told, made.Warnings);
        Assert.Equal(("ClusterIP", "80"), (made.At("spec.type"), made.At("spec.ports.0.targetPort")));
        Assert.Null(made.At("spec.clusterIP"));
        Assert.Equal(told, (await api.SendAsync("PATCH", $"{Core}/services/web", """{"metadata":{"labels":{"a":"b"}}}""", contentType: Merge)).Warnings);
        Assert.Equal(told, (await api.SendAsync("PUT", $"{Core}/services/web", Service)).Warnings);
        Assert.Empty((await api.SendAsync("GET", $"{Core}/services/web")).Warnings);
        Assert.Empty((await api.SendAsync("POST", $"{Core}/services", Service)).Warnings);
        Assert.Empty((await api.SendAsync("DELETE", $"{Core}/services/web")).Warnings);
    }

    /// <summary>Kubernetes' API server cuts warnings at 4,096 characters; who wrote the object still learns that there are more.</summary>
    [Theory]
    [InlineData(30, 30, null)]
    [InlineData(100, 75, "299 - \"38 more warnings of this kind are left out\"")]
    public async Task Every_field_that_nothing_acts_on_is_named_as_far_as_headers_go(int fields, int most, string? last)
    {
        string volumes = string.Join(',', Enumerable.Range(0, fields).Select(i => $$$"""{"name":"v{{{i}}}","nfs":{"server":"s","path":"/"}}"""));
        var made = await api.SendAsync("POST", $"{Core}/pods", $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}],"volumes":[{{{volumes}}}]}}""");
        Assert.Equal(HttpStatusCode.Created, made.Code);
        Assert.InRange(made.Warnings.Length, Math.Min(fields, 30), most);
        Assert.Equal("299 - \"spec.volumes[0].nfs: this field is stored, but nothing acts on it\"", made.Warnings[0]);
        Assert.Equal(last ?? $"299 - \"spec.volumes[{fields - 1}].nfs: this field is stored, but nothing acts on it\"", made.Warnings[^1]);
    }

    [Fact]
    public async Task The_status_has_a_writer_of_its_own()
    {
        await api.SendAsync("POST", $"{Core}/services", Service);
        var reply = await api.SendAsync("PATCH", $"{Core}/services/web/status", """{"spec":{"type":"NodePort"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}}""", contentType: Merge);
        Assert.Equal(("ClusterIP", "1.2.3.4"), (reply.At("spec.type"), reply.At("status.loadBalancer.ingress.0.ip")));
        Assert.Empty(reply.Warnings);
        Assert.Equal("1.2.3.4", (await api.SendAsync("PUT", $"{Core}/services/web", Service)).At("status.loadBalancer.ingress.0.ip"));
    }

    [Fact]
    public async Task Secrets_are_for_editors_and_their_values_are_in_no_refusal()
    {
        string viewer = ApiFixture.Caller("vera", "view"), editor = ApiFixture.Caller("ed", "edit");
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", $"{Core}/secrets", Secret, editor)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("GET", $"{Core}/secrets", caller: viewer)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("GET", $"{Core}/secrets/s", caller: viewer)).Code);
        var read = await api.SendAsync("GET", $"{Core}/secrets/s", caller: editor);
        Assert.Equal(("aHVudGVyMg==", "Opaque"), (read.At("data.password"), read.At("type")));
        Assert.Null(read.At("stringData"));
        foreach (var (method, path, body) in new[]
        {
            ("POST", "secrets", Secret), ("POST", "secrets", """{"metadata":{"name":"t"},"data":{"password":"hunter2"}}"""),
            ("POST", "secrets", """{"metadata":{"name":"t"},"data":{"password":["hunter2"]}}"""), ("PUT", "secrets/s", """{"metadata":{"name":"s"},"type":"other","stringData":{"password":"hunter2"}}"""),
            ("POST", "secrets", """{"metadata":{"name":"t"},"stringData":{"password":"hunter2" """),
        })
        {
            var refused = await api.SendAsync(method, $"{Core}/{path}", body, editor);
            Assert.True((int)refused.Code >= 400, refused.Text);
            Assert.DoesNotContain("hunter2", refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("aHVudGVyMg", refused.Text, StringComparison.Ordinal);
        }
        var tested = await api.SendAsync("PATCH", $"{Core}/secrets/s", """[{"op":"test","path":"/data/password","value":"eA=="}]""", editor, "application/json-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tested.Code);
        Assert.DoesNotContain("aHVudGVyMg", tested.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stateful_set_is_scaled_like_a_deployment()
    {
        const string Sets = "/clusters/c1/apis/apps/v1/namespaces/default/statefulsets";
        await api.SendAsync("POST", Sets, """
            {"metadata":{"name":"db"},"spec":{"selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
            """);
        var scale = await api.SendAsync("PATCH", $"{Sets}/db/scale", """{"spec":{"replicas":3}}""", contentType: Merge);
        Assert.Equal(("Scale", "3", "app=db"), (scale.At("kind"), scale.At("spec.replicas"), scale.At("status.selector")));
        Assert.Equal(("3", "2"), ((await api.SendAsync("GET", $"{Sets}/db")).At("spec.replicas"), (await api.SendAsync("GET", $"{Sets}/db")).At("metadata.generation")));
    }

    [Fact]
    public async Task A_job_selects_its_pods_by_its_own_uid()
    {
        const string Jobs = "/clusters/c1/apis/batch/v1/namespaces/default/jobs";
        var job = await api.SendAsync("POST", Jobs, """{"metadata":{"generateName":"j-"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""");
        Assert.Equal(HttpStatusCode.Created, job.Code);
        string uid = job.At("metadata.uid")!, name = job.At("metadata.name")!;
        var labels = job.Json.GetProperty("spec").GetProperty("template").GetProperty("metadata").GetProperty("labels");
        Assert.Equal((uid, name), (labels.GetProperty("batch.kubernetes.io/controller-uid").GetString(), labels.GetProperty("batch.kubernetes.io/job-name").GetString()));
        var changed = await api.SendAsync("PATCH", $"{Jobs}/{name}", """{"spec":{"suspend":true}}""", contentType: Merge);
        Assert.Equal(HttpStatusCode.OK, changed.Code);
    }

    [Theory]
    [InlineData("view", "GET", "/clusters/c1/apis/batch/v1/namespaces/default/jobs", true)]
    [InlineData("edit", "POST", "/clusters/c1/apis/batch/v1/namespaces/default/cronjobs", true)]
    [InlineData("edit", "POST", "/clusters/c1/apis/apps/v1/namespaces/default/controllerrevisions", false)]
    [InlineData("view", "GET", "/clusters/c1/apis/networking.k8s.io/v1/namespaces/default/ingresses", true)]
    [InlineData("view", "GET", "/clusters/c1/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", false)]
    [InlineData("edit", "POST", "/clusters/c1/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", false)]
    [InlineData("admin", "POST", "/clusters/c1/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", true)]
    [InlineData("admin", "GET", "/clusters/c1/apis/rbac.authorization.k8s.io/v1/clusterroles", false)]
    [InlineData("edit", "POST", "/clusters/c1/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", true)]
    [InlineData("edit", "POST", "/clusters/c1/apis/storage.k8s.io/v1/storageclasses", false)]
    [InlineData("view", "GET", $"{Core}/services", true)]
    [InlineData("view", "POST", $"{Core}/services", false)]
    [InlineData("view", "GET", $"{Core}/resourcequotas", true)]
    [InlineData("edit", "POST", $"{Core}/resourcequotas", false)]
    [InlineData("edit", "POST", $"{Core}/persistentvolumeclaims", true)]
    [InlineData("edit", "POST", $"{Core}/endpoints", false)]
    [InlineData("edit", "GET", "/clusters/c1/api/v1/persistentvolumes", false)]
    [InlineData("cluster-admin", "POST", "/clusters/c1/api/v1/persistentvolumes", true)]
    public async Task Roles_cover_them_as_in_Kubernetes(string role, string method, string path, bool allowed)
    {
        var reply = await api.SendAsync(method, path, method == "GET" ? null : "{}", ApiFixture.Caller("u", role));
        Assert.Equal(allowed, reply.Code != HttpStatusCode.Forbidden);
    }
}
