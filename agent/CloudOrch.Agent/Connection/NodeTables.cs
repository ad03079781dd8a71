using System.Globalization;
using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Connection;

/// <summary>The node's own rows in Table Storage, with the tokens that it was given for them.</summary>
/// <remarks>Nothing that failed is retried in here: each caller repeats what it does anyway, with what is then the newest.</remarks>
public sealed class NodeTables
{
    private const int MostVersionsMet = 3;

    private readonly string _partition;
    private readonly string _nodeUid;
    private readonly Table _leases;
    private readonly Table _status;
    private readonly Table _assignments;
    private readonly Table _streams;

    /// <summary>What this process wrote last into each row of its status.</summary>
    private readonly Dictionary<string, ETag> _statusVersions = new(StringComparer.Ordinal);

    public NodeTables(string nodeUid, NodeCredentials credentials, HttpClient http)
    {
        (_nodeUid, _partition) = (nodeUid, credentials.PartitionKey);
        _leases = new Table(credentials.LeasesUrl, http, Pace.LongestTimeout);
        _status = new Table(credentials.NodeStatusUrl, http, TimeSpan.FromSeconds(15));
        _assignments = new Table(credentials.AssignmentsUrl, http, TimeSpan.FromSeconds(15));
        _streams = new Table(credentials.StreamsUrl, http, TimeSpan.FromSeconds(15));
    }

    /// <summary>Takes new tokens for the same rows; false when the rows have moved, so that new clients are needed.</summary>
    public bool TryRenew(NodeCredentials credentials) =>
        credentials.PartitionKey == _partition && _leases.TryRenew(credentials.LeasesUrl) && _status.TryRenew(credentials.NodeStatusUrl)
        && _assignments.TryRenew(credentials.AssignmentsUrl) && _streams.TryRenew(credentials.StreamsUrl);

