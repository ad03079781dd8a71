using System.Globalization;
using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Azure.Tables;

/// <summary>Tables <c>leases</c>, <c>nodestatus</c> and <c>assignments</c>, from the control plane's side.</summary>
public sealed class TablesNodeRows(ControlPlaneTables tables) : INodeRows
{
    // A partition query costs more than a few point reads and less than many.
    private const int PointReads = 64;
    private static readonly string[] s_headColumns =
        ["PartitionKey", "RowKey", NodeRows.Epoch, NodeRows.Revision, NodeRows.ContentHash, NodeRows.AppliedBootId, NodeRows.AppliedSeq];

    private readonly TableClient _leases = tables.Leases.Repeatable;
    private readonly TableClient _status = tables.NodeStatus.Repeatable;
    private readonly TableClient _assignments = tables.Assignments.Repeatable;
    private readonly TableClient _streams = tables.Streams.Repeatable;

    public async Task OpenLeaseAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        var row = new TableEntity(cluster.Value, NodeRows.LeaseKey(nodeUid)) { [NodeRows.BootId] = "", [NodeRows.Seq] = 0L };
        try
        {
            await Faults.GuardAsync(() => _leases.AddEntityAsync(row, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // It is there.
        }
    }

    public async Task<LeaseListing> ListLeasesAsync(ClusterId cluster, CancellationToken cancellation)
    {
        var (rows, serverTime) = await DatedAsync(_leases, All(cluster), cancellation).ConfigureAwait(false);
        return new LeaseListing([.. rows.Select(Lease)], serverTime);
    }

    public async Task<IReadOnlyList<NodeStatusRow>> ReadStatusAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(nodeUids);
        if (nodeUids.Count > PointReads)
        {
            HashSet<string> wanted = [.. nodeUids];
            List<TableEntity> all = await Pages.AllAsync(_status, All(cluster), null, cancellation).ConfigureAwait(false);
            return [.. all.GroupBy(row => row.RowKey.Split('!')[0]).Where(node => wanted.Contains(node.Key)).Select(node => Status(node.Key, [.. node])).OfType<NodeStatusRow>()];
        }

        NodeStatusRow?[] found = await Task.WhenAll(nodeUids.Select(uid => ReadOneStatusAsync(cluster, uid, cancellation))).ConfigureAwait(false);
        return [.. found.OfType<NodeStatusRow>()];
    }

    public async Task<IReadOnlyList<NodeUsageRow>> ReadUsageAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(nodeUids);
        if (nodeUids.Count > PointReads)
        {
            HashSet<string> wanted = [.. nodeUids];
            var (all, serverTime) = await DatedAsync(_status, $"{All(cluster)} and {NodeRows.Usage} eq true", cancellation).ConfigureAwait(false);
            return [.. all.GroupBy(row => row.RowKey.Split('!')[0]).Where(node => wanted.Contains(node.Key)).Select(node => Usage(node.Key, [.. node], serverTime)).OfType<NodeUsageRow>()];
        }

