using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Memory;

/// <summary>Table <c>streams</c>' twin in memory; the agent's side is <see cref="Write"/>.</summary>
public sealed class MemoryStreamRows(TimeProvider clock) : IStreamRows
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ClusterId, string, string), SortedDictionary<long, StreamChunk>> _chunks = [];
    private readonly Dictionary<(ClusterId, string, string), (long ReadTo, DateTimeOffset At)> _readers = [];

    public void Write(ClusterId cluster, string nodeUid, string streamId, StreamChunk chunk)
    {
        lock (_gate)
        {
            if (!_chunks.TryGetValue((cluster, nodeUid, streamId), out var rows))
                _chunks[(cluster, nodeUid, streamId)] = rows = [];
            rows[chunk.Index] = chunk;
        }
    }

    /// <summary>How far the reader has read and when it said so; null when there is none.</summary>
    public (long ReadTo, DateTimeOffset At)? Reader(ClusterId cluster, string nodeUid, string streamId)
    {
        lock (_gate)
            return _readers.TryGetValue((cluster, nodeUid, streamId), out var reader) ? reader : null;
    }

    public Task<IReadOnlyList<StreamChunk>> ReadAsync(ClusterId cluster, string nodeUid, string streamId, long from, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var found = new List<StreamChunk>();
            if (_chunks.TryGetValue((cluster, nodeUid, streamId), out var rows))
            {
                while (rows.TryGetValue(from + found.Count, out StreamChunk? chunk))
                    found.Add(chunk);
            }

            return Task.FromResult<IReadOnlyList<StreamChunk>>(found);
        }
    }

    public Task RenewReaderAsync(ClusterId cluster, string nodeUid, string streamId, long readTo, CancellationToken cancellation)
    {
        lock (_gate)
            _readers[(cluster, nodeUid, streamId)] = (readTo, clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task RemoveAsync(ClusterId cluster, string nodeUid, string streamId, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _chunks.Remove((cluster, nodeUid, streamId));
            _readers.Remove((cluster, nodeUid, streamId));
        }

        return Task.CompletedTask;
    }
}
