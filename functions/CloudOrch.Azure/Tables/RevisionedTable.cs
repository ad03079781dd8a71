using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Objects with one revision per change in one partition per cluster: <c>head</c>, <c>o!…</c> rows, <c>l!…</c> log rows.</summary>
/// <remarks>
/// A commit is one entity group transaction guarded by <c>head</c>'s ETag. Its log row and <c>head</c> carry a random commitId, by which a
/// commit whose answer was lost is recognised. Object rows are written without ETags of their own: <c>head</c> guards them all.
/// </remarks>
internal sealed partial class RevisionedTable(TablePair table, TablesOptions options, IIdentityGenerator identities, TimeProvider clock)
{
    private const int ObjectsPerPage = 1_000;

    public async Task<bool> CreateAsync(ClusterId cluster, long epoch, CancellationToken cancellation)
    {
        string commitId = identities.NewUid();
        var head = new StoreHead(epoch, new Revision(1), new Revision(1), "");
        try
        {
            await Faults.GuardAsync(() => table.Repeatable.AddEntityAsync(HeadRow(cluster, head, commitId), cancellation), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // The client may have repeated an insert whose answer was lost: then the row is its own.
            return await ReadHeadRowAsync(cluster, cancellation).ConfigureAwait(false) is { } row && row.CommitId == commitId;
        }
    }

    public async Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation) =>
        (await ReadHeadRowAsync(cluster, cancellation).ConfigureAwait(false))?.Head;

    public async Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation)
    {
        string rowKey = RowKeys.Of(key);
        if (rowKey.Length > StoreLimits.RowKeyCharacters)
            return null;
        NullableResponse<TableEntity> row = await Faults.GuardAsync(
            () => table.Repeatable.GetEntityIfExistsAsync<TableEntity>(cluster.Value, rowKey, null, cancellation), cancellation).ConfigureAwait(false);
        return row.HasValue ? Object(row.Value!) : null;
    }

    public async Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation)
    {
        (string from, string to) = RowKeys.Range(type, namespaceName);
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {cluster.Value} and RowKey ge {from} and RowKey lt {to}");
        Page<TableEntity> page = await PageAsync(filter, ObjectsPerPage, null, continuation, cancellation).ConfigureAwait(false);
        IEnumerable<StoredObject> found = page.Values.Select(Object);
        if (type is null && namespaceName is not null)
            found = found.Where(o => o.Key.Namespace == namespaceName);
        return new ObjectPage([.. found], string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
    }

    private async Task<HeadState?> ReadHeadRowAsync(ClusterId cluster, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> found = await Faults.GuardAsync(
            () => table.Repeatable.GetEntityIfExistsAsync<TableEntity>(cluster.Value, RowKeys.Head, null, cancellation), cancellation).ConfigureAwait(false);
        if (!found.HasValue)
            return null;
        TableEntity row = found.Value!;
        return new HeadState(
            new StoreHead(Number(row, "Epoch"), new Revision(Number(row, "Revision")), new Revision(Number(row, "CompactedTo")), row.ETag.ToString()),
            row.GetString("C"));
    }

    private static TableEntity HeadRow(ClusterId cluster, StoreHead head, string commitId) => new(cluster.Value, RowKeys.Head)
    {
        ["V"] = 1,
        ["Epoch"] = head.Epoch,
        ["Revision"] = head.Revision.Value,
        ["CompactedTo"] = head.CompactedTo.Value,
        ["C"] = commitId,
    };

    private Task<Page<TableEntity>> PageAsync(string filter, int size, IEnumerable<string>? select, string? continuation, CancellationToken cancellation) =>
        Pages.ReadAsync(table.Repeatable, filter, size, select, continuation, cancellation);

    private static StoredObject Object(TableEntity row) => new(RowKeys.Parse(row.RowKey), new Revision(Number(row, "R")), BodyCodec.Get(row));

    private static long Number(TableEntity row, string name) =>
        row.GetInt64(name) ?? throw new InvalidDataException($"Row {row.RowKey} has no {name}.");

    private sealed record HeadState(StoreHead Head, string? CommitId);
}
