using System.Collections.Concurrent;
using System.Net;
using CloudOrch.BusWire;

namespace CloudOrch.Local.Broker;

/// <summary>Serves one <see cref="BrokerNamespace"/> over TLS: messages on a WebSocket, management over HTTP, on the same port.</summary>
/// <remarks>Stopping it breaks every connection and keeps the namespace: start another host on the same namespace to go on.</remarks>
public sealed class BrokerHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<BrokerConnection, byte> _connections;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private BrokerHost(WebApplication app, ConcurrentDictionary<BrokerConnection, byte> connections, CancellationTokenSource stopping, int port) =>
        (_app, _connections, _stopping, Port) = (app, connections, stopping, port);

    public int Port { get; }

    public int Connections => _connections.Count;

    public static async Task<BrokerHost> StartAsync(BrokerNamespace bus, BrokerListener listener, Action<ILoggingBuilder> logging, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(logging);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(listener.EndPoint, l => l.UseHttps(listener.Certificate)));
        var app = builder.Build();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<BrokerHost>();
        var connections = new ConcurrentDictionary<BrokerConnection, byte>();
        var stopping = new CancellationTokenSource();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        app.Map(BusOps.Path, context => ServeAsync(context, bus, connections, log, stopping.Token));
        new QueueManagement(bus).Map(app);
        await app.StartAsync(ct).ConfigureAwait(false);
        return new BrokerHost(app, connections, stopping, new Uri(app.Urls.First()).Port);
    }

    /// <summary>Breaks all connections as a failing network does: no goodbye, no lock freed.</summary>
    public void DropConnections()
    {
        foreach (var connection in _connections.Keys)
            connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        DropConnections();
        await _app.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static async Task ServeAsync(
        HttpContext context, BrokerNamespace bus, ConcurrentDictionary<BrokerConnection, byte> connections, ILogger log, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(BusOps.SubProtocol))
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
            await context.Response.WriteAsync($"A WebSocket of protocol {BusOps.SubProtocol} is wanted here.", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(BusOps.SubProtocol).ConfigureAwait(false);
        using var connection = new BrokerConnection(bus, socket, log);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        connections.TryAdd(connection, 0);
        try
        {
            await connection.RunAsync(ended.Token).ConfigureAwait(false);
        }
        finally
        {
            connections.TryRemove(connection, out _);
        }
    }
}
