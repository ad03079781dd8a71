using System.Runtime.CompilerServices;
using System.Text;
using Azure.Core;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

public partial class TableClient
{
    /// <exception cref="RequestFailedException">409 EntityAlreadyExists, or the service refused.</exception>
    public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) where T : ITableEntity
    {
        CheckKeys(entity);
        return _requests.SendAsync(_requests.Message(RequestMethod.Post, Name, entity), cancellationToken, 201, 204);
    }

    /// <exception cref="RequestFailedException">412 UpdateConditionNotSatisfied, 404, or the service refused.</exception>
    public virtual Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        if (ifMatch == default)
            throw new ArgumentException("An update says which ETag it replaces; ETag.All means any.", nameof(ifMatch));
        return PutAsync(entity, ifMatch, mode, cancellationToken);
    }

    /// <summary>Writes without looking at the ETag.</summary>
    public virtual Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity => PutAsync(entity, default, mode, cancellationToken);

    /// <summary>Also succeeds, with the 404 as its response, when the row is not there.</summary>
    public virtual Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        HttpMessage message = _requests.Message(RequestMethod.Delete, TableRequests.EntityPath(Name, partitionKey, rowKey));
        message.Request.Headers.SetValue("If-Match", ifMatch == default ? "*" : ifMatch.ToString());
        return _requests.SendAsync(message, cancellationToken, 204, 404);
    }

    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);

    /// <exception cref="RequestFailedException">404 ResourceNotFound, or the service refused.</exception>
    public virtual async Task<Response<T>> GetEntityAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        Response response = await _requests.SendAsync(Get(partitionKey, rowKey, select), cancellationToken, 200).ConfigureAwait(false);
        return Response.FromValue(Codec.To<T>(EntityReader.ReadOne(response.Content.ToMemory().Span)), response);
    }

    /// <summary>A row that is not there is a response without value; a table that is not there too.</summary>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        Response response = await _requests.SendAsync(Get(partitionKey, rowKey, select), cancellationToken, 200, 404).ConfigureAwait(false);
        return response.Status == 404
            ? new NoValue<T>(response)
            : Response.FromValue(Codec.To<T>(EntityReader.ReadOne(response.Content.ToMemory().Span)), response);
    }

    /// <param name="filter">OData, see <see cref="CreateQueryFilter"/>; null: every row.</param>
    /// <param name="maxPerPage">At most 1,000, which is also the service's own limit.</param>
    /// <param name="select">Properties to fetch; null: all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity =>
        new Query<T>(this, filter, maxPerPage, select is null ? null : string.Join(',', select), cancellationToken);

    private HttpMessage Get(string partitionKey, string rowKey, IEnumerable<string>? select)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        string path = TableRequests.EntityPath(Name, partitionKey, rowKey);
        if (select is not null)
            path += "?$select=" + Uri.EscapeDataString(string.Join(',', select));
        return _requests.Message(RequestMethod.Get, path);
    }

    private Task<Response> PutAsync(ITableEntity entity, ETag ifMatch, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        CheckKeys(entity);
        RequestMethod method = mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown update mode."),
        };
        HttpMessage message = _requests.Message(method, TableRequests.EntityPath(Name, entity.PartitionKey, entity.RowKey), entity);
        if (ifMatch != default)
            message.Request.Headers.SetValue("If-Match", ifMatch.ToString());
        return _requests.SendAsync(message, cancellationToken, 204);
    }

    private static void CheckKeys(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey, nameof(entity));
        ArgumentNullException.ThrowIfNull(entity.RowKey, nameof(entity));
    }

    private async Task<Page<T>> PageAsync<T>(string? filter, int? top, string? select, string? continuationToken, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        var path = new StringBuilder(Name).Append("()?$format=").Append(Uri.EscapeDataString(TableRequests.MinimalMetadata));
        if (top is { } limit)
            path.Append("&$top=").Append(limit);
        if (!string.IsNullOrEmpty(select))
            path.Append("&$select=").Append(Uri.EscapeDataString(select));
        if (!string.IsNullOrEmpty(filter))
            path.Append("&$filter=").Append(Uri.EscapeDataString(filter));
        if (!string.IsNullOrEmpty(continuationToken))
        {
            // The token is "<next partition> <next row>"; the service's own values hold no blank.
            int blank = continuationToken.IndexOf(' ', StringComparison.Ordinal);
            string partition = blank < 0 ? continuationToken : continuationToken[..blank];
            path.Append("&NextPartitionKey=").Append(Uri.EscapeDataString(partition));
            if (blank >= 0 && blank < continuationToken.Length - 1)
                path.Append("&NextRowKey=").Append(Uri.EscapeDataString(continuationToken[(blank + 1)..]));
        }

        Response response = await _requests.SendAsync(_requests.Message(RequestMethod.Get, path.ToString()), cancellationToken, 200).ConfigureAwait(false);
        List<TableEntity> rows = EntityReader.ReadMany(response.Content.ToMemory().Span);
        string? next = response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out string? nextPartition)
            ? $"{nextPartition} {(response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out string? nextRow) ? nextRow : "")}"
            : null;
        IReadOnlyList<T> values = rows is List<T> same ? same : rows.ConvertAll(Codec.To<T>);
        return Page<T>.FromValues(values, next, response);
    }

    private sealed class Query<T>(TableClient table, string? filter, int? maxPerPage, string? select, CancellationToken cancellationToken)
        : AsyncPageable<T>(cancellationToken) where T : class, ITableEntity
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            string? next = continuationToken;
            do
            {
                Page<T> page = await table.PageAsync<T>(filter, pageSizeHint ?? maxPerPage, select, next, CancellationToken).ConfigureAwait(false);
                yield return page;
                next = page.ContinuationToken;
            }
            while (!string.IsNullOrEmpty(next));
        }

        public override async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await foreach (Page<T> page in Pages(cancellationToken).ConfigureAwait(false))
            {
                foreach (T row in page.Values)
                    yield return row;
            }
        }

        private async IAsyncEnumerable<Page<T>> Pages([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            string? next = null;
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, CancellationToken);
            do
            {
                Page<T> page = await table.PageAsync<T>(filter, maxPerPage, select, next, both.Token).ConfigureAwait(false);
                yield return page;
                next = page.ContinuationToken;
            }
            while (!string.IsNullOrEmpty(next));
        }
    }

    private sealed class NoValue<T>(Response response) : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException("The row does not exist, so the response has no value.");

        public override Response GetRawResponse() => response;
    }
}
