using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Simulation.World;
using CloudOrch.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Simulation.Laws;

/// <summary>A client that watches, is cut off after any number of changes, comes back at the revision that it has, and must end up with what is stored.</summary>
internal sealed class Watcher(SimWorld world)
{
    private readonly Dictionary<ResourceKey, Revision> view = [];
    private ClusterCache? cache;
    private Revision at;

    public ClusterId Cluster { get; } = world.Cluster;

    /// <summary>Watches until it has caught up, or is cut off on the way.</summary>
    public void Watch(bool toTheEnd)
    {
        var end = world.Laws.Model.Revision;
        // Another process each time, now and then: nothing of the watch is remembered anywhere but here.
        if (cache is null || world.Chance.Hits("watch", 0.3))
            cache = new(world.Cluster, world.Store, new ManualClock(), new() { RingEvents = world.RingEvents }, NullLogger<ClusterCache>.Instance);
        SimWorld.Await(cache.CatchUpAsync(default));
        int steps = toTheEnd ? int.MaxValue : world.Chance.Next("watch", 3);
        SimWorld.Await(FollowAsync(end, steps));
        if (at == end)
            Compare();
    }

    private async Task FollowAsync(Revision end, int steps)
    {
        for (int taken = 0; at < end && taken < steps;)
        {
            bool again = false;
            if (at == Revision.Zero)
                List();
            await using var watch = cache!.WatchAsync(at, CancellationToken.None).GetAsyncEnumerator();
            while (at < end && taken++ < steps && await watch.MoveNextAsync())
            {
                switch (watch.Current)
                {
                    case WatchStep.Batch batch:
                        Take(batch);
                        break;
                    case WatchStep.Expired when !again:
                        (again, at) = (true, Revision.Zero);
                        break;
                    default:
                        throw new LawBrokenException($"a watch goes on: {watch.Current}");
                }

                if (again)
                    break;
            }
        }
    }

    private void List()
    {
        var snapshot = cache!.Current!;
        view.Clear();
        foreach (var type in snapshot.Types)
        {
            foreach (var entry in snapshot.Entries(type))
                view[entry.Key] = entry.Revision;
        }

        at = snapshot.Revision;
    }

    private void Take(WatchStep.Batch batch)
    {
        foreach (var change in batch.Events)
        {
            if (change.Revision != at.Next)
                throw new LawBrokenException($"a watch has no gap: after {at} came {change.Revision}");
            at = change.Revision;
            if (change.Type == ChangeType.Deleted)
                view.Remove(change.Key);
            else
                view[change.Key] = change.Revision;
        }
    }

    private void Compare()
    {
        var stored = world.Laws.Model.All;
        if (view.Count != stored.Count || stored.Any(o => !view.TryGetValue(o.Key, out var revision) || revision.ToString() != o.Value.Metadata.ResourceVersion))
            throw new LawBrokenException($"a watcher sees what is stored: at {at}, {view.Count} objects against {stored.Count}");
    }
}
