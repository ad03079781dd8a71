using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.State;

/// <summary>The newest changes of a cluster, gapless by revision and bounded in count and bytes. Guarded by its cache's lock.</summary>
internal sealed class EventRing(int maxEvents, long maxBytes)
{
    private readonly List<(ClusterEvent Event, int Bytes)> events = [];
    private int first;
    private long bytes;

    /// <summary>Changes after this revision are here.</summary>
    public Revision Start { get; private set; }

    public Revision End { get; private set; }

    public void Reset(Revision at)
    {
        events.Clear();
        (first, bytes) = (0, 0);
        (Start, End) = (at, at);
    }

    public void Add(ClusterEvent added, int size)
    {
        events.Add((added, size));
        bytes += size;
        End = added.Revision;
        while (events.Count - first > maxEvents || (bytes > maxBytes && events.Count - first > 1))
        {
            bytes -= events[first].Bytes;
            Start = events[first].Event.Revision;
            events[first++] = default;
        }
        if (first > 1_024 && first > events.Count / 2)
        {
            events.RemoveRange(0, first);
            first = 0;
        }
    }

    /// <summary>At most <paramref name="limit"/> changes after a revision; null when they are no longer here.</summary>
    public List<ClusterEvent>? After(Revision revision, int limit)
    {
        if (revision < Start)
            return null;
        int from = first + (int)Math.Min(revision.Value - Start.Value, events.Count - first);
        return events.GetRange(from, Math.Min(limit, events.Count - from)).ConvertAll(e => e.Event);
    }
}
