using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Serving.Writing;

/// <summary>All writing verbs of one cluster in this process: verbs that wait while a commit is under way share the next one.</summary>
/// <remarks>
/// Laws: a verb sees what the verbs before it in the same commit do; a refusal is answered only when what it was based on is committed;
/// a lost race runs the whole verb again on the caught-up cache, and one that is lost too often is 429, never a false 409.
/// </remarks>
public sealed partial class ClusterWriter(ClusterId cluster, ClusterCaches caches, IWorkQueue work, IDueTable due, TimeProvider clock, WriterOptions options, ILogger logger)
{
    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly LinkedList<Verb> waiting = new();
    private bool running;

    private sealed class Verb(Func<ClusterSnapshot, Decision> decide, CancellationToken cancellation)
    {
        public Func<ClusterSnapshot, Decision> Decide { get; } = decide;
        public CancellationToken Cancellation { get; } = cancellation;
        public TaskCompletionSource<WriteResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Attempts { get; set; }
        public bool Alone { get; set; }
    }

    private sealed record Decided(Verb Verb, Decision Decision);

    /// <summary>Verbs that no commit has taken up yet.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <param name="decide">Pure; runs once per attempt.</param>
    /// <exception cref="ClusterGoneException">The cluster was deleted.</exception>
    /// <exception cref="StoreUnavailableException">Nothing is known to be written; the caller may try again.</exception>
    public Task<WriteResult> SubmitAsync(Func<ClusterSnapshot, Decision> decide, CancellationToken cancellation)
    {
        var verb = new Verb(decide, cancellation);
        lock (gate)
        {
            waiting.AddLast(verb);
            if (!running)
            {
                running = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }
        return verb.Result.Task;
    }

    private async Task RunAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                await RoundAsync(batch).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Whatever failed, the verbs of this round are told; the next round starts afresh.
                foreach (var verb in batch)
                    verb.Result.TrySetException(e);
            }
        }
    }

    private List<Verb>? Take()
    {
        lock (gate)
        {
            var batch = new List<Verb>();
            while (waiting.First?.Value is { } verb && batch.Count < options.MaxVerbsPerCommit && !(verb.Alone && batch.Count > 0))
            {
                waiting.RemoveFirst();
                if (verb.Cancellation.IsCancellationRequested)
                {
                    verb.Result.TrySetCanceled(verb.Cancellation);
                    continue;
                }
                batch.Add(verb);
                if (verb.Alone)
                    break;
            }
            running = batch.Count > 0;
            return running ? batch : null;
        }
    }

    private async Task RoundAsync(List<Verb> batch)
    {
        var cache = caches.Of(cluster);
        // What was the newest a moment ago most likely is: then the commit proves it, and needs no reading before.
        var recent = cache.Recent;
        var basis = recent ?? await cache.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
        var (decided, changes, bodies, later, wanted) = Decide(batch, basis);
        if (recent is not null && changes.Count == 0)
        {
            basis = await cache.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            (decided, changes, bodies, later, wanted) = Decide(batch, basis);
        }
        batch.RemoveRange(batch.Count - later.Count, later.Count);
        Return(later);
        if (changes.Count == 0)
        {
            Finish(decided, basis.Revision);
            return;
        }

        bool together = changes.Count <= StoreLimits.ChangesPerCommit;
        var outcome = together ? await cache.CommitAsync(basis, changes, bodies, CancellationToken.None).ConfigureAwait(false) : null;
        if (outcome is null || (outcome is CommitOutcome.TooLarge { Key: null } && decided.Count == 1))
            outcome = (await cache.CommitInOrderAsync(basis, changes, bodies, CancellationToken.None).ConfigureAwait(false)).Last;

        switch (outcome)
        {
            case CommitOutcome.Committed committed when Concern.Of(changes, basis, wanted):
                _ = RingThenFinishAsync(decided, committed.Head.Revision, changes.Count);
                break;
            case CommitOutcome.Committed committed:
                Finish(decided, new(committed.Head.Revision.Value - changes.Count));
                break;
            case CommitOutcome.Conflict:
                await RetryAsync(decided).ConfigureAwait(false);
                break;
            case CommitOutcome.TooLarge tooLarge when decided.Count(d => d.Decision is Decision.Write) > 1:
                Log.TooLargeTogether(logger, cluster.Value, changes.Count, tooLarge.Limit);
                decided.ForEach(d => d.Verb.Alone = true);
                Return(decided.ConvertAll(d => d.Verb));
                break;
            case CommitOutcome.TooLarge tooLarge:
                foreach (var (verb, decision) in decided)
                {
                    if (decision is Decision.Write)
                        verb.Result.TrySetResult(new WriteResult.Refused(Refusals.TooLarge(
                            $"{(tooLarge.Key is { } key ? $"{key.Type} \"{key.Name}\"" : "the request")} is too large: the limit is {tooLarge.Limit}")));
                    else
                        Return([verb]);
                }
                break;
            default:
                throw new ClusterGoneException(cluster);
        }
    }

    private (List<Decided> Decided, List<ObjectChange> Changes, List<byte[]> Bodies, List<Verb> Later, ClusterSnapshot Wanted) Decide(List<Verb> batch, ClusterSnapshot basis)
    {
        var decided = new List<Decided>();
        var changes = new List<ObjectChange>();
        var bodies = new List<byte[]>();
        var touched = new HashSet<ResourceKey>();   // a transaction names a row once
        long bytes = 0;
        var draft = basis;
        for (int i = 0; i < batch.Count; i++)
        {
            Decision decision;
            try
            {
                decision = batch[i].Decide(draft);
            }
            catch (Exception e)
            {
                // One verb's bug is that caller's 500; the verbs beside it go on.
                batch[i].Result.TrySetException(e);
                continue;
            }
            if (decision is Decision.Write write)
            {
                var written = write.Changes.Select(c => ObjectCodec.Write(c.Object)).ToList();
                long size = written.Sum(b => (long)b.Length);
                if (changes.Count > 0 && (changes.Count + write.Changes.Count > options.MaxChangesPerCommit || bytes + size > options.MaxBytesPerCommit
                    || write.Changes.Any(c => touched.Contains(c.Key))))
                    return (decided, changes, bodies, batch[i..], draft);
                touched.UnionWith(write.Changes.Select(c => c.Key));
                draft = draft.After(write.Changes, written);
                changes.AddRange(write.Changes);
                bodies.AddRange(written);
                bytes += size;
            }
            decided.Add(new(batch[i], decision));
        }
        return (decided, changes, bodies, [], draft);
    }

    private async Task RetryAsync(List<Decided> decided)
    {
        var again = new List<Verb>();
        foreach (var (verb, _) in decided)
        {
            if (++verb.Attempts < options.MaxAttempts)
                again.Add(verb);
            else
                verb.Result.TrySetResult(new WriteResult.Refused(Refusals.TooManyRequests(
                    "the cluster is being changed by too many writers at once; please try again", retryAfterSeconds: 1)));
        }
        // The loser of a race lets the winner go on; somebody always wins, so no randomness is needed.
        int attempts = again.Count == 0 ? 0 : again.Max(v => v.Attempts);
        if (attempts > 1)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5 * attempts, 50)), clock, CancellationToken.None).ConfigureAwait(false);
        Return(again);
    }

    private void Return(List<Verb> verbs)
    {
        if (verbs.Count == 0)
            return;
        lock (gate)
        {
            for (int i = verbs.Count - 1; i >= 0; i--)
                waiting.AddFirst(verbs[i]);
        }
    }

    private static void Finish(List<Decided> decided, Revision before)
    {
        long revision = before.Value;
        foreach (var (verb, decision) in decided)
        {
            verb.Result.TrySetResult(decision switch
            {
                Decision.Refuse refuse => new WriteResult.Refused(refuse.Status),
                Decision.Keep keep => new WriteResult.Kept(keep.Answer),
                Decision.Write write => new WriteResult.Written([.. write.Changes.Select(c => ObjectCodec.At(c.Object, new(++revision)))]),
                _ => throw new InvalidOperationException($"no such decision: {decision}"),
            });
        }
    }

    /// <summary>Rings for the whole commit, which somebody acts on, then answers its verbs. What is not rung is owed in table <c>due</c>.</summary>
    private async Task RingThenFinishAsync(List<Decided> decided, Revision revision, int changes)
    {
        using var deadline = new CancellationTokenSource(RingTimeout, clock);
        try
        {
            await work.RingAsync(new(cluster, "commit", revision), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The change is committed whatever happens to the ring, so its writers are told so.
            Log.RingFailed(logger, e, cluster.Value, revision.Value);
            await OweAsync().ConfigureAwait(false);
        }
        Finish(decided, new(revision.Value - changes));
    }

    private async Task OweAsync()
    {
        using var deadline = new CancellationTokenSource(RingTimeout, clock);
        try
        {
            await due.SetAsync(new(cluster, "plan", clock.GetUtcNow()), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The slow sweep over all clusters is what is left.
            Log.OweFailed(logger, e, cluster.Value);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cluster {Cluster}: ringing for revision {Revision} failed")]
        public static partial void RingFailed(ILogger logger, Exception error, string cluster, long revision);

        [LoggerMessage(2, LogLevel.Error, "Cluster {Cluster}: neither rung nor noted as due; the sweep will find it")]
        public static partial void OweFailed(ILogger logger, Exception error, string cluster);

        [LoggerMessage(3, LogLevel.Debug, "Cluster {Cluster}: {Count} changes do not fit into one commit ({Limit}); committing them apart")]
        public static partial void TooLargeTogether(ILogger logger, string cluster, int count, string limit);
    }
}

/// <summary>The writers of this process, one per cluster.</summary>
public sealed class ClusterWriters(ClusterCaches caches, IWorkQueue work, IDueTable due, TimeProvider clock, WriterOptions options, ILogger<ClusterWriter> logger)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ClusterId, ClusterWriter> writers = new();

    public ClusterWriter Of(ClusterId cluster) =>
        writers.GetOrAdd(cluster, id => new ClusterWriter(id, caches, work, due, clock, options, logger));

    public void Drop(ClusterId cluster) => writers.TryRemove(cluster, out _);
}
