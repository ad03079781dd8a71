using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Testing;
using CloudOrch.Testing.Azure;
using CloudOrch.Testing.Contracts;

namespace CloudOrch.Integration.Tables;

/// <summary>The store while answers are lost, torn, delayed and refused between it and a real Azurite.</summary>
public sealed class AzuriteStoreFaultTests(AzuriteFixture azurite) : StoreTest
{
    private FaultProxy _proxy = null!;
    private ControlPlaneTables _direct = null!;
    private ControlPlaneTables _proxied = null!;

    /// <summary>Another process on the same tables, without the proxy.</summary>
    private TablesResourceStore Other => new(_direct, new SeededIdentities(2), TimeProvider.System);

    public static TheoryData<string> LostAnswers => ["answer dropped", "answer replaced by 500", "answer replaced by 503", "answer torn", "answer shortened", "request dropped", "throttled"];

    public override async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<IResourceStore> OpenAsync()
    {
        AzuriteProcess process = await azurite.ProcessAsync();
        _proxy = await FaultProxy.StartAsync(process.Endpoint);
        var options = new TablesOptions
        {
            Prefix = AzuriteFixture.UniqueTable("f"),
            RetryDelay = TimeSpan.FromMilliseconds(5),
            RequestTimeout = TimeSpan.FromSeconds(5),
        };
        _direct = await AzuriteTables.OpenAsync(process.Endpoint, options);
        _proxied = await AzuriteTables.OpenAsync(_proxy.Endpoint, options);
        return new TablesResourceStore(_proxied, new SeededIdentities(1), TimeProvider.System);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_commit_without_an_answer_is_recognised_or_repeated_and_counts_once(string fault)
    {
        StoreHead basis = await CommitAsync(Add(Pod("a")));
        _proxy.Once(r => r.IsTransaction, FaultOf(fault));
        StoreHead head = Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, basis, [Add(Pod("b")), Delete(Pod("a"))], None)).Head;
        Assert.Equal(basis.Revision.Value + 2, head.Revision.Value);
        Assert.Equal(await HeadAsync(), head);
        head = Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, head, [Add(Pod("c"))], None)).Head;
        await AssertConsistentAsync();
        Assert.Equal(["b", "c"], (await ListAsync()).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task A_commit_without_an_answer_on_which_others_stand_already_is_still_ones_own()
    {
        StoreHead basis = await HeadAsync();
        _proxy.Once(r => r.IsTransaction, new Fault.DropAnswer());
        // The answer is lost; before the store asks what became of it, somebody else commits twice on top.
        Func<ProxiedRequest, Fault?> lose = _proxy.Decide;
        bool overtaken = false;
        _proxy.Decide = request =>
        {
            if (request.IsTransaction)
                return lose(request);
            if (!overtaken && _proxy.Requests > 0 && request.PathAndQuery.Contains("head", StringComparison.Ordinal))
            {
                overtaken = true;
                OvertakeAsync().GetAwaiter().GetResult();
            }

            return null;
        };

        StoreHead mine = Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, basis, [Add(Pod("mine"))], None)).Head;
        Assert.True(overtaken);
        Assert.Equal(2, mine.Revision.Value);
        Assert.Equal(4, Assert.IsType<CommitOutcome.Conflict>(await Store.CommitAsync(Cluster, mine, [Add(Pod("next"))], None)).Current.Revision.Value);
        await AssertConsistentAsync();
        Assert.Equal(["mine", "other1", "other2"], (await ListAsync()).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task A_lost_answer_to_a_commit_that_lost_the_race_is_a_conflict()
    {
        StoreHead basis = await HeadAsync();
        StoreHead other = Assert.IsType<CommitOutcome.Committed>(await Other.CommitAsync(Cluster, basis, [Add(Pod("other"))], None)).Head;
        _proxy.Once(r => r.IsTransaction, new Fault.DropAnswer());
        Assert.Equal(other, Assert.IsType<CommitOutcome.Conflict>(await Store.CommitAsync(Cluster, basis, [Add(Pod("mine"))], None)).Current);
        Assert.Equal(["other"], (await ListAsync()).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task A_cluster_whose_creation_was_not_answered_is_created()
    {
        var cluster = new ClusterId(Cluster.Value + "-late");
        _proxy.Once(r => r.Method == "POST", new Fault.DropAnswer());
        Assert.True(await Store.CreateClusterAsync(cluster, 1, None));
        Assert.False(await Store.CreateClusterAsync(cluster, 1, None));
    }

    [Fact]
    public async Task A_table_that_throttles_for_a_while_costs_time_only()
    {
        StoreHead head = await CommitAsync([.. Enumerable.Range(0, 50).Select(i => Add(Pod($"p{i}")))]);
        _proxy.Times(2, r => r.IsTransaction, new Fault.Refuse());
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(Cluster, head, [Add(Pod("q"))], None));
        _proxy.Times(2, _ => true, new Fault.Refuse());
        Assert.Equal(51, (await ListAsync()).Count);
        _proxy.Times(2, _ => true, new Fault.Refuse());
        Assert.Equal(51, (await LogAsync(new Revision(1))).Count);
    }

    [Fact]
    public async Task A_table_that_only_throttles_is_unavailable_and_nothing_is_written()
    {
        StoreHead head = await CommitAsync(Add(Pod("a")));
        _proxy.Decide = _ => new Fault.Refuse();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.CommitAsync(Cluster, head, [Add(Pod("b"))], None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ListAsync(Cluster, null, null, null, None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReadLogAsync(Cluster, head.Revision, None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.ReadHeadAsync(Cluster, None));
        _proxy.Decide = r => r.IsTransaction ? new Fault.Refuse() : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.CommitAsync(Cluster, head, [Add(Pod("b"))], None));
        _proxy.Heal();
        Assert.Equal(head, await HeadAsync());
        Assert.Equal(["a"], (await ListAsync()).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task A_torn_page_is_an_error_and_never_a_short_list()
    {
        await Store.CommitInOrderAsync(Cluster, await HeadAsync(), [.. Enumerable.Range(0, 1_050).Select(i => Add(Pod($"p{i:D4}")))], None);
        foreach (Fault fault in new Fault[] { new Fault.Shorten(5_000), new Fault.Shorten(0), new Fault.Tear(5_000), new Fault.DropAnswer() })
        {
            _proxy.Decide = r => r.IsQuery ? fault : null;
            await Assert.ThrowsAsync<StoreUnavailableException>(() => ListAsync());
            await Assert.ThrowsAsync<StoreUnavailableException>(() => LogAsync(new Revision(1)));
        }

        // Only the second page is broken.
        _proxy.Decide = r => r.PathAndQuery.Contains("NextRowKey", StringComparison.Ordinal) ? new Fault.Shorten(100) : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ListAsync());
        _proxy.Heal();
        Assert.Equal(1_050, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Commits_in_order_get_through_a_bad_network_once_each()
    {
        var random = new Random(5);
        _proxy.Decide = _ =>
        {
            lock (random)
                return random.NextDouble() < 0.25 ? AnyFault(random) : null;
        };
        List<PendingChange> changes = [.. Enumerable.Range(0, 1_000).Select(i => Add(Pod($"p{i:D4}")))];
        StoreHead head = await RetryAsync(() => Store.ReadHeadAsync(Cluster, None)) ?? throw new InvalidOperationException("no head");
        int done = 0;
        for (int attempt = 0; done < changes.Count && attempt < 100; attempt++)
        {
            try
            {
                InOrderOutcome outcome = await Store.CommitInOrderAsync(Cluster, head, changes[done..], None);
                done += outcome.Done;
                head = outcome.Last is CommitOutcome.Committed committed ? committed.Head : Assert.IsType<CommitOutcome.Conflict>(outcome.Last).Current;
            }
            catch (StoreUnavailableException)
            {
                // How far it came, the head tells: nobody else commits here.
                head = (await RetryAsync(() => Store.ReadHeadAsync(Cluster, None)))!;
                done = (int)head.Revision.Value - 1;
            }
        }

        _proxy.Heal();
        Assert.Equal(1_000, done);
        Assert.Equal(1_001, (await HeadAsync()).Revision.Value);
        await AssertConsistentAsync();
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Writers_that_race_through_a_bad_network_are_told_the_truth(int seed)
    {
        var random = new Random(seed);
        _proxy.Decide = _ =>
        {
            lock (random)
                return random.NextDouble() < 0.2 ? AnyFault(random) : null;
        };
        var acknowledged = new List<string>();
        var doubtful = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(writer => Task.Run(async () =>
        {
            var store = new TablesResourceStore(_proxied, new SeededIdentities(100 + writer), TimeProvider.System);
            StoreHead head = (await RetryAsync(() => store.ReadHeadAsync(Cluster, None)))!;
            for (int i = 0; i < 12; i++)
            {
                string name = $"w{writer}-{i}";
                try
                {
                    CommitOutcome outcome = await store.CommitAsync(Cluster, head, [Add(Pod(name)), Add(Pod(name + "-twin"))], None);
                    if (outcome is CommitOutcome.Committed committed)
                    {
                        head = committed.Head;
                        lock (acknowledged)
                            acknowledged.Add(name);
                    }
                    else
                    {
                        head = Assert.IsType<CommitOutcome.Conflict>(outcome).Current;
                    }
                }
                catch (StoreUnavailableException)
                {
                    lock (doubtful)
                        doubtful.Add(name);
                    head = (await RetryAsync(() => store.ReadHeadAsync(Cluster, None)))!;
                }
            }
        })));

        _proxy.Heal();
        await AssertConsistentAsync();
        HashSet<string> there = [.. (await ListAsync()).Select(o => o.Key.Name)];
        Assert.True(acknowledged.Count > 5, $"seed {seed}: only {acknowledged.Count} commits were acknowledged");
        Assert.All(acknowledged, name => Assert.Contains(name, there));
        Assert.All(there, name => Assert.Contains(name.Replace("-twin", "", StringComparison.Ordinal), acknowledged.Concat(doubtful)));
        Assert.All(there, name => Assert.Contains(name.EndsWith("-twin", StringComparison.Ordinal) ? name[..^5] : name + "-twin", there));
    }

    private static Fault FaultOf(string name) => name switch
    {
        "answer dropped" => new Fault.DropAnswer(),
        "answer replaced by 500" => new Fault.AnswerInstead(500, "InternalError"),
        "answer replaced by 503" => new Fault.AnswerInstead(503, "ServerBusy"),
        "answer torn" => new Fault.Tear(300),
        "answer shortened" => new Fault.Shorten(300),
        "request dropped" => new Fault.DropRequest(),
        "throttled" => new Fault.Refuse(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such fault"),
    };

    private static Fault AnyFault(Random random) => random.Next(6) switch
    {
        0 => new Fault.DropAnswer(),
        1 => new Fault.DropRequest(),
        2 => new Fault.Refuse(),
        3 => new Fault.AnswerInstead(500, "InternalError"),
        4 => new Fault.Tear(200),
        _ => new Fault.Delay(TimeSpan.FromMilliseconds(20)),
    };

    private static async Task<T> RetryAsync<T>(Func<Task<T>> read)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (StoreUnavailableException)
            {
                // A bad network: ask again; the test's own deadline ends it.
            }
        }
    }

    private async Task OvertakeAsync()
    {
        TablesResourceStore other = Other;
        foreach (string name in new[] { "other1", "other2" })
        {
            StoreHead head = (await other.ReadHeadAsync(Cluster, None))!;
            Assert.IsType<CommitOutcome.Committed>(await other.CommitAsync(Cluster, head, [Add(Pod(name))], None));
        }
    }
}
