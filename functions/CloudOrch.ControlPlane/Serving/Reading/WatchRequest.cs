using System.Globalization;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>The query parameters of a watch.</summary>
/// <param name="From">The revision after which events are wanted; 0 means from the present state.</param>
/// <param name="ListsFirst">Whether the present objects come first, as ADDED.</param>
/// <param name="InitialEnd">Whether a bookmark marks the end of those.</param>
public sealed record WatchRequest(long From, bool ListsFirst, bool InitialEnd, bool Bookmarks, TimeSpan Timeout)
{
    public static (WatchRequest Request, Status? Refusal) Of(ApiCall call, TimeSpan longest)
    {
        var request = new WatchRequest(0, true, false, call.Query("allowWatchBookmarks") is "true" or "1", longest);
        if (call.Query("timeoutSeconds") is { Length: > 0 } timeout)
        {
            if (!long.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
                return (request, Refusals.BadRequest($"timeoutSeconds: Invalid value: \"{timeout}\": must be a whole number of seconds"));
            if (seconds > 0 && seconds < longest.TotalSeconds)
                request = request with { Timeout = TimeSpan.FromSeconds(seconds) };
        }
        if (call.Query("resourceVersion") is { Length: > 0 } version)
        {
            if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long revision))
                return (request, Refusals.BadRequest($"resourceVersion: Invalid value: \"{version}\""));
            request = request with { From = revision, ListsFirst = revision == 0 };
        }
        string? match = call.Query("resourceVersionMatch");
        switch (call.Query("sendInitialEvents"))
        {
            case "true" or "1" when match != "NotOlderThan":
                return (request, Refusals.Unprocessable("sendInitialEvents: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            case "true" or "1":
                return (request with { ListsFirst = true, InitialEnd = true }, null);
            case "false" or "0":
                return (request with { ListsFirst = false }, null);
            default:
                return match is null ? (request, null)
                    : (request, Refusals.Unprocessable("resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
    }
}
