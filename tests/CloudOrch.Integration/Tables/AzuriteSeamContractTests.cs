using Azure;
using Azure.Data.Tables;
using CloudOrch.Azure.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Azure;
using CloudOrch.Testing.Contracts;

namespace CloudOrch.Integration.Tables;

public sealed class AzuriteDirectoryContractTests(AzuriteFixture azurite) : DirectoryContract
{
    protected override async Task<IDirectory> OpenAsync() => new TablesDirectory(await AzuriteTables.OpenAsync(azurite));
}

public sealed class AzuriteDueTableContractTests(AzuriteFixture azurite) : DueTableContract
{
    protected override async Task<IDueTable> OpenAsync() => new TablesDueTable(await AzuriteTables.OpenAsync(azurite));
}

public sealed class AzuriteEventStoreContractTests(AzuriteFixture azurite) : EventStoreContract
{
    private ControlPlaneTables _tables = null!;

    protected override async Task<IEventStore> OpenAsync() =>
        new TablesEventStore(_tables = await AzuriteTables.OpenAsync(azurite), new SeededIdentities(3), TimeProvider.System);

    protected override IEventStore Elsewhere(IEventStore opened) => new TablesEventStore(_tables, new SeededIdentities(4), TimeProvider.System);
}

public sealed class AzuriteNodeRowsContractTests(AzuriteFixture azurite) : NodeRowsContract
{
    private ControlPlaneTables _tables = null!;

    protected override async Task<INodeRows> OpenAsync() => new TablesNodeRows(_tables = await AzuriteTables.OpenAsync(azurite));

    protected override async Task<bool> RenewAsync(string nodeUid, string bootId, long seq, int? fenceSeconds)
    {
        try
        {
            var row = new TableEntity(Cluster.Value, NodeRows.LeaseKey(nodeUid)) { [NodeRows.BootId] = bootId, [NodeRows.Seq] = seq };
            if (fenceSeconds is { } promised)
                (row[NodeRows.FenceSeconds], row[NodeRows.FenceSeq]) = (promised, seq);
            await _tables.Leases.Repeatable.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    protected override Task ReportAsync(string nodeUid, string bootId, long seq, byte[] document) =>
        WriteAsync(DocumentRows.Split(nodeUid, $"{bootId}/{seq}", document, [new(NodeRows.BootId, bootId), new(NodeRows.Seq, seq)]), []);

    protected override Task MeasureAsync(string nodeUid, byte[] document) =>
        WriteAsync(DocumentRows.Split(NodeRows.UsageKey(nodeUid), $"{document.Length}", document, []), [new(NodeRows.Usage, true)]);

    private async Task WriteAsync(IEnumerable<DocumentRow> rows, KeyValuePair<string, object>[] further)
    {
        foreach (DocumentRow row in rows.Reverse())
        {
            var entity = new TableEntity(Cluster.Value, row.RowKey);
            foreach ((string name, object value) in row.Columns.Concat(further))
                entity[name] = value;
            await _tables.NodeStatus.Repeatable.UpsertEntityAsync(entity, TableUpdateMode.Replace);
        }
    }

    protected override async Task<byte[]?> ReadAssignmentAsync(string nodeUid)
    {
        (string first, string last) = NodeRows.RangeOf(nodeUid);
        var rows = new List<DocumentRow>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Cluster.Value} and RowKey ge {first} and RowKey le {last}");
        await foreach (TableEntity row in _tables.Assignments.Repeatable.QueryAsync<TableEntity>(filter))
            rows.Add(new DocumentRow(row.RowKey, row.ToDictionary(p => p.Key, p => p.Value)));
        return DocumentRows.Join(nodeUid, rows);
    }
}

public sealed class AzuriteStreamRowsContractTests(AzuriteFixture azurite) : StreamRowsContract
{
    private ControlPlaneTables _tables = null!;

    protected override async Task<IStreamRows> OpenAsync() => new TablesStreamRows(_tables = await AzuriteTables.OpenAsync(azurite));

    protected override Task WriteAsync(string nodeUid, string streamId, StreamChunk chunk)
    {
        var row = new TableEntity(Cluster.Value, NodeRows.StreamKey(nodeUid, streamId, chunk.Index)) { [NodeRows.Data] = chunk.Data.ToArray() };
        if (chunk.End)
            row[NodeRows.End] = true;
        if (chunk.Error is { } error)
            row[NodeRows.Error] = error;
        return _tables.Streams.Repeatable.UpsertEntityAsync(row, TableUpdateMode.Replace);
    }

    protected override async Task<long?> ReadToAsync(string nodeUid, string streamId)
    {
        var row = await _tables.Streams.Repeatable.GetEntityIfExistsAsync<TableEntity>(Cluster.Value, NodeRows.StreamReaderKey(nodeUid, streamId));
        return row.HasValue ? row.Value!.GetInt64(NodeRows.ReadTo) : null;
    }
}
