namespace CloudOrch.Testing;

/// <summary>Waits for a condition on the real clock: what a test does where it would otherwise sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <exception cref="TimeoutException">The condition was still false after <paramref name="deadline"/>; the message names <paramref name="what"/>.</exception>
    public static Task Async(Func<bool> condition, TimeSpan deadline, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Async(() => Task.FromResult(condition()), deadline, what);
    }

    /// <inheritdoc cref="Async(Func{bool}, TimeSpan, string)"/>
    /// <remarks>The condition is asked at least twice, so that a slow first answer does not fail a test by itself.</remarks>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan deadline, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        for (var asked = 0; !await condition().ConfigureAwait(false); asked++)
        {
            if (asked > 0 && clock.GetElapsedTime(started) > deadline)
                throw new TimeoutException($"not within {deadline.TotalSeconds:0.#} s: {what}");
            await Task.Delay(Pause, clock, CancellationToken.None).ConfigureAwait(false);
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
