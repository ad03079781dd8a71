using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>One watch while it runs.</summary>
internal sealed class WatchStream(ApiCall call, Selection selection, WatchRequest request, Negotiated form, IObjectSource source, Listing? initial, Revision from,
    ServingOptions options, TimeProvider clock)
{
    /// <summary>A client is given what there is for it at once, in pieces of this size.</summary>
    private const int FlushAt = 64 << 10;

    private bool columnsSent;
    private int pending;

    public async Task RunAsync(HttpContext http, CancellationToken aborted)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var deadline = new CancellationTokenSource(request.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        var body = http.Response.BodyWriter;
        await WriteInitialAsync(body, aborted).ConfigureAwait(false);
        await FlushAsync(body, aborted).ConfigureAwait(false);
        var steps = source.WatchAsync(call.ClusterId, from, either.Token).GetAsyncEnumerator(either.Token);
        try
        {
            await FollowAsync(steps, body, aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            // The agreed end: the client resumes from the last revision that it saw, which a bookmark makes the newest.
            if (request.Bookmarks)
                await WriteAsync(body, "BOOKMARK", Bookmark(initialEnd: false), aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The client left.
            return;
        }
        catch (StoreUnavailableException e)
        {
            await WriteAsync(body, "ERROR", KubeJson.Write(Refusals.TooManyRequests(e.Message, RetryAfter(e))), aborted).ConfigureAwait(false);
        }
        finally
        {
            await steps.DisposeAsync().ConfigureAwait(false);
        }
        await FlushAsync(body, aborted).ConfigureAwait(false);
    }

    private async Task FollowAsync(IAsyncEnumerator<WatchStep> steps, PipeWriter body, CancellationToken aborted)
    {
        using var end = new CancellationTokenSource();
        Task? pause = null;
        try
        {
            var next = steps.MoveNextAsync().AsTask();
            while (true)
            {
                if (request.Bookmarks)
                {
                    pause ??= Task.Delay(options.BookmarkEvery, clock, end.Token);
                    if (await Task.WhenAny(next, pause).ConfigureAwait(false) == pause)
                    {
                        pause = null;
                        await WriteAsync(body, "BOOKMARK", Bookmark(initialEnd: false), aborted).ConfigureAwait(false);
                        await FlushAsync(body, aborted).ConfigureAwait(false);
                        continue;
                    }
                }
                if (!await next.ConfigureAwait(false) || !await WriteStepAsync(steps.Current, body, aborted).ConfigureAwait(false))
                    return;
                await FlushAsync(body, aborted).ConfigureAwait(false);
                next = steps.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task WriteInitialAsync(PipeWriter body, CancellationToken aborted)
    {
        foreach (var value in (initial?.Objects ?? []).Where(selection.Matches))
            await WriteAsync(body, "ADDED", Show(value), aborted).ConfigureAwait(false);
        if (request.InitialEnd)
            await WriteAsync(body, "BOOKMARK", Bookmark(initialEnd: true), aborted).ConfigureAwait(false);
    }

    /// <returns>false when the watch ends with this.</returns>
    private async Task<bool> WriteStepAsync(WatchStep step, PipeWriter body, CancellationToken aborted)
    {
        if (step is not WatchStep.Batch batch)
        {
            await WriteErrorAsync(body, aborted).ConfigureAwait(false);
            return false;
        }
        foreach (var change in batch.Events)
        {
            if (change.Key.Type != call.Kind.Stored.Type || !selection.IsAbout(change.Key))
                continue;
            string? type = selection.TypeOf(change, out bool unknown);
            if (unknown)
            {
                await WriteErrorAsync(body, aborted).ConfigureAwait(false);
                return false;
            }
            if (type is not null)
                await WriteAsync(body, type, form.Shape == Shape.Plain ? change.JsonIn(call.Kind) : Show(change.Object), aborted).ConfigureAwait(false);
        }
        from = batch.UpTo;
        return true;
    }

    private Task WriteErrorAsync(PipeWriter body, CancellationToken aborted) =>
        WriteAsync(body, "ERROR", KubeJson.Write(Refusals.Expired($"too old resource version: {from}; list again")), aborted);

    private byte[] Show(KubeObject value)
    {
        switch (form.Shape)
        {
            case Shape.Table:
                bool columns = !columnsSent;
                columnsSent = true;
                return TableWriter.WriteOne(call.Kind, value, AnswerWriter.IncludeOf(call.Http.Request), clock.GetUtcNow(), form.Version, columns);
            case Shape.PartialMetadata:
                return AnswerWriter.Partial(value, form.Version);
            default:
                return call.Kind.Write(value);
        }
    }

    /// <summary>An object of the kind with nothing but a resourceVersion.</summary>
    private byte[] Bookmark(bool initialEnd)
    {
        var metadata = new Dictionary<string, object> { ["resourceVersion"] = from.ToString(), ["creationTimestamp"] = null! };
        if (initialEnd)
            metadata["annotations"] = new Dictionary<string, string> { ["k8s.io/initial-events-end"] = "true" };
        var inner = new { kind = form.Shape == Shape.Plain ? call.Kind.Kind : "PartialObjectMetadata", apiVersion = form.Shape == Shape.Plain ? call.Kind.ApiVersion : $"meta.k8s.io/{form.Version}", metadata };
        return form.Shape != Shape.Table
            ? JsonSerializer.SerializeToUtf8Bytes(inner)
            : JsonSerializer.SerializeToUtf8Bytes(new
            {
                kind = "Table",
                apiVersion = $"meta.k8s.io/{form.Version}",
                metadata = new { resourceVersion = from.ToString() },
                columnDefinitions = Array.Empty<string>(),
                rows = new[] { new { cells = call.Kind.Columns.Select(_ => "").ToArray(), @object = inner } },
            });
    }

    /// <summary>One line, which leaves with the next flush.</summary>
    private async Task WriteAsync(PipeWriter body, string type, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        body.Write("{\"type\":\""u8);
        Encoding.UTF8.GetBytes(type, body);
        body.Write("\",\"object\":"u8);
        body.Write(json.Span);
        body.Write("}\n"u8);
        pending += json.Length;
        if (pending >= FlushAt)
            await FlushAsync(body, cancellation).ConfigureAwait(false);
    }

    private async Task FlushAsync(PipeWriter body, CancellationToken cancellation)
    {
        pending = 0;
        await body.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static int RetryAfter(StoreUnavailableException e) => Math.Max(1, (int)e.RetryAfter.TotalSeconds);
}
