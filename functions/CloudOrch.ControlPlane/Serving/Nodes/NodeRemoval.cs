using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>What goes after a Node object: its rows, its queue and, last, its enrolment, which leads to both.</summary>
/// <remarks>Every step is repeatable. What a failure leaves behind is harmless: a node whose object is gone is refused, and enrolling its name anew, or purging the cluster, clears it.</remarks>
public sealed partial class NodeRemoval(IDirectory directory, INodeRows rows, IDecisionSender decisions, ILogger<NodeRemoval> logger)
{
    /// <summary>Removes what it can: the Node is deleted, and its deletion was asked for; failing the request would say otherwise.</summary>
    public async Task RemoveAsync(ClusterId cluster, string nodeName, string nodeUid, CancellationToken cancellation)
    {
        try
        {
            await RemoveAllAsync(cluster, nodeName, nodeUid, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Left(logger, e, cluster.Value, nodeName, nodeUid);
        }
    }

    /// <summary>Removes all of it, or fails and leaves the enrolment, so that the rest is found again.</summary>
    public async Task RemoveAllAsync(ClusterId cluster, string nodeName, string nodeUid, CancellationToken cancellation)
    {
        var found = await directory.FindEnrolmentAsync(cluster, nodeName, cancellation).ConfigureAwait(false);
        await rows.DeleteNodeAsync(cluster, nodeUid, cancellation).ConfigureAwait(false);
        await decisions.DeleteQueueAsync(nodeUid, cancellation).ConfigureAwait(false);
        if (found is { } enrolment && enrolment.NodeUid == nodeUid)
            await directory.RemoveEnrolmentAsync(enrolment, cancellation).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Cluster {Cluster}: node {Name} ({Uid}) is deleted, but some of its rows, queue or enrolment is left")]
        public static partial void Left(ILogger logger, Exception error, string cluster, string name, string uid);
    }
}
