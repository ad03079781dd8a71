using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Queues;

/// <summary>Queue <c>work</c> in memory: a session per cluster with one consumer at a time, delayed rings, redelivery, parking.</summary>
/// <remarks>Nothing happens by itself: the consumer asks with <see cref="TryTake"/>, so a simulation decides who runs when.</remarks>
public sealed class MemoryWorkQueue(TimeProvider clock) : IWorkQueue
{
    /// <summary>Failed deliveries after which a doorbell is parked.</summary>
    public const int MaxDeliveries = 10;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly HashSet<ClusterId> _taken = [];
    private readonly List<Doorbell> _parked = [];
    private readonly List<Doorbell> _rung = [];
    private long _sequence;

    /// <summary>Every doorbell ever rung, in order.</summary>
    public IReadOnlyList<Doorbell> Rung
    {
        get
        {
            lock (_gate)
                return [.. _rung];
        }
    }

    /// <summary>What was dead-lettered.</summary>
    public IReadOnlyList<Doorbell> Parked
    {
        get
        {
            lock (_gate)
                return [.. _parked];
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>When the next doorbell that nobody holds is due; in the past when one waits.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            lock (_gate)
                return _entries.Where(e => !_taken.Contains(e.Doorbell.Cluster)).Select(e => (DateTimeOffset?)e.At).Min();
        }
    }

    public Task RingAsync(Doorbell doorbell, CancellationToken cancellation) => RingAtAsync(doorbell, clock.GetUtcNow(), cancellation);

    public Task RingAtAsync(Doorbell doorbell, DateTimeOffset at, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _rung.Add(doorbell);
            _entries.Add(new Entry(doorbell, at, ++_sequence));
        }

        return Task.CompletedTask;
    }

    /// <summary>The oldest due doorbell of a cluster that nobody holds, or null. The cluster is held until the delivery is settled.</summary>
    /// <param name="cluster">Only this cluster's; null takes any.</param>
    public Delivery? TryTake(ClusterId? cluster = null)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var entry = _entries.Where(e => e.At <= now && !_taken.Contains(e.Doorbell.Cluster) && (cluster is null || e.Doorbell.Cluster == cluster))
                .MinBy(e => (e.At, e.Sequence));
            if (entry is null)
                return null;
            _taken.Add(entry.Doorbell.Cluster);
            entry.Deliveries++;
            return new Delivery(this, entry);
        }
    }

    private void Settle(Entry entry, bool remove, bool park)
    {
        lock (_gate)
        {
            _taken.Remove(entry.Doorbell.Cluster);
            if (park || (!remove && entry.Deliveries >= MaxDeliveries))
                _parked.Add(entry.Doorbell);
            else if (!remove)
                return;
            _entries.Remove(entry);
        }
    }

    /// <summary>One doorbell in its consumer's hands; settled once.</summary>
    public sealed class Delivery
    {
        private readonly MemoryWorkQueue _queue;
        private readonly Entry _entry;

        internal Delivery(MemoryWorkQueue queue, Entry entry) => (_queue, _entry, DeliveryCount) = (queue, entry, entry.Deliveries);

        public Doorbell Doorbell => _entry.Doorbell;

        public int DeliveryCount { get; }

        public void Complete() => _queue.Settle(_entry, remove: true, park: false);

        /// <summary>What the consumer's crash or failure does: the doorbell comes again.</summary>
        public void Abandon() => _queue.Settle(_entry, remove: false, park: false);

        public void Park() => _queue.Settle(_entry, remove: false, park: true);
    }

    internal sealed class Entry(Doorbell doorbell, DateTimeOffset at, long sequence)
    {
        public Doorbell Doorbell => doorbell;

        public DateTimeOffset At => at;

        public long Sequence => sequence;

        public int Deliveries { get; set; }
    }
}
