using System.Collections.Concurrent;
using System.Text.Json;
using CloudOrch.ControlPlane.Brain;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Protocol;
using Microsoft.AspNetCore.Http;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>What agents call: <c>/node/v1/…</c>. A node is known by its signature and can name nothing but itself.</summary>
public sealed class NodeApi(IDirectory directory, Enrolment enrolment, ClusterCaches caches, INodeCredentialIssuer issuer, IWorkQueue work, ServingOptions options, TimeProvider clock)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    // So that a report costs no look-up in a table.
    private readonly ConcurrentDictionary<string, (EnrolmentRecord Enrolment, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    public async Task<Answer> EnrollAsync(HttpContext http)
    {
        var (request, refusal) = await ReadAsync<EnrollRequest>(http).ConfigureAwait(false);
        if (request is null)
            return new Answer.Refused(refusal!);
        return await enrolment.EnrolAsync(request, http.Request.Headers.Authorization, http.RequestAborted).ConfigureAwait(false) switch
        {
            EnrolOutcome.Enrolled enrolled => new Answer.Document(KubeJson.Write(enrolled.Response)),
            EnrolOutcome.Refused refused => new Answer.Refused(refused.Status),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        };
    }

    /// <summary>Credentials for another day. A node whose object was deleted gets none.</summary>
    public async Task<Answer> CredentialsAsync(HttpContext http, CallerIdentity.Node node)
    {
        var cluster = new ClusterId(node.ClusterId);
        var snapshot = await caches.Of(cluster).CatchUpAsync(http.RequestAborted).ConfigureAwait(false);
        if (!snapshot.Exists(node.NodeUid))
            return new Answer.Refused(Refusals.Unauthorized("the node was deleted: enrol it again with a join token"));
        var credentials = await issuer.IssueAsync(cluster, node.NodeUid, (int)NodeLoss.Interval(snapshot.CountOf(ResourceTypes.Nodes)).TotalMilliseconds,
            clock.GetUtcNow(), http.RequestAborted).ConfigureAwait(false);
        return new Answer.Document(KubeJson.Write(credentials));
    }

    public async Task<Answer> DoorbellAsync(HttpContext http, CallerIdentity.Node node)
    {
        var (bell, refusal) = await ReadAsync<NodeDoorbell>(http).ConfigureAwait(false);
        if (bell is null)
            return new Answer.Refused(refusal!);
        await work.RingAsync(new(new(node.ClusterId), RingReasons.StatusOf(node.NodeUid, bell.BootId, bell.Seq), Revision.Zero), http.RequestAborted).ConfigureAwait(false);
        return new Answer.Document("{}"u8.ToArray(), Code: 202);
    }

    /// <summary>The node that signed the request, or why it is not known.</summary>
    public async Task<(CallerIdentity.Node? Node, Status? Refusal)> AuthenticateAsync(HttpContext http)
    {
        if (NodeTokens.Read(http.Request.Headers.Authorization) is not { } claims)
            return (null, Refusals.Unauthorized("a node's own token is needed"));
        if (await FindAsync(claims.NodeUid, http.RequestAborted).ConfigureAwait(false) is not { } record)
            return (null, Refusals.Unauthorized("the node is not enrolled"));
        return NodeTokens.Check(claims, record, clock.GetUtcNow()) is { } wrong
            ? (null, Refusals.Unauthorized(wrong))
            : (new(record.Cluster.Value, record.NodeUid, record.NodeName), null);
    }

    /// <summary>An enrolment never changes; one that ended meanwhile rings for a node that is no more, and gets no credentials.</summary>
    private async Task<EnrolmentRecord?> FindAsync(string nodeUid, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(nodeUid, out var hit) && hit.Until > now)
            return hit.Enrolment;
        var found = await directory.FindEnrolmentAsync(nodeUid, cancellation).ConfigureAwait(false);
        if (_known.Count >= MostRemembered)
            _known.Clear();
        if (found is not null)
            _known[nodeUid] = (found, now + Remembered);
        return found;
    }

    private async Task<(T? Value, Status? Refusal)> ReadAsync<T>(HttpContext http)
        where T : class
    {
        var (body, refusal) = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes, http.RequestAborted).ConfigureAwait(false);
        if (refusal is not null)
            return (null, refusal);
        try
        {
            return (KubeJson.Read<T>(body.Bytes.Span), null);
        }
        catch (JsonException e)
        {
            return (null, Refusals.BadRequest($"the body is not a {typeof(T).Name}: {e.Message}"));
        }
    }
}
