using Azure.Messaging.ServiceBus.Internal;
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

/// <summary>Holds one session. The hold lives on the connection that accepted it: when that breaks, the receiver is of no further use, and the
/// broker keeps the session until its lock expires.</summary>
public class ServiceBusSessionReceiver : ServiceBusReceiver
{
    private readonly ServiceBusClient _client;
    private readonly BusLink _link;
    private readonly Guid _lock;
    private readonly string _sessionId;
    private DateTimeOffset _lockedUntil;

    protected ServiceBusSessionReceiver()
    {
    }

    internal ServiceBusSessionReceiver(ServiceBusClient client, string queueName, ServiceBusSessionReceiverOptions options, BusLink link, BusFrame accepted)
        : base(client, queueName, new ServiceBusReceiverOptions { ReceiveMode = options.ReceiveMode, PrefetchCount = options.PrefetchCount, Identifier = options.Identifier })
    {
        (_client, _link, _lock, _sessionId, _lockedUntil) = (client, link, accepted.SessionLock, accepted.SessionId, accepted.At!.Value);
    }

    public virtual string SessionId => _sessionId;

    public virtual DateTimeOffset SessionLockedUntil => _lockedUntil;

    public override bool IsClosed => Closed || !_link.IsOpen;

    public virtual async Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        Open();
        var answer = await RequestAsync(InScope(new BusFrame { Op = BusOps.RenewSession }), cancellationToken).ConfigureAwait(false);
        _lockedUntil = answer.At!.Value;
    }

    /// <returns>Null when none was ever set.</returns>
    public virtual async Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default)
    {
        Open();
        var answer = await RequestAsync(InScope(new BusFrame { Op = BusOps.GetState }), cancellationToken).ConfigureAwait(false);
        return answer.Blob is { } state ? BinaryData.FromBytes(state) : null;
    }

    /// <param name="sessionState">Null clears it.</param>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default)
    {
        Open();
        return RequestAsync(InScope(new BusFrame { Op = BusOps.SetState, Blob = sessionState?.ToMemory() }), cancellationToken);
    }

    /// <summary>Gives the session back at once; messages taken and not settled return to it.</summary>
    public override async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        if (Closed)
            return;
        Closed = true;
        _client.Forget(this);
        if (!_link.IsOpen)
            return;
        try
        {
            await RequestAsync(InScope(new BusFrame { Op = BusOps.ReleaseSession }), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceBusException e) when (e.IsTransient || e.Reason == ServiceBusFailureReason.SessionLockLost)
        {
            // The connection broke meanwhile: the lock's expiry frees the session.
        }
    }

    private protected override BusFrame InScope(BusFrame request)
    {
        (request.SessionId, request.SessionLock) = (_sessionId, _lock);
        return base.InScope(request);
    }

    private protected override async Task<BusFrame> RequestAsync(BusFrame request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_client.Connection.Retry.TryTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await OnLinkAsync(() => _link.RequestAsync(request, either.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw BusFailure.Timeout(EntityPath, e);
        }
    }

    private protected override Task<BusFrame> WaitAsync(BusFrame request, TimeSpan wait, CancellationToken cancellationToken) =>
        OnLinkAsync(() => _link.WaitAsync(request, wait, cancellationToken));

    private async Task<BusFrame> OnLinkAsync(Func<Task<BusFrame>> request)
    {
        if (!_link.IsOpen)
            throw BusFailure.SessionLost(SessionId);
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.ServiceCommunicationProblem)
        {
            throw new ServiceBusException(e.Message, ServiceBusFailureReason.SessionLockLost, EntityPath, e);
        }
    }
}
