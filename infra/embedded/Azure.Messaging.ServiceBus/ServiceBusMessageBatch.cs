using CloudOrch.BusWire;

namespace Azure.Messaging.ServiceBus;

/// <summary>Messages that together fit into one send. Not for use from several threads.</summary>
public sealed class ServiceBusMessageBatch : IDisposable
{
    private readonly List<BusMessage> _messages = [];

    internal ServiceBusMessageBatch(long maxSizeInBytes) => MaxSizeInBytes = maxSizeInBytes;

    public long MaxSizeInBytes { get; }

    public long SizeInBytes { get; private set; }

    public int Count => _messages.Count;

    internal List<BusMessage> Messages => _messages;

    /// <returns>False when the message does not fit any more; the batch is then as before.</returns>
    public bool TryAddMessage(ServiceBusMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var wire = message.ToWire();
        var size = wire.SizeInBytes();
        if (SizeInBytes + size > MaxSizeInBytes)
            return false;
        _messages.Add(wire);
        SizeInBytes += size;
        return true;
    }

    public void Dispose()
    {
        _messages.Clear();
        SizeInBytes = 0;
    }
}
