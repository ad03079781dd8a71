using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Seams;

public enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>A change that a writer asks for. <c>Body</c> is the object's JSON without <c>metadata.resourceVersion</c>; for a deletion its last state.</summary>
public sealed record PendingChange(ChangeType Type, ResourceKey Key, ReadOnlyMemory<byte> Body);

/// <summary>A change that happened, with the revision that it took.</summary>
public sealed record CommittedChange(Revision Revision, ChangeType Type, ResourceKey Key, ReadOnlyMemory<byte> Body);

public sealed record StoredObject(ResourceKey Key, Revision Revision, ReadOnlyMemory<byte> Body);

/// <summary>Where a cluster's history stands. <c>ETag</c> is opaque and guards the next commit.</summary>
public sealed record StoreHead(long Epoch, Revision Revision, Revision CompactedTo, string ETag);

/// <summary>The brain's progress; written with its own ETag, so it never contends with <c>head</c>.</summary>
public sealed record BrainProgress(Revision PlannedTo, Revision DispatchedTo, DateTimeOffset? NextWakeAt, string ETag);

public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>Changes took consecutive revisions that end at <c>Head.Revision</c>.</summary>
    public sealed record Committed(StoreHead Head) : CommitOutcome;

    /// <summary>Someone else committed first; nothing of this was written. <c>Current</c> is the head to catch up to.</summary>
    public sealed record Conflict(StoreHead Current) : CommitOutcome;

    /// <summary>An object, or the whole, does not fit; nothing was written. <c>Limit</c> says which limit in words.</summary>
    public sealed record TooLarge(ResourceKey? Key, string Limit) : CommitOutcome;

    /// <summary>The cluster has been deleted.</summary>
    public sealed record Gone : CommitOutcome;
}

/// <summary>How far <see cref="IResourceStore.CommitInOrderAsync"/> came: the first <c>Done</c> changes are committed, and <c>Last</c> says why it stopped.</summary>
public sealed record InOrderOutcome(int Done, CommitOutcome Last);

public abstract record LogOutcome
{
    private LogOutcome() { }

    /// <summary>Every change after the asked revision, in order, without gaps; may stop early (<c>More</c>).</summary>
    public sealed record Changes(IReadOnlyList<CommittedChange> Items, bool More) : LogOutcome;

    /// <summary>The revision is older than what is kept: list again.</summary>
    public sealed record Compacted(Revision CompactedTo) : LogOutcome;

    public sealed record Gone : LogOutcome;
}

/// <summary>A listing page. All pages of one listing are not one snapshot: replay the log from the head that was read before the first page.</summary>
public sealed record ObjectPage(IReadOnlyList<StoredObject> Items, string? Continuation);

/// <summary>A cluster's objects with one revision per change (design: a commit is one entity group transaction guarded by <c>head</c>).</summary>
/// <remarks>
/// Laws, checked by the contract suite: a commit is atomic; conflict is a value; revisions are gapless and grow; a lost answer is
/// recognised by its commit id and is not a lost commit; a broken page is an error, never a short list.
/// Failure: <see cref="StoreUnavailableException"/> when the table is throttled or unreachable after the bounded retry.
/// Repetition: reads are repeatable; a commit is safe to repeat only with the head that it returned.
/// </remarks>
public interface IResourceStore
{
    /// <summary>Creates <c>head</c> at revision 1 (so that 0 keeps Kubernetes' meaning «any»); false when the cluster has one already.</summary>
    Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation);

    /// <returns>null when the cluster does not exist or was deleted.</returns>
    Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation);

    Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation);

    /// <param name="type">null lists the whole cluster.</param>
    /// <param name="namespaceName">null lists every namespace.</param>
    /// <param name="continuation">null for the first page, then what the page before returned.</param>
    Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation);

    /// <summary>All or nothing, on top of exactly <paramref name="head"/>.</summary>
    Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation);

    /// <summary>As many commits as it takes, in order; the caller promises that every prefix is a legal state.</summary>
    Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation);

    /// <summary>Changes with a revision greater than <paramref name="after"/>.</summary>
    Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation);

    /// <summary>Forgets changes up to <paramref name="upTo"/>, never past DispatchedTo; raises CompactedTo first, deletes log rows after.</summary>
    Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation);

    Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation);

    /// <returns>null when somebody else wrote it since <paramref name="progress"/> was read (its ETag is stale).</returns>
    Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation);

    /// <summary>Removes every row of a cluster's partition, <c>head</c> first; repeatable.</summary>
    Task PurgeAsync(ClusterId cluster, CancellationToken cancellation);
}

/// <summary>The store cannot answer now; nothing is known to be lost. The API turns it into 429 with Retry-After.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>What the service asked for, if it did.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}
