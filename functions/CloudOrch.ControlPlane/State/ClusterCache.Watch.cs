using System.Runtime.CompilerServices;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.State;

public sealed partial class ClusterCache
{
    private const int BatchSize = 256;

    private int watchers;

    /// <summary>The follower pauses for longer than is good once something has changed.</summary>
    private volatile bool dozing;

    /// <summary>This process has committed: what others make of it comes soon.</summary>
    private volatile bool expecting;

    /// <summary>Counts how often the store went back, as a storage account does that fails over to another region: revisions begin to repeat.</summary>
    private int timeline;

    private Task? follower;
    private TaskCompletionSource kicked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every change after a revision, once, in order, until the caller stops; a batch as soon as there is one.</summary>
    /// <remarks>
    /// Revisions older than this cache's ring are read from the log. A watcher that has reached the ring and falls out of it again
    /// is slower than the cluster changes and gets <see cref="WatchStep.Expired"/>, as does one that asks for a compacted revision, and
    /// everybody when the store lost acknowledged writes.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">The log could not be read; the watch may be resumed after the last <c>UpTo</c>.</exception>
    public async IAsyncEnumerable<WatchStep> WatchAsync(Revision after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Enter();
        try
        {
            if (Current is null)
                await CatchUpAsync(cancellation).ConfigureAwait(false);
            bool joined = false;
            int since = Volatile.Read(ref timeline);
            var former = new Dictionary<ResourceKey, KubeObject?>();
            while (true)
            {
                List<ClusterEvent>? batch;
                Task news;
                bool ended;
                Revision oldest;
                lock (gate)
                {
                    batch = since == timeline ? ring.After(after, BatchSize) : null;
                    joined |= since != timeline;
                    (news, ended, oldest) = (changed.Task, gone, ring.Start);
                }
                if (ended)
                {
                    yield return new WatchStep.Gone();
                    yield break;
                }
                if (batch is { Count: 0 })
                {
                    joined = true;
                    await news.WaitAsync(cancellation).ConfigureAwait(false);
                    continue;
                }
                if (batch is null)
                {
                    var older = joined ? null : await ReadOlderAsync(after, former, cancellation).ConfigureAwait(false);
                    if (older is null)
                    {
                        yield return new WatchStep.Expired(oldest);
                        yield break;
                    }
                    batch = older;
                }
                after = batch[^1].Revision;
                yield return new WatchStep.Batch(batch, after);
            }
        }
        finally
        {
            Interlocked.Decrement(ref watchers);
        }
    }

    /// <summary>The changes in (after, upTo] when this cache still has them all; null means: treat everything as changed.</summary>
    public IReadOnlyList<ClusterEvent>? ChangesBetween(Revision after, Revision upTo)
    {
        lock (gate)
        {
            if (upTo > ring.End)
                return null;
            return ring.After(after, (int)Math.Min(int.MaxValue, Math.Max(0, upTo.Value - after.Value)));
        }
    }

    /// <summary>Looks at <c>head</c> now instead of at the next poll: somebody rang.</summary>
    public void Kick() => Volatile.Read(ref kicked).TrySetResult();

    /// <summary>An own commit needs no look at <c>head</c>; what follows from it does, a little later.</summary>
    private void Expect()
    {
        if (!dozing)
            return;
        expecting = true;
        Kick();
    }

    /// <returns>null when the log does not reach back so far.</returns>
    private async Task<List<ClusterEvent>?> ReadOlderAsync(Revision after, Dictionary<ResourceKey, KubeObject?> former, CancellationToken cancellation)
    {
        if (await store.ReadLogAsync(Cluster, after, cancellation).ConfigureAwait(false) is not LogOutcome.Changes { Items.Count: > 0 } changes
            || changes.Items[0].Revision > after.Next)
            return null;
        var events = new List<ClusterEvent>(changes.Items.Count);
        foreach (var change in changes.Items)
        {
            var value = ObjectCodec.Read(change.Key.Type, change.Revision, change.Body.Span);
            bool known = former.TryGetValue(change.Key, out var previous) || change.Type == ChangeType.Added;
            events.Add(new(change.Revision, change.Type, change.Key, value, previous, known));
            former[change.Key] = change.Type == ChangeType.Deleted ? null : value;
        }
        return events;
    }

    private void Enter()
    {
        Interlocked.Increment(ref watchers);
        lock (gate)
        {
            if (follower is null or { IsCompleted: true })
                follower = Task.Run(FollowAsync);
        }
    }

    /// <summary>Polls <c>head</c> while somebody watches and nobody else reads it: quickly after a change, ever slower in quiet, at once when kicked.</summary>
    private async Task FollowAsync()
    {
        var pause = options.PollFastest;
        var seen = Current?.Revision;
        while (true)
        {
            lock (gate)
            {
                if (Volatile.Read(ref watchers) == 0)
                {
                    follower = null;
                    return;
                }
            }
            Volatile.Write(ref kicked, new(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                var snapshot = SeenBySomebody() ?? await CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
                pause = snapshot.Revision == seen ? Min(pause * 1.5, options.PollSlowest) : options.PollFastest;
                seen = snapshot.Revision;
            }
            catch (ClusterGoneException)
            {
                // The watchers have been told; nothing is left to follow.
                lock (gate)
                    follower = null;
                return;
            }
            catch (Exception e)
            {
                // A follower that ended would leave its watchers silent: it goes on, more slowly, and says so.
                pause = options.PollSlowest;
                Log.FollowFailed(logger, e, Cluster.Value, pause);
            }
            using var woken = new CancellationTokenSource();
            dozing = pause > options.PollFastest;
            var sleep = Task.Delay(pause, clock, woken.Token);
            await Task.WhenAny(sleep, Volatile.Read(ref kicked).Task).ConfigureAwait(false);
            await woken.CancelAsync().ConfigureAwait(false);
            dozing = false;
            if (expecting)
            {
                expecting = false;
                pause = options.PollFastest;
                await Task.Delay(pause, clock, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What a verb has read or committed within the shortest pause; null: nobody has.</summary>
    private ClusterSnapshot? SeenBySomebody()
    {
        lock (gate)
            return IsWithin(newestAt, options.PollFastest) ? current : null;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
