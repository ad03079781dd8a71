using System.Buffers.Text;
using System.Net;
using System.Text;
using CloudOrch.ControlPlane.Serving.Identity;

namespace CloudOrch.ControlPlane.Tests.Serving;

/// <summary><c>kubectl create token</c>: who asks for it, whom it stands for, and when it ends.</summary>
public sealed class ServiceAccountTokenTests : IAsyncLifetime
{
    private const string Core = "/clusters/c1/api/v1/namespaces/default";
    private const string Accounts = $"{Core}/serviceaccounts";
    private const string WhoAmI = "/clusters/c1/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static readonly TokenKey Key = KeyOf(1);
    private static readonly TokenKey OtherKey = KeyOf(2);
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync()
    {
        api = await ApiFixture.StartAsync(new() { Serving = new() { TokenKeys = [Key, OtherKey] } });
        await MakeAsync(Accounts, """{"metadata":{"name":"robot"}}""");
    }

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task Whoever_shows_the_token_is_the_account()
    {
        var reply = await RequestAsync("{}");
        Assert.Equal((HttpStatusCode.Created, "TokenRequest", "robot", "3600"), (reply.Code, reply.At("kind"), reply.At("metadata.name"), reply.At("spec.expirationSeconds")));
        Assert.Equal(ServiceAccountClaims.AudienceOf(api.ClusterId), reply.At("spec.audiences.0"));
        string token = reply.At("status.token")!;

        var me = await AsAsync(token, "POST", WhoAmI, "{}");
        Assert.Equal("system:serviceaccount:default:robot", me.At("status.userInfo.username"));
        Assert.Equal("""["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"]""", me.At("status.userInfo.groups"));
        Assert.Equal((await api.SendAsync("GET", $"{Accounts}/robot")).At("metadata.uid"), me.At("status.userInfo.uid"));
        Assert.Equal(HttpStatusCode.OK, (await AsAsync(token, "GET", "/clusters/c1/apis")).Code);
        var denied = await AsAsync(token, "GET", $"{Core}/pods");
        Assert.Equal(HttpStatusCode.Forbidden, denied.Code);
        Assert.Contains("User \"system:serviceaccount:default:robot\" cannot list resource \"pods\"", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_opens_no_other_cluster_and_nothing_of_the_tenant()
    {
        string token = (await RequestAsync("{}")).At("status.token")!;
        await MakeAsync("/apis/management.cloudorch.io/v1/clusters", """{"metadata":{"name":"c2"}}""", ApiFixture.Caller("owner", "Clusters.Create"));
        foreach (string path in new[] { "/clusters/c2/api/v1/namespaces", "/clusters/none/api/v1/namespaces", "/apis/management.cloudorch.io/v1/clusters", "/apis" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, "GET", path)).Code);
    }

    [Theory]
    [InlineData("Pod", "pods", """{"metadata":{"name":"x"},"spec":{"serviceAccountName":"robot","terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"i"}]}}""")]
    [InlineData("Secret", "secrets", """{"metadata":{"name":"x"}}""")]
    public async Task A_token_ends_with_what_it_is_bound_to(string kind, string resource, string body)
    {
        await MakeAsync($"{Core}/{resource}", body);
        var reply = await RequestAsync($$$"""{"spec":{"boundObjectRef":{"kind":"{{{kind}}}","apiVersion":"v1","name":"x"} } }""");
        Assert.Equal((await api.SendAsync("GET", $"{Core}/{resource}/x")).At("metadata.uid"), reply.At("spec.boundObjectRef.uid"));
        string token = reply.At("status.token")!;
        Assert.Equal(HttpStatusCode.Created, (await AsAsync(token, "POST", WhoAmI, "{}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Core}/{resource}/x?gracePeriodSeconds=0")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, "POST", WhoAmI, "{}")).Code);
        await MakeAsync($"{Core}/{resource}", body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, "POST", WhoAmI, "{}")).Code);
    }

    [Fact]
    public async Task A_token_ends_with_the_account_and_is_not_that_of_the_next_of_its_name()
    {
        string token = (await RequestAsync("{}")).At("status.token")!;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", $"{Accounts}/robot")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, "POST", WhoAmI, "{}")).Code);
        await MakeAsync(Accounts, """{"metadata":{"name":"robot"}}""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(token, "POST", WhoAmI, "{}")).Code);
    }

    [Fact]
    public async Task A_token_for_others_is_given_out_and_not_accepted_here()
    {
        var reply = await RequestAsync("""{"spec":{"audiences":["vault"],"expirationSeconds":600}}""");
        Assert.Equal((HttpStatusCode.Created, """["vault"]"""), (reply.Code, reply.At("spec.audiences")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AsAsync(reply.At("status.token")!, "POST", WhoAmI, "{}")).Code);
    }

    [Theory]
    [InlineData("""{"spec":{"expirationSeconds":599}}""", 422, "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [InlineData("""{"spec":{"expirationSeconds":4294967297}}""", 422, "spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    [InlineData("""{"spec":{"audiences":["a",""]}}""", 422, "spec.audiences[1]: Required value")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"ConfigMap","name":"x"}}}""", 422, "spec.boundObjectRef.kind: Unsupported value: \"ConfigMap\"")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"Pod"}}}""", 422, "spec.boundObjectRef.name: Required value")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"Pod","name":"none"}}}""", 404, "pods \"none\" not found")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"Secret","name":"s","uid":"other"}}}""", 409, "does not match the UID in record")]
    [InlineData("""{"spec":{"boundObjectRef":{"kind":"Pod","name":"p"}}}""", 400, "cannot bind token for serviceaccount \"robot\" to pod running with different serviceaccount name")]
    [InlineData("""{"metadata":{"name":"other"}}""", 400, "metadata.name \"other\"")]
    [InlineData("""{"kind":"Pod"}""", 400, "TokenRequest")]
    [InlineData("""{"spec":{"expirationSeconds":"long"}}""", 400, "expirationSeconds")]
    public async Task A_bad_request_gets_no_token(string body, int code, string message)
    {
        await MakeAsync($"{Core}/secrets", """{"metadata":{"name":"s"}}""");
        await MakeAsync($"{Core}/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        var reply = await RequestAsync(body);
        Assert.Equal(code, (int)reply.Code);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_would_not_be_read_is_not_issued()
    {
        var reply = await RequestAsync($$$"""{"spec":{"audiences":["{{{new string('a', ServiceAccountTokens.LongestToken)}}}"]}}""");
        Assert.Equal(HttpStatusCode.BadRequest, reply.Code);
        Assert.Contains("spec.audiences", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edit", HttpStatusCode.Created)]
    [InlineData("view", HttpStatusCode.Forbidden)]
    public async Task Who_may_make_accounts_may_make_their_tokens(string role, HttpStatusCode code) =>
        Assert.Equal(code, (await api.SendAsync("POST", $"{Accounts}/robot/token", "{}", ApiFixture.Caller("someone", role))).Code);

    [Fact]
    public async Task Trying_it_out_gives_no_token()
    {
        var reply = await api.SendAsync("POST", $"{Accounts}/robot/token?dryRun=All", "{}");
        Assert.Equal((HttpStatusCode.Created, ""), (reply.Code, reply.At("status.token")));
    }

    [Fact]
    public async Task There_is_no_token_of_an_account_that_does_not_exist()
    {
        var reply = await api.SendAsync("POST", $"{Accounts}/none/token", "{}");
        Assert.Equal((HttpStatusCode.NotFound, "serviceaccounts \"none\" not found"), (reply.Code, reply.Message));
    }

    [Fact]
    public async Task Without_a_key_to_sign_with_there_are_no_tokens()
    {
        await using var other = await ApiFixture.StartAsync(beside: api);
        var reply = await other.SendAsync("POST", $"{Accounts}/robot/token", "{}");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "MethodNotAllowed"), (reply.Code, reply.Reason));
        Assert.Contains("Serving__TokenKeys", reply.Message, StringComparison.Ordinal);
        string token = (await RequestAsync("{}")).At("status.token")!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.SendAsync("POST", WhoAmI, "{}", caller: "", bearer: token)).Code);
    }

    [Fact]
    public void A_token_is_read_as_it_was_written_by_whichever_key_and_until_its_time()
    {
        var claims = Claims();
        string header = $"Bearer {ServiceAccountTokens.Write(claims, OtherKey)}";
        var read = ServiceAccountTokens.Read(header, [Key, OtherKey], claims.ExpiresAt.AddSeconds(-1))!;
        Assert.Equal(claims with { Audiences = read.Audiences }, read);
        Assert.Equal(claims.Audiences, read.Audiences);
        Assert.Null(ServiceAccountTokens.Read(header, [Key, OtherKey], claims.ExpiresAt));
        Assert.Null(ServiceAccountTokens.Read(header, [Key], claims.IssuedAt));
    }

    [Fact]
    public void Nobody_else_can_write_a_token()
    {
        var claims = Claims();
        string[] parts = ServiceAccountTokens.Write(claims, Key).Split('.');
        string[] bad =
        [
            "", "Bearer", "Bearer x", "Bearer ..", $"Basic {string.Join('.', parts)}",
            $"Bearer {parts[0]}.{parts[1]}", $"Bearer {parts[0]}.{parts[1]}.", $"Bearer {parts[0]}.{parts[1]}.{parts[2]}x", $"Bearer {parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}",
            $"Bearer {parts[0]}.{Changed(parts[1], "robot", "admin")}.{parts[2]}",
            $"Bearer {parts[0]}.{Changed(parts[1], claims.Cluster.Value, "cluster-2")}.{parts[2]}",
            $"Bearer {Changed(parts[0], "HS256", "none")}.{parts[1]}.",
            $"Bearer {Changed(parts[0], Key.Id, OtherKey.Id)}.{parts[1]}.{parts[2]}",
            $"Bearer {Changed(parts[0], ServiceAccountTokens.Type, "JWT")}.{parts[1]}.{parts[2]}",
            $"Bearer {string.Join('.', parts)}{new string('x', ServiceAccountTokens.LongestToken)}",
            $"Bearer {Base64Url.EncodeToString("[]"u8)}.{parts[1]}.{parts[2]}",
        ];
        Assert.NotNull(ServiceAccountTokens.Read($"bearer {string.Join('.', parts)}", [Key, OtherKey], claims.IssuedAt));
        Assert.All(bad, header => Assert.Null(ServiceAccountTokens.Read(header, [Key, OtherKey], claims.IssuedAt)));
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("?, x")]
    public void A_key_that_is_too_weak_is_refused_and_not_shown(string setting)
    {
        var error = Assert.Throws<FormatException>(() => TokenKey.ReadAll(setting));
        Assert.StartsWith("Serving__TokenKeys: key 1 is no base64 of at least 32 bytes", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(setting.Split(',')[0], error.Message, StringComparison.Ordinal);
        Assert.Empty(TokenKey.ReadAll(null));
    }

    private static ServiceAccountClaims Claims() => new("t1", new("cluster-1"), "default", "robot", "u1", "j1", [ServiceAccountClaims.AudienceOf(new("cluster-1")), "vault"],
        DateTimeOffset.UnixEpoch.AddDays(20_000), DateTimeOffset.UnixEpoch.AddDays(20_001), new() { Kind = "Node", Name = "n", Uid = "u2" });

    private static string Changed(string part, string from, string to)
    {
        string text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
    }

    private static TokenKey KeyOf(byte fill) => Assert.Single(TokenKey.ReadAll(Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray())));

    private async Task MakeAsync(string path, string body, string? caller = null) => Assert.Equal(HttpStatusCode.Created, (await api.SendAsync("POST", path, body, caller)).Code);

    private Task<Reply> RequestAsync(string body) => api.SendAsync("POST", $"{Accounts}/robot/token", body);

    private Task<Reply> AsAsync(string token, string method, string path, string? body = null) => api.SendAsync(method, path, body, caller: "", bearer: token);
}
