using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker.Extensions.ServiceBus;

/// <summary>Takes the next session that has messages, serves it in order until it rests, and gives it back.</summary>
internal static class SessionLane
{
    public static async Task ServeOneAsync(
        ServiceBusClient client, string queue, ServiceBusSettings settings, MessageRunner runner, TimeProvider clock, CancellationToken stop, CancellationToken abort)
    {
        await using var session = await client.AcceptNextSessionAsync(
            queue, new ServiceBusSessionReceiverOptions { PrefetchCount = settings.PrefetchCount }, stop);
        using var lost = new CancellationTokenSource();
        using var closed = new CancellationTokenSource();
        var renewal = LockRenewal.RunAsync(
            () => session.SessionLockedUntil, session.RenewSessionLockAsync, settings.MaxAutoLockRenewalDuration, clock, lost, closed.Token);
        try
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop, lost.Token);
            using var running = CancellationTokenSource.CreateLinkedTokenSource(abort, lost.Token);
            long start = clock.GetTimestamp();
            // A session held for longer than its lock is renewed would be lost within a message.
            while (!waiting.IsCancellationRequested && clock.GetElapsedTime(start) < settings.MaxAutoLockRenewalDuration)
            {
                if (await session.ReceiveMessageAsync(settings.SessionIdleTimeout ?? settings.TryTimeout, waiting.Token) is not { } message)
                    return;
                var actions = new ServiceBusSessionMessageActions(session);
                await runner.RunAsync(session, message, actions, running.Token);
                if (actions.Released)
                    return;
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // The lock is another's: this lane takes the next session.
        }
        finally
        {
            await closed.CancelAsync();
            await renewal;
        }
    }
}

/// <summary>Takes one message of a queue without sessions.</summary>
internal static class QueueLane
{
    public static async Task ServeOneAsync(
        ServiceBusClient client, string queue, ServiceBusSettings settings, MessageRunner runner, CancellationToken stop, CancellationToken abort)
    {
        await using var receiver = client.CreateReceiver(queue);
        while (!stop.IsCancellationRequested)
        {
            if (await receiver.ReceiveMessageAsync(settings.TryTimeout, stop) is { } message)
                await runner.RunAsync(receiver, message, null, abort);
        }
    }
}

/// <summary>Renews a lock when half of it is over, for so long, until ended.</summary>
internal static class LockRenewal
{
    /// <param name="lockedUntil">When the lock ends.</param>
    /// <param name="renew">Starts it anew.</param>
    /// <param name="limit">The longest time to go on renewing.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="lost">Cancelled when the lock turned out to be lost.</param>
    /// <param name="ended">Ends the renewal.</param>
    public static async Task RunAsync(
        Func<DateTimeOffset> lockedUntil, Func<CancellationToken, Task> renew, TimeSpan limit, TimeProvider clock, CancellationTokenSource lost,
        CancellationToken ended)
    {
        long start = clock.GetTimestamp();
        try
        {
            while (clock.GetElapsedTime(start) < limit)
            {
                var half = (lockedUntil() - clock.GetUtcNow()) / 2;
                await Task.Delay(half > TimeSpan.FromMilliseconds(10) ? half : TimeSpan.FromMilliseconds(10), clock, ended);
                try
                {
                    await renew(ended);
                }
                catch (ServiceBusException e) when (e.IsTransient && lockedUntil() > clock.GetUtcNow())
                {
                    // The lock still holds: another try before it ends.
                }
                catch (ServiceBusException)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // What the lock was for is done.
        }
    }
}
