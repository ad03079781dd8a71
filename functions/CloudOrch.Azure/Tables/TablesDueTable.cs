using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>due</c>: one partition, rows <c>{cluster}!{why}</c> with the time that is owed.</summary>
/// <remarks>A row is keyed by what is owed, not by when, so that moving it is one write and it can never be there twice.</remarks>
public sealed class TablesDueTable(ControlPlaneTables tables) : IDueTable
{
    private const string Partition = "due";
    private const int MaxItems = 1_000;
    private readonly TableClient _table = tables.Due.Repeatable;

    public Task SetAsync(DueItem item, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(item);
        var row = new TableEntity(Partition, RowKey(item.Cluster, item.Why)) { ["V"] = 1, ["Cluster"] = item.Cluster.Value, ["Why"] = item.Why, ["At"] = item.At };
        return Faults.GuardAsync(() => _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation), cancellation);
    }

    public Task ClearAsync(ClusterId cluster, string why, CancellationToken cancellation) =>
        Faults.GuardAsync(() => _table.DeleteEntityAsync(Partition, RowKey(cluster, why), ETag.All, cancellation), cancellation);

    public async Task<IReadOnlyList<DueItem>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and At le {now}");
        List<TableEntity> rows = await Pages.AllAsync(_table, filter, null, cancellation).ConfigureAwait(false);
        return [.. rows
            .Select(row => new DueItem(new ClusterId(row.GetString("Cluster")), row.GetString("Why"), row.GetDateTimeOffset("At")!.Value))
            .OrderBy(item => item.At).ThenBy(item => item.Cluster.Value, StringComparer.Ordinal).ThenBy(item => item.Why, StringComparer.Ordinal)
            .Take(MaxItems)];
    }

    private static string RowKey(ClusterId cluster, string why) => $"{RowKeys.Escape(cluster.Value)}!{RowKeys.Escape(why)}";
}
