#nullable enable
using System.Security.Cryptography;

namespace Azure.Messaging.ServiceBus.Internal;

/// <summary>Tries an operation up to 1 + MaxRetries times while its failures are transient, each try for at most TryTimeout.</summary>
internal sealed class RetryPolicy(ServiceBusRetryOptions options)
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    public TimeSpan TryTimeout => options.TryTimeout;

    /// <param name="bounded">False when the operation keeps to its own time limit.</param>
    /// <exception cref="ServiceBusException">The last failure, when the tries are used up or it is not transient.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, bool bounded, CancellationToken ct)
    {
        for (var failed = 0; ; failed++)
        {
            try
            {
                return bounded ? await TryAsync(operation, ct).ConfigureAwait(false) : await operation(ct).ConfigureAwait(false);
            }
            catch (ServiceBusException e) when (e.IsTransient && failed < options.MaxRetries && !ct.IsCancellationRequested)
            {
                await Task.Delay(DelayAfter(failed + 1), Clock, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The n-th delay (from 1): fixed, or doubled each time; never above MaxDelay, and 0.9 to 1.1 of itself, so that clients spread.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var doublings = options.Mode == ServiceBusRetryMode.Exponential ? Math.Min(attempt - 1, 20) : 0;
        var milliseconds = Math.Min(options.Delay.TotalMilliseconds * Math.Pow(2, doublings), options.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (0.9 + (RandomNumberGenerator.GetInt32(200) / 1000.0)));
    }

    private async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.TryTimeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await operation(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw BusFailure.Timeout(null, e);
        }
    }
}
