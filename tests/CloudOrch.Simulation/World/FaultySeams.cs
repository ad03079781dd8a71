using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Protocol;
using CloudOrch.Simulation.Laws;
using CloudOrch.Testing.Memory;

namespace CloudOrch.Simulation.World;

/// <summary>Doorbells that are lost, repeated, late and out of order.</summary>
internal sealed class UnreliableQueue(IWorkQueue inner, ProcessFaults faults, Chance chance, Func<FaultRates> rates, TimeProvider clock) : IWorkQueue
{
    public Task RingAsync(Doorbell doorbell, CancellationToken cancellation) => RingAtAsync(doorbell, clock.GetUtcNow(), cancellation);

    public async Task RingAtAsync(Doorbell doorbell, DateTimeOffset at, CancellationToken cancellation)
    {
        faults.Check();
        if (chance.Hits("queue", rates().SendFails))
            throw new IOException("the queue does not answer");
        if (chance.Hits("queue", rates().Lose))
            return;
        int copies = chance.Hits("queue", rates().Repeat) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            var late = chance.Hits("queue", rates().Delay) ? chance.UpTo("queue", TimeSpan.FromSeconds(8)) : TimeSpan.Zero;
            await inner.RingAtAsync(doorbell, at + late, cancellation);
        }
    }
}

/// <summary>Decisions that are lost, or cannot be sent; the node's own reading reorders them.</summary>
internal sealed class UnreliableSender(IDecisionSender inner, ProcessFaults faults, Chance chance, Func<FaultRates> rates) : IDecisionSender
{
    public Task CreateQueueAsync(string nodeUid, CancellationToken cancellation) => Do(() => inner.CreateQueueAsync(nodeUid, cancellation), nodeUid, mayLose: false);

    public Task DeleteQueueAsync(string nodeUid, CancellationToken cancellation) => Do(() => inner.DeleteQueueAsync(nodeUid, cancellation), nodeUid, mayLose: false);

    public Task SendAssignmentAsync(NodeAssignment assignment, ReadOnlyMemory<byte> document, CancellationToken cancellation) =>
        Do(() => inner.SendAssignmentAsync(assignment, document, cancellation), assignment.NodeUid, mayLose: true);

    public Task SendCommandAsync(string nodeUid, NodeMessage command, TimeSpan timeToLive, CancellationToken cancellation) =>
        Do(() => inner.SendCommandAsync(nodeUid, command, timeToLive, cancellation), nodeUid, mayLose: true);

    private Task Do(Func<Task> send, string nodeUid, bool mayLose)
    {
        faults.Check();
        string stream = $"send {nodeUid}";
        if (chance.Hits(stream, rates().SendFails))
            throw new IOException("the node's queue does not answer");
        return mayLose && chance.Hits(stream, rates().Lose) ? Task.CompletedTask : send();
    }
}

/// <summary>The nodes' rows as a process of the control plane reaches them.</summary>
internal sealed class FaultyNodeRows(MemoryNodeRows inner, ProcessFaults faults, NodeLives lives, Action<ClusterId, AssignmentHead, ReadOnlyMemory<byte>> written, Action leasesRead)
    : INodeRows
{
    public Task OpenLeaseAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        faults.Check();
        if (inner.Lease(cluster, nodeUid) is null)
            lives.Heard(nodeUid);
        return inner.OpenLeaseAsync(cluster, nodeUid, cancellation);
    }

    public Task<LeaseListing> ListLeasesAsync(ClusterId cluster, CancellationToken cancellation) => faults.Read(() =>
    {
        leasesRead();
        return inner.ListLeasesAsync(cluster, cancellation);
    });

    public async Task<IReadOnlyList<NodeStatusRow>> ReadStatusAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation)
    {
        await faults.TurnAsync("before it reads what nodes said");
        return await faults.Read(() => inner.ReadStatusAsync(cluster, nodeUids, cancellation));
    }

    public Task<IReadOnlyList<NodeUsageRow>> ReadUsageAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation) =>
        faults.Read(() => inner.ReadUsageAsync(cluster, nodeUids, cancellation));

    public Task<AssignmentHead?> FindAssignmentHeadAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation) =>
        faults.Read(() => inner.FindAssignmentHeadAsync(cluster, nodeUid, cancellation));

    public Task<IReadOnlyList<AssignmentHead>> ListAssignmentHeadsAsync(ClusterId cluster, CancellationToken cancellation) =>
        faults.Read(() => inner.ListAssignmentHeadsAsync(cluster, cancellation));

    public Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAssignmentAsync(ClusterId cluster, AssignmentHead? known, AssignmentHead next,
        ReadOnlyMemory<byte> document, CancellationToken cancellation) => faults.Write(async () =>
        {
            var answer = await inner.WriteAssignmentAsync(cluster, known, next, document, cancellation);
            if (answer.Outcome == AssignmentWrite.Written)
                written(cluster, answer.Head!, document);
            return answer;
        });

    public Task DeleteNodeAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        faults.Check();
        lives.Removed(nodeUid);
        return inner.DeleteNodeAsync(cluster, nodeUid, cancellation);
    }

    public async Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        faults.Check();
        foreach (var lease in (await inner.ListLeasesAsync(cluster, cancellation)).Leases)
            lives.Removed(lease.NodeUid);
        await inner.PurgeAsync(cluster, cancellation);
    }
}

/// <summary>Table <c>due</c> as a process reaches it.</summary>
internal sealed class FaultyDueTable(IDueTable inner, ProcessFaults faults) : IDueTable
{
    public Task SetAsync(DueItem item, CancellationToken cancellation) => faults.Write(async () =>
    {
        await inner.SetAsync(item, cancellation);
        return true;
    });

    public Task ClearAsync(ClusterId cluster, string why, CancellationToken cancellation) => faults.Write(async () =>
    {
        await inner.ClearAsync(cluster, why, cancellation);
        return true;
    });

    public Task<IReadOnlyList<DueItem>> ListDueAsync(DateTimeOffset now, CancellationToken cancellation) => faults.Read(() => inner.ListDueAsync(now, cancellation));
}

/// <summary>Events as a process reaches them.</summary>
internal sealed class FaultyEvents(IEventStore inner, ProcessFaults faults) : IEventStore
{
    public Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation) => faults.SideWrite(async () =>
    {
        await inner.RecordAsync(cluster, events, cancellation);
        return true;
    });

    public Task<EventRecord?> GetAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation) =>
        faults.Read(() => inner.GetAsync(cluster, namespaceName, name, cancellation));

    public Task<(IReadOnlyList<EventRecord> Events, Revision Revision)> ListAsync(ClusterId cluster, string? namespaceName, CancellationToken cancellation) =>
        faults.Read(() => inner.ListAsync(cluster, namespaceName, cancellation));

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) => faults.Read(() => inner.ReadLogAsync(cluster, after, cancellation));

    public Task<EventRecord?> ReplaceAsync(ClusterId cluster, EventRecord changed, CancellationToken cancellation) =>
        faults.SideWrite(() => inner.ReplaceAsync(cluster, changed, cancellation));

    public Task<bool> DeleteAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation) =>
        faults.SideWrite(() => inner.DeleteAsync(cluster, namespaceName, name, cancellation));

    public Task ExpireAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation)
    {
        faults.Check();
        return inner.ExpireAsync(cluster, now, cancellation);
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        faults.Check();
        return inner.PurgeAsync(cluster, cancellation);
    }
}
