using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

internal sealed partial class RevisionedTable
{
    /// <summary>All or nothing on top of <paramref name="head"/>.</summary>
    /// <param name="cluster">The partition.</param>
    /// <param name="head">What the changes are based on.</param>
    /// <param name="changes">Each takes one revision.</param>
    /// <param name="onlyNew">Whether an object that is to be added and is there already is a conflict; else it is replaced.</param>
    /// <param name="cancellation">When it comes, the outcome is unknown.</param>
    public async Task<CommitOutcome> CommitAsync(
        ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, bool onlyNew, CancellationToken cancellation)
    {
        if (changes.Count == 0)
            return new CommitOutcome.Committed(head);
        (PreparedCommit? commit, CommitOutcome.TooLarge? tooLarge) = PreparedCommit.Build(cluster, head.Revision, changes, identities.NewUid());
        return commit is null ? tooLarge! : await SubmitAsync(cluster, head, commit, onlyNew, cancellation).ConfigureAwait(false);
    }

    public async Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        int done = 0;
        CommitOutcome last = new CommitOutcome.Committed(head);
        Task<Chunk>? next = changes.Count == 0 ? null : PrepareAsync(cluster, head.Revision, changes, 0);
        while (next is not null)
        {
            Chunk chunk = await next.ConfigureAwait(false);
            if (chunk.Commit is null)
                return new InOrderOutcome(done, chunk.TooLarge!);
            // The next transaction is encoded while this one is under way; only its guard is still to come.
            next = done + chunk.Count < changes.Count ? PrepareAsync(cluster, chunk.Commit.Last, changes, done + chunk.Count) : null;
            last = await SubmitAsync(cluster, ((CommitOutcome.Committed)last).Head, chunk.Commit, onlyNew: false, cancellation).ConfigureAwait(false);
            if (last is not CommitOutcome.Committed)
                return new InOrderOutcome(done, last);
            done += chunk.Count;
        }

