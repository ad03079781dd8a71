using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Kinds.ReplicaSets;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using CloudOrch.Simulation.Nodes;
using CloudOrch.Simulation.World;

namespace CloudOrch.Simulation.Laws;

/// <summary>What always holds for one cluster, checked at every commit, at every assignment and after every step.</summary>
/// <remarks>A law that breaks inside a process would be caught there like any fault; it is kept and raised by <see cref="Check()"/>.</remarks>
internal sealed class LawBook
{
    private readonly SimWorld world;
    private readonly ClusterId cluster;
    private readonly Dictionary<string, string> boundTo = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Epoch, long Revision)> assigned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Boot, long Seq)> echoes = new(StringComparer.Ordinal);
    private readonly ReportHistory reports = new();
    private readonly Dictionary<string, string> identities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> looked = new(StringComparer.Ordinal);
    private readonly Availability availability;
    private readonly Moves moves;
    private string? broken;

    /// <summary>Takes in what the cluster was made with.</summary>
    public LawBook(SimWorld world, ClusterId cluster)
    {
        (this.world, this.cluster) = (world, cluster);
        (availability, moves) = (new(world), new(world, Model));
        Committed();
    }

    public ClusterModel Model { get; } = new();

    public ReportHistory Reports => reports;

    public Availability Availability => availability;

    private bool IsCurrent => cluster == world.Cluster;

    /// <summary>Something was committed to the cluster.</summary>
    public void Committed()
    {
        try
        {
            while (SimWorld.Await(world.Store.ReadLogAsync(cluster, Model.Revision, default)) is LogOutcome.Changes { Items.Count: > 0 } log)
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

    /// <summary>A pass of the brain has come to its end.</summary>
    public void PassEnded(Doing pass)
    {
        if (moves.EndOfPass(pass) is { } law)
            Broken(law);
    }

    public bool HasBound(string podUid) => boundTo.ContainsKey(podUid);

    public void Assigned(AssignmentHead head, ReadOnlyMemory<byte> document)
    {
        var next = (head.Epoch, head.Revision.Value);
        // The rows of a deleted cluster go; a pass that was under way may make some anew, which the last look of the purge removes.
        bool isDeleted = world.Past.Any(p => p.Laws == this);
        if (!isDeleted && assigned.TryGetValue(head.NodeUid, out var before) && next.CompareTo(before) <= 0)
            Broken($"assignments only rise: node {head.NodeUid} went from {before} to {next}");
        assigned[head.NodeUid] = next;
        if (head.AppliedBootId is not null)
        {
            if (!isDeleted && echoes.TryGetValue(head.NodeUid, out var echo) && echo.Boot == head.AppliedBootId && echo.Seq > head.AppliedSeq)
                Broken($"an echo never goes back: node {head.NodeUid} went from {echo} to {head.AppliedSeq}");
            echoes[head.NodeUid] = (head.AppliedBootId, head.AppliedSeq);
        }

        var assignment = KubeJson.Read<NodeAssignment>(document.Span);
        if (assignment.ClusterId != cluster.Value)
            Broken($"a cluster's nodes hear of their own cluster: {assignment.NodeName} got an assignment of {assignment.ClusterId}, is one of {cluster}");
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
        if (world.Scenario.Fencing)
            CheckIdentities();
    }

    /// <summary>Wherever it runs, whoever believes what: of a fenced identity there is one.</summary>
    private void CheckIdentities()
    {
        var running = new Dictionary<string, (string Pod, string Node)>(StringComparer.Ordinal);
        foreach (var node in world.Nodes)
        {
            foreach (var container in node.Engine.Running.Where(c => c.Role != ContainerRole.Sandbox))
            {
                if (!identities.TryGetValue(container.PodUid, out string? identity))
                    continue;
                if (!running.TryAdd(identity, (container.PodUid, node.Name)) && running[identity] != (container.PodUid, node.Name))
                    throw new LawBrokenException($"never two of a fenced identity: {identity} runs as {container.PodName} on {node.Name} and as {running[identity]}");
            }
        }
    }

    /// <summary>An agent stops or removes a container that runs.</summary>
    public void Stops(SimNode node, ObservedContainer container)
    {
        var pod = Model.PodsOn(node.Name).FirstOrDefault(p => p.Metadata.Uid == container.PodUid);
        if (pod is null || !pod.IsActive() || identities.ContainsKey(container.PodUid))
            return;
        // Without its network a container is of no use.
        bool connected = container.Role == ContainerRole.Sandbox
            || node.Engine.Running.Any(c => c.PodUid == container.PodUid && c.Role == ContainerRole.Sandbox && c.Attempt == container.SandboxAttempt);
        if (connected)
            Broken($"what runs right is left alone: {node.Name} stops {container.Id} of {container.PodName}, which is to run there");
    }

    private void Check(SimNode node)
    {
        if (looked.TryGetValue(node.Name, out int version) && version == node.Engine.Version)
            return;
        looked[node.Name] = node.Engine.Version;
        var seen = new HashSet<(string, ContainerRole, string)>();
        foreach (var container in node.Engine.Running)
        {
            if (!seen.Add((container.PodUid, container.Role, container.Name)))
                throw new LawBrokenException($"never two of one container: {node.Name} runs {container.PodName}/{container.Name} twice");
            // What is left of a cluster that is gone goes once its node has learned that; to settle, nothing of it may be left.
            if (boundTo.GetValueOrDefault(container.PodUid) != node.Name && !world.Past.Any(p => p.Laws.HasBound(container.PodUid)))
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
        if (before is null && after is Node)
            world.Lives.Created(after.Metadata.Uid!);
        if (after is ReplicaSet set && (before is not ReplicaSet old || old.Spec != set.Spec || old.Metadata.Annotations != set.Metadata.Annotations))
            moves.Scaled(set);
        if (IsCurrent && before is Pod { Metadata.DeletionTimestamp: null } was && after is null or { Metadata.DeletionTimestamp: not null })
            moves.Leaves($"{change.Key} at {change.Revision}", was);
        if (before is null && after?.Metadata.Uid is { } uid && world.Past.Any(p => p.Laws.Model.EverKnown.Contains(uid)))
            throw new LawBrokenException($"nothing of a deleted cluster comes into another one: {change.Key} at {change.Revision}");
        if (after is Pod pod)
            Check(change, before as Pod, pod);
    }

    private void Check(CommittedChange change, Pod? before, Pod pod)
    {
        string uid = pod.Metadata.Uid!;
        if (pod.Metadata.Annotations?.TryGetValue("cloudorch.io/fenced-identity", out string? identity) == true)
            identities[uid] = $"{pod.Metadata.Namespace}/{identity}";
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
