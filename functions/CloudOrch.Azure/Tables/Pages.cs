using Azure;
using Azure.Data.Tables;

namespace CloudOrch.Azure.Tables;

/// <summary>Queries, a page at a time. A page that is broken is an exception, never a shorter page.</summary>
internal static class Pages
{
    /// <param name="table">The table.</param>
    /// <param name="filter">OData.</param>
    /// <param name="size">At most this many rows; 1,000 is the service's limit. A page may be short, even empty, with more to come.</param>
    /// <param name="select">Properties to fetch; null: all.</param>
    /// <param name="continuation">Of the page before.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static Task<Page<TableEntity>> ReadAsync(
        TableClient table, string filter, int size, IEnumerable<string>? select, string? continuation, CancellationToken cancellation) =>
        Faults.GuardAsync(async () =>
        {
            AsyncPageable<TableEntity> query = table.QueryAsync<TableEntity>(filter, size, select, cancellation);
            await foreach (Page<TableEntity> page in query.AsPages(continuation).ConfigureAwait(false))
                return page;
            throw new InvalidDataException("A query answered without a page.");
        }, cancellation);

    /// <summary>Every row of a query that is known to be short.</summary>
    public static async Task<List<TableEntity>> AllAsync(TableClient table, string filter, IEnumerable<string>? select, CancellationToken cancellation)
    {
        var rows = new List<TableEntity>();
        string? continuation = null;
        do
        {
            Page<TableEntity> page = await ReadAsync(table, filter, 1_000, select, continuation, cancellation).ConfigureAwait(false);
            rows.AddRange(page.Values);
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
        return rows;
    }

    /// <summary>Deletes every row of a query, a hundred at a time in order; rows that somebody else deletes meanwhile do no harm.</summary>
    public static async Task DeleteAllAsync(TableClient table, string filter, CancellationToken cancellation)
    {
        for (int crossed = 0; ;)
        {
            Page<TableEntity> page = await ReadAsync(table, filter, 1_000, ["PartitionKey", "RowKey"], null, cancellation).ConfigureAwait(false);
            if (page.Values.Count == 0 && string.IsNullOrEmpty(page.ContinuationToken))
                return;
            try
            {
                foreach (TableEntity[] chunk in page.Values.Chunk(100))
                {
                    await Faults.GuardAsync(() => table.SubmitTransactionAsync(
                        chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellation), cancellation).ConfigureAwait(false);
                }
            }
            catch (TableTransactionFailedException e) when (e.Status == 404 && ++crossed < 20)
            {
                // Somebody else deletes the same rows, or the answer to an earlier try was lost: look again at what is left.
            }
        }
    }
}
