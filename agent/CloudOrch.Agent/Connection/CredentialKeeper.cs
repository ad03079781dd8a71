using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Connection;

/// <summary>Renews what the node may touch: at its start, each hour, and when something was refused.</summary>
public sealed partial class CredentialKeeper(
    NodeLink link, ControlPlaneClient api, Func<EnrollRequest> request, TimeProvider clock, ILogger<CredentialKeeper> log, Action<EnrollResponse> remember)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <returns>Another enrolment: this node was deleted, and joined anew.</returns>
    public async Task<EnrollResponse?> RunAsync(CancellationToken ct)
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
                    if (await EnrolAgainAsync(ct).ConfigureAwait(false) is { } other)
                        return other;
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

        remember(answered.Value);
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
