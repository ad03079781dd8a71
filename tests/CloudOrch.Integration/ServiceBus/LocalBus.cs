using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core.Pipeline;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.Azure.ServiceBus;
using CloudOrch.Local.Broker;
using CloudOrch.Testing;

namespace CloudOrch.Integration.ServiceBus;

/// <summary>The local broker with queue <c>work</c> as deployed, the control plane's clients, and a node's client; on a clock that the test moves.</summary>
internal sealed class LocalBus : IAsyncDisposable
{
    public const string Host = "localhost";
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly BrokerNamespace _bus;
    private readonly List<ServiceBusClient> _clients = [];
    private BrokerHost _host = null!;

    private LocalBus()
    {
        Clock = new ManualClock(TimeProvider.System.GetUtcNow());
        _bus = new BrokerNamespace(
            new BrokerOptions
            {
                Rules = [new AccessRule("root", "root-key", null, BrokerRights.Manage), new AccessRule("nodes", "nodes-key", null, BrokerRights.Listen)],
                Queues = [new QueueSettings(ServiceBusWorkQueue.QueueName) { RequiresSession = true, LockDuration = TimeSpan.FromSeconds(15) }],
            },
            Clock);
    }

    public ManualClock Clock { get; }

    public ServiceBusAdministrationClient Administration { get; private set; } = null!;

    public QueueTokenSigner Nodes { get; } = new(Host, "nodes", "nodes-key");

    public static async Task<LocalBus> StartAsync()
    {
        var bus = new LocalBus();
        bus._host = await BrokerHost.StartAsync(bus._bus, new BrokerListener(new IPEndPoint(IPAddress.Loopback, 0), bus._certificate), _ => { }, CancellationToken.None);
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, c, _, _) => bus.IsOurs(c) } };
        bus.Administration = new ServiceBusAdministrationClient(
            bus.ConnectionString, new ServiceBusAdministrationClientOptions { Transport = new HttpClientTransport(new HttpClient(handler)) });
        return bus;
    }

    /// <summary>As the control plane connects; <paramref name="wait"/> is how long it waits for a session.</summary>
    public ServiceBusClient ControlPlane(TimeSpan? wait = null) => Keep(new ServiceBusClient(ConnectionString, Options(wait)));

    /// <summary>As an agent connects: the namespace's name and a token for its own queue.</summary>
    public ServiceBusClient Node(string token)
    {
        var options = Options(null);
        options.CustomEndpointAddress = new Uri($"https://{Host}:{_host.Port}");
        return Keep(new ServiceBusClient(Host, new AzureSasCredential(token), options));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _host.DisposeAsync();
        _bus.Dispose();
        _certificate.Dispose();
    }

    private string ConnectionString => $"Endpoint=sb://{Host}:{_host.Port}/;SharedAccessKeyName=root;SharedAccessKey=root-key";

    private ServiceBusClientOptions Options(TimeSpan? wait) => new()
    {
        TransportType = ServiceBusTransportType.AmqpWebSockets,
        CertificateValidationCallback = (_, c, _, _) => IsOurs(c),
        RetryOptions = { MaxRetries = 0, TryTimeout = wait ?? TimeSpan.FromSeconds(10) },
    };

    private bool IsOurs(X509Certificate? certificate) => certificate?.GetCertHashString() == _certificate.GetCertHashString();

    private ServiceBusClient Keep(ServiceBusClient client)
    {
        _clients.Add(client);
        return client;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
