using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CloudOrch.Functions.CrashPoints;

/// <summary>The store, with the points in and after a commit.</summary>
public sealed class CrashingStore(IResourceStore inner, CrashPoint crash) : IResourceStore
{
    public Task<bool> CreateClusterAsync(ClusterId cluster, long epoch, CancellationToken cancellation) =>
        inner.CreateClusterAsync(cluster, epoch, cancellation);

    public Task<StoreHead?> ReadHeadAsync(ClusterId cluster, CancellationToken cancellation) => inner.ReadHeadAsync(cluster, cancellation);

    public Task<StoredObject?> GetAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) => inner.GetAsync(cluster, key, cancellation);

    public Task<ObjectPage> ListAsync(ClusterId cluster, ResourceType? type, string? namespaceName, string? continuation, CancellationToken cancellation) =>
        inner.ListAsync(cluster, type, namespaceName, continuation, cancellation);

    public async Task<CommitOutcome> CommitAsync(ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        var outcome = await inner.CommitAsync(cluster, head, changes, cancellation);
        if (outcome is CommitOutcome.Committed)
            crash.Pass(CrashPoint.AfterCommit);
        return outcome;
    }

    public async Task<InOrderOutcome> CommitInOrderAsync(
        ClusterId cluster, StoreHead head, IReadOnlyList<PendingChange> changes, CancellationToken cancellation)
    {
        if (changes.Count > 1 && crash.IsArmed(CrashPoint.MidCommitChain))
        {
            await inner.CommitInOrderAsync(cluster, head, [.. changes.Take(changes.Count / 2)], cancellation);
            crash.Pass(CrashPoint.MidCommitChain);
        }

        var outcome = await inner.CommitInOrderAsync(cluster, head, changes, cancellation);
        if (outcome.Done > 0)
            crash.Pass(CrashPoint.AfterCommit);
        return outcome;
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation) => inner.ReadLogAsync(cluster, after, cancellation);

    public Task CompactAsync(ClusterId cluster, Revision upTo, CancellationToken cancellation) => inner.CompactAsync(cluster, upTo, cancellation);

    public Task<BrainProgress> ReadProgressAsync(ClusterId cluster, CancellationToken cancellation) => inner.ReadProgressAsync(cluster, cancellation);

    public Task<BrainProgress?> WriteProgressAsync(ClusterId cluster, BrainProgress progress, CancellationToken cancellation) =>
        inner.WriteProgressAsync(cluster, progress, cancellation);

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => inner.PurgeAsync(cluster, cancellation);
}

/// <summary>The nodes' rows, with the point before an assignment is written.</summary>
public sealed class CrashingNodeRows(INodeRows inner, CrashPoint crash) : INodeRows
{
    public Task<LeaseListing> ListLeasesAsync(ClusterId cluster, CancellationToken cancellation) => inner.ListLeasesAsync(cluster, cancellation);

    public Task OpenLeaseAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation) => inner.OpenLeaseAsync(cluster, nodeUid, cancellation);

    public Task<IReadOnlyList<NodeStatusRow>> ReadStatusAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation) =>
        inner.ReadStatusAsync(cluster, nodeUids, cancellation);

    public Task<IReadOnlyList<NodeUsageRow>> ReadUsageAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation) =>
        inner.ReadUsageAsync(cluster, nodeUids, cancellation);

    public Task<AssignmentHead?> FindAssignmentHeadAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation) =>
        inner.FindAssignmentHeadAsync(cluster, nodeUid, cancellation);

    public Task<IReadOnlyList<AssignmentHead>> ListAssignmentHeadsAsync(ClusterId cluster, CancellationToken cancellation) =>
        inner.ListAssignmentHeadsAsync(cluster, cancellation);

    public Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAssignmentAsync(
        ClusterId cluster, AssignmentHead? known, AssignmentHead next, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        crash.Pass(CrashPoint.BeforeDispatch);
        return inner.WriteAssignmentAsync(cluster, known, next, document, cancellation);
    }

    public Task DeleteNodeAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation) => inner.DeleteNodeAsync(cluster, nodeUid, cancellation);

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation) => inner.PurgeAsync(cluster, cancellation);
}

/// <summary>The point between the end of a brain's pass and the completion of its message.</summary>
public sealed class CrashingMiddleware(CrashPoint crash) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context);
        if (context.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "serviceBusTrigger"))
            crash.Pass(CrashPoint.BeforeComplete);
    }
}
