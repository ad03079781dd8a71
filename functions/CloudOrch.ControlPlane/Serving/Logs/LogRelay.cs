using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CloudOrch.ControlPlane.Serving.Logs;

/// <summary>One stream from the node's rows to the client.</summary>
public sealed class LogRelay(IStreamRows rows, ServingOptions options, TimeProvider clock, ClusterId cluster, string nodeUid, LogStreamCommand command)
{
    /// <summary>How long a node may take to begin.</summary>
    public static readonly TimeSpan FirstChunk = TimeSpan.FromSeconds(10);

    /// <summary>A container that is followed may say nothing for long: then the stream begins empty.</summary>
    private static readonly TimeSpan SilentStart = TimeSpan.FromSeconds(2);

    /// <summary>The node may be 64 chunks ahead of what the reader says it has read.</summary>
    private const int RenewAfterChunks = 24;
    private const int MaxFailures = 5;

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(500);

    private DateTimeOffset renewedAt = clock.GetUtcNow();
    private long renewedTo = -1;

    /// <summary>The first chunks, none yet for a silent container that is followed; null when the node does not answer.</summary>
    public async Task<IReadOnlyList<StreamChunk>?> FirstAsync(CancellationToken cancellation)
    {
        try
        {
            var chunks = await NextAsync(0, clock.GetUtcNow() + (command.Follow ? SilentStart : FirstChunk), cancellation).ConfigureAwait(false);
            if (chunks.Count > 0 || command.Follow)
                return chunks;
            await EndAsync().ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or StoreUnavailableException)
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task RunAsync(HttpContext http, IReadOnlyList<StreamChunk> chunks, CancellationToken cancellation)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var until = clock.GetUtcNow() + options.MaxLogStream;
        try
        {
            long next = 0;
            await http.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
            do
            {
                foreach (var chunk in chunks)
                {
                    await http.Response.Body.WriteAsync(chunk.Data, cancellation).ConfigureAwait(false);
                    if (chunk is { End: true, Error: { } error })
                        await http.Response.WriteAsync($"{error}\n", cancellation).ConfigureAwait(false);
                    if (chunk.End)
                        return;
                    next = chunk.Index + 1;
                }
                await http.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
                chunks = await NextAsync(next, until, cancellation).ConfigureAwait(false);
            }
            while (chunks.Count > 0);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The reader left; taking the rows away stops the agent.
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for chunks and keeps the reader's row fresh meanwhile; none when <paramref name="until"/> passes first.</summary>
    private async Task<IReadOnlyList<StreamChunk>> NextAsync(long from, DateTimeOffset until, CancellationToken cancellation)
    {
        var pause = Fastest;
        int failures = 0;
        while (true)
        {
            var now = clock.GetUtcNow();
            try
            {
                if (now - renewedAt >= RenewEvery || from - 1 - renewedTo >= RenewAfterChunks)
                {
                    await rows.RenewReaderAsync(cluster, nodeUid, command.StreamId, from - 1, cancellation).ConfigureAwait(false);
                    (renewedAt, renewedTo) = (now, from - 1);
                }
                var chunks = await rows.ReadAsync(cluster, nodeUid, command.StreamId, from, cancellation).ConfigureAwait(false);
                if (chunks.Count > 0 || now >= until)
                    return chunks;
                failures = 0;
            }
            catch (StoreUnavailableException) when (++failures < MaxFailures)
            {
                pause = Slowest;
            }
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
            pause = pause * 1.4 < Slowest ? pause * 1.4 : Slowest;
        }
    }

    private async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        try
        {
            await rows.RemoveAsync(cluster, nodeUid, command.StreamId, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            // The reader's row is not renewed any more, so the agent stops by itself; the rows age out.
        }
    }
}
