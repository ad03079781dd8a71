using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>streams</c>: chunks <c>{nodeUid}!{streamId}!{n:D10}</c> with <c>Data</c>, <c>End</c>, <c>Error</c>; the reader's row <c>…!reader</c> with <c>ReadTo</c>.</summary>
public sealed class TablesStreamRows(ControlPlaneTables tables) : IStreamRows
{
    // Chunks of up to 64 KiB: an answer of Azure's ends at 4 MiB.
    private const int ChunksPerRead = 60;
    private readonly TableClient _table = tables.Streams.Repeatable;

    public async Task<IReadOnlyList<StreamChunk>> ReadAsync(ClusterId cluster, string nodeUid, string streamId, long from, CancellationToken cancellation)
    {
        string filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {cluster.Value} and RowKey ge {Chunk(nodeUid, streamId, from)} and RowKey le {Chunk(nodeUid, streamId, 9_999_999_999)}");
        var chunks = new List<StreamChunk>();
        string? continuation = null;
        do
        {
            Page<TableEntity> page = await Pages.ReadAsync(_table, filter, ChunksPerRead, null, continuation, cancellation).ConfigureAwait(false);
            foreach (TableEntity row in page.Values)
            {
                long index = long.Parse(row.RowKey.AsSpan(row.RowKey.LastIndexOf('!') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
                if (index != from + chunks.Count)
                    return chunks;
                chunks.Add(new StreamChunk(index, row.GetBinary("Data") ?? [], row.GetBoolean("End") ?? false, row.GetString("Error")));
            }

            continuation = page.ContinuationToken;
        }
        while (chunks.Count == 0 && !string.IsNullOrEmpty(continuation));
        return chunks;
    }

    public Task RenewReaderAsync(ClusterId cluster, string nodeUid, string streamId, long readTo, CancellationToken cancellation)
    {
        // Replaced each time, changed or not: the agent looks at the row's Timestamp.
        var row = new TableEntity(cluster.Value, $"{nodeUid}!{streamId}!reader") { ["ReadTo"] = readTo };
        return Faults.GuardAsync(() => _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation), cancellation);
    }

    public Task RemoveAsync(ClusterId cluster, string nodeUid, string streamId, CancellationToken cancellation) =>
        Pages.DeleteAllAsync(_table, TableClient.CreateQueryFilter(
            $"PartitionKey eq {cluster.Value} and RowKey ge {$"{nodeUid}!{streamId}!"} and RowKey lt {$"{nodeUid}!{streamId}\""}"), cancellation);

    private static string Chunk(string nodeUid, string streamId, long index) =>
        string.Create(CultureInfo.InvariantCulture, $"{nodeUid}!{streamId}!{index:D10}");
}
