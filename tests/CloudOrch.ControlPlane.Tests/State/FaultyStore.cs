using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Testing.Memory;

namespace CloudOrch.ControlPlane.Tests.State;

/// <summary>The store's twin behind a network that counts what it carries and does to it what a test asks for.</summary>
internal sealed class FaultyStore : IResourceStore
{
    private MemoryStore inner = new();
    private int headReads;
    private int listings;
    private int commits;

    public int HeadReads => headReads;

    public int Listings => listings;

    /// <summary>Transactions that were committed.</summary>
    public int Commits => commits;

    /// <summary>Commits that answer Conflict although nobody else wrote.</summary>
    public int ConflictsToCome { get; set; }

    /// <summary>Runs once before the next commit: another process writing in between, or a slow network.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    /// <summary>Reads of <c>head</c> wait for this.</summary>
    public Task HeadMayBeRead { get; set; } = Task.CompletedTask;

    public bool Unavailable { get; set; }

    /// <summary>Purges that find the table throttled.</summary>
    public int PurgesToFail { get; set; }

    public int ListPage { get; set; } = 500;

    /// <summary>Runs after each page of a listing: changes that happen meanwhile.</summary>
    public Func<Task>? AfterPage { get; set; }

    /// <summary>As after a failover to a region that had not received the newest writes: all that is there was written anew. At no moment the cluster is not there.</summary>
    public void LoseEverything(ClusterId cluster)
    {
        var empty = new MemoryStore();
        empty.CreateClusterAsync(cluster, 1, default).GetAwaiter().GetResult();
        inner = empty;
    }

    private MemoryStore Reached => Unavailable ? throw new StoreUnavailableException("the table is throttled") : inner;

    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation) => Reached.CreateClusterAsync(cluster, epoch, cancellation);

    public async Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation)
    {
        Interlocked.Increment(ref headReads);
        await HeadMayBeRead.WaitAsync(cancellation);
        return await Reached.ReadHeadAsync(cluster, cancellation);
    }

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) => Reached.GetAsync(cluster, key, cancellation);

    public async Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation)
    {
        if (continuation is null)
            Interlocked.Increment(ref listings);
        var rest = (await Reached.ListAsync(cluster, type, namespaceName, null, cancellation)).Items
            .SkipWhile(o => continuation is not null && string.CompareOrdinal($"{o.Key}", continuation) <= 0).ToList();
        if (AfterPage is not null)
            await AfterPage();
        return rest.Count <= ListPage ? new(rest, null) : new(rest[..ListPage], $"{rest[ListPage - 1].Key}");
    }

    public async Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        if (BeforeCommit is { } before)
        {
            BeforeCommit = null;
            await before();
        }
        await Task.Yield();
        if (changes.Select(c => c.Key).Distinct().Count() != changes.Count)
            throw new InvalidOperationException("a transaction names a row once");
        if (ConflictsToCome > 0)
        {
            ConflictsToCome--;
            return new CommitOutcome.Conflict(head with { Revision = head.Revision.Next });
        }
        var outcome = await Reached.CommitAsync(cluster, head, changes, cancellation);
        if (outcome is CommitOutcome.Committed)
            Interlocked.Increment(ref commits);
        return outcome;
    }

    public async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        foreach (var part in changes.Chunk(StoreLimits.ChangesPerCommit))
        {
            last = await CommitAsync(cluster, ((CommitOutcome.Committed)last).Head, part, cancellation);
            if (last is not CommitOutcome.Committed)
                break;
            done += part.Length;
        }
        return new(done, last);
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) => Reached.ReadLogAsync(cluster, after, cancellation);

    /// <summary>As if everything had been dispatched.</summary>
    public async Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation)
    {
        var progress = await Reached.ReadProgressAsync(cluster, cancellation);
        await Reached.WriteProgressAsync(cluster, progress with { DispatchedTo = upTo }, cancellation);
        await Reached.CompactAsync(cluster, upTo, cancellation);
    }

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation) => Reached.ReadProgressAsync(cluster, cancellation);

    public Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation) =>
        Reached.WriteProgressAsync(cluster, progress, cancellation);

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) =>
        PurgesToFail-- > 0 ? throw new StoreUnavailableException("the table is throttled") : Reached.PurgeAsync(cluster, cancellation);
}
