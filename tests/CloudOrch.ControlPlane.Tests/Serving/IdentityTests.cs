using System.Net;
using System.Security.Claims;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.Domain.Kinds;
using static CloudOrch.ControlPlane.Tests.Serving.ObjectVerbTests;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary>401 for the unknown, 403 for the known, 404 for another tenant's cluster.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private const string Clusters = "/apis/management.cloudorch.io/v1/clusters";
    private const string Tokens = "/apis/management.cloudorch.io/v1/jointokens";
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public void Every_route_declares_who_may_use_it()
    {
        Assert.NotEmpty(RouteTable.Standard.Lines);
        Assert.All(RouteTable.Standard.Lines, line => Assert.NotNull(line.Permission));
        Assert.Equal(RouteTable.Standard.Lines.Count, RouteTable.Standard.Lines.Select(l => l.Pattern).Distinct().Count());
        Assert.Throws<InvalidOperationException>(() => new RouteTable([new("/open", ["GET"], null!)]));
        Assert.Equal(["/clusters/{cluster}/healthz", "/clusters/{cluster}/livez", "/clusters/{cluster}/readyz", "/clusters/{cluster}/version",
                "/healthz", "/livez", "/node/v1/enroll", "/readyz", "/version"],
            RouteTable.Standard.Lines.Where(l => l.Permission is Permission.Anyone).Select(l => l.Pattern).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_is_reached_by_its_path_with_a_permission()
    {
        foreach (var kind in KindRegistry.Served)
        {
            string group = kind.Type.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.ApiVersion}";
            string path = $"{(kind.OfTenant ? "" : "/clusters/c")}{group}{(kind.Namespaced ? "/namespaces/n" : "")}/{kind.Type.Resource}";
            foreach (var (method, p) in new[] { ("GET", path), ("POST", path), ("PUT", path + "/x"), ("PATCH", path + "/x"), ("DELETE", path + "/x") })
            {
                var route = Assert.IsType<ApiRoute.Resource>(RouteParser.Parse(method, p, watch: false));
                Assert.Equal(kind, route.Kind);
                Assert.IsType<Permission.ByResource>(RouteTable.Standard.PermissionOf(route));
            }
        }
    }

    [Theory]
    [InlineData("GET", Maps)]
    [InlineData("GET", "/clusters/c1/api")]
    [InlineData("GET", "/clusters/c1/openapi/v2")]
    [InlineData("GET", "/clusters/nobody/api/v1/pods")]
    [InlineData("GET", Clusters)]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/node/v1/credentials")]
    [InlineData("POST", "/node/v1/doorbell")]
    public async Task Without_a_token_everything_but_health_is_401(string method, string path)
    {
        var reply = await api.SendAsync(method, path, caller: "");
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (reply.Code, reply.Reason));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/livez")]
    [InlineData("/version")]
    [InlineData("/clusters/c1/version")]
    public async Task Health_and_version_are_open(string path) => Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", path, caller: "")).Code);

    [Fact]
    public async Task Another_tenant_does_not_learn_that_a_cluster_exists()
    {
        string stranger = ApiFixture.Caller("eve", "cluster-admin,Clusters.Create", "t2");
        var real = await api.SendAsync("GET", Maps, caller: stranger);
        var invented = await api.SendAsync("GET", Maps.Replace("c1", "c9", StringComparison.Ordinal), caller: stranger);
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (real.Code, real.Reason));
        Assert.Equal(invented.Message.Replace("c9", "c1", StringComparison.Ordinal), real.Message);
        Assert.Null((await api.SendAsync("GET", Clusters, caller: stranger)).At("items.0"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Clusters}/c1", caller: stranger)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("DELETE", $"{Clusters}/c1", caller: stranger)).Code);
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Clusters, """{"metadata":{"name":"c1"}}""", stranger)).Code);
        await api.SendAsync("POST", Maps, Map("hers"), stranger);
        Assert.Null((await api.SendAsync("GET", $"{Maps}?fieldSelector=metadata.name=hers")).At("items.0"));
    }

    [Fact]
    public async Task A_viewer_reads_and_cannot_write()
    {
        string viewer = ApiFixture.Caller("vera", "view");
        await api.SendAsync("POST", Maps, Map("a"));
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("GET", Maps, caller: viewer)).Code);
        foreach (var (method, path, body) in new[] { ("POST", Maps, Map("b")), ("PUT", $"{Maps}/a", Map("a", "2")), ("DELETE", $"{Maps}/a", null), ("DELETE", Maps, null) })
        {
            var reply = await api.SendAsync(method, path, body, viewer);
            Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (reply.Code, reply.Reason));
        }
        var words = await api.SendAsync("DELETE", $"{Deployments}/web", caller: viewer);
        Assert.Equal("deployments.apps \"web\" is forbidden: User \"vera@example.com\" cannot delete resource \"deployments\" in API group \"apps\" in the namespace \"default\"", words.Message);
        var nodes = await api.SendAsync("GET", "/clusters/c1/api/v1/nodes", caller: viewer);
        Assert.Equal("nodes is forbidden: User \"vera@example.com\" cannot list resource \"nodes\" in API group \"\" at the cluster scope", nodes.Message);
    }

    [Theory]
    [InlineData("edit", "POST", Deployments, true)]
    [InlineData("edit", "POST", "/clusters/c1/api/v1/namespaces", false)]
    [InlineData("edit", "DELETE", "/clusters/c1/api/v1/nodes/n1", false)]
    [InlineData("edit", "PATCH", Deployments + "/web/status", false)]
    [InlineData("admin", "PATCH", Deployments + "/web/scale", true)]
    [InlineData("cluster-admin", "POST", "/clusters/c1/api/v1/namespaces", true)]
    [InlineData("view", "GET", Pods + "/p/log", true)]
    [InlineData("", "GET", Pods, false)]
    [InlineData("Clusters.Create", "GET", Pods, false)]
    [InlineData("nonsense", "GET", Pods, false)]
    public async Task Roles_allow_what_Kubernetes_built_in_roles_do(string role, string method, string path, bool allowed)
    {
        var reply = await api.SendAsync(method, path, method == "GET" ? null : "{}", ApiFixture.Caller("u", role), method == "PATCH" ? "application/merge-patch+json" : "application/json");
        Assert.Equal(allowed, reply.Code != HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Only_who_may_create_clusters_does_and_then_administers_his()
    {
        var denied = await api.SendAsync("POST", Clusters, """{"metadata":{"name":"c2"}}""", ApiFixture.Caller("adam", "cluster-admin"));
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (denied.Code, denied.Reason));
        string owner = ApiFixture.Caller("owner", "Clusters.Create"), other = ApiFixture.Caller("other", "Clusters.Create");
        Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", Maps, Map("a"), owner)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("POST", Maps, Map("b"), other)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("DELETE", $"{Clusters}/c1", caller: other)).Code);
        var forged = await api.SendAsync("POST", Clusters, """{"metadata":{"name":"c3","annotations":{"management.cloudorch.io/owner":"adam"}}}""", other);
        Assert.Equal("other", forged.Json.GetProperty("metadata").GetProperty("annotations").GetProperty("management.cloudorch.io/owner").GetString());
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Clusters}/c1", caller: owner)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", Maps, caller: owner)).Code);
    }

    [Fact]
    public async Task A_new_cluster_of_an_old_name_meets_nothing_old()
    {
        await api.SendAsync("POST", Maps, Map("old"));
        string owner = ApiFixture.Caller("owner", "Clusters.Create");
        var first = api.ClusterId;
        await api.SendAsync("DELETE", $"{Clusters}/c1", caller: owner);
        Assert.Null(await api.Store.ReadHeadAsync(first, default));
        await api.SendAsync("POST", Clusters, """{"metadata":{"name":"c1"}}""", owner);
        Assert.NotEqual(first, api.ClusterId);
        Assert.Null((await api.SendAsync("GET", Maps)).At("items.0"));
        var spaces = await api.SendAsync("GET", "/clusters/c1/api/v1/namespaces");
        Assert.Equal(("default", "kube-node-lease", "kube-system", null),
            (spaces.At("items.0.metadata.name"), spaces.At("items.1.metadata.name"), spaces.At("items.2.metadata.name"), spaces.At("items.3")));
    }

    [Fact]
    public async Task A_deletion_that_storage_interrupts_is_finished_by_Tick_and_never_takes_a_named_cluster()
    {
        var id = api.ClusterId;
        var due = api.Get<IDueTable>();
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        await api.Get<ClusterPurge>().PurgeAsync(id, default);
        Assert.NotNull(await api.Store.ReadHeadAsync(id, default));
        api.Store.PurgesToFail = 1;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Clusters}/c1", caller: ApiFixture.Caller("owner", "Clusters.Create"))).Code);
        Assert.NotNull(await api.Store.ReadHeadAsync(id, default));
        Assert.Contains(await due.ListDueAsync(later, default), d => d.Cluster == id && d.Why == RingReasons.Purge);
        await api.Get<ClusterPurge>().PurgeAsync(id, default);
        Assert.Null(await api.Store.ReadHeadAsync(id, default));
    }

    [Fact]
    public async Task A_process_that_remembers_a_deleted_cluster_finds_the_new_one_of_its_name()
    {
        await using var other = await ApiFixture.StartAsync(beside: api);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync("GET", Maps)).Code);
        string owner = ApiFixture.Caller("owner", "Clusters.Create");
        await api.SendAsync("DELETE", $"{Clusters}/c1", caller: owner);
        var gone = await other.SendAsync("GET", Maps);
        Assert.Equal((HttpStatusCode.NotFound, "clusters.management.cloudorch.io \"c1\" not found"), (gone.Code, gone.Message));
        await api.SendAsync("POST", Clusters, """{"metadata":{"name":"c1"}}""", owner);
        Assert.Equal(HttpStatusCode.OK, (await other.SendAsync("GET", Maps)).Code);
    }

    [Fact]
    public async Task A_clusters_kubeconfig_leads_back_to_it()
    {
        var config = await api.SendAsync("GET", $"{Clusters}/c1/kubeconfig");
        Assert.Equal(HttpStatusCode.OK, config.Code);
        Assert.EndsWith("/clusters/c1", config.At("clusters.0.cluster.server"), StringComparison.Ordinal);
        Assert.Equal("c1", config.At("current-context"));
    }

    [Fact]
    public async Task Quotas_are_403_and_name_the_limit()
    {
        await using var small = await ApiFixture.StartAsync(new() { Serving = new() { Quota = new() { Clusters = 1, Objects = 5, Nodes = 1 } } });
        var cluster = await small.SendAsync("POST", Clusters, """{"metadata":{"name":"c2"}}""", ApiFixture.Caller("owner", "Clusters.Create"));
        Assert.Equal(HttpStatusCode.Forbidden, cluster.Code);
        Assert.Contains("exceeded quota", cluster.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await small.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n1"}}""")).Code);
        Assert.Contains("nodes=1", (await small.SendAsync("POST", "/clusters/c1/api/v1/nodes", """{"metadata":{"name":"n2"}}""")).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await small.SendAsync("POST", Maps, Map("a"))).Code);
        var over = await small.SendAsync("POST", Maps, Map("b"));
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (over.Code, over.Reason));
        Assert.Contains("limited: objects=5", over.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_is_read_with_short_and_with_mapped_claims()
    {
        static CallerIdentity Of(params Claim[] claims) => Callers.Of(new(new ClaimsIdentity(claims, "test")));
        var plain = Assert.IsType<CallerIdentity.User>(Of(new("tid", "t"), new("oid", "o"), new("preferred_username", "p"), new("roles", "view"), new("groups", "g")));
        Assert.Equal(("t", "o", "p", "view", "g"), (plain.TenantId, plain.ObjectId, plain.DisplayName, plain.Roles[0], plain.Groups[0]));
        var mapped = Assert.IsType<CallerIdentity.User>(Of(new("http://schemas.microsoft.com/identity/claims/tenantid", "t"),
            new("http://schemas.microsoft.com/identity/claims/objectidentifier", "o"), new(ClaimTypes.Role, "edit")));
        Assert.Equal(("t", "o", "o", "edit"), (mapped.TenantId, mapped.ObjectId, mapped.DisplayName, mapped.Roles[0]));
        Assert.IsType<CallerIdentity.Anonymous>(Of(new Claim("oid", "o")));
        Assert.IsType<CallerIdentity.Anonymous>(Callers.Of(new(new ClaimsIdentity([new("tid", "t"), new("oid", "o")]))));
    }

    [Fact]
    public async Task Join_tokens_belong_to_who_administers_the_cluster()
    {
        string owner = ApiFixture.Caller("owner", "Clusters.Create"), viewer = ApiFixture.Caller("vera", "view"), stranger = ApiFixture.Caller("eve", "cluster-admin", "t2");
        const string Body = """{"metadata":{"name":"j1"},"spec":{"clusterName":"c1"}}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("POST", Tokens, Body, viewer)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("POST", Tokens, Body, stranger)).Code);
        var made = await api.SendAsync("POST", Tokens, Body, owner);
        Assert.Equal(HttpStatusCode.Created, made.Code);
        string secret = made.At("status.token")!;
        Assert.True(secret.Length >= 32);
        var shown = await api.SendAsync("GET", $"{Tokens}/j1", caller: owner);
        Assert.Equal(("0", null), (shown.At("status.uses"), shown.At("status.token")));
        Assert.DoesNotContain(secret, (await api.SendAsync("GET", Tokens, caller: owner)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("GET", Tokens, caller: viewer)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync("DELETE", $"{Tokens}/j1", caller: viewer)).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Tokens}/j1", caller: owner)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", $"{Tokens}/j1", caller: ApiFixture.Admin)).Code);
    }
}
