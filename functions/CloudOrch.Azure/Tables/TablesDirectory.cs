using Azure;
using Azure.Data.Tables;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Azure.Tables;

/// <summary>Table <c>directory</c>.</summary>
/// <remarks>
/// A record's row is the truth; a pointer in another partition finds it by its other identity and is written before it and removed after
/// it. A pointer without its record, or to a record that was replaced meanwhile, means «not found».
/// </remarks>
public sealed class TablesDirectory(ControlPlaneTables tables) : IDirectory
{
    private readonly TableClient _table = tables.Directory.Repeatable;

    public Task<ClusterRecord?> FindClusterAsync(string tenantId, string name, CancellationToken cancellation) =>
        ReadAsync(DirectoryRows.Tenant(tenantId), DirectoryRows.ClusterName(name), DirectoryRows.Cluster, cancellation);

    public async Task<ClusterRecord?> FindClusterAsync(ClusterId id, CancellationToken cancellation)
    {
        ClusterRecord? found = await FollowAsync(DirectoryRows.ClusterById(id), DirectoryRows.Cluster, cancellation).ConfigureAwait(false);
        return found?.Id == id ? found : null;
    }

    public Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(string tenantId, CancellationToken cancellation) =>
        ListAsync(DirectoryRows.Tenant(tenantId), "c!", "c\"", DirectoryRows.Cluster, cancellation);

    public async Task<(IReadOnlyList<ClusterRecord> Items, string? Continuation)> ListAllClustersAsync(string? continuation, CancellationToken cancellation)
    {
        string filter = TableClient.CreateQueryFilter($"PartitionKey ge {"t!"} and PartitionKey lt {"t\""} and RowKey ge {"c!"} and RowKey lt {"c\""}");
        Page<TableEntity> page = await Pages.ReadAsync(_table, filter, 100, null, continuation, cancellation).ConfigureAwait(false);
        return ([.. page.Values.Select(DirectoryRows.Cluster)], string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
    }

    public Task<DirectoryWrite> AddClusterAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return AddAsync(DirectoryRows.Row(cluster), DirectoryRows.ClusterById(cluster.Id), row => row.GetString("Id") == cluster.Id.Value, cancellation);
    }

    public Task<DirectoryWrite> RemoveClusterAsync(ClusterRecord cluster, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return RemoveAsync(DirectoryRows.Tenant(cluster.TenantId), DirectoryRows.ClusterName(cluster.Name), cluster.ETag, DirectoryRows.ClusterById(cluster.Id), cancellation);
    }

