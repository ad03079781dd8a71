using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Testing.Queues;

/// <summary>The nodes' queues in memory: what is sent is encoded and decoded as on the wire, expires, and is handed out once.</summary>
public sealed class MemoryDecisionSender(TimeProvider clock) : IDecisionSender
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<(NodeMessage Message, DateTimeOffset ExpiresAt)>> _queues = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> NodesWithQueue
    {
        get
        {
            lock (_gate)
                return [.. _queues.Keys];
        }
    }

    /// <summary>Queues can neither be made nor removed.</summary>
    public bool IsAway { get; set; }

    public Task CreateQueueAsync(string nodeUid, CancellationToken cancellation)
    {
        if (IsAway)
            return Task.FromException(new IOException("the queues do not answer"));
        lock (_gate)
            _queues.TryAdd(nodeUid, []);
        return Task.CompletedTask;
    }

    public Task DeleteQueueAsync(string nodeUid, CancellationToken cancellation)
    {
        if (IsAway)
            return Task.FromException(new IOException("the queues do not answer"));
        lock (_gate)
            _queues.Remove(nodeUid);
        return Task.CompletedTask;
    }

    public Task SendAssignmentAsync(NodeAssignment assignment, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        return Put(assignment.NodeUid, AssignmentMessage.Encode(assignment, document), AssignmentMessage.Lifetime);
    }

    public Task SendCommandAsync(string nodeUid, NodeMessage command, TimeSpan timeToLive, CancellationToken cancellation) =>
        Put(nodeUid, NodeMessageCodec.Encode(command), timeToLive);

    /// <summary>The node's messages in order, each once; those that expired are gone.</summary>
    public IReadOnlyList<NodeMessage> Receive(string nodeUid)
    {
        lock (_gate)
        {
            if (!_queues.TryGetValue(nodeUid, out var queue))
                return [];
            var now = clock.GetUtcNow();
            NodeMessage[] messages = [.. queue.Where(m => m.ExpiresAt > now).Select(m => m.Message)];
            queue.Clear();
            return messages;
        }
    }

    private Task Put(string nodeUid, (string ContentType, byte[] Body) wire, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_queues.TryGetValue(nodeUid, out var queue))
                queue.Add((NodeMessageCodec.Decode(wire.ContentType, wire.Body), clock.GetUtcNow() + timeToLive));
        }

        return Task.CompletedTask;
    }
}
