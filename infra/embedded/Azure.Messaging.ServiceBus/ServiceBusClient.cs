using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Messaging.ServiceBus.Internal;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

/// <summary>All senders and receivers made from one client share its connection. Safe for use from several threads; meant to live as long as the application.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ServiceBusSessionReceiver, byte> _sessions = new();

    protected ServiceBusClient()
    {
    }

    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        : this(ServiceBusConnectionStringProperties.Parse(connectionString), options)
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
        : this(fullyQualifiedNamespace, new BusCredential.Bearer(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, AzureSasCredential credential, ServiceBusClientOptions options = default)
        : this(fullyQualifiedNamespace, new BusCredential.Signature(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, AzureNamedKeyCredential credential, ServiceBusClientOptions options = default)
        : this(fullyQualifiedNamespace, new BusCredential.Key(credential ?? throw new ArgumentNullException(nameof(credential))), options)
    {
    }

    private ServiceBusClient(string fullyQualifiedNamespace, BusCredential credential, ServiceBusClientOptions options)
        : this(HostOf(fullyQualifiedNamespace), -1, true, credential, options)
    {
    }

    private ServiceBusClient(ServiceBusConnectionStringProperties connection, ServiceBusClientOptions options)
        : this(
            connection.Endpoint?.Host ?? throw new ArgumentException("The connection string has no endpoint.", nameof(connection)),
            connection.Endpoint.Port, !connection.UseDevelopmentEmulator, BusCredential.Of(connection), options)
    {
    }

    private ServiceBusClient(string host, int port, bool tls, BusCredential credential, ServiceBusClientOptions options)
    {
        options ??= new ServiceBusClientOptions();
        Connection = new BusConnection(host, port, tls, credential, options);
        TransportType = options.TransportType;
        Identifier = NewIdentifier(options.Identifier, host);
    }

    public virtual string FullyQualifiedNamespace => Connection.FullyQualifiedNamespace;

    public virtual bool IsClosed => Connection.IsClosed;

    public virtual string Identifier { get; }

    public ServiceBusTransportType TransportType { get; }

    internal BusConnection Connection { get; }

    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => CreateSender(queueOrTopicName, new ServiceBusSenderOptions());

    public virtual ServiceBusSender CreateSender(string queueOrTopicName, ServiceBusSenderOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queueOrTopicName);
        return new ServiceBusSender(this, queueOrTopicName, options);
    }

    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, new ServiceBusReceiverOptions());

    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queueName);
        return new ServiceBusReceiver(this, queueName, options ?? new ServiceBusReceiverOptions());
    }

    /// <summary>The next session that has messages and that nobody holds; waits for one up to TryTimeout, in each try.</summary>
    /// <exception cref="ServiceBusException">ServiceTimeout when there was none.</exception>
    public virtual Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(
        string queueName, ServiceBusSessionReceiverOptions options = default, CancellationToken cancellationToken = default) =>
        AcceptAsync(queueName, null, options, cancellationToken);

    /// <exception cref="ServiceBusException">SessionCannotBeLocked when another receiver holds it.</exception>
    public virtual Task<ServiceBusSessionReceiver> AcceptSessionAsync(
        string queueName, string sessionId, ServiceBusSessionReceiverOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        return AcceptAsync(queueName, sessionId, options, cancellationToken);
    }

    /// <summary>Closes the connection; sessions that are still held are given back first.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions.Keys)
            await session.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    internal static string NewIdentifier(string wanted, string name) =>
        string.IsNullOrEmpty(wanted) ? $"{name}-{new Guid(RandomNumberGenerator.GetBytes(16)):D}" : wanted;

    internal void Forget(ServiceBusSessionReceiver session) => _sessions.TryRemove(session, out _);

    private static string HostOf(string fullyQualifiedNamespace)
    {
        ArgumentException.ThrowIfNullOrEmpty(fullyQualifiedNamespace);
        var host = Uri.TryCreate(fullyQualifiedNamespace, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : fullyQualifiedNamespace;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? host
            : throw new ArgumentException($"'{fullyQualifiedNamespace}' is not a well-formed Service Bus fully qualified namespace.", nameof(fullyQualifiedNamespace));
    }

    private async Task<ServiceBusSessionReceiver> AcceptAsync(
        string queueName, string sessionId, ServiceBusSessionReceiverOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queueName);
        var request = new BusFrame { Op = BusOps.AcceptSession, Entity = queueName, SessionId = sessionId };
        var (link, answer) = await Connection.WaitAsync(request, Connection.Retry.TryTimeout, cancellationToken).ConfigureAwait(false);
        var receiver = new ServiceBusSessionReceiver(this, queueName, options ?? new ServiceBusSessionReceiverOptions(), link, answer);
        _sessions.TryAdd(receiver, 0);
        return receiver;
    }
}
