namespace CloudOrch.Local.Broker;

/// <summary>A request that the broker refuses; the client turns the code into the official exception.</summary>
/// <param name="code">A name of the official ServiceBusFailureReason, or Unauthorized, InvalidOperation, InvalidArgument.</param>
public sealed class BrokerException(string code, string text) : Exception(text)
{
    public const string NotFound = "MessagingEntityNotFound";
    public const string AlreadyExists = "MessagingEntityAlreadyExists";
    public const string MessageLockLost = "MessageLockLost";
    public const string MessageNotFound = "MessageNotFound";
    public const string MessageSizeExceeded = "MessageSizeExceeded";
    public const string QuotaExceeded = "QuotaExceeded";
    public const string ServiceTimeout = "ServiceTimeout";
    public const string SessionCannotBeLocked = "SessionCannotBeLocked";
    public const string SessionLockLost = "SessionLockLost";
    public const string Unauthorized = "Unauthorized";
    public const string InvalidOperation = "InvalidOperation";
    public const string InvalidArgument = "InvalidArgument";

    public string Code { get; } = code;

    public static BrokerException NoSuchQueue(string name) =>
        new(NotFound, $"The messaging entity '{name}' could not be found.");

    public static BrokerException LockLost() =>
        new(MessageLockLost, "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.");

    public static BrokerException SessionLost(string session) =>
        new(SessionLockLost, $"The session lock has expired on the session '{session}'. Accept a new session.");
}
