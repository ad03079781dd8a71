using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>What always holds, checked at every commit, at every assignment and after every step.</summary>
/// <remarks>A law that breaks inside a process would be caught there like any fault; it is kept and raised by <see cref="Check()"/>.</remarks>
internal sealed class LawBook(SimWorld world)
{
    private readonly Dictionary<string, string> boundTo = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Epoch, long Revision)> assigned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Boot, long Seq)> echoes = new(StringComparer.Ordinal);
    private readonly ReportHistory reports = new();
    private readonly Availability availability = new(world);
    private string? broken;

    public ClusterModel Model { get; } = new();

    public ReportHistory Reports => reports;

    public Availability Availability => availability;

    /// <summary>Takes in what the cluster was made with.</summary>
    public void Begin() => Committed([]);

    public void Committed(IReadOnlyList<PendingChange> changes)
    {
        if (world.Cluster == default)
            return;
        try
        {
            while (SimWorld.Await(world.Store.ReadLogAsync(world.Cluster, Model.Revision, default)) is LogOutcome.Changes { Items.Count: > 0 } log)
            {
                foreach (var change in log.Items)
                    Check(change, Model.Apply(change));
            }
        }
        catch (LawBrokenException e)
        {
            broken ??= e.Message;
        }
    }

    public void Assigned(ClusterId cluster, AssignmentHead head, ReadOnlyMemory<byte> document)
    {
        var next = (head.Epoch, head.Revision.Value);
        if (assigned.TryGetValue(head.NodeUid, out var before) && next.CompareTo(before) <= 0)
            Broken($"assignments only rise: node {head.NodeUid} went from {before} to {next}");
        assigned[head.NodeUid] = next;
        if (head.AppliedBootId is not null)
        {
            if (echoes.TryGetValue(head.NodeUid, out var echo) && echo.Boot == head.AppliedBootId && echo.Seq > head.AppliedSeq)
                Broken($"an echo never goes back: node {head.NodeUid} went from {echo} to {head.AppliedSeq}");
            echoes[head.NodeUid] = (head.AppliedBootId, head.AppliedSeq);
        }

        var assignment = KubeJson.Read<NodeAssignment>(document.Span);
        foreach (var pod in assignment.Pods)
        {
            if (boundTo.GetValueOrDefault(pod.Uid) != assignment.NodeName)
                Broken($"a node is assigned its own pods: {assignment.NodeName} got {pod.Name}, which is bound to {boundTo.GetValueOrDefault(pod.Uid) ?? "none"}");
        }

        world.Trace.Add($"assignment of {assignment.NodeName} at {head.Revision}: {assignment.Pods.Count} pods, applied {head.AppliedBootId}/{head.AppliedSeq}");
    }

    public void Reported(SimNode node, NodeStatusDocument document)
    {
        reports.Add(document);
        world.Trace.Add($"{node.Name}: reports {document.BootId}/{document.Seq}");
    }

    /// <exception cref="LawBrokenException">A law is broken.</exception>
    public void Check()
    {
        if (broken is not null)
            throw new LawBrokenException(broken);
        foreach (var node in world.Nodes)
            Check(node);
        availability.Check();
    }

    private void Check(SimNode node)
    {
        var seen = new HashSet<(string, ContainerRole, string)>();
        foreach (var container in node.Engine.Running)
        {
            if (!seen.Add((container.PodUid, container.Role, container.Name)))
                throw new LawBrokenException($"never two of one container: {node.Name} runs {container.PodName}/{container.Name} twice");
            if (boundTo.GetValueOrDefault(container.PodUid) != node.Name)
                throw new LawBrokenException($"a pod runs where it is bound: {container.PodName} runs on {node.Name}, is bound to {boundTo.GetValueOrDefault(container.PodUid) ?? "none"}");
        }
    }

    private void Check(CommittedChange change, KubeObject? before)
    {
        string verb = change.Type.ToString();
        world.Trace.Add($"  {change.Revision} {verb} {change.Key}");
        var after = change.Type == ChangeType.Deleted ? null : Model.Find(change.Key);
        if (before is not null && after is not null && before.Metadata.Uid != after.Metadata.Uid)
            throw new LawBrokenException($"an object keeps its uid: {change.Key} at {change.Revision}");
        if (before?.Metadata.DeletionTimestamp is not null && after is not null && after.Metadata.DeletionTimestamp is null)
            throw new LawBrokenException($"a deletion is not taken back: {change.Key} at {change.Revision}");
        if (after is Pod pod)
            Check(change, before as Pod, pod);
    }

    private void Check(CommittedChange change, Pod? before, Pod pod)
    {
        string uid = pod.Metadata.Uid!;
        if (!string.IsNullOrEmpty(pod.Spec.NodeName))
        {
            if (boundTo.TryGetValue(uid, out string? node) && node != pod.Spec.NodeName)
                throw new LawBrokenException($"a pod is bound once: {change.Key} went from {node} to {pod.Spec.NodeName} at {change.Revision}");
            boundTo[uid] = pod.Spec.NodeName;
        }
        else if (boundTo.ContainsKey(uid))
        {
            throw new LawBrokenException($"a pod stays bound: {change.Key} at {change.Revision}");
        }

        if (before is not null)
        {
            if (before.IsFinished() && pod.Status?.Phase != before.Status?.Phase)
                throw new LawBrokenException($"finished is final: {change.Key} at {change.Revision}");
            reports.CheckApplied(change, before, pod);
            return;
        }

        if (Model.DeploymentOf(pod) is { } deployment && Model.PodsOf(deployment).Count(p => p.IsActive()) is var total && total > Budget.Of(deployment).Most)
        {
            throw new LawBrokenException(
                $"never more than desired + maxSurge: {deployment.Metadata.Name} has {total} pods, allowed are {Budget.Of(deployment).Most}, at {change.Revision}");
        }
    }

    private void Broken(string law) => broken ??= law;
}
