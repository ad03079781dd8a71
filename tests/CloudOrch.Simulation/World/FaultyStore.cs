using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Simulation.World;

/// <summary>A process's way to the store: it conflicts, throttles, fails before or after a commit, and the process may die at any commit.</summary>
internal sealed class FaultyStore(IResourceStore inner, ProcessFaults faults) : IResourceStore
{
    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation) => faults.Read(() => inner.CreateClusterAsync(cluster, epoch, cancellation));

    public Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation) => faults.Read(() => inner.ReadHeadAsync(cluster, cancellation));

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) => faults.Read(() => inner.GetAsync(cluster, key, cancellation));

    public Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation) =>
        faults.ReadPage(cluster, () => inner.ListAsync(cluster, type, namespaceName, continuation, cancellation));

    public async Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0)
            return await inner.CommitAsync(cluster, head, changes, cancellation);
        await faults.TurnAsync("before a commit");
        faults.BeforeCommit();
        var outcome = await inner.CommitAsync(cluster, head, changes, cancellation);
        faults.AfterCommit(cluster, outcome);
        await faults.TurnAsync("after a commit");
        faults.Check();
        return outcome;
    }

    /// <summary>Cut into more commits than the store would, since each cut is a place where it may stop.</summary>
    public async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        while (done < changes.Count && last is CommitOutcome.Committed committed)
        {
            var chunk = changes.Skip(done).Take(faults.CommitSize()).ToList();
            try
            {
                last = await CommitAsync(cluster, committed.Head, chunk, cancellation);
            }
            catch (StoreUnavailableException) when (done > 0 && faults.AnswersShort())
            {
                // A store may also answer how far it came.
                return new(done, new CommitOutcome.Conflict((await inner.ReadHeadAsync(cluster, cancellation))!));
            }

            if (last is CommitOutcome.Committed)
                done += chunk.Count;
        }

        return new(done, last);
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) =>
        faults.ReadPage(cluster, () => inner.ReadLogAsync(cluster, after, cancellation));

    public Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation)
    {
        faults.Check();
        return inner.CompactAsync(cluster, upTo, cancellation);
    }

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation) => faults.Read(() => inner.ReadProgressAsync(cluster, cancellation));

    public async Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation)
    {
        await faults.TurnAsync("before it says how far it planned");
        return await faults.Write(() => inner.WriteProgressAsync(cluster, progress, cancellation));
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        faults.Check();
        return inner.PurgeAsync(cluster, cancellation);
    }
}
