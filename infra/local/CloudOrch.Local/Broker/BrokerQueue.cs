using System.Security.Cryptography;
using CloudOrch.BusWire;
using CloudOrch.Local.Commands;

namespace CloudOrch.Local.Broker;

/// <summary>One queue (or one dead-letter sub-queue): messages, locks, sessions and their clocks.</summary>
/// <remarks>
/// Every operation first brings the queue up to the present (<see cref="Begin"/>), so a lock that has expired is lost from that moment, timer or not.
/// A lock belongs to its token, not to a connection: what drops a connection frees nothing. Locks are taken queue first, dead-letter queue second.
/// </remarks>
internal sealed partial class BrokerQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly BrokerQueue? _deadLetters;
    private readonly SortedDictionary<long, QueueEntry> _entries = [];
    private readonly Dictionary<string, QueueSession> _sessions = new(StringComparer.Ordinal);
    private readonly PriorityQueue<object, DateTimeOffset> _deadlines = new();
    private readonly ITimer _timer;
    private TaskCompletionSource _changed = NewPulse();
    private long _lastSequence;
    private long _bytes;
    private bool _deleted;

    public BrokerQueue(QueueSettings settings, TimeProvider clock, BrokerQueue? deadLetters)
    {
        Settings = settings;
        _clock = clock;
        _deadLetters = deadLetters;
        _timer = clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public QueueSettings Settings { get; }

    public string Path => Settings.Name;

    /// <summary>Queues of one kind are counted together: their names differ after the hyphen.</summary>
    private string Kind => Path.Split('-')[0];

    private bool IsDeadLetterQueue => _deadLetters is null;

    public (long Active, long Scheduled, long Bytes) Count()
    {
        lock (_gate)
        {
            Begin();
            var scheduled = _entries.Values.LongCount(e => e.ScheduledAt is not null);
            return (_entries.Count - scheduled, scheduled, _bytes);
        }
    }

    /// <summary>All or none of the messages, in order. A message with a future ScheduledAt waits for it.</summary>
    /// <returns>The sequence numbers given.</returns>
    public IReadOnlyList<long> Send(IReadOnlyList<BusMessage> messages)
    {
        lock (_gate)
        {
            var now = Begin();
            foreach (var message in messages)
            {
                message.MessageId ??= NewLock().ToString("N");
                if (Settings.RequiresSession && string.IsNullOrEmpty(message.SessionId))
                    throw new BrokerException(BrokerException.InvalidOperation, $"The SessionId was not set on a message, and it cannot be sent to the entity '{Path}'.");
            }

            var size = messages.Sum(m => m.SizeInBytes());
            if (size > BusMessage.MaxSizeInBytes)
                throw new BrokerException(BrokerException.MessageSizeExceeded, $"{size} bytes in one send are more than {BusMessage.MaxSizeInBytes}.");
            if (_bytes + size > Settings.MaxSizeInMegabytes * 1024 * 1024)
                throw new BrokerException(BrokerException.QuotaExceeded, $"The entity '{Path}' is full.");
            var sequences = messages.Select(m => Enqueue(new QueueEntry(m), now).Sequence).ToList();
            End();
            Tally.Count($"sent {Kind}", messages.Count);
            return sequences;
        }
    }

    public void CancelScheduled(IReadOnlyList<long> sequences)
    {
        lock (_gate)
        {
            Begin();
            if (sequences.FirstOrDefault(s => !_entries.TryGetValue(s, out var e) || e.ScheduledAt is null) is > 0 and var missing)
                throw new BrokerException(BrokerException.MessageNotFound, $"No scheduled message has the sequence number {missing}.");
            foreach (var sequence in sequences)
                Remove(_entries[sequence]);
            End();
        }
    }

    /// <summary>Up to <paramref name="max"/> messages, waiting until there is one.</summary>
    /// <param name="sessionLock">Of the accepted session; empty on a queue without sessions.</param>
    /// <param name="stop">Ends the wait with an empty list, never with messages taken.</param>
    public async Task<List<BusMessage>> ReceiveAsync(int max, bool delete, string? sessionId, Guid sessionLock, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var now = Begin();
                var session = SessionOf(sessionId, sessionLock);
                List<BusMessage> taken = stop.IsCancellationRequested ? [] : Take(session, max, delete, now);
                End();
                if (taken.Count > 0)
                    Tally.Count($"delivered {Kind}", taken.Count);
                if (taken.Count > 0 || stop.IsCancellationRequested)
                    return taken;
                changed = _changed.Task;
            }

            await changed.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public List<BusMessage> Peek(long fromSequence, int max, string? sessionId)
    {
        lock (_gate)
        {
            Begin();
            return [.. _entries.Values.Where(e => e.Sequence >= fromSequence && (sessionId is null || e.Message.SessionId == sessionId))
                .Take(max).Select(e => Delivery(e, lockedUntil: null))];
        }
    }

    public void Complete(Guid lockToken, string? sessionId, Guid sessionLock) => Settle(lockToken, sessionId, sessionLock, (_, entry, _) => Remove(entry));

    /// <summary>Back to its place in the queue, counted as a failed delivery.</summary>
    public void Abandon(Guid lockToken, Dictionary<string, BusValue>? changes, string? sessionId, Guid sessionLock) =>
        Settle(lockToken, sessionId, sessionLock, (session, entry, _) =>
        {
            Modify(entry, changes);
            Return(session, entry, failed: true);
        });

    public void DeadLetter(Guid lockToken, string? reason, string? description, Dictionary<string, BusValue>? changes, string? sessionId, Guid sessionLock) =>
        Settle(lockToken, sessionId, sessionLock, (_, entry, _) =>
        {
            if (IsDeadLetterQueue)
                throw new BrokerException(BrokerException.InvalidOperation, "A dead-lettered message cannot be dead-lettered again.");
            Modify(entry, changes);
            MoveToDeadLetters(entry, reason, description);
        });

    /// <returns>Until when the message is now locked.</returns>
    public DateTimeOffset RenewMessage(Guid lockToken)
    {
        DateTimeOffset until = default;
        Settle(lockToken, null, Guid.Empty, (session, entry, now) =>
        {
            session.Taken.Add(lockToken, entry);
            until = entry.LockedUntil = now + Settings.LockDuration;
            _deadlines.Enqueue(entry, until);
        });
        return until;
    }

    /// <summary>Refuses all that wait and all that come: the queue is gone.</summary>
    public void Delete()
    {
        lock (_gate)
        {
            _deleted = true;
            _timer.Dispose();
            Pulse();
        }

        _deadLetters?.Delete();
    }

    public void Dispose() => Delete();

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Guid NewLock() => new(RandomNumberGenerator.GetBytes(16));

    private static void Modify(QueueEntry entry, Dictionary<string, BusValue>? changes)
    {
        if (changes is null)
            return;

        // A new dictionary: an earlier delivery may be on its way to the wire with the old one.
        var properties = new Dictionary<string, BusValue>(entry.Message.Properties ?? []);
        foreach (var (key, value) in changes)
            properties[key] = value;
        entry.Message.Properties = properties;
    }

    private QueueEntry Enqueue(QueueEntry entry, DateTimeOffset now)
    {
        entry.Sequence = ++_lastSequence;
        _entries.Add(entry.Sequence, entry);
        _bytes += entry.Size;
        if (entry.Message.ScheduledAt is { } at && at > now)
        {
            entry.ScheduledAt = at;
            _deadlines.Enqueue(entry, at);
        }
        else
        {
            Activate(entry, now);
        }

        return entry;
    }

    private void Activate(QueueEntry entry, DateTimeOffset at)
    {
        entry.ScheduledAt = null;
        entry.EnqueuedAt = at;
        if (!IsDeadLetterQueue)
        {
            var lives = entry.Message.TimeToLive is { } own && own < Settings.DefaultTimeToLive ? own : Settings.DefaultTimeToLive;
            entry.ExpiresAt = lives >= DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue : at + lives;
            if (entry.ExpiresAt != DateTimeOffset.MaxValue)
                _deadlines.Enqueue(entry, entry.ExpiresAt);
        }

        SessionFor(entry).Available.Add(entry.Sequence, entry);
        Pulse();
    }

    private List<BusMessage> Take(QueueSession session, int max, bool delete, DateTimeOffset now)
    {
        var taken = new List<BusMessage>();
        foreach (var entry in session.Available.Values.Take(max).ToList())
        {
            session.Available.Remove(entry.Sequence);
            if (delete)
            {
                Remove(entry);
                taken.Add(Delivery(entry, lockedUntil: null));
                continue;
            }

            entry.LockToken = NewLock();
            session.Taken.Add(entry.LockToken, entry);
            if (!session.IsHeld)
            {
                entry.LockedUntil = now + Settings.LockDuration;
                _deadlines.Enqueue(entry, entry.LockedUntil);
            }

            taken.Add(Delivery(entry, session.IsHeld ? session.LockedUntil : entry.LockedUntil));
        }

        return taken;
    }

    private void Settle(Guid lockToken, string? sessionId, Guid sessionLock, Action<QueueSession, QueueEntry, DateTimeOffset> how)
    {
        lock (_gate)
        {
            var now = Begin();
            var session = SessionOf(sessionId, sessionLock);
            if (!session.Taken.Remove(lockToken, out var entry))
                throw BrokerException.LockLost();
            how(session, entry, now);
            End();
        }
    }

    private void Return(QueueSession session, QueueEntry entry, bool failed)
    {
        session.Taken.Remove(entry.LockToken);
        entry.LockToken = Guid.Empty;
        if (failed)
            entry.Failures++;
        if (!IsDeadLetterQueue && entry.Failures >= Settings.MaxDeliveryCount)
        {
            MoveToDeadLetters(entry, "MaxDeliveryCountExceeded", $"Message could not be consumed after {Settings.MaxDeliveryCount} delivery attempts.");
            return;
        }

        session.Available[entry.Sequence] = entry;
        if (entry.ExpiresAt != DateTimeOffset.MaxValue)
            _deadlines.Enqueue(entry, entry.ExpiresAt);
        Pulse();
    }

    private void MoveToDeadLetters(QueueEntry entry, string? reason, string? description)
    {
        Remove(entry);
        var message = entry.Message.Copy();
        message.ScheduledAt = null;
        message.Properties = new Dictionary<string, BusValue>(message.Properties ?? []);
        if (reason is not null)
            message.Properties["DeadLetterReason"] = BusValues.Of(reason);
        if (description is not null)
            message.Properties["DeadLetterErrorDescription"] = BusValues.Of(description);
        _deadLetters!.Accept(new QueueEntry(message) { Failures = entry.Failures });
    }

    private void Accept(QueueEntry entry)
    {
        lock (_gate)
        {
            if (_deleted)
                return;
            Enqueue(entry, Begin());
            End();
        }
    }

    private void Remove(QueueEntry entry)
    {
        entry.Removed = true;
        _entries.Remove(entry.Sequence);
        _bytes -= entry.Size;
        if (_sessions.TryGetValue(SessionKey(entry), out var session))
        {
            session.Available.Remove(entry.Sequence);
            session.Taken.Remove(entry.LockToken);
            Forget(session);
        }
    }

    private BusMessage Delivery(QueueEntry entry, DateTimeOffset? lockedUntil)
    {
        var message = entry.Message.Copy();
        message.LockToken = entry.LockToken;
        message.LockedUntil = lockedUntil;
        message.DeliveryCount = entry.Failures + 1;
        message.Sequence = message.EnqueuedSequence = entry.Sequence;
        message.EnqueuedAt = entry.ScheduledAt ?? entry.EnqueuedAt;
        message.Scheduled = entry.ScheduledAt is not null;
        return message;
    }

    /// <summary>The present, with everything done that fell due before it.</summary>
    private DateTimeOffset Begin()
    {
        if (_deleted)
            throw BrokerException.NoSuchQueue(Path);
        var now = _clock.GetUtcNow();
        Sweep(now);
        return now;
    }

    private void End()
    {
        if (!_deadlines.TryPeek(out _, out var next))
            return;
        var wait = next - _clock.GetUtcNow();
        var longest = TimeSpan.FromDays(1);
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > longest ? longest : wait, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_deleted)
                return;
            Sweep(_clock.GetUtcNow());
            End();
        }
    }

    private void Pulse()
    {
        var changed = _changed;
        _changed = NewPulse();
        changed.TrySetResult();
    }
}
