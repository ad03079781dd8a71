using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="INodeRows"/>; the agent's side is each implementation's own.</summary>
public abstract class NodeRowsContract
{
    private static int s_clusters;

    protected ClusterId Cluster { get; } = new($"n{Interlocked.Increment(ref s_clusters)}");

    private static CancellationToken None => CancellationToken.None;

    protected abstract Task<INodeRows> OpenAsync();

    /// <summary>As the agent renews; false when there is no lease to renew.</summary>
    /// <param name="fenceSeconds">null: as an agent renews that knows nothing of fences.</param>
    protected abstract Task<bool> RenewAsync(string nodeUid, string bootId, long seq, int? fenceSeconds = null);

    protected abstract Task ReportAsync(string nodeUid, string bootId, long seq, byte[] document);

    /// <summary>As the agent writes what it measured.</summary>
    protected abstract Task MeasureAsync(string nodeUid, byte[] document);

    /// <summary>What the agent would read; null when there is none or it is torn.</summary>
    protected abstract Task<byte[]?> ReadAssignmentAsync(string nodeUid);

    [Fact]
    public async Task Leases_carry_the_services_time_and_nothing_of_the_nodes_clock()
    {
        INodeRows rows = await OpenAsync();
        Assert.Empty((await rows.ListLeasesAsync(Cluster, None)).Leases);
        await rows.OpenLeaseAsync(Cluster, "n1", None);
        await rows.OpenLeaseAsync(Cluster, "n2", None);
        Assert.True(await RenewAsync("n1", "boot", 4));
        Assert.True(await RenewAsync("n2", "boot", 1));
        Assert.True(await RenewAsync("n1", "boot", 5));
        await rows.OpenLeaseAsync(Cluster, "n1", None);
        LeaseListing listing = await rows.ListLeasesAsync(Cluster, None);
        Assert.Equal([("n1", "boot", 5L), ("n2", "boot", 1L)], listing.Leases.Select(l => (l.NodeUid, l.BootId, l.StatusSeq)));
        Assert.All(listing.Leases, l => Assert.InRange((listing.ServerTime - l.RenewedAt).TotalSeconds, -2, 20));
    }

    [Fact]
    public async Task A_lease_says_what_its_last_renewal_promised()
    {
        INodeRows rows = await OpenAsync();
        await rows.OpenLeaseAsync(Cluster, "n1", None);
        Assert.Null(await PromiseAsync());
        await RenewAsync("n1", "boot", 0, fenceSeconds: 10);
        Assert.Equal(10, await PromiseAsync());
        await RenewAsync("n1", "boot", 4, fenceSeconds: 30);
        Assert.Equal(30, await PromiseAsync());
        // An agent of before, in place of the one that fenced, merges its own columns only.
        await RenewAsync("n1", "boot", 1_001);
        Assert.Null(await PromiseAsync());

        async Task<int?> PromiseAsync() => Assert.Single((await rows.ListLeasesAsync(Cluster, None)).Leases).FenceSeconds;
    }