        return new InOrderOutcome(done, last);
    }

    private Task<Chunk> PrepareAsync(ClusterId cluster, Revision basis, IReadOnlyList<PendingChange> changes, int from) => Task.Run(() =>
    {
        List<PendingChange> taken = Take(changes, from);
        (PreparedCommit? commit, CommitOutcome.TooLarge? tooLarge) = PreparedCommit.Build(cluster, basis, taken, identities.NewUid());
        return new Chunk(commit, tooLarge, taken.Count);
    });

    private async Task<CommitOutcome> SubmitAsync(ClusterId cluster, StoreHead head, PreparedCommit commit, bool onlyNew, CancellationToken cancellation)
    {
        StoreHead guard = head;
        TimeSpan delay = options.RetryDelay;
        for (int attempt = 1; ; attempt++)
        {
            Try tried = await TryAsync(cluster, guard, commit, cancellation).ConfigureAwait(false);
            if (tried.Outcome is { } outcome)
                return outcome;
            Resolution found = await ResolveAsync(cluster, head, commit, cancellation).ConfigureAwait(false);
            if (found.Outcome is { } resolved)
                return resolved;
            if (tried.Doubt is RequestFailedException { Status: 404 } missing)
                throw new InvalidOperationException("An object is to be deleted and is not there.", missing);
            if (attempt == options.CommitAttempts)
                throw Faults.Unavailable(tried.Doubt!);
            if (tried.Doubt is RequestFailedException { Status: 409 })
            {
                if (onlyNew)
                    return new CommitOutcome.Conflict(found.Unchanged!);
                commit.InsistOnObjects();
            }

            if (Faults.IsInDoubt(tried.Doubt!, cancellation))
            {
                await Task.Delay(delay, clock, cancellation).ConfigureAwait(false);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, TimeSpan.TicksPerSecond));
            }

            guard = found.Unchanged!;
        }
    }

    // As many as fit for certain, but at least one: whether a single large one fits shows when it is compressed.
    private static List<PendingChange> Take(IReadOnlyList<PendingChange> changes, int from)
    {
        var chunk = new List<PendingChange>(StoreLimits.ChangesPerCommit);
        int bytes = 0;
        for (int i = from; i < changes.Count && chunk.Count < StoreLimits.ChangesPerCommit; i++)
        {
            bytes += changes[i].Body.Length + StoreLimits.RowKeyCharacters;
            if (chunk.Count > 0 && bytes > StoreLimits.BodyBytes)
                break;
            chunk.Add(changes[i]);
        }

        return chunk;
    }

    private async Task<Try> TryAsync(ClusterId cluster, StoreHead guard, PreparedCommit commit, CancellationToken cancellation)
    {
        StoreHead next = guard with { Revision = commit.Last };
        var headAction = new TableTransactionAction(
            TableTransactionActionType.UpdateReplace, HeadRow(cluster, next, commit.CommitId), new ETag(guard.ETag));
        try
        {
            Response<IReadOnlyList<Response>> done =
                await table.Single.SubmitTransactionAsync([headAction, .. commit.Actions], cancellation).ConfigureAwait(false);
            return done.Value.Count > 0 && done.Value[0].Headers.ETag is { } tag
                ? new Try(new CommitOutcome.Committed(next with { ETag = tag.ToString() }), null)
                : new Try(null, new InvalidDataException("The answer to a transaction carries no ETag."));
        }
        catch (RequestFailedException e) when (e.Status == 413 || e.ErrorCode is "EntityTooLarge" or "PropertyValueTooLarge" or "RequestBodyTooLarge")
        {
            return new Try(new CommitOutcome.TooLarge(null, $"Table Storage refuses the commit's size ({e.ErrorCode})"), null);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return new Try(null, e);
        }
        catch (Exception e) when (Faults.IsInDoubt(e, cancellation))
        {
            return new Try(null, e);
        }
    }

    /// <summary>What became of a commit that was not acknowledged. It would stand directly on its base, so one log row tells.</summary>
    private async Task<Resolution> ResolveAsync(ClusterId cluster, StoreHead head, PreparedCommit commit, CancellationToken cancellation)
    {
        HeadState? now = await ReadHeadRowAsync(cluster, cancellation).ConfigureAwait(false);
        if (now is null)
            return new Resolution(new CommitOutcome.Gone(), null);
        if (now.CommitId == commit.CommitId)
            return new Resolution(new CommitOutcome.Committed(now.Head), null);
        // Another cluster of that name, or storage that lost acknowledged writes, with this one among them.
        if (now.Head.Epoch != head.Epoch || now.Head.Revision < head.Revision)
            return new Resolution(new CommitOutcome.Conflict(now.Head), null);
        // Nobody committed: a compaction, or a request that did not get through. The new ETag is all there is to it.
        if (now.Head.Revision == head.Revision)
            return new Resolution(null, now.Head);

        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {cluster.Value} and RowKey gt {RowKeys.Log(head.Revision)} and RowKey le {RowKeys.Log(now.Head.Revision)}");
        string? continuation = null;
        do
        {
            Page<TableEntity> page = await PageAsync(filter, 1, ["C", "F"], continuation, cancellation).ConfigureAwait(false);
            if (page.Values.Count > 0)
            {
                TableEntity first = page.Values[0];
                if (first.GetInt64("F") != head.Revision.Value + 1)
                    break;
                // Others stand on it already: its own ETag is stale, which the next commit will learn as a conflict.
                return new Resolution(first.GetString("C") == commit.CommitId
                    ? new CommitOutcome.Committed(head with { Revision = commit.Last })
                    : new CommitOutcome.Conflict(now.Head), null);
            }

            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
        throw new StoreUnavailableException($"The log after revision {head.Revision} is compacted: whether the commit on it took effect cannot be told.");
    }

    private sealed record Chunk(PreparedCommit? Commit, CommitOutcome.TooLarge? TooLarge, int Count);

    private sealed record Try(CommitOutcome? Outcome, Exception? Doubt);

    private sealed record Resolution(CommitOutcome? Outcome, StoreHead? Unchanged);
}
