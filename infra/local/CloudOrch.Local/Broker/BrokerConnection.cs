using System.Collections.Concurrent;
using System.Net.WebSockets;
using CloudOrch.BusWire;

namespace CloudOrch.Local.Broker;

/// <summary>One client's connection: its tokens and its requests, each answered once, waiting ones in the background.</summary>
internal sealed partial class BrokerConnection(BrokerNamespace bus, WebSocket socket, ILogger log) : IDisposable
{
    /// <summary>No more requests of one connection wait at once; the next one is refused.</summary>
    private const int MaxWaiting = 5_000;

    private readonly BusChannel _channel = new(socket);
    private readonly ConcurrentDictionary<string, AccessGrant> _grants = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _waiting = new();

    public void Abort() => _channel.Abort();

    public void Dispose() => _channel.Dispose();

    /// <summary>Until the client closes or the connection breaks. Neither frees a lock.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            while (await _channel.ReceiveAsync(ct).ConfigureAwait(false) is { } request)
            {
                if (request.Op == BusOps.Cancel)
                {
                    if (_waiting.TryGetValue(request.Sequence, out var waiting))
                        await waiting.CancelAsync().ConfigureAwait(false);
                }
                else if (request.Op is BusOps.Receive or BusOps.AcceptSession)
                {
                    StartWaiting(request, ended.Token);
                }
                else
                {
                    await AnswerAsync(request, ended.Token).ConfigureAwait(false);
                }
            }

            await _channel.CloseAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or InvalidDataException or OperationCanceledException or IOException)
        {
            Log.Broken(log, e.Message);
            _channel.Abort();
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private void StartWaiting(BusFrame request, CancellationToken ended)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ended);
        if (_waiting.Count >= MaxWaiting || !_waiting.TryAdd(request.Id, stop))
        {
            stop.Dispose();
            throw new InvalidDataException($"request {request.Id} cannot wait: too many, or its id is in use");
        }

        _ = Task.Run(
            async () =>
            {
                await AnswerAsync(request, stop.Token).ConfigureAwait(false);
                _waiting.TryRemove(request.Id, out _);
                stop.Dispose();
            },
            CancellationToken.None);
    }

    private async Task AnswerAsync(BusFrame request, CancellationToken stop)
    {
        var answer = new BusFrame();
        try
        {
            answer = await ServeAsync(request, stop).ConfigureAwait(false);
        }
        catch (BrokerException fault)
        {
            (answer.Error, answer.ErrorText) = (fault.Code, fault.Message);
        }
        catch (Exception e)
        {
            // A defect of the broker: this request fails, the other ones of the connection go on.
            Log.Failed(log, request.Op, request.Entity, e);
            (answer.Error, answer.ErrorText) = ("GeneralError", e.Message);
        }

        answer.Id = request.Id;
        try
        {
            await _channel.SendAsync(answer, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            Log.Broken(log, e.Message);
        }
    }

    private async Task<BusFrame> ServeAsync(BusFrame r, CancellationToken stop)
    {
        switch (r.Op)
        {
            case BusOps.Token:
                return await AddTokenAsync(r, stop).ConfigureAwait(false);
            case BusOps.Send:
                Queue(r, BrokerRights.Send).Send(r.Messages ?? []);
                return new();
            case BusOps.Schedule:
                return new() { Sequences = [.. Queue(r, BrokerRights.Send).Send(r.Messages ?? [])] };
            case BusOps.CancelScheduled:
                Queue(r, BrokerRights.Send).CancelScheduled(r.Sequences ?? []);
                return new();
            case BusOps.Receive:
                return await ReceiveAsync(r, stop).ConfigureAwait(false);
            case BusOps.AcceptSession:
                var accepted = await Queue(r, BrokerRights.Listen).AcceptSessionAsync(r.SessionId, stop).ConfigureAwait(false);
                return new() { SessionId = accepted.Id, SessionLock = accepted.Lock, At = accepted.Until };
            case null:
                throw new BrokerException(BrokerException.InvalidArgument, "A request without an operation.");
            default:
                return Settle(r, Queue(r, BrokerRights.Listen));
        }
    }

    private static BusFrame Settle(BusFrame r, BrokerQueue queue)
    {
        switch (r.Op)
        {
            case BusOps.Peek:
                return new() { Messages = queue.Peek(r.Sequence, r.Max, r.SessionId) };
            case BusOps.Complete:
                queue.Complete(r.LockToken, r.SessionId, r.SessionLock);
                return new();
            case BusOps.Abandon:
                queue.Abandon(r.LockToken, r.Properties, r.SessionId, r.SessionLock);
                return new();
            case BusOps.DeadLetter:
                queue.DeadLetter(r.LockToken, r.Reason, r.Description, r.Properties, r.SessionId, r.SessionLock);
                return new();
            case BusOps.RenewMessage:
                return new() { At = queue.RenewMessage(r.LockToken) };
            case BusOps.RenewSession:
                return new() { At = queue.RenewSession(r.SessionId ?? "", r.SessionLock) };
            case BusOps.ReleaseSession:
                queue.ReleaseSession(r.SessionId ?? "", r.SessionLock);
                return new();
            case BusOps.GetState:
                return new() { Blob = queue.GetState(r.SessionId ?? "", r.SessionLock) };
            case BusOps.SetState:
                queue.SetState(r.SessionId ?? "", r.SessionLock, r.Blob);
                return new();
            default:
                throw new BrokerException(BrokerException.InvalidArgument, $"Unknown operation '{r.Op}'.");
        }
    }

    /// <summary>A receive that outlives the token that allowed it ends empty, so the client comes back with a fresh one or is refused.</summary>
    private async Task<BusFrame> ReceiveAsync(BusFrame r, CancellationToken stop)
    {
        var queue = Queue(r, BrokerRights.Listen, out var grant);
        var left = grant.ExpiresAt - bus.Clock.GetUtcNow();
        using var expiry = new CancellationTokenSource(left > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : left, bus.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, expiry.Token);
        return new() { Messages = await queue.ReceiveAsync(Math.Clamp(r.Max, 1, 10_000), r.Delete, r.SessionId, r.SessionLock, either.Token).ConfigureAwait(false) };
    }

    private async Task<BusFrame> AddTokenAsync(BusFrame r, CancellationToken ct)
    {
        var grant = await bus.GrantAsync(r.Token ?? "", ct).ConfigureAwait(false)
            ?? throw new BrokerException(BrokerException.Unauthorized, $"Put token failed. status-code: 401, status-description: InvalidSignature: The token is not valid for '{r.Entity}', or has expired.");
        _grants[grant.Scope] = grant;
        return new() { At = grant.ExpiresAt };
    }

    private BrokerQueue Queue(BusFrame r, BrokerRights needed) => Queue(r, needed, out _);

    private BrokerQueue Queue(BusFrame r, BrokerRights needed, out AccessGrant grant)
    {
        var path = r.Entity ?? "";
        var now = bus.Clock.GetUtcNow();
        grant = _grants.Values.FirstOrDefault(g => g.ExpiresAt > now && g.Covers(path, needed))
            ?? throw new BrokerException(BrokerException.Unauthorized, $"Unauthorized access. '{needed}' claim(s) are required to perform this operation. Resource: '{path}'.");
        return bus.Find(path);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "connection ended: {Reason}")]
        public static partial void Broken(ILogger log, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} on {Entity} failed")]
        public static partial void Failed(ILogger log, string? operation, string? entity, Exception exception);
    }
}
