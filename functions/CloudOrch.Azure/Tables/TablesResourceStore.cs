using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>state</c>: the clusters' objects, their log, and the brain's progress.</summary>
public sealed class TablesResourceStore : IResourceStore
{
    private readonly RevisionedTable _rows;
    private readonly TableClient _table;

    public TablesResourceStore(ControlPlaneTables tables, IIdentityGenerator identities, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _rows = new RevisionedTable(tables.State, tables.Options, identities, clock);
        _table = tables.State.Repeatable;
    }

    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation) => _rows.CreateAsync(cluster, epoch, cancellation);

    public Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation) => _rows.ReadHeadAsync(cluster, cancellation);

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) => _rows.GetAsync(cluster, key, cancellation);

    public Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation) =>
        _rows.ListAsync(cluster, type, namespaceName, continuation, cancellation);

    public Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation) =>
        _rows.CommitAsync(cluster, head, changes, onlyNew: false, cancellation);

    public Task<InOrderOutcome> CommitInOrderAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation) =>
        _rows.CommitInOrderAsync(cluster, head, changes, cancellation);

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) => _rows.ReadLogAsync(cluster, after, cancellation);

    public async Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation)
    {
        BrainProgress progress = await ReadProgressAsync(cluster, cancellation).ConfigureAwait(false);
        await _rows.CompactAsync(cluster, upTo, progress.DispatchedTo, cancellation).ConfigureAwait(false);
    }

    public async Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation)
    {
        NullableResponse<TableEntity> found = await Faults.GuardAsync(
            () => _table.GetEntityIfExistsAsync<TableEntity>(cluster.Value, RowKeys.Brain, null, cancellation), cancellation).ConfigureAwait(false);
        return found.HasValue
            ? new BrainProgress(new Revision(found.Value!.GetInt64("PlannedTo") ?? 0), new Revision(found.Value.GetInt64("DispatchedTo") ?? 0),
                found.Value.GetDateTimeOffset("NextWakeAt"), found.Value.ETag.ToString())
            : new BrainProgress(Revision.Zero, Revision.Zero, null, "");
    }

    public async Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var row = new TableEntity(cluster.Value, RowKeys.Brain)
        {
            ["V"] = 1,
            ["PlannedTo"] = progress.PlannedTo.Value,
            ["DispatchedTo"] = progress.DispatchedTo.Value,
        };
        if (progress.NextWakeAt is { } wake)
            row["NextWakeAt"] = wake;
        try
        {
            Response written = await Faults.GuardAsync(() => progress.ETag.Length == 0
                ? _table.AddEntityAsync(row, cancellation)
                : _table.UpdateEntityAsync(row, new ETag(progress.ETag), TableUpdateMode.Replace, cancellation), cancellation).ConfigureAwait(false);
            return progress with { ETag = written.Headers.ETag!.Value.ToString() };
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => _rows.PurgeAsync(cluster, cancellation);
}
