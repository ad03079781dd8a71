using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Xunit;

namespace CloudOrch.Testing.Contracts;

/// <summary>The laws of <see cref="IResourceStore"/>; every store passes them.</summary>
public abstract class ResourceStoreContract : StoreTest
{
    [Fact]
    public async Task A_cluster_is_created_once_and_starts_at_revision_1()
    {
        StoreHead head = await HeadAsync();
        Assert.Equal(1, head.Revision.Value);
        Assert.Equal(1, head.Epoch);
        Assert.False(await Store.CreateClusterAsync(Cluster, 2, None));
        Assert.Equal(head, await HeadAsync());
        Assert.Empty(await ListAsync());
        Assert.Empty(await LogAsync(head.Revision));
        Assert.Null(await Store.ReadHeadAsync(new ClusterId("nobody"), None));
        Assert.IsType<LogOutcome.Gone>(await Store.ReadLogAsync(new ClusterId("nobody"), new Revision(1), None));
    }

    [Fact]
    public async Task Every_change_of_a_commit_takes_one_revision_deletions_too()
    {
        await CommitAsync(Add(Pod("a"), "1"), Add(Pod("b"), "1"), Add(Pod("c"), "1"));
        StoreHead head = await CommitAsync(Modify(Pod("a"), "2"), Delete(Pod("b"), "gone"), Add(Pod("d"), "1"));
        Assert.Equal(7, head.Revision.Value);

        Assert.Equal((5, "2"), await StateOfAsync("a"));
        Assert.Null(await Store.GetAsync(Cluster, Pod("b"), None));
        Assert.Equal((4, "1"), await StateOfAsync("c"));
        Assert.Equal((7, "1"), await StateOfAsync("d"));
        List<CommittedChange> log = await LogAsync(new Revision(4));
        Assert.Equal([(5, ChangeType.Modified, "a"), (6, ChangeType.Deleted, "b"), (7, ChangeType.Added, "d")],
            log.Select(c => (c.Revision.Value, c.Type, c.Key.Name)));
        Assert.Equal(Body("gone"), log[1].Body.ToArray());
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task Losing_the_race_is_a_value_and_writes_nothing()
    {
        StoreHead basis = await HeadAsync();
        StoreHead won = Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, basis, [Add(Pod("a"), "winner")], None)).Head;
        var lost = Assert.IsType<CommitOutcome.Conflict>(await Store.CommitAsync(Cluster, basis, [Add(Pod("b")), Modify(Pod("a"), "loser")], None));
        Assert.Equal(won, lost.Current);
        Assert.Null(await Store.GetAsync(Cluster, Pod("b"), None));
        Assert.Equal((2, "winner"), await StateOfAsync("a"));
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task Of_twenty_parallel_writers_exactly_one_wins_each_time()
    {
        for (int round = 0; round < 5; round++)
        {
            StoreHead basis = await HeadAsync();
            CommitOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer =>
                Task.Run(() => Store.CommitAsync(Cluster, basis, [Add(Pod($"r{round}-w{writer}")), Add(Pod($"r{round}-w{writer}-too"))], None))));
            int winner = Array.FindIndex(outcomes, o => o is CommitOutcome.Committed);
            Assert.Equal(1, outcomes.Count(o => o is CommitOutcome.Committed));
            Assert.Equal(19, outcomes.Count(o => o is CommitOutcome.Conflict));
            Assert.Equal(basis.Revision.Value + 2, (await HeadAsync()).Revision.Value);
            Assert.NotNull(await Store.GetAsync(Cluster, Pod($"r{round}-w{winner}"), None));
        }

        Assert.Equal(10, (await ListAsync()).Count);
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task A_watch_cut_after_any_change_resumes_exactly()
    {
        await CommitAsync([.. Enumerable.Range(0, 5).Select(i => Add(Pod($"a{i}")))]);
        await CommitAsync(Modify(Pod("a1"), "x"), Delete(Pod("a2")), Add(Pod("b")));
        await CommitAsync(Delete(Pod("b")));
        await CommitAsync([.. Enumerable.Range(0, 98).Select(i => Add(Pod($"c{i}")))]);
        List<CommittedChange> all = await LogAsync(new Revision(1));
        Assert.Equal(107, all.Count);
        for (int k = 0; k <= all.Count; k++)
        {
            List<CommittedChange> rest = await LogAsync(new Revision(1 + k));
            Assert.Equal(all.Skip(k).Select(c => (c.Revision, c.Type, c.Key, Text(c.Body))), rest.Select(c => (c.Revision, c.Type, c.Key, Text(c.Body))));
        }
    }

    [Fact]
    public async Task An_object_may_change_several_times_in_one_commit()
    {
        await CommitAsync(Add(Pod("kept"), "0"), Add(Pod("dropped"), "0"));
        await CommitAsync(Modify(Pod("kept"), "1"), Add(Pod("brief"), "1"), Modify(Pod("kept"), "2"), Delete(Pod("brief")), Modify(Pod("dropped"), "1"), Delete(Pod("dropped")));
        Assert.Equal((6, "2"), await StateOfAsync("kept"));
        Assert.Equal(["kept"], (await ListAsync()).Select(o => o.Key.Name));
        await CommitAsync(Add(Pod("dropped"), "again"), Delete(Pod("dropped")), Add(Pod("dropped"), "thrice"));
        Assert.Equal((12, "thrice"), await StateOfAsync("dropped"));
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task Compaction_forgets_what_was_dispatched_and_nothing_else()
    {
        StoreHead one = await CommitAsync(Add(Pod("a")), Add(Pod("b")));
        StoreHead two = await CommitAsync(Add(Pod("c")));
        BrainProgress progress = await Store.ReadProgressAsync(Cluster, None);
        Assert.Equal(0, progress.DispatchedTo.Value);
        await Store.CompactAsync(Cluster, two.Revision, None);
        Assert.Equal(3, (await LogAsync(new Revision(1))).Count);

        Assert.NotNull(await Store.WriteProgressAsync(Cluster, progress with { PlannedTo = two.Revision, DispatchedTo = one.Revision }, None));
        await Store.CompactAsync(Cluster, two.Revision, None);
        StoreHead head = await HeadAsync();
        Assert.Equal(one.Revision, head.CompactedTo);
        Assert.Equal(two.Revision, head.Revision);
        Assert.Equal(one.Revision, Assert.IsType<LogOutcome.Compacted>(await Store.ReadLogAsync(Cluster, new Revision(1), None)).CompactedTo);
        Assert.Equal(["c"], (await LogAsync(one.Revision)).Select(c => c.Key.Name));
        Assert.Equal(3, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_commit_whose_head_was_read_before_a_compaction_is_no_conflict()
    {
        StoreHead basis = await CommitAsync(Add(Pod("a")));
        Assert.NotNull(await Store.WriteProgressAsync(Cluster, (await Store.ReadProgressAsync(Cluster, None)) with { DispatchedTo = basis.Revision }, None));
        await Store.CompactAsync(Cluster, basis.Revision, None);
        StoreHead head = Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, basis, [Add(Pod("b"))], None)).Head;
        Assert.Equal(3, head.Revision.Value);
        Assert.Equal(basis.Revision, head.CompactedTo);
        Assert.Equal(head, await HeadAsync());
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(300_000)]
    [InlineData(740_000)]
    public async Task Large_objects_that_do_not_compress_come_back(int size) => await RoundTripAsync(Noise(size));

    [Fact]
    public async Task An_object_of_900_KiB_of_JSON_comes_back() =>
        await RoundTripAsync(Body(Convert.ToBase64String(Noise(900 * 1024 / 4 * 3))));

    private async Task RoundTripAsync(byte[] body)
    {
        StoreHead head = Assert.IsType<CommitOutcome.Committed>(
            await Store.CommitAsync(Cluster, await HeadAsync(), [new PendingChange(ChangeType.Added, Pod("big"), body)], None)).Head;
        StoredObject read = Assert.IsType<StoredObject>(await Store.GetAsync(Cluster, Pod("big"), None));
        Assert.Equal(head.Revision, read.Revision);
        Assert.Equal(body, read.Body.ToArray());
        Assert.Equal(body, Assert.Single(await ListAsync()).Body.ToArray());
        Assert.Equal(body, Assert.Single(await LogAsync(new Revision(1))).Body.ToArray());
    }

    [Fact]
    public async Task What_does_not_fit_is_a_value_that_names_the_limit_and_writes_nothing()
    {
        StoreHead head = await HeadAsync();
        var tooLarge = Assert.IsType<CommitOutcome.TooLarge>(
            await Store.CommitAsync(Cluster, head, [Add(Pod("small")), new PendingChange(ChangeType.Added, Pod("huge"), Noise(1_100_000))], None));
        Assert.Equal(Pod("huge"), tooLarge.Key);
        Assert.Contains("bytes", tooLarge.Limit, StringComparison.Ordinal);

        tooLarge = Assert.IsType<CommitOutcome.TooLarge>(await Store.CommitAsync(Cluster, head, [.. Enumerable.Range(0, 99).Select(i => Add(Pod($"p{i}")))], None));
        Assert.Null(tooLarge.Key);
        Assert.Contains("98", tooLarge.Limit, StringComparison.Ordinal);

        Assert.IsType<CommitOutcome.TooLarge>(await Store.CommitAsync(
            Cluster, head, [.. Enumerable.Range(0, 4).Select(i => new PendingChange(ChangeType.Added, Pod($"p{i}"), Noise(400_000)))], None));
        Assert.Equal(head, await HeadAsync());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_thousand_objects_in_order_and_the_listing_crosses_pages()
    {
        List<PendingChange> changes = [.. Enumerable.Range(0, 1_100).Select(i => Add(Pod($"p{i:D4}"), i.ToString(CultureInfo.InvariantCulture)))];
        changes.Add(Delete(Pod("p0000")));
        changes.Add(Modify(Pod("p0001"), "changed"));
        InOrderOutcome outcome = await Store.CommitInOrderAsync(Cluster, await HeadAsync(), changes, None);
        Assert.Equal(1_102, outcome.Done);
        StoreHead head = Assert.IsType<CommitOutcome.Committed>(outcome.Last).Head;
        Assert.Equal(1_103, head.Revision.Value);
        Assert.Equal(head, await HeadAsync());
        List<StoredObject> listed = await ListAsync(Pods, "default");
        Assert.Equal(Enumerable.Range(1, 1_099).Select(i => $"p{i:D4}"), listed.Select(o => o.Key.Name));
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task In_order_splits_large_objects_and_stops_at_the_first_that_does_not_fit()
    {
        List<PendingChange> changes = [.. Enumerable.Range(0, 6).Select(i => new PendingChange(ChangeType.Added, Pod($"p{i}"), Noise(i == 4 ? 1_100_000 : 500_000, i)))];
        InOrderOutcome outcome = await Store.CommitInOrderAsync(Cluster, await HeadAsync(), changes, None);
        Assert.Equal(4, outcome.Done);
        Assert.Equal(Pod("p4"), Assert.IsType<CommitOutcome.TooLarge>(outcome.Last).Key);
        Assert.Equal(["p0", "p1", "p2", "p3"], (await ListAsync()).Select(o => o.Key.Name));
        await AssertConsistentAsync();
    }

    [Fact]
    public async Task Adding_what_is_there_replaces_it()
    {
        await CommitAsync(Add(Pod("a"), "1"));
        await CommitAsync(Add(Pod("b"), "1"), Add(Pod("a"), "2"));
        Assert.Equal((4, "2"), await StateOfAsync("a"));
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_the_callers_error_and_writes_nothing()
    {
        StoreHead head = await CommitAsync(Add(Pod("a")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.CommitAsync(Cluster, head, [Add(Pod("b")), Delete(Pod("c"))], None));
        Assert.Equal(head, await HeadAsync());
        Assert.Equal(["a"], (await ListAsync()).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task In_order_on_a_stale_head_does_nothing()
    {
        StoreHead basis = await HeadAsync();
        await CommitAsync(Add(Pod("other")));
        InOrderOutcome outcome = await Store.CommitInOrderAsync(Cluster, basis, [.. Enumerable.Range(0, 200).Select(i => Add(Pod($"p{i}")))], None);
        Assert.Equal(0, outcome.Done);
        Assert.Equal(await HeadAsync(), Assert.IsType<CommitOutcome.Conflict>(outcome.Last).Current);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Listings_keep_types_and_namespaces_apart()
    {
        await CommitAsync(
            Add(Pod("x", "a")), Add(Pod("x", "a-b")), Add(Pod("y", "a.b")), Add(Pod("a!b", "a")),
            Add(new ResourceKey(Deployments, "a", "x")), Add(new ResourceKey(new ResourceType("", "pods2"), "a", "x")),
            Add(new ResourceKey(new ResourceType("", "nodes"), "", "x")));
        Assert.Equal(["a!b", "x"], Names(await ListAsync(Pods, "a")));
        Assert.Equal(["x"], Names(await ListAsync(Pods, "a-b")));
        Assert.Equal(["a!b", "x", "x", "y"], Names(await ListAsync(Pods)));
        Assert.Equal(["x"], Names(await ListAsync(Deployments)));
        Assert.Equal(["x"], Names(await ListAsync(new ResourceType("", "nodes"))));
        Assert.Empty(await ListAsync(Pods, ""));
        Assert.Empty(await ListAsync(Pods, "b"));
        Assert.Equal(7, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Names_hold_every_character_that_Kubernetes_allows()
    {
        var roles = new ResourceType("rbac.authorization.k8s.io", "clusterroles");
        // Path segment names: anything but '/' and '%', and not '.' or '..'.
        string[] names =
        [
            "system:controller:a", "a!b", "a#b", "a?b", "a\\b", "a b", "a=b", "a=21b", "a'b", "a''b", "a\"b", "a&b+c,d;e@f$g*h(i)j[k]l{m}n<o>p|q^r`s~t",
            "ü漢字😀", "tab\there", "a\u0085b", "UPPER", "upper", "...", "-", "l!0000000000000000009", "head", "a\u007fb", new string('n', 253),
        ];
        await CommitAsync([.. names.Select(n => Add(new ResourceKey(roles, "", n), Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(n))))]);
        foreach (string name in names)
        {
            StoredObject read = Assert.IsType<StoredObject>(await Store.GetAsync(Cluster, new ResourceKey(roles, "", name), None));
            Assert.Equal(name, read.Key.Name);
            Assert.Equal(Body(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name))), read.Body.ToArray());
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await ListAsync(roles, "")).Select(o => o.Key.Name).Order(StringComparer.Ordinal));
        Assert.Equal(names, (await LogAsync(new Revision(1))).Select(c => c.Key.Name));
        await CommitAsync([.. names.Select(n => Delete(new ResourceKey(roles, "", n)))]);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_brains_progress_has_an_ETag_of_its_own()
    {
        StoreHead head = await HeadAsync();
        BrainProgress none = await Store.ReadProgressAsync(Cluster, None);
        Assert.Equal((Revision.Zero, Revision.Zero, null), (none.PlannedTo, none.DispatchedTo, none.NextWakeAt));
        var wake = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        BrainProgress first = Assert.IsType<BrainProgress>(await Store.WriteProgressAsync(Cluster, none with { PlannedTo = new(7), DispatchedTo = new(5), NextWakeAt = wake }, None));
        Assert.Equal(first, await Store.ReadProgressAsync(Cluster, None));
        Assert.Null(await Store.WriteProgressAsync(Cluster, none with { PlannedTo = new(9) }, None));
        BrainProgress second = Assert.IsType<BrainProgress>(await Store.WriteProgressAsync(Cluster, first with { NextWakeAt = null }, None));
        Assert.Null(await Store.WriteProgressAsync(Cluster, first, None));
        BrainProgress read = await Store.ReadProgressAsync(Cluster, None);
        Assert.Equal(second, read);
        Assert.Null(read.NextWakeAt);
        Assert.Equal(head, await HeadAsync());
    }

    [Fact]
    public async Task A_purged_cluster_is_gone_for_every_call_and_purging_twice_does_no_harm()
    {
        StoreHead head = await CommitAsync([.. Enumerable.Range(0, 90).Select(i => Add(Pod($"p{i}")))]);
        await Store.CommitInOrderAsync(Cluster, head, [.. Enumerable.Range(90, 110).Select(i => Add(Pod($"p{i}")))], None);
        head = await HeadAsync();
        await Store.PurgeAsync(Cluster, None);
        await Store.PurgeAsync(Cluster, None);
        Assert.Null(await Store.ReadHeadAsync(Cluster, None));
        Assert.Empty(await ListAsync());
        Assert.Null(await Store.GetAsync(Cluster, Pod("p1"), None));
        Assert.IsType<LogOutcome.Gone>(await Store.ReadLogAsync(Cluster, new Revision(1), None));
        Assert.IsType<CommitOutcome.Gone>(await Store.CommitAsync(Cluster, head, [Add(Pod("x"))], None));
    }

    [Fact]
    public async Task Clusters_do_not_see_each_other()
    {
        var other = new ClusterId(Cluster.Value + "-other");
        Assert.True(await Store.CreateClusterAsync(other, 1, None));
        await CommitAsync(Add(Pod("mine")));
        Assert.Null(await Store.GetAsync(other, Pod("mine"), None));
        Assert.Empty((await Store.ListAsync(other, null, null, null, None)).Items);
        Assert.Equal(1, (await Store.ReadHeadAsync(other, None))!.Revision.Value);
    }

    protected static byte[] Noise(int size, int seed = 1)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static IEnumerable<string> Names(IEnumerable<StoredObject> objects) => objects.Select(o => o.Key.Name).Order(StringComparer.Ordinal);

    private async Task<(long Revision, string Text)> StateOfAsync(string pod)
    {
        StoredObject read = Assert.IsType<StoredObject>(await Store.GetAsync(Cluster, Pod(pod), None));
        string json = Text(read.Body);
        return (read.Revision.Value, json["{\"text\":\"".Length..^2]);
    }
}
