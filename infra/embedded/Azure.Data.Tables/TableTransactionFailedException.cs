using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>An entity group transaction was refused; no row changed.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode, requestFailedException.InnerException)
    {
        FailedTransactionActionIndex = IndexOf(requestFailedException.Message);
    }

    /// <summary>Position, from 0, of the action that made the service refuse; null when the service did not name one.</summary>
    public int? FailedTransactionActionIndex { get; }

    // The service prefixes its message with "<index>:".
    private static int? IndexOf(string message)
    {
        int end = 0;
        while (end < message.Length && char.IsAsciiDigit(message[end]))
            end++;
        return end > 0 && end < message.Length && message[end] == ':'
            && int.TryParse(message.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : null;
    }
}
