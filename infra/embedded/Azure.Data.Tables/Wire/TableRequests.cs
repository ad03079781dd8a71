using System.Buffers;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Wire;

/// <summary>Builds and sends the requests of the Table REST protocol for one account.</summary>
internal sealed class TableRequests(HttpPipeline pipeline, Uri service, string version)
{
    public const string MinimalMetadata = "application/json;odata=minimalmetadata";
    private readonly string _base = service.AbsoluteUri.TrimEnd('/');

    public HttpPipeline Pipeline => pipeline;

    public string Address(string path) => $"{_base}/{path}";

    public static string EntityPath(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey='{Key(partitionKey)}',RowKey='{Key(rowKey)}')";

    public HttpMessage Message(RequestMethod method, string pathAndQuery)
    {
        HttpMessage message = pipeline.CreateMessage();
        Request request = message.Request;
        request.Method = method;
        request.Uri.Reset(new Uri(Address(pathAndQuery)));
        request.Headers.SetValue("x-ms-version", version);
        request.Headers.SetValue("DataServiceVersion", "3.0");
        request.Headers.SetValue("Accept", MinimalMetadata);
        return message;
    }

    public HttpMessage Message(RequestMethod method, string pathAndQuery, ITableEntity entity)
    {
        HttpMessage message = Message(method, pathAndQuery);
        var body = new ArrayBufferWriter<byte>(1024);
        EntityWriter.Write(body, entity);
        message.Request.Content = RequestContent.Create(body.WrittenMemory);
        message.Request.Headers.SetValue("Content-Type", "application/json");
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        return message;
    }

    /// <exception cref="RequestFailedException">The answer's status is none of <paramref name="expected"/>, or there was none (status 0).</exception>
    public async Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken, params int[] expected)
    {
        using (message)
        {
            await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
            Response response = message.Response;
            if (Array.IndexOf(expected, response.Status) >= 0)
                return response;
            throw new RequestFailedException(response, null, ODataFailures.Instance);
        }
    }

    private static string Key(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));
}
