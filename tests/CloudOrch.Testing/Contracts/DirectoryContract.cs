using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="IDirectory"/>.</summary>
public abstract class DirectoryContract
{
    private static int s_names;
    private static readonly DateTimeOffset s_expiry = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken None => CancellationToken.None;

    protected abstract Task<IDirectory> OpenAsync();

    [Fact]
    public async Task A_cluster_is_found_by_name_and_by_id_and_its_name_is_taken()
    {
        IDirectory directory = await OpenAsync();
        ClusterRecord cluster = Cluster("tenant 1/ä#?", "web");
        Assert.Equal(DirectoryWrite.Done, await directory.AddClusterAsync(cluster, None));
        Assert.Equal(DirectoryWrite.Conflict, await directory.AddClusterAsync(cluster with { Id = NewId() }, None));
        Assert.Equal(DirectoryWrite.Done, await directory.AddClusterAsync(Cluster("other tenant", "web"), None));

        ClusterRecord found = Assert.IsType<ClusterRecord>(await directory.FindClusterAsync(cluster.TenantId, "web", None));
        AssertSame(cluster, found);
        AssertSame(cluster, Assert.IsType<ClusterRecord>(await directory.FindClusterAsync(cluster.Id, None)));
        Assert.Null(await directory.FindClusterAsync(cluster.TenantId, "web2", None));
        Assert.Null(await directory.FindClusterAsync(NewId(), None));
        Assert.Single(await directory.ListClustersAsync(cluster.TenantId, None));
    }

    [Fact]
    public async Task Removing_a_cluster_unlinks_both_and_a_new_one_of_its_name_is_another()
    {
        IDirectory directory = await OpenAsync();
        ClusterRecord cluster = Cluster("t", "web");
        await directory.AddClusterAsync(cluster, None);
        ClusterRecord found = (await directory.FindClusterAsync("t", "web", None))!;
        Assert.Equal(DirectoryWrite.Done, await directory.RemoveClusterAsync(found, None));
        Assert.Equal(DirectoryWrite.NotFound, await directory.RemoveClusterAsync(found, None));
        Assert.Null(await directory.FindClusterAsync("t", "web", None));
        Assert.Null(await directory.FindClusterAsync(cluster.Id, None));
        ClusterRecord second = Cluster("t", "web");
        Assert.Equal(DirectoryWrite.Done, await directory.AddClusterAsync(second, None));
        Assert.Equal(DirectoryWrite.Conflict, await directory.RemoveClusterAsync(found, None));
        Assert.Null(await directory.FindClusterAsync(cluster.Id, None));
        AssertSame(second, (await directory.FindClusterAsync(second.Id, None))!);
    }

    [Fact]
    public async Task The_sweep_sees_every_cluster_of_every_tenant_once()
    {
        IDirectory directory = await OpenAsync();
        var ids = new HashSet<ClusterId>();
        for (int i = 0; i < 230; i++)
        {
            ClusterRecord cluster = Cluster($"t{i % 7}", $"c{i}");
            ids.Add(cluster.Id);
            await directory.AddClusterAsync(cluster, None);
        }

        await directory.AddJoinTokenAsync(Token("t1", "not-a-cluster"), None);
        var seen = new List<ClusterId>();
        string? continuation = null;
        do
        {
            (IReadOnlyList<ClusterRecord> items, continuation) = await directory.ListAllClustersAsync(continuation, None);
            seen.AddRange(items.Select(c => c.Id));
        }
        while (continuation is not null);
        Assert.Equal(230, seen.Count);
        Assert.True(ids.SetEquals(seen));
    }

