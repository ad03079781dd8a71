using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.ControlPlane.State;

public sealed partial class ClusterCache
{
    /// <summary>All or nothing on top of <paramref name="basis"/>; committed changes are in <see cref="Current"/> and in the ring when this returns.</summary>
    public Task<CommitOutcome> CommitAsync(ClusterSnapshot basis, IReadOnlyList<ObjectChange> changes, CancellationToken cancellation) =>
        CommitAsync(basis, changes, [.. changes.Select(c => ObjectCodec.Write(c.Object))], cancellation);

    internal async Task<CommitOutcome> CommitAsync(ClusterSnapshot basis, IReadOnlyList<ObjectChange> changes, IReadOnlyList<byte[]> bodies, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var pending = Pending(changes, bodies);
        var head = basis.Head;
        var outcome = await store.CommitAsync(Cluster, head, pending, cancellation).ConfigureAwait(false);
        if (outcome is CommitOutcome.Conflict { Current: var now } && now.Revision == head.Revision && now.Epoch == head.Epoch)
            outcome = await store.CommitAsync(Cluster, head = now, pending, cancellation).ConfigureAwait(false);
        if (outcome is CommitOutcome.Committed committed)
            ApplyOwn(head, committed.Head, changes, pending);
        else
            Contended();
        return outcome;
    }

    /// <summary>As many commits as it takes, in order; the caller promises that every prefix is a legal state.</summary>
    public Task<InOrderOutcome> CommitInOrderAsync(ClusterSnapshot basis, IReadOnlyList<ObjectChange> changes, CancellationToken cancellation) =>
        CommitInOrderAsync(basis, changes, [.. changes.Select(c => ObjectCodec.Write(c.Object))], cancellation);

    internal async Task<InOrderOutcome> CommitInOrderAsync(ClusterSnapshot basis, IReadOnlyList<ObjectChange> changes, IReadOnlyList<byte[]> bodies,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(basis);
        var pending = Pending(changes, bodies);
        var head = basis.Head;
        var outcome = await store.CommitInOrderAsync(Cluster, head, pending, cancellation).ConfigureAwait(false);
        if (outcome is { Done: 0, Last: CommitOutcome.Conflict { Current: var now } } && now.Revision == head.Revision && now.Epoch == head.Epoch)
            outcome = await store.CommitInOrderAsync(Cluster, head = now, pending, cancellation).ConfigureAwait(false);
        if (outcome.Last is CommitOutcome.Committed committed)
            ApplyOwn(head, committed.Head, changes, pending);
        else
            Contended();
        return outcome;
    }

    private static List<PendingChange> Pending(IReadOnlyList<ObjectChange> changes, IReadOnlyList<byte[]> bodies) =>
        [.. changes.Select((c, i) => new PendingChange(c.Type, c.Key, bodies[i]))];
}
