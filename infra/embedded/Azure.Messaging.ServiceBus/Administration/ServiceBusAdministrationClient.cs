using System.Net;
using System.Xml.Linq;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Messaging.ServiceBus.Internal;

namespace Azure.Messaging.ServiceBus.Administration;

public class ServiceBusAdministrationClientOptions : ClientOptions
{
    public ServiceBusAdministrationClientOptions(ServiceVersion version = ServiceVersion.V2021_05) => Version = version;

    public ServiceVersion Version { get; }

    public enum ServiceVersion
    {
        V2017_04 = 1,
        V2021_05 = 2,
    }
}

/// <summary>Makes, inspects and removes queues. Safe for use from several threads.</summary>
public class ServiceBusAdministrationClient
{
    private readonly HttpPipeline _pipeline;
    private readonly BusCredential _credential;
    private readonly Uri _address;
    private readonly string _version;

    protected ServiceBusAdministrationClient()
    {
    }

    public ServiceBusAdministrationClient(string connectionString)
        : this(connectionString, new ServiceBusAdministrationClientOptions())
    {
    }

    public ServiceBusAdministrationClient(string connectionString, ServiceBusAdministrationClientOptions options)
        : this(ServiceBusConnectionStringProperties.Parse(connectionString), options)
    {
    }

    public ServiceBusAdministrationClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusAdministrationClientOptions())
    {
    }

    public ServiceBusAdministrationClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusAdministrationClientOptions options)
        : this(Address(fullyQualifiedNamespace, -1, true), new BusCredential.Bearer(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    public ServiceBusAdministrationClient(string fullyQualifiedNamespace, AzureSasCredential credential, ServiceBusAdministrationClientOptions options = default)
        : this(Address(fullyQualifiedNamespace, -1, true), new BusCredential.Signature(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    public ServiceBusAdministrationClient(string fullyQualifiedNamespace, AzureNamedKeyCredential credential, ServiceBusAdministrationClientOptions options = default)
        : this(Address(fullyQualifiedNamespace, -1, true), new BusCredential.Key(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    private ServiceBusAdministrationClient(ServiceBusConnectionStringProperties connection, ServiceBusAdministrationClientOptions options)
        : this(
            Address(
                connection.Endpoint?.Host ?? throw new ArgumentException("The connection string has no endpoint.", nameof(connection)),
                connection.Endpoint.Port, !connection.UseDevelopmentEmulator),
            BusCredential.Of(connection), options)
    {
    }

    private ServiceBusAdministrationClient(Uri address, BusCredential credential, ServiceBusAdministrationClientOptions options)
    {
        options ??= new ServiceBusAdministrationClientOptions();
        (_address, _credential) = (address, credential);
        _version = options.Version == ServiceBusAdministrationClientOptions.ServiceVersion.V2017_04 ? "2017-04" : "2021-05";
        _pipeline = HttpPipelineBuilder.Build(options);
    }

    public virtual Task<Response<QueueProperties>> CreateQueueAsync(string name, CancellationToken cancellationToken = default) =>
        CreateQueueAsync(new CreateQueueOptions(name), cancellationToken);

    /// <exception cref="ServiceBusException">MessagingEntityAlreadyExists.</exception>
    public virtual async Task<Response<QueueProperties>> CreateQueueAsync(CreateQueueOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var response = await SendAsync(RequestMethod.Put, options.Name, QueueXml.Write(options), cancellationToken).ConfigureAwait(false);
        return Response.FromValue(QueueXml.ReadProperties(QueueXml.Find(response.Content)!), response);
    }

    /// <exception cref="ServiceBusException">MessagingEntityNotFound.</exception>
    public virtual Task<Response> DeleteQueueAsync(string name, CancellationToken cancellationToken = default) =>
        SendAsync(RequestMethod.Delete, name, null, cancellationToken);

    /// <exception cref="ServiceBusException">MessagingEntityNotFound.</exception>
    public virtual async Task<Response<QueueProperties>> GetQueueAsync(string name, CancellationToken cancellationToken = default)
    {
        var (entry, response) = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(QueueXml.ReadProperties(entry ?? throw NotFound(name)), response);
    }

    /// <exception cref="ServiceBusException">MessagingEntityNotFound.</exception>
    public virtual async Task<Response<QueueRuntimeProperties>> GetQueueRuntimePropertiesAsync(string name, CancellationToken cancellationToken = default)
    {
        var (entry, response) = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(QueueXml.ReadRuntime(entry ?? throw NotFound(name)), response);
    }

    public virtual async Task<Response<bool>> QueueExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        var (entry, response) = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        return Response.FromValue(entry is not null, response);
    }

    private static Uri Address(string host, int port, bool tls)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (Uri.TryCreate(host, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
            host = uri.Host;
        return new UriBuilder(tls ? "https" : "http", host, port).Uri;
    }

    private static ServiceBusException NotFound(string name) =>
        new($"The messaging entity '{name}' could not be found", ServiceBusFailureReason.MessagingEntityNotFound, name);

    private static Exception Failure(RequestMethod method, RequestFailedException e) => e.Status switch
    {
        (int)HttpStatusCode.Unauthorized => new UnauthorizedAccessException(e.Message, e),
        (int)HttpStatusCode.NotFound => new ServiceBusException(e.Message, ServiceBusFailureReason.MessagingEntityNotFound, innerException: e),
        (int)HttpStatusCode.Conflict when method != RequestMethod.Delete =>
            new ServiceBusException(e.Message, ServiceBusFailureReason.MessagingEntityAlreadyExists, innerException: e),
        (int)HttpStatusCode.Forbidden => new ServiceBusException(e.Message, ServiceBusFailureReason.QuotaExceeded, innerException: e),
        (int)HttpStatusCode.BadRequest => new ArgumentException(e.Message, e),
        (int)HttpStatusCode.ServiceUnavailable => new ServiceBusException(e.Message, ServiceBusFailureReason.ServiceBusy, innerException: e),
        _ => new ServiceBusException(true, $"{e.Message}; response status code: {e.Status}", innerException: e),
    };

    private async Task<(XElement Entry, Response Response)> GetAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendAsync(RequestMethod.Get, name, null, cancellationToken).ConfigureAwait(false);
            return (QueueXml.Find(response.Content), response);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessagingEntityNotFound && e.InnerException is RequestFailedException failed)
        {
            return (null, failed.GetRawResponse());
        }
    }

    private async Task<Response> SendAsync(RequestMethod method, string name, string body, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var message = _pipeline.CreateMessage();
        var request = message.Request;
        request.Method = method;
        request.Uri.Reset(new UriBuilder(_address) { Path = name, Query = $"api-version={_version}" }.Uri);
        var resource = new UriBuilder("http", _address.Host) { Path = name }.Uri.AbsoluteUri.ToLowerInvariant();
        var token = await _credential.GetTokenAsync(resource, cancellationToken).ConfigureAwait(false);
        request.Headers.SetValue("Authorization", _credential.Header(token.Token));
        if (body is not null)
        {
            request.Content = RequestContent.Create(BinaryData.FromString(body));
            request.Headers.SetValue("Content-Type", "application/atom+xml");
        }

        await _pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.Status is >= 200 and < 400 ? message.Response : throw Failure(method, new RequestFailedException(message.Response));
    }
}
