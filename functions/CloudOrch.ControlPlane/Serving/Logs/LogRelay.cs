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

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(500);

    private DateTimeOffset renewedAt = clock.GetUtcNow();

    /// <summary>The first chunks; null when the node does not answer.</summary>
    public async Task<IReadOnlyList<StreamChunk>?> FirstAsync(CancellationToken cancellation)
    {
        var deadline = clock.GetUtcNow() + FirstChunk;
        try
        {
            var chunks = await NextAsync(0, deadline, cancellation).ConfigureAwait(false);
            if (chunks.Count == 0)
                await EndAsync().ConfigureAwait(false);
            return chunks.Count == 0 ? null : chunks;
        }
        catch (OperationCanceledException)
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
            while (chunks.Count > 0)
            {
                foreach (var chunk in chunks)
                {
                    await http.Response.Body.WriteAsync(chunk.Data, cancellation).ConfigureAwait(false);
                    if (!chunk.End)
                        continue;
                    if (chunk.Error is { } error)
                        await http.Response.WriteAsync($"{error}\n", cancellation).ConfigureAwait(false);
                    return;
                }
                await http.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
                chunks = await NextAsync(chunks[^1].Index + 1, until, cancellation).ConfigureAwait(false);
            }
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
        while (true)
        {
            var now = clock.GetUtcNow();
            if (now - renewedAt >= RenewEvery)
            {
                await rows.RenewReaderAsync(cluster, nodeUid, command.StreamId, from - 1, cancellation).ConfigureAwait(false);
                renewedAt = now;
            }
            var chunks = await rows.ReadAsync(cluster, nodeUid, command.StreamId, from, cancellation).ConfigureAwait(false);
            if (chunks.Count > 0 || now >= until)
                return chunks;
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