    public Task<DirectoryWrite> AddJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(token);
        return AddAsync(DirectoryRows.Row(token), DirectoryRows.TokenBySecret(token.SecretHash), row => row.GetString("Secret") == token.SecretHash, cancellation);
    }

    public async Task<JoinTokenRecord?> FindJoinTokenBySecretAsync(string secretHash, CancellationToken cancellation)
    {
        JoinTokenRecord? found = await FollowAsync(DirectoryRows.TokenBySecret(secretHash), DirectoryRows.Token, cancellation).ConfigureAwait(false);
        return found?.SecretHash == secretHash ? found : null;
    }

    public Task<JoinTokenRecord?> FindJoinTokenAsync(string tenantId, string name, CancellationToken cancellation) =>
        ReadAsync(DirectoryRows.Tenant(tenantId), DirectoryRows.TokenName(name), DirectoryRows.Token, cancellation);

    public Task<IReadOnlyList<JoinTokenRecord>> ListJoinTokensAsync(string tenantId, CancellationToken cancellation) =>
        ListAsync(DirectoryRows.Tenant(tenantId), "j!", "j\"", DirectoryRows.Token, cancellation);

    public Task<DirectoryWrite> UpdateJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(token);
        return OutcomeAsync(() => _table.UpdateEntityAsync(DirectoryRows.Row(token), new ETag(token.ETag), TableUpdateMode.Replace, cancellation), cancellation);
    }

    public Task<DirectoryWrite> RemoveJoinTokenAsync(JoinTokenRecord token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(token);
        return RemoveAsync(DirectoryRows.Tenant(token.TenantId), DirectoryRows.TokenName(token.Name), token.ETag, DirectoryRows.TokenBySecret(token.SecretHash), cancellation);
    }

    public Task<DirectoryWrite> AddEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(enrolment);
        return AddAsync(DirectoryRows.Row(enrolment), DirectoryRows.EnrolmentByUid(enrolment.NodeUid), row => row.GetString("Uid") == enrolment.NodeUid, cancellation);
    }

    public Task<EnrolmentRecord?> FindEnrolmentAsync(ClusterId cluster, string nodeName, CancellationToken cancellation) =>
        ReadAsync(DirectoryRows.Enrolments(cluster), RowKeys.Escape(nodeName), DirectoryRows.Enrolment, cancellation);

    public async Task<EnrolmentRecord?> FindEnrolmentAsync(string nodeUid, CancellationToken cancellation)
    {
        EnrolmentRecord? found = await FollowAsync(DirectoryRows.EnrolmentByUid(nodeUid), DirectoryRows.Enrolment, cancellation).ConfigureAwait(false);
        return found?.NodeUid == nodeUid ? found : null;
    }

    public Task<IReadOnlyList<EnrolmentRecord>> ListEnrolmentsAsync(ClusterId cluster, CancellationToken cancellation) =>
        ListAsync(DirectoryRows.Enrolments(cluster), null, null, DirectoryRows.Enrolment, cancellation);

    public Task<DirectoryWrite> RemoveEnrolmentAsync(EnrolmentRecord enrolment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(enrolment);
        return RemoveAsync(DirectoryRows.Enrolments(enrolment.Cluster), RowKeys.Escape(enrolment.NodeName), enrolment.ETag, DirectoryRows.EnrolmentByUid(enrolment.NodeUid), cancellation);
    }

    private async Task<T?> ReadAsync<T>(string partitionKey, string rowKey, Func<TableEntity, T> read, CancellationToken cancellation) where T : class
    {
        NullableResponse<TableEntity> row = await Faults.GuardAsync(
            () => _table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, null, cancellation), cancellation).ConfigureAwait(false);
        return row.HasValue ? read(row.Value!) : null;
    }

    private async Task<T?> FollowAsync<T>(string pointerPartition, Func<TableEntity, T> read, CancellationToken cancellation) where T : class
    {
        TableEntity? pointer = await ReadAsync(pointerPartition, DirectoryRows.Pointer, row => row, cancellation).ConfigureAwait(false);
        return pointer is null ? null : await ReadAsync(pointer.GetString("P"), pointer.GetString("R"), read, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string partitionKey, string? from, string? to, Func<TableEntity, T> read, CancellationToken cancellation)
    {
        string filter = from is null
            ? TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey ge {from} and RowKey lt {to}");
        List<TableEntity> rows = await Pages.AllAsync(_table, filter, null, cancellation).ConfigureAwait(false);
        return [.. rows.Select(read)];
    }

    private async Task<DirectoryWrite> AddAsync(TableEntity row, string pointerPartition, Func<TableEntity, bool> isSame, CancellationToken cancellation)
    {
        TableEntity pointer = DirectoryRows.PointerTo(pointerPartition, row.PartitionKey, row.RowKey);
        if (await OutcomeAsync(() => _table.AddEntityAsync(pointer, cancellation), cancellation).ConfigureAwait(false) == DirectoryWrite.Conflict
            && !await PointsToAsync(pointer, cancellation).ConfigureAwait(false))
        {
            return DirectoryWrite.Conflict;
        }

        DirectoryWrite outcome = await OutcomeAsync(() => _table.AddEntityAsync(row, cancellation), cancellation).ConfigureAwait(false);
        if (outcome != DirectoryWrite.Conflict)
            return outcome;
        // An insert that was repeated because its answer was lost meets itself: the random identity tells.
        TableEntity? there = await ReadAsync(row.PartitionKey, row.RowKey, found => found, cancellation).ConfigureAwait(false);
        if (there is not null && isSame(there))
            return DirectoryWrite.Done;
        await Faults.GuardAsync(() => _table.DeleteEntityAsync(pointerPartition, DirectoryRows.Pointer, ETag.All, cancellation), cancellation).ConfigureAwait(false);
        return DirectoryWrite.Conflict;
    }

    private async Task<bool> PointsToAsync(TableEntity pointer, CancellationToken cancellation)
    {
        TableEntity? there = await ReadAsync(pointer.PartitionKey, pointer.RowKey, row => row, cancellation).ConfigureAwait(false);
        return there?.GetString("P") == pointer.GetString("P") && there?.GetString("R") == pointer.GetString("R");
    }

    private async Task<DirectoryWrite> RemoveAsync(string partitionKey, string rowKey, string etag, string pointerPartition, CancellationToken cancellation)
    {
        DirectoryWrite outcome = await OutcomeAsync(() => _table.DeleteEntityAsync(partitionKey, rowKey, new ETag(etag), cancellation), cancellation).ConfigureAwait(false);
        if (outcome != DirectoryWrite.Conflict)
            await Faults.GuardAsync(() => _table.DeleteEntityAsync(pointerPartition, DirectoryRows.Pointer, ETag.All, cancellation), cancellation).ConfigureAwait(false);
        return outcome;
    }

    private static async Task<DirectoryWrite> OutcomeAsync(Func<Task<Response>> write, CancellationToken cancellation)
    {
        try
        {
            Response done = await Faults.GuardAsync(write, cancellation).ConfigureAwait(false);
            return done.Status == 404 ? DirectoryWrite.NotFound : DirectoryWrite.Done;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return DirectoryWrite.Conflict;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return DirectoryWrite.NotFound;
        }
    }
}
