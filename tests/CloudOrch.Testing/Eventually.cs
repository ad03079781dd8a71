namespace CloudOrch.Testing;

/// <summary>Waits for a condition on the real clock: what a test does where it would otherwise sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <exception cref="TimeoutException">The condition was still false after <paramref name="deadline"/>; the message names <paramref name="what"/>.</exception>
    public static Task Async(Func<bool> condition, TimeSpan deadline, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Async(() => Task.FromResult(condition()), deadline, what);
    }

    /// <inheritdoc cref="Async(Func{bool}, TimeSpan, string)"/>
    /// <remarks>
    /// The condition is asked at least twice, so that a slow first answer does not fail a test by itself. Between two questions it is as quiet as the answer
    /// took, within limits: what asks must not keep what it waits for from working.
    /// </remarks>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var asking = started;
        for (var asked = 0; !await condition().ConfigureAwait(false); asked++)
        {
            if (asked > 0 && clock.GetElapsedTime(started) > deadline)
                throw new TimeoutException($"not within {deadline.TotalSeconds:0.#} s: {what}");
            var took = clock.GetElapsedTime(asking);
            await Task.Delay(took < ShortestPause ? ShortestPause : took < LongestPause ? took : LongestPause, clock, CancellationToken.None).ConfigureAwait(false);
            asking = clock.GetTimestamp();
        }
    }

    /// <summary>Asks again and again for so long; what it asks fails by itself.</summary>
    public static async Task ThroughoutAsync(TimeSpan span, Func<Task> assertion)
    {
        ArgumentNullException.ThrowIfNull(assertion);
        var clock = TimeProvider.System;
        for (var started = clock.GetTimestamp(); clock.GetElapsedTime(started) < span;)
        {
            await assertion().ConfigureAwait(false);
            await Task.Delay(LongestPause, clock, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until <paramref name="read"/> answers something, and returns it.</summary>
    /// <exception cref="TimeoutException">It was still null after <paramref name="deadline"/>.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> read, TimeSpan deadline, string what)
        where T : class
    {
        T? value = null;
        await Async(async () => (value = await read().ConfigureAwait(false)) is not null, deadline, what).ConfigureAwait(false);
        return value!;
    }
}
