using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing.Memory;
using CloudOrch.Testing.Queues;

namespace CloudOrch.ControlPlane.Tests.Serving;

public sealed class NodeTests : IAsyncLifetime
{
    private const string Tokens = "/apis/management.cloudorch.io/v1/jointokens";
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    private sealed class Keys : IDisposable
    {
        private readonly ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly ECDiffieHellman sealing = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        public EnrollRequest Request(string name, string? token) => new()
        {
            JoinToken = token, NodeName = name,
            SigningKey = Convert.ToBase64String(signing.ExportSubjectPublicKeyInfo()), SealingKey = Convert.ToBase64String(sealing.ExportSubjectPublicKeyInfo()),
        };

        public string Token(EnrollResponse node, DateTimeOffset now, string? audience = null, string? subject = null, TimeSpan? lifetime = null)
        {
            long issued = now.ToUnixTimeSeconds(), expires = (now + (lifetime ?? NodeToken.Lifetime)).ToUnixTimeSeconds();
            string header = Part($$"""{"alg":"ES256","typ":"{{NodeToken.Type}}"}""");
            string uid = subject ?? node.NodeUid;
            string claims = Part(JsonSerializer.Serialize(new { iss = uid, sub = uid, aud = audience ?? NodeToken.AudienceOf(node.ClusterId), iat = issued, exp = expires }));
            byte[] signature = signing.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return $"{header}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
        }

        public void Dispose()
        {
            signing.Dispose();
            sealing.Dispose();
        }

        private static string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    private async Task<string> JoinTokenAsync(int uses = 10, string name = "j") =>
        (await api.SendAsync("POST", Tokens, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"clusterName":"c1","maxUses":{{{uses}}}}}""")).At("status.token")!;

    private Task<Reply> EnrolAsync(EnrollRequest request, string? bearer = null) =>
        api.SendAsync("POST", "/node/v1/enroll", Encoding.UTF8.GetString(KubeJson.Write(request)), caller: "", bearer: bearer);

    private static EnrollResponse Read(Reply reply)
    {
        Assert.Equal(HttpStatusCode.OK, reply.Code);
        return KubeJson.Read<EnrollResponse>(Encoding.UTF8.GetBytes(reply.Text));
    }

    private async Task<string?> UsesAsync(string name = "j") => (await api.SendAsync("GET", $"{Tokens}/{name}")).At("status.uses");

    [Fact]
    public async Task An_enrolment_that_breaks_off_does_not_use_the_token_up()
    {
        using var keys = new Keys();
        var request = keys.Request("n1", await JoinTokenAsync(uses: 1));
        api.Store.BeforeCommit = () => throw new IOException("the connection broke");
        Assert.NotEqual(HttpStatusCode.OK, (await EnrolAsync(request)).Code);
        Assert.Equal("0", await UsesAsync() ?? "0");
        Read(await EnrolAsync(request));
        Assert.Equal("1", await UsesAsync());
    }

    [Fact]
    public async Task A_node_enrols_with_a_join_token()
    {
        using var keys = new Keys();
        var request = keys.Request("n1", await JoinTokenAsync()) with { Labels = ValueMap.Of(("zone", "a")), Taints = [new() { Key = "k", Effect = "NoSchedule" }] };
        var node = Read(await EnrolAsync(request));
        Assert.Equal(("n1", "10.64.0.0/24", api.ClusterId.Value, 1), (node.NodeName, node.PodCidr, node.ClusterId, node.Protocol));
        Assert.Equal($"node-{node.NodeUid}", node.Credentials.QueueName);
        Assert.Equal(1_000, node.Credentials.LeaseIntervalMilliseconds);
        Assert.Contains(node.NodeUid, api.Get<MemoryDecisionSender>().NodesWithQueue);
        var stored = await api.SendAsync("GET", "/clusters/c1/api/v1/nodes/n1");
        Assert.Equal((node.NodeUid, "10.64.0.0/24", "a", "k"), (stored.At("metadata.uid"), stored.At("spec.podCIDR"), stored.At("metadata.labels.zone"), stored.At("spec.taints.0.key")));
        Assert.Equal("n1", stored.Json.GetProperty("metadata").GetProperty("labels").GetProperty("kubernetes.io/hostname").GetString());
        Assert.Equal("False", stored.At("status.conditions.0.status"));
        Assert.DoesNotContain(request.SigningKey, stored.Text, StringComparison.Ordinal);
        Assert.Equal("1", await UsesAsync());
    }

    [Fact]
    public async Task The_same_key_again_is_the_same_node_and_uses_no_token()
    {
        using var keys = new Keys();
        string token = await JoinTokenAsync(uses: 1);
        var first = Read(await EnrolAsync(keys.Request("n1", token)));
        var again = Read(await EnrolAsync(keys.Request("n1", token)));
        Assert.Equal((first.NodeUid, first.PodCidr), (again.NodeUid, again.PodCidr));
        Assert.Equal("1", await UsesAsync());
        var signed = Read(await EnrolAsync(keys.Request("n1", null), keys.Token(first, TimeProvider.System.GetUtcNow())));
        Assert.Equal(first.NodeUid, signed.NodeUid);
    }

    [Fact]
    public async Task A_name_of_another_key_is_409_until_its_Node_is_deleted()
    {
        using var keys = new Keys();
        using var thief = new Keys();
        string token = await JoinTokenAsync();
        var first = Read(await EnrolAsync(keys.Request("n1", token)));
        var taken = await EnrolAsync(thief.Request("n1", token));
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (taken.Code, taken.Reason));
        Assert.Contains("enrolled with another key", taken.Message, StringComparison.Ordinal);
        Assert.Equal("1", await UsesAsync());
        await api.SendAsync("DELETE", "/clusters/c1/api/v1/nodes/n1");
        Assert.DoesNotContain(first.NodeUid, api.Get<MemoryDecisionSender>().NodesWithQueue);
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync("credentials", keys.Token(first, TimeProvider.System.GetUtcNow()))).Code);
        var second = Read(await EnrolAsync(thief.Request("n1", token)));
        Assert.NotEqual(first.NodeUid, second.NodeUid);
    }

    /// <summary>Queues are few in a namespace of Service Bus: one that nothing leads to would never go.</summary>
    [Fact]
    public async Task The_queue_of_a_deleted_node_that_could_not_be_removed_goes_when_its_name_enrols_again()
    {
        using var keys = new Keys();
        string token = await JoinTokenAsync();
        var first = Read(await EnrolAsync(keys.Request("n1", token)));
        var queues = api.Get<MemoryDecisionSender>();
        queues.IsAway = true;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("DELETE", "/clusters/c1/api/v1/nodes/n1")).Code);
        Assert.Equal(HttpStatusCode.InternalServerError, (await EnrolAsync(keys.Request("n1", token))).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", "/clusters/c1/api/v1/nodes/n1")).Code);
        queues.IsAway = false;
        var second = Read(await EnrolAsync(keys.Request("n1", token)));
        Assert.Equal([second.NodeUid], queues.NodesWithQueue);
        Assert.NotEqual(first.NodeUid, second.NodeUid);
    }

    [Fact]
    public async Task Tokens_that_are_unknown_expired_used_up_or_revoked_open_nothing()
    {
        using var keys = new Keys();
        var unknown = await EnrolAsync(keys.Request("n1", "nonsense"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (unknown.Code, unknown.Reason));
        Assert.Equal(HttpStatusCode.Unauthorized, (await EnrolAsync(keys.Request("n1", null))).Code);

        string token = await JoinTokenAsync(uses: 1);
        Read(await EnrolAsync(keys.Request("n1", token)));
        using var second = new Keys();
        var usedUp = await EnrolAsync(second.Request("n2", token));
        Assert.Equal(HttpStatusCode.Unauthorized, usedUp.Code);
        Assert.Contains("used up (1 of 1)", usedUp.Message, StringComparison.Ordinal);

        var directory = api.Get<IDirectory>();
        string old = await JoinTokenAsync(name: "old");
        var record = (await directory.FindJoinTokenAsync(ApiFixture.Tenant, "old", default))!;
        await directory.RemoveJoinTokenAsync(record, default);
        Assert.Contains("unknown or was revoked", (await EnrolAsync(second.Request("n2", old))).Message, StringComparison.Ordinal);
        await directory.AddJoinTokenAsync(record with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) }, default);
        Assert.Contains("expired at", (await EnrolAsync(second.Request("n2", old))).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync("GET", "/clusters/c1/api/v1/nodes/n2")).Code);
    }

    [Fact]
    public async Task Racing_nodes_never_use_a_token_more_often_than_it_allows_and_share_no_range()
    {
        string token = await JoinTokenAsync(uses: 3);
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var keys = new Keys();
            return await EnrolAsync(keys.Request($"n{i}", token));
        }));
        var nodes = replies.Where(r => r.Code == HttpStatusCode.OK).Select(Read).ToList();
        Assert.Equal(3, nodes.Count);
        Assert.Equal(3, nodes.Select(n => n.PodCidr).Distinct().Count());
        Assert.All(replies.Where(r => r.Code != HttpStatusCode.OK), r => Assert.Equal(HttpStatusCode.Unauthorized, r.Code));
        Assert.Equal("3", await UsesAsync());
    }

    [Fact]
    public async Task Answers_of_the_storage_that_are_lost_use_a_token_up_no_faster()
    {
        using var keys = new Keys();
        string token = await JoinTokenAsync(uses: 2);
        var directory = (MemoryDirectory)api.Get<IDirectory>();
        directory.LostAnswers = 2;
        Read(await EnrolAsync(keys.Request("n1", token)));
        Assert.Equal("1", await UsesAsync());

        using var second = new Keys();
        directory.LostAnswers = 2;
        Read(await EnrolAsync(second.Request("n2", token)));
        Assert.Equal("2", await UsesAsync());
    }

    [Fact]
    public async Task What_a_node_may_not_say_of_itself_is_refused_and_uses_no_token()
    {
        using var keys = new Keys();
        string token = await JoinTokenAsync();
        var request = keys.Request("n1", token);
        Assert.Equal(HttpStatusCode.BadRequest, (await EnrolAsync(request with { NodeName = "Not A Name" })).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await EnrolAsync(request with { SigningKey = "AAAA" })).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await EnrolAsync(request with { Labels = ValueMap.Of(("node-restriction.kubernetes.io/x", "y")) })).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await EnrolAsync(request with { Labels = ValueMap.Of(("node-role.kubernetes.io/control-plane", "")) })).Code);
        var future = await EnrolAsync(request with { Protocol = new(98, 99) });
        Assert.Equal((HttpStatusCode.BadRequest, "the agent speaks protocol 98-99, this control plane 1-1: install a matching agent"), (future.Code, future.Message));
        foreach (string amount in new[] { "-1", "1e30" })
        {
            var impossible = await EnrolAsync(request with { Status = new() { Capacity = ValueMap.Of(("cpu", Quantity.Parse(amount))) } });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, impossible.Code);
            Assert.Contains($"status.capacity[cpu]: Invalid value: \"{amount}\"", impossible.Message, StringComparison.Ordinal);
        }
        var unreadable = System.Text.Encoding.UTF8.GetString(KubeJson.Write(request))[..^1] + ""","status":{"capacity":{"cpu":"many"}}}""";
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("POST", "/node/v1/enroll", unreadable, caller: "")).Code);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await EnrolAsync(request with { Taints = [new() { Key = "k", Effect = "Sometimes" }] })).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync("POST", "/node/v1/enroll", "nonsense", caller: "")).Code);
        Assert.Equal("0", await UsesAsync());
    }

    private Task<Reply> CallAsync(string call, string bearer, string body = "{}") => api.SendAsync("POST", $"/node/v1/{call}", body, caller: "", bearer: bearer);

    [Fact]
    public async Task A_node_is_known_by_its_signature_and_by_nothing_else()
    {
        using var keys = new Keys();
        using var thief = new Keys();
        var node = Read(await EnrolAsync(keys.Request("n1", await JoinTokenAsync())));
        var now = TimeProvider.System.GetUtcNow();
        var good = await CallAsync("credentials", keys.Token(node, now));
        Assert.Equal((HttpStatusCode.OK, $"node-{node.NodeUid}"), (good.Code, good.At("queueName")));
        foreach (string bad in new[]
        {
            thief.Token(node, now), keys.Token(node, now, audience: "cloudorch/other"), keys.Token(node, now, subject: "other"), keys.Token(node, now.AddMinutes(10)),
            keys.Token(node, now.AddMinutes(-10)), keys.Token(node, now, lifetime: TimeSpan.FromHours(9)), keys.Token(node, now)[..^4] + "AAAA", "a.b.c", "nonsense",
        })
        {
            var refused = await CallAsync("credentials", bad);
            Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (refused.Code, refused.Reason));
        }
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("credentials", keys.Token(node, now.AddSeconds(90)))).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.SendAsync("GET", "/clusters/c1/api/v1/nodes/n1", caller: "", bearer: keys.Token(node, now))).Code);
    }

    [Fact]
    public async Task A_doorbell_rings_for_its_own_cluster()
    {
        using var keys = new Keys();
        var node = Read(await EnrolAsync(keys.Request("n1", await JoinTokenAsync())));
        var rung = await CallAsync("doorbell", keys.Token(node, TimeProvider.System.GetUtcNow()), """{"bootId":"b","seq":7}""");
        Assert.Equal(HttpStatusCode.Accepted, rung.Code);
        Assert.Contains(api.Get<MemoryWorkQueue>().Rung, d => d.Cluster == api.ClusterId && d.Why == RingReasons.StatusOf(node.NodeUid, "b", 7));
    }

    [Theory]
    [InlineData("10.64.0.0/10", 24, new string[0], "10.64.0.0/24")]
    [InlineData("10.64.0.0/10", 24, new[] { "10.64.0.0/24", "10.64.2.0/24" }, "10.64.1.0/24")]
    [InlineData("10.64.0.0/10", 24, new[] { "10.64.0.0/23" }, "10.64.2.0/24")]
    [InlineData("192.168.0.0/24", 26, new[] { "192.168.0.0/26", "192.168.0.64/26", "192.168.0.128/26" }, "192.168.0.192/26")]
    [InlineData("192.168.0.0/24", 25, new[] { "192.168.0.0/25", "192.168.0.128/25" }, null)]
    public void Pod_ranges_are_cut_without_overlap(string cluster, int size, string[] taken, string? expected) =>
        Assert.Equal(expected, PodRanges.Next(cluster, size, taken));
}
