using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>A node's lease row. <c>RenewedAt</c> is the Timestamp that Table Storage set; no other clock plays a part.</summary>
public sealed record NodeLease(string NodeUid, DateTimeOffset RenewedAt, string BootId, long StatusSeq)
{
    /// <summary>How long after this renewal was begun the node may run fenced pods, by its own word; null: it does not fence.</summary>
    public int? FenceSeconds { get; init; }
}

/// <summary>Leases with the service's own time (the <c>Date</c> of the answer that carried them).</summary>
public sealed record LeaseListing(IReadOnlyList<NodeLease> Leases, DateTimeOffset ServerTime);

/// <summary>A node's status row as the agent wrote it: the JSON of a NodeStatusDocument, reassembled.</summary>
public sealed record NodeStatusRow(string NodeUid, string BootId, long Seq, ReadOnlyMemory<byte> Document);

/// <summary>What a node measured last: the JSON of a NodeUsageDocument, and how old it is by the service's own time.</summary>
public sealed record NodeUsageRow(string NodeUid, DateTimeOffset WrittenAt, TimeSpan Age, ReadOnlyMemory<byte> Document);

/// <summary>The head of a node's assignment row. <c>ETag</c> guards the next write.</summary>
public sealed record AssignmentHead(string NodeUid, long Epoch, Revision Revision, string ContentHash, string? AppliedBootId, long AppliedSeq, string ETag);

public enum AssignmentWrite
{
    Written,
    /// <summary>The row is at a newer (epoch, revision) already: someone else dispatched; nothing to do.</summary>
    Newer,
    /// <summary>The row changed since its ETag was read, but is not newer: read again and decide again.</summary>
    Conflict,
}

/// <summary>The rows that nodes and the brain exchange, outside the cluster's head. PartitionKey = clusterId, rows by node uid.</summary>
public interface INodeRows
{
    /// <summary>Makes a node's lease row unless it is there. The node's own token may change the row, not make it: so a node that was deleted stays away.</summary>
    Task OpenLeaseAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation);

    Task<LeaseListing> ListLeasesAsync(ClusterId cluster, CancellationToken cancellation);

    /// <summary>Status rows of the named nodes; absent ones are left out. A torn document (parts of two writes) is left out too: the next one is whole.</summary>
    Task<IReadOnlyList<NodeStatusRow>> ReadStatusAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation);

    /// <summary>Usage rows of the named nodes; those that are absent or torn are left out.</summary>
    Task<IReadOnlyList<NodeUsageRow>> ReadUsageAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation);

    Task<IReadOnlyList<AssignmentHead>> ListAssignmentHeadsAsync(ClusterId cluster, CancellationToken cancellation);

    /// <returns>null when the node has no assignment row.</returns>
    Task<AssignmentHead?> FindAssignmentHeadAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation);

    /// <summary>Replaces a node's assignment, only by a higher (epoch, revision), with If-Match; large documents take several rows.</summary>
    /// <param name="known">What was read last; null means no row is known.</param>
    Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAssignmentAsync(ClusterId cluster, AssignmentHead? known, AssignmentHead next,
        ReadOnlyMemory<byte> document, CancellationToken cancellation);

    /// <summary>Removes every row of a node; repeatable.</summary>
    Task DeleteNodeAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation);

    /// <summary>Removes every row of every node of a cluster, whoever wrote it; repeatable.</summary>
    Task PurgeAsync(ClusterId cluster, CancellationToken cancellation);
}
