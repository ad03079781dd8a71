using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure;
using Azure.Core.Pipeline;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using CloudOrch.Local.Broker;
using CloudOrch.Testing;

namespace CloudOrch.Embedded.Tests.ServiceBus;

/// <summary>A broker over TLS on a free port, on a clock that the test moves, with clients of chosen rights.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    public const string Host = "bus.example";
    public static readonly TimeSpan Lock = TimeSpan.FromSeconds(30);
    private static readonly X509Certificate2 Certificate = SelfSigned();
    private readonly List<ServiceBusClient> _clients = [];
    private BrokerHost _host;
    private int _port;

    private TestBroker(ManualClock clock, BrokerNamespace bus, BrokerHost host) => (Clock, Bus, _host, _port) = (clock, bus, host, host.Port);

    public ManualClock Clock { get; }

    public BrokerNamespace Bus { get; }

    public BrokerHost Listener => _host;

    /// <summary>With queue <c>plain</c> and queue <c>sessions</c>, each with a lock of 30 s and 3 deliveries.</summary>
    public static async Task<TestBroker> StartAsync(Func<BrokerOptions, BrokerOptions>? change = null)
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var options = new BrokerOptions
        {
            Hosts = [Host],
            Rules =
            [
                new AccessRule("root", "root-key", "root-key-2", BrokerRights.Manage),
                new AccessRule("send", "send-key", null, BrokerRights.Send),
                new AccessRule("listen", "listen-key", null, BrokerRights.Listen),
            ],
            Queues =
            [
                new QueueSettings("plain") { LockDuration = Lock, MaxDeliveryCount = 3 },
                new QueueSettings("sessions") { LockDuration = Lock, MaxDeliveryCount = 3, RequiresSession = true },
            ],
        };
        var bus = new BrokerNamespace(change is null ? options : change(options), clock);
        return new TestBroker(clock, bus, await ListenAsync(bus, 0));
    }

    /// <summary>As Azure signs one: the resource is a URI without port.</summary>
    public string Token(string rule, string key, string path = "", TimeSpan? lifetime = null, string host = Host)
    {
        var resource = WebUtility.UrlEncode($"sb://{host}/{path}");
        var expiry = (Clock.GetUtcNow() + (lifetime ?? TimeSpan.FromDays(1))).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}")));
        return $"SharedAccessSignature sr={resource}&sig={WebUtility.UrlEncode(signature)}&se={expiry}&skn={rule}";
    }

    public ServiceBusClient Client() => Client(new AzureSasCredential(Token("root", "root-key")));

    public ServiceBusClient Client(AzureSasCredential credential) => Keep(new ServiceBusClient(Host, credential, Options()));

    public ServiceBusClient Keep(ServiceBusClient client)
    {
        _clients.Add(client);
        return client;
    }

    public ServiceBusClientOptions Options() => new()
    {
        TransportType = ServiceBusTransportType.AmqpWebSockets,
        CustomEndpointAddress = new Uri($"https://127.0.0.1:{_port}"),
        CertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == Certificate.GetCertHashString(),
        RetryOptions = { MaxRetries = 5, Delay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200), TryTimeout = TimeSpan.FromSeconds(10) },
    };

    public ServiceBusClientOptions OneQuickTry()
    {
        var options = Options();
        options.RetryOptions.MaxRetries = 0;
        options.RetryOptions.TryTimeout = TimeSpan.FromMilliseconds(300);
        return options;
    }

    /// <summary>The namespace's host is no real name, so the test's transport leads it to the broker.</summary>
    public ServiceBusAdministrationClient Administration(string rule = "root", string key = "root-key")
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, ct) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), ct);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == Certificate.GetCertHashString() },
        };
        var options = new ServiceBusAdministrationClientOptions { Transport = new HttpClientTransport(new HttpClient(handler)) };
        options.Retry.MaxRetries = 0;
        return new ServiceBusAdministrationClient(Host, new AzureSasCredential(Token(rule, key)), options);
    }

    public async Task StopListeningAsync() => await _host.DisposeAsync();

    public async Task ListenAgainAsync() => _host = await ListenAsync(Bus, _port);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _host.DisposeAsync();
        Bus.Dispose();
    }

    private static Task<BrokerHost> ListenAsync(BrokerNamespace bus, int port) =>
        BrokerHost.StartAsync(bus, new BrokerListener(new IPEndPoint(IPAddress.Loopback, port), Certificate), _ => { }, CancellationToken.None);

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bus.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
