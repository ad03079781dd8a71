using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

internal sealed partial class RevisionedTable
{
    // A log row can be near 1 MiB, and an answer of Azure's ends at 4 MiB anyway.
    private const int LogRowsPerPage = 64;
    private const int GapAttempts = 3;

    public async Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {cluster.Value} and RowKey gt {RowKeys.Log(after)} and RowKey lt {RowKeys.LogEnd}");
        for (int attempt = 1; ; attempt++)
        {
            (List<CommittedChange> changes, bool gap, bool more) = await ReadFollowingAsync(filter, after, cancellation).ConfigureAwait(false);
            if (changes.Count > 0)
                return new LogOutcome.Changes(changes, more || gap);
            if (await ReadHeadAsync(cluster, cancellation).ConfigureAwait(false) is not { } head)
                return new LogOutcome.Gone();
            if (head.CompactedTo > after)
                return new LogOutcome.Compacted(head.CompactedTo);
            if (!gap)
                return new LogOutcome.Changes([], head.Revision > after);
            // A scan can pass a place just before a row comes there and still meet the row after it. A gap that stays is a loss: list again.
            if (attempt == GapAttempts)
                return new LogOutcome.Compacted(head.Revision);
        }
    }

    public async Task CompactAsync(ClusterId cluster, Revision upTo, Revision dispatchedTo, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await ReadHeadRowAsync(cluster, cancellation).ConfigureAwait(false) is not { } row)
                return;
            StoreHead head = row.Head;
            var to = new Revision(Math.Min(Math.Min(upTo.Value, dispatchedTo.Value), head.Revision.Value));
            if (to > head.CompactedTo)
            {
                try
                {
                    await Faults.GuardAsync(() => table.Repeatable.UpdateEntityAsync(
                        HeadRow(cluster, head with { CompactedTo = to }, row.CommitId ?? ""), new ETag(head.ETag), TableUpdateMode.Replace, cancellation), cancellation).ConfigureAwait(false);
                }
                catch (RequestFailedException e) when (e.Status == 412 && attempt < options.CommitAttempts)
                {
                    continue;
                }
                catch (RequestFailedException e) when (e.Status is 412 or 404)
                {
                    return; // Commits go on all the time, or the cluster is gone: the next compaction will do it.
                }
            }

            // Also what an earlier compaction left when it was interrupted.
            Revision deletable = to > head.CompactedTo ? to : head.CompactedTo;
            await Pages.DeleteAllAsync(table.Repeatable, TableClient.CreateQueryFilter(
                $"PartitionKey eq {cluster.Value} and RowKey ge {RowKeys.Log(Revision.Zero)} and RowKey le {RowKeys.Log(deletable)}"), cancellation).ConfigureAwait(false);
            return;
        }
    }

    public async Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        await Faults.GuardAsync(() => table.Repeatable.DeleteEntityAsync(cluster.Value, RowKeys.Head, ETag.All, cancellation), cancellation).ConfigureAwait(false);
        await Pages.DeleteAllAsync(table.Repeatable, TableClient.CreateQueryFilter($"PartitionKey eq {cluster.Value}"), cancellation).ConfigureAwait(false);
    }

    private async Task<(List<CommittedChange> Changes, bool Gap, bool More)> ReadFollowingAsync(string filter, Revision after, CancellationToken cancellation)
    {
        var changes = new List<CommittedChange>();
        Revision next = after.Next;
        string? continuation = null;
        do
        {
            Page<TableEntity> page = await PageAsync(filter, LogRowsPerPage, null, continuation, cancellation).ConfigureAwait(false);
            foreach (TableEntity row in page.Values)
            {
                foreach (CommittedChange change in LogFrame.Read(BodyCodec.Get(row), new Revision(Number(row, "F"))))
                {
                    if (change.Revision < next)
                        continue;
                    if (change.Revision > next)
                        return (changes, true, true);
                    changes.Add(change);
                    next = next.Next;
                }
            }

            continuation = page.ContinuationToken;
        }
        while (changes.Count == 0 && !string.IsNullOrEmpty(continuation));
        return (changes, false, !string.IsNullOrEmpty(continuation));
    }
}
