using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>Writes the assignments that changed and tells their nodes. Repeating it writes nothing.</summary>
/// <remarks>
/// The row is the truth and is replaced with If-Match by a higher revision only; the message is a fast path, so it is sent beside
/// the writing and its failure is logged, not raised. Failure to write a row is raised: DispatchedTo then stays where it is.
/// </remarks>
public sealed partial class Dispatcher(INodeRows rows, IDecisionSender decisions, BrainOptions options, ILogger<Dispatcher> logger)
{
    private const int MostConflicts = 5;

    /// <param name="events">What changed since the last dispatch; null: look at every node.</param>
    internal async Task DispatchAsync(BrainMemory memory, ClusterId cluster, ClusterSnapshot snapshot, IReadOnlyList<ClusterEvent>? events,
        IEnumerable<string> reported, CancellationToken cancellation)
    {
        var names = events is null
            ? snapshot.Entries(ResourceTypes.Nodes).Select(e => e.Key.Name).ToHashSet(StringComparer.Ordinal)
            : Concerned(events, snapshot);
        var fresh = reported.ToHashSet(StringComparer.Ordinal);
        foreach (string uid in fresh.Concat(memory.Nodes.Where(n => memory.Heads!.TryGetValue(n.Key, out var head) && !n.Value.IsEchoedBy(head)).Select(n => n.Key)))
        {
            if (snapshot.FindByUid(uid) is Node node)
                names.Add(node.Metadata.Name!);
        }
        var nodes = names.Order(StringComparer.Ordinal).Select(n => snapshot.Find(new(ResourceTypes.Nodes, "", n))).OfType<Node>().ToList();
        var due = new List<(NodeAssignment Assignment, StatusEcho? Echo)>();
        foreach (var node in nodes)
        {
            if (Due(memory, snapshot, node, cluster) is { } one)
                due.Add(one);
        }
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = options.ParallelDispatch, CancellationToken = cancellation },
            async (one, stop) => await WriteAndSendAsync(memory, cluster, one.Assignment, one.Echo, fresh.Contains(one.Assignment.NodeUid), stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static (NodeAssignment, StatusEcho?)? Due(BrainMemory memory, ClusterSnapshot snapshot, Node node, ClusterId cluster)
    {
        string uid = node.Metadata.Uid!;
        var assignment = Assignments.Of(snapshot, node, cluster);
        var head = memory.Heads!.GetValueOrDefault(uid);
        var mark = memory.MarkOf(uid);
        var echo = mark.AppliedBootId is null ? null : new StatusEcho(mark.AppliedBootId, mark.AppliedSeq);
        return head?.ContentHash == assignment.ContentHash && mark.IsEchoedBy(head) ? null : (assignment with { Applied = echo }, echo);
    }

    private async Task WriteAndSendAsync(BrainMemory memory, ClusterId cluster, NodeAssignment assignment, StatusEcho? echo, bool echoIsNew, CancellationToken cancellation)
    {
        byte[] document = KubeJson.Write(assignment);
        var next = new AssignmentHead(assignment.NodeUid, assignment.Epoch, new(assignment.Revision), assignment.ContentHash, echo?.BootId, echo?.Seq ?? 0, "");
        AssignmentHead? known;
        lock (memory.Nodes)
            known = memory.Heads!.GetValueOrDefault(assignment.NodeUid);
        var writing = WriteAsync(cluster, known, next, assignment, document, echoIsNew, cancellation);
        var sending = SendAsync(cluster, assignment, document, cancellation);
        var head = await writing.ConfigureAwait(false);
        await sending.ConfigureAwait(false);
        lock (memory.Nodes)
        {
            if (head is null)
                memory.Heads!.Remove(assignment.NodeUid);
            else
                memory.Heads![assignment.NodeUid] = head;
            var mark = memory.MarkOf(assignment.NodeUid);
            // Of one boot the higher number counts, whoever has applied it; of two boots this pass knows better.
            if (head is not null && (!echoIsNew || head.AppliedBootId == mark.AppliedBootId))
                mark.Follow(head);
        }
    }

    /// <summary>Replaces the row. An echo never goes back: what another process has applied meanwhile is echoed on.</summary>
    /// <param name="echoIsNew">This pass has applied what it echoes; else the row knows better.</param>
    private async Task<AssignmentHead?> WriteAsync(ClusterId cluster, AssignmentHead? known, AssignmentHead next, NodeAssignment assignment, byte[] document,
        bool echoIsNew, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < MostConflicts; attempt++)
        {
            var (outcome, head) = await rows.WriteAssignmentAsync(cluster, known, next, document, cancellation).ConfigureAwait(false);
            if (outcome != AssignmentWrite.Conflict)
                return head;
            known = head;
            bool later = head?.AppliedBootId is not null && (head.AppliedBootId == next.AppliedBootId ? head.AppliedSeq > next.AppliedSeq : !echoIsNew);
            if (!later)
                continue;
            next = next with { AppliedBootId = head!.AppliedBootId, AppliedSeq = head.AppliedSeq };
            document = KubeJson.Write(assignment with { Applied = new(head.AppliedBootId!, head.AppliedSeq) });
        }
        throw new StoreUnavailableException($"cluster {cluster}: the assignment of node {next.NodeUid} changed {MostConflicts} times while it was being written");
    }

    private async Task SendAsync(ClusterId cluster, NodeAssignment assignment, byte[] document, CancellationToken cancellation)
    {
        try
        {
            await decisions.SendAssignmentAsync(assignment, document, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The node reads its row within a minute: a message that was not sent costs time only.
            Log.NotSent(logger, e, cluster.Value, assignment.NodeName, assignment.Revision);
        }
    }

    private static HashSet<string> Concerned(IReadOnlyList<ClusterEvent> events, ClusterSnapshot snapshot)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in events)
        {
            switch (change.Object)
            {
                case Pod pod:
                    Add(names, pod.Spec.NodeName);
                    Add(names, (change.Previous as Pod)?.Spec.NodeName);
                    break;
                case Node node:
                    Add(names, node.Metadata.Name);
                    break;
                default:
                    foreach (var pod in snapshot.ReadersOf(change.Key))
                        Add(names, pod.Spec.NodeName);
                    break;
            }
        }
        return names;
    }

    private static void Add(HashSet<string> names, string? name)
    {
        if (!string.IsNullOrEmpty(name))
            names.Add(name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cluster {Cluster}: node {Node} was not told of its assignment at revision {Revision}; it will read it")]
        public static partial void NotSent(ILogger logger, Exception error, string cluster, string node, long revision);
    }
}
