#nullable enable
using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus.Internal;

/// <summary>The official exceptions for what the broker answers and for what happens to the connection.</summary>
internal static class BusFailure
{
    public static Exception Of(BusFrame answer, string? entity) => answer.Error switch
    {
        BusErrors.Unauthorized => new UnauthorizedAccessException(answer.ErrorText),
        BusErrors.InvalidOperation => new InvalidOperationException(answer.ErrorText),
        BusErrors.InvalidArgument => new ArgumentException(answer.ErrorText),
        _ => new ServiceBusException(
            answer.ErrorText, Enum.TryParse<ServiceBusFailureReason>(answer.Error, out var reason) ? reason : ServiceBusFailureReason.GeneralError, entity),
    };

    public static ServiceBusException Connection(string text, Exception? inner = null) =>
        new(text, ServiceBusFailureReason.ServiceCommunicationProblem, innerException: inner);

    public static ServiceBusException Timeout(string? entity, Exception? inner = null) =>
        new("The operation did not complete within the allocated time", ServiceBusFailureReason.ServiceTimeout, entity, inner);

    public static ServiceBusException SessionLost(string session) =>
        new($"The session lock on '{session}' has been lost with its connection. Accept a new session", ServiceBusFailureReason.SessionLockLost);

    public static ServiceBusException TooLarge(long size) =>
        new($"The message (size:{size} bytes) is larger than is currently allowed ({BusMessage.MaxSizeInBytes} bytes)", ServiceBusFailureReason.MessageSizeExceeded);
}
