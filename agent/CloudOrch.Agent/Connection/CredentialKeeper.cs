using System.Net;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Connection;

/// <summary>Why an enrolment is of no use any more.</summary>
public abstract record NodeEnd
{
    private NodeEnd()
    {
    }

    /// <summary>The API has made another node of this name: the one of before is gone.</summary>
    public sealed record Replaced(EnrollResponse Enrolment) : NodeEnd;

    /// <param name="Words">The API's.</param>
    public sealed record Deleted(string Words) : NodeEnd;
}

/// <summary>Renews what the node may touch: at its start, each hour, and when something was refused.</summary>
/// <remarks>
/// That the Node was deleted is believed when two say so that know it from different places: its lease row is gone, and the API knows no such
/// node. Either alone may be an outage, for which no container is stopped.
/// </remarks>
public sealed partial class CredentialKeeper(
    NodeLink link, ControlPlaneClient api, Func<EnrollRequest> request, TimeProvider clock, ILogger<CredentialKeeper> log, Action<EnrollResponse> remember)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <returns>Null when it was cancelled.</returns>
    public async Task<NodeEnd?> RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            bool renewed = false;
            switch (await api.RenewAsync(link.Keys, link.Enrolment, ct).ConfigureAwait(false))
            {
                case CallOutcome<NodeCredentials>.Answered answered:
                    Use(link.Enrolment with { Credentials = answered.Value });
                    renewed = true;
                    break;
                case CallOutcome<NodeCredentials>.Refused refused:
                    Log.Refused(log, refused.Message);
                    if (link.LeaseIsGone && refused.Code is (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound))
                        return new NodeEnd.Deleted(refused.Message);
                    if (await EnrolAgainAsync(ct).ConfigureAwait(false) is { } other)
                        return new NodeEnd.Replaced(other);
                    break;
                case CallOutcome<NodeCredentials>.Unreachable unreachable:
                    Log.Unreachable(log, unreachable.Message);
                    break;
            }

            if (renewed)
                await link.RenewalWanted.WaitAsync(Every, ct).ConfigureAwait(false);
            // Also after a renewal: what is refused with fresh credentials is not asked for in a tight circle.
            await Task.Delay(renewed ? TimeSpan.FromSeconds(1) : Retry, clock, ct).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>The same key is let in again without a token while the node exists; after it was deleted, a token that is still good makes it a new node.</summary>
    private async Task<EnrollResponse?> EnrolAgainAsync(CancellationToken ct)
    {
        if (await api.EnrollAsync(request(), ct).ConfigureAwait(false) is not CallOutcome<EnrollResponse>.Answered answered)
            return null;
        if (answered.Value.NodeUid == link.Enrolment.NodeUid)
        {
            Use(answered.Value);
            return null;
        }

        return answered.Value;
    }

    private void Use(EnrollResponse enrolment)
    {
        link.Renew(enrolment.Credentials);
        remember(enrolment);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "credentials refused: {Problem}")]
        public static partial void Refused(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "credentials not renewed: {Problem}")]
        public static partial void Unreachable(ILogger logger, string problem);
    }
}