    [Theory]
    [InlineData(500)]
    [InlineData(200_000)]
    [InlineData(1_600_000)]
    public async Task A_status_is_read_whole_however_many_rows_it_takes(int size)
    {
        INodeRows rows = await OpenAsync();
        byte[] document = new byte[size];
        new Random(size).NextBytes(document);
        await ReportAsync("n1", "boot", 7, document);
        await ReportAsync("n10", "boot", 8, [1, 2, 3]);
        NodeStatusRow read = Assert.Single(await rows.ReadStatusAsync(Cluster, ["n1", "absent"], None));
        Assert.Equal(("n1", "boot", 7L), (read.NodeUid, read.BootId, read.Seq));
        Assert.Equal(document, read.Document.ToArray());
        string[] many = [.. Enumerable.Range(0, 100).Select(i => $"n{i}")];
        Assert.Equal(["n1", "n10"], (await rows.ReadStatusAsync(Cluster, many, None)).Select(r => r.NodeUid).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(900_000)]
    public async Task What_was_measured_is_read_with_its_age_and_changes_no_status(int size)
    {
        INodeRows rows = await OpenAsync();
        byte[] document = new byte[size];
        new Random(size).NextBytes(document);
        await ReportAsync("n1", "boot", 7, [1, 2, 3]);
        await MeasureAsync("n1", [9]);
        await MeasureAsync("n1", document);
        await MeasureAsync("n10", [4]);
        string[] many = [.. Enumerable.Range(0, 100).Select(i => $"n{i}")];

        NodeUsageRow one = Assert.Single(await rows.ReadUsageAsync(Cluster, ["n1", "absent"], None));
        IReadOnlyList<NodeUsageRow> all = await rows.ReadUsageAsync(Cluster, many, None);

        Assert.Equal(document, one.Document.ToArray());
        Assert.Equal(["n1", "n10"], all.Select(r => r.NodeUid).Order(StringComparer.Ordinal));
        Assert.Equal(document, all.Single(r => r.NodeUid == "n1").Document.ToArray());
        Assert.All([one, .. all], r => Assert.InRange(r.Age.TotalSeconds, -2, 20));
        Assert.Equal([1, 2, 3], Assert.Single(await rows.ReadStatusAsync(Cluster, ["n1"], None)).Document.ToArray());
        Assert.Equal(["n1"], (await rows.ReadStatusAsync(Cluster, many, None)).Select(r => r.NodeUid));
        Assert.Empty(await rows.ReadUsageAsync(Cluster, [], None));

        await rows.DeleteNodeAsync(Cluster, "n1", None);
        Assert.Equal(["n10"], (await rows.ReadUsageAsync(Cluster, ["n1", "n10"], None)).Select(r => r.NodeUid));
    }

    [Fact]
    public async Task An_assignment_is_replaced_only_by_a_newer_one()
    {
        INodeRows rows = await OpenAsync();
        (AssignmentWrite outcome, AssignmentHead? first) = await WriteAsync(rows, null, 1, 10, "first");
        Assert.Equal(AssignmentWrite.Written, outcome);
        Assert.Equal("first", await TextAsync());
        (outcome, AssignmentHead? second) = await WriteAsync(rows, first, 1, 12, "second");
        Assert.Equal(AssignmentWrite.Written, outcome);

        (outcome, AssignmentHead? current) = await WriteAsync(rows, first, 1, 11, "older, with a stale ETag");
        Assert.Equal(AssignmentWrite.Newer, outcome);
        Assert.Equal(second, current);
        (outcome, _) = await WriteAsync(rows, null, 1, 12, "the same revision again");
        Assert.Equal(AssignmentWrite.Newer, outcome);
        (outcome, current) = await WriteAsync(rows, first, 1, 13, "newer, with a stale ETag");
        Assert.Equal(AssignmentWrite.Conflict, outcome);
        Assert.Equal(second, current);
        Assert.Equal("second", await TextAsync());

        (outcome, AssignmentHead? third) = await WriteAsync(rows, second, 2, 1, "of a later epoch");
        Assert.Equal(AssignmentWrite.Written, outcome);
        (outcome, _) = await WriteAsync(rows, third, 1, 99, "of a former epoch");
        Assert.Equal(AssignmentWrite.Newer, outcome);
        Assert.Equal("of a later epoch", await TextAsync());
        AssignmentHead listed = Assert.Single(await rows.ListAssignmentHeadsAsync(Cluster, None));
        Assert.Equal(third, listed);
        Assert.Equal(third, await rows.FindAssignmentHeadAsync(Cluster, "n1", None));
        Assert.Null(await rows.FindAssignmentHeadAsync(Cluster, "n2", None));
        Assert.Equal(("n1", 2, 1, "hash", "boot", 3), (listed.NodeUid, listed.Epoch, listed.Revision.Value, listed.ContentHash, listed.AppliedBootId, listed.AppliedSeq));

        async Task<string> TextAsync() => Encoding.UTF8.GetString((await ReadAssignmentAsync("n1"))!);
    }

    [Fact]
    public async Task Of_parallel_dispatchers_the_newest_stays_and_large_documents_are_never_torn()
    {
        INodeRows rows = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(async () =>
        {
            AssignmentHead? known = null;
            while (true)
            {
                (AssignmentWrite outcome, known) = await rows.WriteAssignmentAsync(Cluster, known, Head(1, i), Large(i), None);
                if (outcome != AssignmentWrite.Conflict)
                    return;
            }
        })));
        Assert.Equal(8, Assert.Single(await rows.ListAssignmentHeadsAsync(Cluster, None)).Revision.Value);
        Assert.Equal(Large(8), await ReadAssignmentAsync("n1"));
    }

    [Fact]
    public async Task Deleting_a_node_removes_its_rows_and_no_others()
    {
        INodeRows rows = await OpenAsync();
        foreach (string node in new[] { "n1", "n2", "n10" })
        {
            await rows.OpenLeaseAsync(Cluster, node, None);
            Assert.True(await RenewAsync(node, "boot", 1));
            await ReportAsync(node, "boot", 1, Large(1));
            await rows.WriteAssignmentAsync(Cluster, null, Head(1, 1, node), Large(2), None);
        }

        await rows.DeleteNodeAsync(Cluster, "n1", None);
        await rows.DeleteNodeAsync(Cluster, "n1", None);
        Assert.False(await RenewAsync("n1", "boot", 2));
        Assert.Equal(["n10", "n2"], (await rows.ListLeasesAsync(Cluster, None)).Leases.Select(l => l.NodeUid).Order(StringComparer.Ordinal));
        Assert.Equal(["n10", "n2"], (await rows.ReadStatusAsync(Cluster, ["n1", "n2", "n10"], None)).Select(s => s.NodeUid).Order(StringComparer.Ordinal));
        Assert.Equal(["n10", "n2"], (await rows.ListAssignmentHeadsAsync(Cluster, None)).Select(a => a.NodeUid).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Purging_a_cluster_removes_the_rows_of_nodes_that_nobody_names()
    {
        INodeRows rows = await OpenAsync();
        await rows.OpenLeaseAsync(Cluster, "n1", None);
        await ReportAsync("n2", "boot", 1, Large(1));
        await rows.WriteAssignmentAsync(Cluster, null, Head(1, 1, "n3"), Large(2), None);

        await rows.PurgeAsync(Cluster, None);
        await rows.PurgeAsync(Cluster, None);
        Assert.Empty((await rows.ListLeasesAsync(Cluster, None)).Leases);
        Assert.Empty(await rows.ReadStatusAsync(Cluster, ["n2"], None));
        Assert.Empty(await rows.ListAssignmentHeadsAsync(Cluster, None));
    }

    private static byte[] Large(int seed)
    {
        byte[] document = new byte[900_000];
        new Random(seed).NextBytes(document);
        return document;
    }

    private static AssignmentHead Head(long epoch, long revision, string node = "n1") => new(node, epoch, new Revision(revision), "hash", "boot", 3, "");

    private Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAsync(INodeRows rows, AssignmentHead? known, long epoch, long revision, string text) =>
        rows.WriteAssignmentAsync(Cluster, known, Head(epoch, revision), Encoding.UTF8.GetBytes(text), None);
}
