using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settles the message of this invocation before the host does.</summary>
public class ServiceBusMessageActions
{
    private readonly ServiceBusReceiver? _receiver;

    protected ServiceBusMessageActions()
    {
    }

    internal ServiceBusMessageActions(ServiceBusReceiver receiver) => _receiver = receiver;

    /// <summary>The function settled it: the host leaves it alone.</summary>
    internal bool Settled { get; private set; }

    private ServiceBusReceiver Receiver => _receiver ?? throw new InvalidOperationException("Made for mocking: there is no receiver.");

    public virtual async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        await Receiver.CompleteMessageAsync(message, cancellationToken);
        Settled = true;
    }

    public virtual async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        await Receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken);
        Settled = true;
    }

    public virtual async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default,
        string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default)
    {
        await Receiver.DeadLetterMessageAsync(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);
        Settled = true;
    }

    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Receiver.RenewMessageLockAsync(message, cancellationToken);
}

/// <summary>Reaches the session whose message this invocation has.</summary>
public class ServiceBusSessionMessageActions
{
    private readonly ServiceBusSessionReceiver? _receiver;

    protected ServiceBusSessionMessageActions()
    {
    }

    internal ServiceBusSessionMessageActions(ServiceBusSessionReceiver receiver)
    {
        _receiver = receiver;
        SessionLockedUntil = receiver.SessionLockedUntil;
    }

    public virtual DateTimeOffset SessionLockedUntil { get; private set; }

    /// <summary>The session is to be given back after this message, though more of it may wait.</summary>
    internal bool Released { get; private set; }

    internal ServiceBusSessionReceiver Receiver => _receiver ?? throw new InvalidOperationException("Made for mocking: there is no receiver.");

    /// <summary>Empty when none was ever set.</summary>
    public virtual async Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        await Receiver.GetSessionStateAsync(cancellationToken) ?? BinaryData.FromBytes(Array.Empty<byte>());

    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        Receiver.SetSessionStateAsync(sessionState, cancellationToken);

    public virtual Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        Released = true;
        return Task.CompletedTask;
    }

    public virtual async Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        await Receiver.RenewSessionLockAsync(cancellationToken);
        SessionLockedUntil = Receiver.SessionLockedUntil;
    }
}
