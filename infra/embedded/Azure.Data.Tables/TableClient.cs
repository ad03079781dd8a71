using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Sas;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>One table. Instances are thread-safe and meant to live as long as the process.</summary>
public partial class TableClient
{
    private readonly TableRequests _requests = null!;
    private readonly TableSharedKeyCredential? _sharedKey;
    private readonly string _version = null!;

    protected TableClient()
    {
    }

    /// <param name="endpoint">The table's address, with its SAS as the query.</param>
    /// <param name="options">Retries, transport, diagnostics.</param>
    public TableClient(Uri endpoint, TableClientOptions? options = null)
        : this(endpoint, null, null, null, options ?? new TableClientOptions())
    {
        TableAddress.RequireTls(endpoint);
    }

    /// <param name="endpoint">The table's address, without a query.</param>
    /// <param name="credential">The SAS; may be updated while the client lives.</param>
    /// <param name="options">Retries, transport, diagnostics.</param>
    public TableClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
        : this(endpoint, null, new SasPolicy(credential), null, options ?? new TableClientOptions())
    {
        TableAddress.RequireTls(endpoint);
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(endpoint, tableName, new SharedKeyPolicy(credential), credential, options ?? new TableClientOptions())
    {
    }

    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(endpoint, tableName, Pipelines.Bearer(tokenCredential, options ??= new TableClientOptions()), null, options)
    {
        TableAddress.RequireTls(endpoint);
    }

    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(ConnectionString.Parse(connectionString), tableName, options ?? new TableClientOptions())
    {
    }

    private TableClient(ConnectionString parsed, string tableName, TableClientOptions options)
        : this(parsed.Endpoint, tableName, Pipelines.Of(parsed), parsed.SharedKey, options)
    {
    }

    private TableClient(Uri endpoint, string? tableName, HttpPipelinePolicy? authentication, TableSharedKeyCredential? sharedKey, TableClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        TableAddress address = TableAddress.Of(endpoint);
        if (authentication is null && address.Query.Length > 0)
            authentication = new SasPolicy(new AzureSasCredential(address.Query));
        Name = string.IsNullOrEmpty(tableName) ? address.TableName : tableName;
        ArgumentException.ThrowIfNullOrEmpty(Name, nameof(tableName));
        AccountName = sharedKey?.AccountName ?? address.AccountName;
        _version = options.VersionString;
        _sharedKey = sharedKey;
        _requests = new TableRequests(Pipelines.Build(options, authentication), address.Service, _version);
        Uri = new Uri(_requests.Address(Name));
    }

    internal TableClient(TableRequests requests, Uri service, string accountName, string tableName, TableSharedKeyCredential? sharedKey, string version)
    {
        _requests = requests;
        _sharedKey = sharedKey;
        _version = version;
        AccountName = accountName;
        Name = tableName;
        Uri = new Uri(requests.Address(tableName));
    }

    public virtual string Name { get; } = null!;

    public virtual string AccountName { get; } = null!;

    public virtual Uri Uri { get; } = null!;

    public static string CreateQueryFilter(FormattableString filter) => QueryFilter.Of(filter);

    public virtual TableSasBuilder GetSasBuilder(TableSasPermissions permissions, DateTimeOffset expiresOn) =>
        new(Name, permissions, expiresOn) { Version = _version };

    public virtual TableSasBuilder GetSasBuilder(string rawPermissions, DateTimeOffset expiresOn) =>
        new(Name, rawPermissions, expiresOn) { Version = _version };

    public virtual Uri GenerateSasUri(TableSasPermissions permissions, DateTimeOffset expiresOn) =>
        GenerateSasUri(GetSasBuilder(permissions, expiresOn));

    /// <exception cref="InvalidOperationException">The client has no account key.</exception>
    /// <exception cref="ArgumentException">The builder is for another table.</exception>
    public virtual Uri GenerateSasUri(TableSasBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (_sharedKey is null)
            throw new InvalidOperationException($"{nameof(GenerateSasUri)} requires that this client be constructed with a {nameof(TableSharedKeyCredential)}.");
        if (!builder.TableName.Equals(Name, StringComparison.Ordinal))
            throw new ArgumentException("The builder's TableName is not this client's table.", nameof(builder));
        return new UriBuilder(Uri) { Query = builder.Sign(_sharedKey) }.Uri;
    }

    /// <exception cref="RequestFailedException">409 TableAlreadyExists, or the service refused.</exception>
    public virtual async Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default)
    {
        Response response = await _requests.SendAsync(TableServiceClient.CreateRequest(_requests, Name), cancellationToken, 201, 204).ConfigureAwait(false);
        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Also succeeds when the table is there already.</summary>
    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        TableServiceClient.CreateIfNotExistsAsync(_requests, Name, cancellationToken);

    /// <summary>Deletes the table; also succeeds, with the 404 as its response, when it is not there.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
        _requests.SendAsync(_requests.Message(RequestMethod.Delete, $"Tables('{Name}')"), cancellationToken, 204, 404);
}