        NodeUsageRow?[] found = await Task.WhenAll(nodeUids.Select(uid => ReadOneUsageAsync(cluster, uid, cancellation))).ConfigureAwait(false);
        return [.. found.OfType<NodeUsageRow>()];
    }

    public async Task<IReadOnlyList<AssignmentHead>> ListAssignmentHeadsAsync(ClusterId cluster, CancellationToken cancellation)
    {
        List<TableEntity> rows = await Pages.AllAsync(_assignments, All(cluster), s_headColumns, cancellation).ConfigureAwait(false);
        return [.. rows.Where(row => !row.RowKey.Contains('!', StringComparison.Ordinal)).Select(Head)];
    }

    public async Task<AssignmentHead?> FindAssignmentHeadAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> found = await Faults.GuardAsync(
            () => _assignments.GetEntityIfExistsAsync<TableEntity>(cluster.Value, NodeRows.PartKey(nodeUid, 0), s_headColumns, cancellation), cancellation).ConfigureAwait(false);
        return found.HasValue ? Head(found.Value!) : null;
    }

    public async Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAssignmentAsync(
        ClusterId cluster, AssignmentHead? known, AssignmentHead next, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (known is not null && !IsNewer(next, known))
            return (AssignmentWrite.Newer, known);
        string stamp = string.Create(CultureInfo.InvariantCulture, $"{next.Epoch}/{next.Revision.Value}/{next.ContentHash}");
        List<TableEntity> rows = [.. DocumentRows.Split(next.NodeUid, stamp, document.Span, Columns(next)).Select(row => Entity(cluster, row))];
        try
        {
            // All rows in one transaction: a head that loses the race must not leave parts of its document behind.
            var head = known is null
                ? new TableTransactionAction(TableTransactionActionType.Add, rows[0])
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, rows[0], new ETag(known.ETag));
            ETag tag = await Faults.GuardAsync(() => SubmitAsync(head, rows, cancellation), cancellation).ConfigureAwait(false);
            return (AssignmentWrite.Written, next with { ETag = tag.ToString() });
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            AssignmentHead? current = await FindAssignmentHeadAsync(cluster, next.NodeUid, cancellation).ConfigureAwait(false);
            return current is not null && !IsNewer(next, current) ? (AssignmentWrite.Newer, current) : (AssignmentWrite.Conflict, current);
        }
    }

    public async Task DeleteNodeAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        foreach (TableClient table in new[] { _leases, _status, _assignments, _streams })
            await Pages.DeleteAllAsync(table, OfNode(cluster, nodeUid), cancellation).ConfigureAwait(false);
    }

    public async Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        foreach (TableClient table in new[] { _leases, _status, _assignments, _streams })
            await Pages.DeleteAllAsync(table, All(cluster), cancellation).ConfigureAwait(false);
    }

    private async Task<ETag> SubmitAsync(TableTransactionAction head, List<TableEntity> rows, CancellationToken cancellation)
    {
        if (rows.Count == 1)
        {
            Response written = head.ActionType == TableTransactionActionType.Add
                ? await _assignments.AddEntityAsync(rows[0], cancellation).ConfigureAwait(false)
                : await _assignments.UpdateEntityAsync(rows[0], head.ETag, TableUpdateMode.Replace, cancellation).ConfigureAwait(false);
            return written.Headers.ETag!.Value;
        }

        IEnumerable<TableTransactionAction> parts = rows.Skip(1).Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row));
        Response<IReadOnlyList<Response>> done = await _assignments.SubmitTransactionAsync([head, .. parts], cancellation).ConfigureAwait(false);
        return done.Value[0].Headers.ETag!.Value;
    }

    private async Task<NodeStatusRow?> ReadOneStatusAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> head = await Faults.GuardAsync(
            () => _status.GetEntityIfExistsAsync<TableEntity>(cluster.Value, NodeRows.PartKey(nodeUid, 0), null, cancellation), cancellation).ConfigureAwait(false);
        if (!head.HasValue)
            return null;
        if (Status(nodeUid, [head.Value!]) is { } whole)
            return whole;
        List<TableEntity> rows = await Pages.AllAsync(_status, OfNode(cluster, nodeUid), null, cancellation).ConfigureAwait(false);
        return Status(nodeUid, rows);
    }

    /// <summary>Usually one row; when that is the head of more, the others are read with it.</summary>
    private async Task<NodeUsageRow?> ReadOneUsageAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> head = await Faults.GuardAsync(
            () => _status.GetEntityIfExistsAsync<TableEntity>(cluster.Value, NodeRows.PartKey(NodeRows.UsageKey(nodeUid), 0), null, cancellation), cancellation).ConfigureAwait(false);
        if (!head.HasValue)
            return null;
        if (Usage(nodeUid, [head.Value!], DateOf(head.GetRawResponse())) is { } whole)
            return whole;
        var (rows, serverTime) = await DatedAsync(_status, $"{OfNode(cluster, nodeUid)} and {NodeRows.Usage} eq true", cancellation).ConfigureAwait(false);
        return Usage(nodeUid, rows, serverTime);
    }

    /// <summary>Rows with the service's own time; of several answers the earliest, since that makes no row look older than it is.</summary>
    private static async Task<(List<TableEntity> Rows, DateTimeOffset ServerTime)> DatedAsync(TableClient table, string filter, CancellationToken cancellation)
    {
        var rows = new List<TableEntity>();
        DateTimeOffset? serverTime = null;
        string? continuation = null;
        do
        {
            Page<TableEntity> page = await Pages.ReadAsync(table, filter, 1_000, null, continuation, cancellation).ConfigureAwait(false);
            rows.AddRange(page.Values);
            DateTimeOffset date = DateOf(page.GetRawResponse());
            serverTime = serverTime is { } earlier && earlier < date ? earlier : date;
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
        return (rows, serverTime.Value);
    }

    private static DateTimeOffset DateOf(Response answer) => answer.Headers.Date ?? throw new StoreUnavailableException("The answer of Table Storage carries no Date.");

    private static NodeUsageRow? Usage(string nodeUid, IReadOnlyCollection<TableEntity> rows, DateTimeOffset serverTime)
    {
        string key = NodeRows.UsageKey(nodeUid);
        try
        {
            return rows.FirstOrDefault(row => row.RowKey == NodeRows.PartKey(key, 0))?.Timestamp is { } writtenAt && Document(key, rows) is { } document
                ? new NodeUsageRow(nodeUid, writtenAt, serverTime - writtenAt, document)
                : null;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidCastException or FormatException)
        {
            return null; // no agent of ours writes that, and one node's nonsense must not hide the others'
        }
    }

    private static byte[]? Document(string key, IReadOnlyCollection<TableEntity> rows) =>
        DocumentRows.Join(key, [.. rows.Select(row => new DocumentRow(row.RowKey, row.ToDictionary(p => p.Key, p => p.Value)))]);

    private static NodeStatusRow? Status(string nodeUid, IReadOnlyCollection<TableEntity> rows)
    {
        TableEntity? head = rows.FirstOrDefault(row => row.RowKey == NodeRows.PartKey(nodeUid, 0));
        return head is not null && Document(nodeUid, rows) is { } document
            ? new NodeStatusRow(nodeUid, head.GetString(NodeRows.BootId) ?? "", head.GetInt64(NodeRows.Seq) ?? 0, document)
            : null;
    }

    private static NodeLease Lease(TableEntity row) => new(row.RowKey, row.Timestamp ?? default, row.GetString(NodeRows.BootId) ?? "", row.GetInt64(NodeRows.Seq) ?? 0)
    {
        FenceSeconds = row.GetInt64(NodeRows.FenceSeq) == (row.GetInt64(NodeRows.Seq) ?? 0) ? row.GetInt32(NodeRows.FenceSeconds) : null,
    };

    private static Dictionary<string, object> Columns(AssignmentHead head)
    {
        var columns = new Dictionary<string, object>
        {
            [NodeRows.Epoch] = head.Epoch,
            [NodeRows.Revision] = head.Revision.Value,
            [NodeRows.ContentHash] = head.ContentHash,
            [NodeRows.AppliedSeq] = head.AppliedSeq,
        };
        if (head.AppliedBootId is { } bootId)
            columns[NodeRows.AppliedBootId] = bootId;
        return columns;
    }

    private static TableEntity Entity(ClusterId cluster, DocumentRow row)
    {
        var entity = new TableEntity(cluster.Value, row.RowKey);
        foreach ((string name, object value) in row.Columns)
            entity[name] = value;
        return entity;
    }

    private static AssignmentHead Head(TableEntity row) => new(
        row.RowKey, row.GetInt64(NodeRows.Epoch) ?? 0, new Revision(row.GetInt64(NodeRows.Revision) ?? 0), row.GetString(NodeRows.ContentHash) ?? "",
        row.GetString(NodeRows.AppliedBootId), row.GetInt64(NodeRows.AppliedSeq) ?? 0, row.ETag.ToString());

    private static bool IsNewer(AssignmentHead next, AssignmentHead than) => (next.Epoch, next.Revision.Value).CompareTo((than.Epoch, than.Revision.Value)) > 0;

    private static string All(ClusterId cluster) => TableClient.CreateQueryFilter($"PartitionKey eq {cluster.Value}");

    private static string OfNode(ClusterId cluster, string nodeUid)
    {
        (string first, string last) = NodeRows.RangeOf(nodeUid);
        return TableClient.CreateQueryFilter($"PartitionKey eq {cluster.Value} and RowKey ge {first} and RowKey le {last}");
    }
}