    /// <returns>The service's own time.</returns>
    /// <exception cref="RequestFailedException">404: the row is gone, since the Node was deleted; the token may not make it again.</exception>
    public async Task<DateTimeOffset?> RenewLeaseAsync(string bootId, long seq, int fenceSeconds, CancellationToken ct)
    {
        var row = new TableEntity(_partition, NodeRows.LeaseKey(_nodeUid))
        {
            [NodeRows.BootId] = bootId,
            [NodeRows.Seq] = seq,
            [NodeRows.FenceSeconds] = fenceSeconds,
            [NodeRows.FenceSeq] = seq,
        };
        using var response = await _leases.Client.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, ct).ConfigureAwait(false);
        return response.Headers.Date;
    }

    /// <summary>Replaces what this node said before. Not for several at once.</summary>
    /// <remarks>A writing that was given up and arrives after the one that followed it is refused by the table, since it meets another version.</remarks>
    /// <exception cref="RequestFailedException">412 or 409: somebody else writes the same row again and again, such as another agent with this node's identity.</exception>
    public async Task WriteStatusAsync(NodeStatusDocument document, CancellationToken ct)
    {
        string stamp = string.Create(CultureInfo.InvariantCulture, $"{document.BootId}/{document.Seq}");
        var rows = DocumentRows.Split(_nodeUid, stamp, KubeJson.Write(document), [new(NodeRows.BootId, document.BootId), new(NodeRows.Seq, document.Seq)]);
        foreach (var row in rows.Reverse())
            await ReplaceStatusAsync(EntityOf(row, []), ct).ConfigureAwait(false);
    }

    private async Task ReplaceStatusAsync(TableEntity row, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            ETag? version = _statusVersions.TryGetValue(row.RowKey, out var last) ? last : await FindStatusVersionAsync(row.RowKey, ct).ConfigureAwait(false);
            try
            {
                using var response = version is { } known
                    ? await _status.Client.UpdateEntityAsync(row, known, TableUpdateMode.Replace, ct).ConfigureAwait(false)
                    : await _status.Client.AddEntityAsync(row, ct).ConfigureAwait(false);
                _statusVersions[row.RowKey] = response.Headers.ETag!.Value;
                return;
            }
            catch (RequestFailedException e) when (e.Status is (int)HttpStatusCode.PreconditionFailed or (int)HttpStatusCode.Conflict or (int)HttpStatusCode.NotFound)
            {
                _statusVersions.Remove(row.RowKey);
                if (attempt == MostVersionsMet)
                    throw;
            }
        }
    }

    private async Task<ETag?> FindStatusVersionAsync(string rowKey, CancellationToken ct)
    {
        var found = await _status.Client.GetEntityIfExistsAsync<TableEntity>(_partition, rowKey, cancellationToken: ct).ConfigureAwait(false);
        return found.HasValue ? found.Value!.ETag : null;
    }

    /// <summary>One row, unless a thousand containers were measured.</summary>
    /// <param name="stamp">Differs for each writing.</param>
    public async Task WriteUsageAsync(NodeUsageDocument document, string stamp, CancellationToken ct)
    {
        foreach (var row in DocumentRows.Split(NodeRows.UsageKey(_nodeUid), stamp, KubeJson.Write(document), []).Reverse())
            (await _status.Client.UpsertEntityAsync(EntityOf(row, [new(NodeRows.Usage, true)]), TableUpdateMode.Replace, ct).ConfigureAwait(false)).Dispose();
    }

    private TableEntity EntityOf(DocumentRow row, KeyValuePair<string, object>[] further)
    {
        var entity = new TableEntity(_partition, row.RowKey);
        foreach (var (name, value) in row.Columns.Concat(further))
            entity[name] = value;
        return entity;
    }

    /// <returns>Null when there is none yet, or parts of two writings were met: the next reading is whole.</returns>
    public async Task<NodeAssignment?> ReadAssignmentAsync(CancellationToken ct)
    {
        var (first, last) = NodeRows.RangeOf(_nodeUid);
        var rows = new List<DocumentRow>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {_partition} and RowKey ge {first} and RowKey le {last}");
        await foreach (var entity in _assignments.Client.QueryAsync<TableEntity>(filter, cancellationToken: ct).ConfigureAwait(false))
            rows.Add(new DocumentRow(entity.RowKey, entity.ToDictionary(e => e.Key, e => e.Value)));
        return DocumentRows.Join(_nodeUid, rows) is { } json ? KubeJson.Read<NodeAssignment>(json) : null;
    }

    public async Task WriteChunkAsync(string streamId, long index, ReadOnlyMemory<byte> data, bool end, string? error, CancellationToken ct)
    {
        var row = new TableEntity(_partition, NodeRows.StreamKey(_nodeUid, streamId, index)) { [NodeRows.Data] = data.ToArray() };
        if (end)
            row[NodeRows.End] = true;
        if (error is not null)
            row[NodeRows.Error] = error;
        (await _streams.Client.UpsertEntityAsync(row, TableUpdateMode.Replace, ct).ConfigureAwait(false)).Dispose();
    }

    /// <returns>What the reader's row says and a mark that changes whenever the reader renews it; null when there is no reader (any more).</returns>
    public async Task<(long ReadTo, string Mark)?> ReadReaderAsync(string streamId, CancellationToken ct)
    {
        var found = await _streams.Client.GetEntityIfExistsAsync<TableEntity>(_partition, NodeRows.StreamReaderKey(_nodeUid, streamId), cancellationToken: ct).ConfigureAwait(false);
        return found.HasValue ? (found.Value!.GetInt64(NodeRows.ReadTo) ?? 0, found.Value.ETag.ToString()) : null;
    }

    /// <summary>Whether the tokens were refused or the row was removed, so that the control plane is to be asked for new ones.</summary>
    public static bool IsRefused(RequestFailedException e) => e.Status is (int)HttpStatusCode.Forbidden or (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.NotFound;

    /// <summary>Whether the row itself is not there, and not the table or what is in between.</summary>
    public static bool IsRowGone(RequestFailedException e) => e.Status == (int)HttpStatusCode.NotFound && e.ErrorCode == "ResourceNotFound";

    /// <summary>One table; its token is replaced while the client lives.</summary>
    private sealed class Table
    {
        private readonly string _address;
        private readonly AzureSasCredential _credential;

        public Table(string url, HttpClient http, TimeSpan timeout)
        {
            (_address, string signature) = Cut(url);
            _credential = new AzureSasCredential(signature);
            var options = new TableClientOptions { Transport = new HttpClientTransport(http) };
            options.Retry.MaxRetries = 0;
            options.Retry.NetworkTimeout = timeout;
            options.Diagnostics.IsLoggingEnabled = false;
            options.Diagnostics.IsDistributedTracingEnabled = false;
            Client = new TableClient(new Uri(_address), _credential, options);
        }

        public TableClient Client { get; }

        public bool TryRenew(string url)
        {
            var (address, signature) = Cut(url);
            if (address != _address)
                return false;
            _credential.Update(signature);
            return true;
        }

        private static (string Address, string Signature) Cut(string url)
        {
            int query = url.IndexOf('?', StringComparison.Ordinal);
            return query < 0 ? (url, "") : (url[..query], url[(query + 1)..]);
        }
    }
}
