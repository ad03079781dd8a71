#nullable enable
using System.Collections.Concurrent;
using System.Net.WebSockets;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus.Internal;

/// <summary>One open connection: pairs answers with requests and keeps the broker's tokens fresh. Once broken it stays broken.</summary>
internal sealed class BusLink : IAsyncDisposable
{
    /// <summary>How long the answer to a cancelled wait may take before the connection counts as dead.</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeProvider Clock = TimeProvider.System;
    private readonly BusChannel _channel;
    private readonly BusCredential _credential;
    private readonly string _host;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<BusFrame>> _pending = new();
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset RenewAt)> _tokens = new(StringComparer.Ordinal);
    private readonly Task _reading;
    private long _lastId;
    private volatile bool _broken;

    public BusLink(WebSocket socket, BusCredential credential, string host)
    {
        (_channel, _credential, _host) = (new BusChannel(socket), credential, host);
        _reading = ReadAsync();
    }

    public bool IsOpen => !_broken;

    /// <exception cref="ServiceBusException">The broker refused, or the connection broke: then it is unknown whether the request was carried out.</exception>
    public Task<BusFrame> RequestAsync(BusFrame request, CancellationToken ct) =>
        AuthorizedAsync(request, async () => await (await StartAsync(request, ct).ConfigureAwait(false)).WaitAsync(ct).ConfigureAwait(false), ct);

    /// <summary>A request that may wait at the broker. After <paramref name="wait"/>, or when cancelled, the broker is told to answer at once.</summary>
    /// <returns>The answer; one that arrived in spite of a cancellation is returned, so that no message taken for us is forgotten.</returns>
    public async Task<BusFrame> WaitAsync(BusFrame request, TimeSpan wait, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            var answer = await AuthorizedAsync(request, () => AskAndWaitAsync(request, wait, ct), ct).ConfigureAwait(false);
            if (answer.Messages is { Count: 0 })
                ct.ThrowIfCancellationRequested();
            return answer;
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.ServiceTimeout)
        {
            ct.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Gives the broker our token where it has none that is fresh, and once more when it says that the token has run out.</summary>
    private async Task<BusFrame> AuthorizedAsync(BusFrame request, Func<Task<BusFrame>> ask, CancellationToken ct)
    {
        while (true)
        {
            var fresh = await AuthorizeAsync(request.Entity!, ct).ConfigureAwait(false);
            var answer = await ask().ConfigureAwait(false);
            if (answer.Error is null)
                return answer;
            if (answer.Error != BusErrors.Unauthorized || fresh)
                throw BusFailure.Of(answer, request.Entity);
            _tokens.TryRemove(request.Entity!, out _);
        }
    }

    private async Task<BusFrame> AskAndWaitAsync(BusFrame request, TimeSpan wait, CancellationToken ct)
    {
        var answered = await StartAsync(request, ct).ConfigureAwait(false);
        try
        {
            return await answered.WaitAsync(wait, Clock, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await CancelAsync(request.Id, answered).ConfigureAwait(false);
            return await answered.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), Clock);
        try
        {
            await _channel.CloseAsync(limit.Token).ConfigureAwait(false);
            await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _channel.Abort();
            await _reading.ConfigureAwait(false);
        }

        _channel.Dispose();
    }

    private async Task CancelAsync(long id, Task answered)
    {
        try
        {
            await _channel.SendAsync(new BusFrame { Op = BusOps.Cancel, Sequence = id }, CancellationToken.None).ConfigureAwait(false);
            await answered.WaitAsync(CancelGrace, Clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            Break(e);
        }
    }

    private async Task<Task<BusFrame>> StartAsync(BusFrame request, CancellationToken ct)
    {
        request.Id = Interlocked.Increment(ref _lastId);
        var answered = new TaskCompletionSource<BusFrame>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[request.Id] = answered;
        try
        {
            if (_broken)
                throw BusFailure.Connection("The connection is closed");
            await _channel.SendAsync(request, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            Break(e);
        }
        catch
        {
            _pending.TryRemove(request.Id, out _);
            throw;
        }

        return answered.Task;
    }

    /// <returns>Whether the broker was given the token just now.</returns>
    private async Task<bool> AuthorizeAsync(string entity, CancellationToken ct)
    {
        var token = await _credential.GetTokenAsync($"amqps://{_host}/{entity}".ToLowerInvariant(), ct).ConfigureAwait(false);
        var now = Clock.GetUtcNow();
        var known = _tokens.TryGetValue(entity, out var current);
        if (known && now < current.RenewAt && (current.Token == token.Token || _credential is BusCredential.Key))
            return false;
        var answer = await (await StartAsync(new BusFrame { Op = BusOps.Token, Entity = entity, Token = token.Token }, ct).ConfigureAwait(false))
            .WaitAsync(ct).ConfigureAwait(false);
        if (answer.Error is not null)
            throw BusFailure.Of(answer, entity);
        var left = token.ExpiresOn - now;
        _tokens[entity] = (token.Token, now + (left > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : left * 0.7));
        return true;
    }

    private async Task ReadAsync()
    {
        Exception? why = null;
        try
        {
            while (await _channel.ReceiveAsync(CancellationToken.None).ConfigureAwait(false) is { } answer)
            {
                if (_pending.TryRemove(answer.Id, out var waiting))
                    waiting.TrySetResult(answer);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, the connection cannot be read any more; all who wait are told, and the next operation opens a new one.
            why = e;
        }

        Break(why);
    }

    private void Break(Exception? why)
    {
        _broken = true;
        _channel.Abort();
        foreach (var (id, waiting) in _pending)
        {
            _pending.TryRemove(id, out _);
            waiting.TrySetException(BusFailure.Connection("The connection to the service was lost", why));
        }
    }
}
