using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Tests.Brain;

/// <summary>A store in front of which a test stands.</summary>
internal abstract class WrappedStore(IResourceStore inner) : IResourceStore
{
    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation) => inner.CreateClusterAsync(cluster, epoch, cancellation);

    public virtual Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation) => inner.ReadHeadAsync(cluster, cancellation);

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) => inner.GetAsync(cluster, key, cancellation);

    public Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation) =>
        inner.ListAsync(cluster, type, namespaceName, continuation, cancellation);

    public Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation) =>
        inner.CommitAsync(cluster, head, changes, cancellation);

    public virtual Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation) =>
        inner.CommitInOrderAsync(cluster, head, changes, cancellation);

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) => inner.ReadLogAsync(cluster, after, cancellation);

    public Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation) => inner.CompactAsync(cluster, upTo, cancellation);

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation) => inner.ReadProgressAsync(cluster, cancellation);

    public virtual Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation) =>
        inner.WriteProgressAsync(cluster, progress, cancellation);

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => inner.PurgeAsync(cluster, cancellation);
}

internal sealed class CountingStore(IResourceStore inner, Action onHeadRead) : WrappedStore(inner)
{
    public override Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation)
    {
        onHeadRead();
        return base.ReadHeadAsync(cluster, cancellation);
    }
}

/// <summary>The brain's chains are cut into single changes; before the k-th one something happens.</summary>
internal sealed class InterruptedStore(IResourceStore inner, int at, Func<Task<bool>> interrupt) : WrappedStore(inner)
{
    public int Changes { get; private set; }

    public override async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        foreach (var change in changes)
        {
            if (Changes++ == at && !await interrupt())
                return new(done, new CommitOutcome.Conflict((await ReadHeadAsync(cluster, cancellation))!));
            last = await CommitAsync(cluster, ((CommitOutcome.Committed)last).Head, [change], cancellation);
            if (last is not CommitOutcome.Committed)
                return new(done, last);
            done++;
        }
        return new(done, last);
    }
}
