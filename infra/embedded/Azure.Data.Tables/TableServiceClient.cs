using System.Buffers;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Wire;

namespace Azure.Data.Tables;

/// <summary>The table service of one account. Instances are thread-safe and meant to live as long as the process.</summary>
public class TableServiceClient
{
    private readonly TableRequests _requests = null!;
    private readonly HttpPipeline _pipeline = null!;
    private readonly string _version = null!;
    private readonly TableSharedKeyCredential? _sharedKey;

    protected TableServiceClient()
    {
    }

    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    public TableServiceClient(string connectionString, TableClientOptions? options = null)
        : this(ConnectionString.Parse(connectionString), options ?? new TableClientOptions())
    {
    }

    /// <param name="endpoint">The account's address with its SAS as the query.</param>
    /// <param name="options">Retries, transport, diagnostics.</param>
    public TableServiceClient(Uri endpoint, TableClientOptions? options = null)
        : this(endpoint, null, null, options ?? new TableClientOptions())
    {
        TableAddress.RequireTls(endpoint);
    }

    public TableServiceClient(Uri endpoint, AzureSasCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
        : this(endpoint, new SasPolicy(credential), null, options ?? new TableClientOptions())
    {
        TableAddress.RequireTls(endpoint);
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, new TableClientOptions())
    {
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions options)
        : this(endpoint, new SharedKeyPolicy(credential), credential, options ?? new TableClientOptions())
    {
    }

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(endpoint, Pipelines.Bearer(tokenCredential, options ??= new TableClientOptions()), null, options)
    {
        TableAddress.RequireTls(endpoint);
    }

    private TableServiceClient(ConnectionString parsed, TableClientOptions options)
        : this(parsed.Endpoint, Pipelines.Of(parsed), parsed.SharedKey, options)
    {
    }

    private TableServiceClient(Uri endpoint, HttpPipelinePolicy? authentication, TableSharedKeyCredential? sharedKey, TableClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        TableAddress address = TableAddress.Of(endpoint);
        if (authentication is null && address.Query.Length > 0)
            authentication = new SasPolicy(new AzureSasCredential(address.Query));
        Uri = address.Service;
        AccountName = sharedKey?.AccountName ?? address.AccountName;
        _version = options.VersionString;
        _sharedKey = sharedKey;
        _pipeline = Pipelines.Build(options, authentication);
        _requests = new TableRequests(_pipeline, Uri, _version);
    }

    public virtual Uri Uri { get; } = null!;

    public virtual string AccountName { get; } = null!;

    public static string CreateQueryFilter(FormattableString filter) => QueryFilter.Of(filter);

    /// <summary>Shares this client's connections and credential; the table need not exist.</summary>
    public virtual TableClient GetTableClient(string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return new TableClient(_requests, Uri, AccountName, tableName, _sharedKey, _version);
    }

    /// <exception cref="RequestFailedException">409 TableAlreadyExists, or the service refused.</exception>
    public virtual async Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default)
    {
        Response response = await _requests.SendAsync(CreateRequest(_requests, tableName), cancellationToken, 201, 204).ConfigureAwait(false);
        return Response.FromValue(new TableItem(tableName), response);
    }

    /// <summary>Also succeeds when the table is there already.</summary>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default) =>
        CreateIfNotExistsAsync(_requests, tableName, cancellationToken);

    /// <summary>Also succeeds, with the 404 as its response, when the table is not there.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        _requests.SendAsync(_requests.Message(RequestMethod.Delete, $"Tables('{tableName}')"), cancellationToken, 204, 404);

    internal static async Task<Response<TableItem>> CreateIfNotExistsAsync(TableRequests requests, string tableName, CancellationToken cancellationToken)
    {
        Response response = await requests.SendAsync(CreateRequest(requests, tableName), cancellationToken, 201, 204, 409).ConfigureAwait(false);
        if (response.Status == 409)
        {
            var failure = new RequestFailedException(response, null, ODataFailures.Instance);
            if (failure.ErrorCode != TableErrorCode.TableAlreadyExists.ToString())
                throw failure;
        }

        return Response.FromValue(new TableItem(tableName), response);
    }

    internal static HttpMessage CreateRequest(TableRequests requests, string tableName)
    {
        HttpMessage message = requests.Message(RequestMethod.Post, "Tables");
        var body = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("TableName", tableName);
            json.WriteEndObject();
        }

        message.Request.Content = RequestContent.Create(body.WrittenMemory);
        message.Request.Headers.SetValue("Content-Type", "application/json");
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        return message;
    }
}
