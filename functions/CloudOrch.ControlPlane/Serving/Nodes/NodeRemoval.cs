using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>What goes after a Node object: its enrolment (so its key opens nothing), its rows and its queue.</summary>
/// <remarks>Every step is repeatable. What a failure leaves behind is harmless: a node whose object is gone is refused, and enrolling its name anew clears it.</remarks>
public sealed partial class NodeRemoval(IDirectory directory, INodeRows rows, IDecisionSender decisions, ILogger<NodeRemoval> logger)
{
    public async Task RemoveAsync(ClusterId cluster, string nodeName, string nodeUid, CancellationToken cancellation)
    {
        try
        {
            if (await directory.FindEnrolmentAsync(cluster, nodeName, cancellation).ConfigureAwait(false) is { } enrolment && enrolment.NodeUid == nodeUid)
                await directory.RemoveEnrolmentAsync(enrolment, cancellation).ConfigureAwait(false);
            await rows.DeleteNodeAsync(cluster, nodeUid, cancellation).ConfigureAwait(false);
            await decisions.DeleteQueueAsync(nodeUid, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The Node is deleted, and its deletion was asked for: failing the request would say otherwise.
            Log.Left(logger, e, cluster.Value, nodeName, nodeUid);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Cluster {Cluster}: node {Name} ({Uid}) is deleted, but some of its rows, queue or enrolment is left")]
        public static partial void Left(ILogger logger, Exception error, string cluster, string name, string uid);
    }
}
