using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary><c>?watch=true</c>: one JSON object a line, each flushed at once, ended cleanly before the platform would cut it.</summary>
public sealed class WatchVerb(ReadVerbs reads, ServingOptions options, TimeProvider clock)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (selection, wrong) = Selection.Of(call);
        if (wrong is not null)
            return new Answer.Refused(wrong);
        var (request, wrongRequest) = WatchRequest.Of(call, options.MaxWatch);
        if (wrongRequest is not null)
            return new Answer.Refused(wrongRequest);
        if (Negotiated.Of(call.Http.Request) is not { } form)
            return new Answer.Refused(Refusals.NotAcceptable(Negotiated.Supported));

        var source = reads.SourceOf(call.Kind);
        Listing? initial = null;
        var from = new Revision(request.From);
        var now = await source.ListAsync(call.ClusterId, call.Kind.Stored.Type, selection.Namespace, call.Cancellation).ConfigureAwait(false);
        if (request.From > now.Revision.Value)
            return new Answer.Refused(Refusals.TooLargeVersion(request.From, now.Revision));
        if (request.ListsFirst)
            initial = now;
        if (request.ListsFirst || request.From == 0)
            from = now.Revision;
        return new Answer.Streamed((http, cancellation) => new WatchStream(call, selection, request, form, source, initial, from, options, clock).RunAsync(http, cancellation));
    }
}
