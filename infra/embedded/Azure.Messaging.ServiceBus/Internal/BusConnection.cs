#nullable enable
using System.Net.WebSockets;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus.Internal;

/// <summary>The one connection of a client: opened when first needed, opened again after it broke, with a growing pause between failures.</summary>
internal sealed class BusConnection : IAsyncDisposable
{
    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly ServiceBusClientOptions _options;
    private readonly BusCredential _credential;
    private readonly Uri _address;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private BusLink? _link;
    private int _failures;
    private long _failedAt;

    public BusConnection(string host, int port, bool tls, BusCredential credential, ServiceBusClientOptions options)
    {
        (FullyQualifiedNamespace, _credential, _options) = (host, credential, options);
        Retry = new RetryPolicy(options.RetryOptions);
        var custom = options.CustomEndpointAddress;
        _address = new UriBuilder(tls ? "wss" : "ws", custom?.Host ?? host)
        {
            Port = custom is null ? port : custom.IsDefaultPort ? -1 : custom.Port,
            Path = BusOps.Path,
        }.Uri;
    }

    public string FullyQualifiedNamespace { get; }

    public RetryPolicy Retry { get; }

    public bool IsClosed { get; private set; }

    /// <exception cref="ServiceBusException">ServiceCommunicationProblem: the service cannot be reached.</exception>
    public async Task<BusLink> OpenAsync(CancellationToken ct)
    {
        if (_link is { IsOpen: true } open)
            return open;
        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(ServiceBusClient));
            if (_link is { IsOpen: true } opened)
                return opened;
            await PauseAsync(ct).ConfigureAwait(false);
            if (_link is { } broken)
                await broken.DisposeAsync().ConfigureAwait(false);
            return _link = await ConnectAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task<T> RunAsync<T>(Func<BusLink, CancellationToken, Task<T>> operation, CancellationToken ct) =>
        Retry.RunAsync(async token => await operation(await OpenAsync(token).ConfigureAwait(false), token).ConfigureAwait(false), bounded: true, ct);

    public Task<BusFrame> RequestAsync(BusFrame request, CancellationToken ct) => RunAsync((link, token) => link.RequestAsync(request, token), ct);

    /// <summary>A request that waits at the broker for up to <paramref name="wait"/>.</summary>
    public Task<(BusLink Link, BusFrame Answer)> WaitAsync(BusFrame request, TimeSpan wait, CancellationToken ct) =>
        Retry.RunAsync(
            async token =>
            {
                var link = await OpenWithinTryAsync(token).ConfigureAwait(false);
                return (link, await link.WaitAsync(request, wait, token).ConfigureAwait(false));
            },
            bounded: false,
            ct);

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (IsClosed)
                return;
            IsClosed = true;
            if (_link is { } link)
                await link.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<BusLink> OpenWithinTryAsync(CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Retry.TryTimeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await OpenAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw BusFailure.Timeout(null, e);
        }
    }

    /// <summary>After n failures in a row: the retry policy's n-th delay, counted from the last failure, whoever asks.</summary>
    private async Task PauseAsync(CancellationToken ct)
    {
        if (_failures == 0)
            return;
        var left = Retry.DelayAfter(_failures) - Clock.GetElapsedTime(_failedAt);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, Clock, ct).ConfigureAwait(false);
    }

    private async Task<BusLink> ConnectAsync(CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(BusOps.SubProtocol);
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
            socket.Options.RemoteCertificateValidationCallback = _options.CertificateValidationCallback;
            if (_options.WebProxy is { } proxy)
                socket.Options.Proxy = proxy;
            await socket.ConnectAsync(_address, ct).ConfigureAwait(false);
            _failures = 0;
            return new BusLink(socket, _credential, FullyQualifiedNamespace);
        }
        catch (Exception e)
        {
            socket.Dispose();
            (_failures, _failedAt) = (_failures + 1, Clock.GetTimestamp());
            if (e is OperationCanceledException)
                throw;
            throw BusFailure.Connection($"The service at {_address.Host}:{_address.Port} cannot be reached: {e.GetBaseException().Message}", e);
        }
    }
}
