namespace CloudOrch.Local.Broker;

/// <summary>Sessions, and what time does to a queue.</summary>
internal sealed partial class BrokerQueue
{
    /// <summary>Locks a session: the named one, or the free one whose oldest message has waited longest; waits until one is free.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="BrokerException">SessionCannotBeLocked: the named session is held. ServiceTimeout: none came before <paramref name="stop"/>.</exception>
    public async Task<(string Id, Guid Lock, DateTimeOffset Until)> AcceptSessionAsync(string? sessionId, CancellationToken stop)
    {
        if (!Settings.RequiresSession)
            throw new BrokerException(BrokerException.InvalidOperation, $"A sessionful message receiver cannot be created on an entity that does not require sessions: '{Path}'.");
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var now = Begin();
                var session = sessionId is null ? NextFree() : Named(sessionId);
                if (session is not null && !stop.IsCancellationRequested)
                {
                    session.HeldBy = NewLock();
                    session.LockedUntil = now + Settings.LockDuration;
                    _deadlines.Enqueue(session, session.LockedUntil);
                    End();
                    return (session.Id, session.HeldBy, session.LockedUntil);
                }

                if (stop.IsCancellationRequested)
                    throw new BrokerException(BrokerException.ServiceTimeout, "The operation did not complete within the allotted time.");
                changed = _changed.Task;
            }

            await changed.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Frees a session that its holder closes: what it had taken goes back without counting as a failed delivery.</summary>
    /// <remarks>A lock that is already lost is nothing to free: closing twice, or after expiry, is no error.</remarks>
    public void ReleaseSession(string sessionId, Guid sessionLock)
    {
        lock (_gate)
        {
            Begin();
            if (_sessions.TryGetValue(sessionId, out var session) && session.HeldBy == sessionLock)
                Free(session, failed: false);
            End();
        }
    }

    /// <returns>Until when the session is now locked.</returns>
    public DateTimeOffset RenewSession(string sessionId, Guid sessionLock)
    {
        lock (_gate)
        {
            var now = Begin();
            var session = SessionOf(sessionId, sessionLock);
            session.LockedUntil = now + Settings.LockDuration;
            _deadlines.Enqueue(session, session.LockedUntil);
            End();
            return session.LockedUntil;
        }
    }

    public ReadOnlyMemory<byte>? GetState(string sessionId, Guid sessionLock)
    {
        lock (_gate)
        {
            Begin();
            return SessionOf(sessionId, sessionLock).State;
        }
    }

    public void SetState(string sessionId, Guid sessionLock, ReadOnlyMemory<byte>? state)
    {
        lock (_gate)
        {
            Begin();
            SessionOf(sessionId, sessionLock).State = state;
        }
    }

    private QueueSession? NextFree() =>
        _sessions.Values.Where(s => !s.IsHeld && s.Available.Count > 0).MinBy(s => s.Available.Keys.First());

    private QueueSession Named(string sessionId)
    {
        if (!_sessions.TryGetValue(sessionId, out var session))
            _sessions.Add(sessionId, session = new QueueSession(sessionId));
        return session.IsHeld
            ? throw new BrokerException(BrokerException.SessionCannotBeLocked, $"The requested session '{sessionId}' cannot be accepted. It may be locked by another receiver.")
            : session;
    }

    /// <summary>Where a receiver works: the session that it holds, or the one common session of a queue without them.</summary>
    private QueueSession SessionOf(string? sessionId, Guid sessionLock)
    {
        if (!Settings.RequiresSession)
            return Common();
        if (sessionId is null)
            throw new BrokerException(BrokerException.InvalidOperation, $"It is not possible for an entity that requires sessions to create a non-sessionful message receiver: '{Path}'.");
        return _sessions.TryGetValue(sessionId, out var session) && session.IsHeld && session.HeldBy == sessionLock
            ? session
            : throw BrokerException.SessionLost(sessionId);
    }

    private QueueSession SessionFor(QueueEntry entry)
    {
        var key = SessionKey(entry);
        if (!_sessions.TryGetValue(key, out var session))
            _sessions.Add(key, session = new QueueSession(key));
        return session;
    }

    private QueueSession Common()
    {
        if (!_sessions.TryGetValue("", out var session))
            _sessions.Add("", session = new QueueSession(""));
        return session;
    }

    private string SessionKey(QueueEntry entry) => Settings.RequiresSession ? entry.Message.SessionId! : "";

    private void Forget(QueueSession session)
    {
        if (Settings.RequiresSession && session.IsIdle)
            _sessions.Remove(session.Id);
    }

    private void Free(QueueSession session, bool failed)
    {
        session.HeldBy = Guid.Empty;
        foreach (var entry in session.Taken.Values.ToList())
            Return(session, entry, failed);
        Forget(session);
        Pulse();
    }

    private void Sweep(DateTimeOffset now)
    {
        while (_deadlines.TryPeek(out var item, out var due) && due <= now)
        {
            _deadlines.Dequeue();
            if (item is QueueSession session && session.IsHeld && session.LockedUntil <= now)
                Free(session, failed: true);
            else if (item is QueueEntry { Removed: false } entry)
                Sweep(entry, now);
        }
    }

    private void Sweep(QueueEntry entry, DateTimeOffset now)
    {
        if (entry.ScheduledAt is { } at)
        {
            if (at > now)
                return;

            // What becomes due is appended as if it had been sent then, with a sequence number of its own.
            Remove(entry);
            entry.Removed = false;
            entry.Message.ScheduledAt = null;
            Enqueue(entry, at);
            entry.Message.ScheduledAt = at;
            return;
        }

        if (entry.IsLocked && !Settings.RequiresSession && entry.LockedUntil <= now)
            Return(Common(), entry, failed: true);
        if (!entry.Removed && !entry.IsLocked && entry.ExpiresAt <= now)
            Expire(entry);
    }

    /// <summary>A locked message does not expire: its holder may still complete it.</summary>
    private void Expire(QueueEntry entry)
    {
        if (Settings.DeadLetterExpired)
            MoveToDeadLetters(entry, "TTLExpiredException", "The message expired and was dead lettered.");
        else
            Remove(entry);
    }
}
