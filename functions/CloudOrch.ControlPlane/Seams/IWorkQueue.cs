using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Seams;

/// <summary>A ring for the brain of one cluster: "look again". Carries no decision and may be lost, repeated or late.</summary>
/// <param name="Why">commit, status, wake, tick, sweep, lease …: for logs, and <c>commit</c> may be skipped when Revision ≤ PlannedTo.</param>
public sealed record Doorbell(ClusterId Cluster, string Why, Revision Revision);

/// <summary>Queue <c>work</c>, session = cluster: at least once, one consumer per cluster at a time, delayed wake-ups, poison parked.</summary>
public interface IWorkQueue
{
    Task RingAsync(Doorbell doorbell, CancellationToken cancellation);

    Task RingAtAsync(Doorbell doorbell, DateTimeOffset at, CancellationToken cancellation);
}

/// <summary>Queues <c>node-{uid}</c>: a fast path beside the assignment row, which is the truth.</summary>
public interface IDecisionSender
{
    /// <summary>Repeatable. <paramref name="nodeUid"/>'s queue, lock and TTL as the design says.</summary>
    Task CreateQueueAsync(string nodeUid, CancellationToken cancellation);

    Task DeleteQueueAsync(string nodeUid, CancellationToken cancellation);

    /// <summary>Sends the document when it fits (≤ 192 KiB compressed), else only its revision; lives two minutes. Losing it costs time only.</summary>
    Task SendAssignmentAsync(NodeAssignment assignment, ReadOnlyMemory<byte> document, CancellationToken cancellation);

    Task SendCommandAsync(string nodeUid, NodeMessage command, TimeSpan timeToLive, CancellationToken cancellation);
}

/// <summary>Signs what a node may touch by itself.</summary>
public interface INodeCredentialIssuer
{
    /// <summary>SAS bounded to the node's rows and to its queue (Listen), valid for 24 h from <paramref name="now"/>.</summary>
    Task<NodeCredentials> IssueAsync(ClusterId cluster, string nodeUid, int leaseIntervalMilliseconds, DateTimeOffset now, CancellationToken cancellation);
}