    [Fact]
    public async Task A_join_token_is_used_once_by_each_of_many_at_a_time()
    {
        IDirectory directory = await OpenAsync();
        JoinTokenRecord token = Token("t", "join");
        Assert.Equal(DirectoryWrite.Done, await directory.AddJoinTokenAsync(token, None));
        Assert.Equal(DirectoryWrite.Conflict, await directory.AddJoinTokenAsync(Token("t", "join"), None));
        JoinTokenRecord found = Assert.IsType<JoinTokenRecord>(await directory.FindJoinTokenBySecretAsync(token.SecretHash, None));
        Assert.Equal((token.Cluster, token.MaxUses, 0, token.ExpiresAt), (found.Cluster, found.MaxUses, found.Uses, found.ExpiresAt));
        Assert.Equal(token.Document.ToArray(), found.Document.ToArray());
        Assert.Null(await directory.FindJoinTokenBySecretAsync("other", None));

        DirectoryWrite[] uses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => directory.UpdateJoinTokenAsync(found with { Uses = 1, Reserved = ["a", "b"] }, None))));
        Assert.Equal(1, uses.Count(u => u == DirectoryWrite.Done));
        Assert.Equal(9, uses.Count(u => u == DirectoryWrite.Conflict));
        JoinTokenRecord used = (await directory.FindJoinTokenAsync("t", "join", None))!;
        Assert.Equal((1, 3), (used.Uses, used.Taken));
        Assert.Equal(["a", "b"], used.Reserved);
        Assert.Equal(DirectoryWrite.Conflict, await directory.RemoveJoinTokenAsync(found, None));
        Assert.Equal(DirectoryWrite.Done, await directory.RemoveJoinTokenAsync(used, None));
        Assert.Equal(DirectoryWrite.NotFound, await directory.UpdateJoinTokenAsync(used, None));
        Assert.Null(await directory.FindJoinTokenBySecretAsync(token.SecretHash, None));
        Assert.Empty(await directory.ListJoinTokensAsync("t", None));
    }

    [Fact]
    public async Task An_enrolment_is_found_by_name_and_by_uid_until_it_is_removed()
    {
        IDirectory directory = await OpenAsync();
        var node = new EnrolmentRecord(NewId(), "node-1.example", "uid-" + NewId(), "sign", "seal", 1, "10.64.1.0/24", "");
        Assert.Equal(DirectoryWrite.Done, await directory.AddEnrolmentAsync(node, None));
        Assert.Equal(DirectoryWrite.Conflict, await directory.AddEnrolmentAsync(node with { NodeUid = "uid-" + NewId(), SigningKey = "other" }, None));
        EnrolmentRecord found = Assert.IsType<EnrolmentRecord>(await directory.FindEnrolmentAsync(node.NodeUid, None));
        Assert.Equal(node, found with { ETag = "" });
        Assert.Equal(found, await directory.FindEnrolmentAsync(node.Cluster, node.NodeName, None));
        Assert.Single(await directory.ListEnrolmentsAsync(node.Cluster, None));
        Assert.Null(await directory.FindEnrolmentAsync(NewId(), node.NodeName, None));
        Assert.Equal(DirectoryWrite.Done, await directory.RemoveEnrolmentAsync(found, None));
        Assert.Null(await directory.FindEnrolmentAsync(node.NodeUid, None));
        Assert.Null(await directory.FindEnrolmentAsync(node.Cluster, node.NodeName, None));
        Assert.Empty(await directory.ListEnrolmentsAsync(node.Cluster, None));
    }

    private static void AssertSame(ClusterRecord expected, ClusterRecord found)
    {
        Assert.Equal((expected.TenantId, expected.Name, expected.Id, expected.Epoch), (found.TenantId, found.Name, found.Id, found.Epoch));
        Assert.Equal(expected.Document.ToArray(), found.Document.ToArray());
        Assert.NotEmpty(found.ETag);
    }

    private static ClusterId NewId() => new($"id{Interlocked.Increment(ref s_names)}");

    private static ClusterRecord Cluster(string tenant, string name) => new(tenant, name, NewId(), 1, """{"kind":"Cluster"}"""u8.ToArray(), "");

    private static JoinTokenRecord Token(string tenant, string name) =>
        new(tenant, name, $"hash{Interlocked.Increment(ref s_names)}", NewId(), s_expiry, 3, 0, """{"kind":"JoinToken"}"""u8.ToArray(), "");
}
