using System.Globalization;
using System.Text.Json;
using Azure;
using CloudOrch.ControlPlane.Seams;

namespace CloudOrch.Azure.Tables;

/// <summary>Sorts what a call to Table Storage throws: refusals that mean something stay, the rest is a store that cannot answer now.</summary>
internal static class Faults
{
    /// <summary>Runs a call that the client has already repeated as far as allowed.</summary>
    /// <exception cref="StoreUnavailableException">Throttled, unreachable, or the answer is broken.</exception>
    /// <exception cref="RequestFailedException">The service refused with a status below 500 that is no throttling.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (IsInDoubt(e, cancellation))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Whether the request may or may not have taken effect, or was not even answered: time-out, broken connection or page, 408, 429, 5xx.</summary>
    public static bool IsInDoubt(Exception e, CancellationToken cancellation) => e switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        IOException or HttpRequestException or JsonException => true,
        AggregateException many => many.InnerExceptions.All(inner => IsInDoubt(inner, cancellation)),
        _ => false,
    };

    public static StoreUnavailableException Unavailable(Exception e)
    {
        var failed = e as RequestFailedException ?? (e as AggregateException)?.InnerExceptions.OfType<RequestFailedException>().LastOrDefault();
        string why = failed is null ? e.GetType().Name : $"{failed.Status} {failed.ErrorCode}".TrimEnd();
        return RetryAfterOf(failed) is { } wait
            ? new StoreUnavailableException($"Table Storage cannot answer: {why}", e) { RetryAfter = wait }
            : new StoreUnavailableException($"Table Storage cannot answer: {why}", e);
    }

    private static TimeSpan? RetryAfterOf(RequestFailedException? failed) =>
        failed?.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out string? text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
