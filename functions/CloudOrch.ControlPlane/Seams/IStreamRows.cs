using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>One chunk of a node's stream. The last one has <c>End</c>, with <c>Error</c> when the node could not go on.</summary>
public sealed record StreamChunk(long Index, ReadOnlyMemory<byte> Data, bool End, string? Error);

/// <summary>Table <c>streams</c> from the reader's side: PartitionKey clusterId, rows <c>{nodeUid}!{streamId}!{n:D10}</c>.</summary>
public interface IStreamRows
{
    /// <summary>Chunks from <paramref name="from"/> on, in order without gaps, maybe none yet.</summary>
    Task<IReadOnlyList<StreamChunk>> ReadAsync(ClusterId cluster, string nodeUid, string streamId, long from, CancellationToken cancellation);

    /// <summary>Says that the reader is still there and has read up to <paramref name="readTo"/>; the agent stops when it is not renewed.</summary>
    Task RenewReaderAsync(ClusterId cluster, string nodeUid, string streamId, long readTo, CancellationToken cancellation);

    Task RemoveAsync(ClusterId cluster, string nodeUid, string streamId, CancellationToken cancellation);
}
