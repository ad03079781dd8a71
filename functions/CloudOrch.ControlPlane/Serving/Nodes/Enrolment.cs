using System.Security.Cryptography;
using System.Text;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Management;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Serving.Nodes;

/// <summary>What came of an enrolment.</summary>
public abstract record EnrolOutcome
{
    private EnrolOutcome() { }

    public sealed record Enrolled(EnrollResponse Response) : EnrolOutcome;

    public sealed record Refused(Status Status) : EnrolOutcome;
}

/// <summary><c>POST /node/v1/enroll</c>.</summary>
/// <remarks>
/// Laws: a name belongs to one key until its Node is deleted; the same key again is the same node and uses no token; a token is
/// used at most <c>maxUses</c> times, also by racing nodes. A use is reserved for the node's key before the node is made, and given back when no
/// node came of it: whatever is repeated, or answered to nobody, counts once.
/// </remarks>
public sealed class Enrolment(IDirectory directory, ClusterCaches caches, ClusterWriters writers, IDecisionSender decisions, INodeRows rows,
    INodeCredentialIssuer issuer, NodeRemoval removal, JoinTokenUses uses, IIdentityGenerator identities, ServingOptions options, TimeProvider clock)
{
    private static readonly TimeSpan GivingBack = TimeSpan.FromSeconds(10);

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public async Task<EnrolOutcome> EnrolAsync(EnrollRequest request, string? authorization, CancellationToken cancellation)
    {
        if (Problem(request) is { } problem)
            return new EnrolOutcome.Refused(problem);
        int? protocol = ProtocolRange.Own.Common(request.Protocol);
        if (protocol is null)
            return Refuse(Refusals.BadRequest(
                $"the agent speaks protocol {request.Protocol.Min}-{request.Protocol.Max}, this control plane {ProtocolRange.Own.Min}-{ProtocolRange.Own.Max}: install a matching agent"));
        var now = clock.GetUtcNow();
        if (string.IsNullOrEmpty(request.JoinToken))
            return await AgainAsync(request, authorization, now, cancellation).ConfigureAwait(false);

        var token = await directory.FindJoinTokenBySecretAsync(HashOf(request.JoinToken), cancellation).ConfigureAwait(false);
        if (token is null)
            return Refuse(Refusals.Unauthorized("the join token is unknown or was revoked: create another one"));
        if (token.ExpiresAt <= now)
            return Refuse(Refusals.Unauthorized($"the join token expired at {token.ExpiresAt:yyyy-MM-ddTHH:mm:ssZ}: create another one"));
        if (await directory.FindClusterAsync(token.Cluster, cancellation).ConfigureAwait(false) is not { } cluster)
            return Refuse(Refusals.Unauthorized("the join token's cluster does not exist any more"));

        if (await KnownAsync(cluster, request.NodeName, cancellation).ConfigureAwait(false) is { } known)
        {
            return known.SigningKey == request.SigningKey
                ? await AnswerAsync(known, cancellation).ConfigureAwait(false)
                : Refuse(NameTaken(request.NodeName));
        }
        string key = HashOf(request.SigningKey)[..16];
        (EnrolmentRecord? Enrolment, bool IsNew, EnrolOutcome? Refused) made;
        try
        {
            if (await uses.ReserveAsync(token, key, cancellation).ConfigureAwait(false) is { } usedUp)
                return Refuse(usedUp);
            made = await MakeAsync(request, cluster, protocol.Value, now, cancellation).ConfigureAwait(false);
        }
        catch
        {
            // A caller that hung up, or a fault. The node asks again, and is not to use the token up by that.
            using var deadline = new CancellationTokenSource(GivingBack, clock);
            if ((await directory.FindEnrolmentAsync(cluster.Id, request.NodeName, deadline.Token).ConfigureAwait(false))?.SigningKey != request.SigningKey)
                await uses.SettleAsync(token, key, isUsed: false, deadline.Token).ConfigureAwait(false);
            throw;
        }

        // One that was made by the same node's other request is settled there.
        if (made.IsNew || made.Enrolment is null)
            await uses.SettleAsync(token, key, made.IsNew, cancellation).ConfigureAwait(false);
        return made.Enrolment is { } enrolment ? await AnswerAsync(enrolment, cancellation).ConfigureAwait(false) : made.Refused!;
    }

    /// <summary>A node that has its identity already proves it by its signature.</summary>
    private async Task<EnrolOutcome> AgainAsync(EnrollRequest request, string? authorization, DateTimeOffset now, CancellationToken cancellation)
    {
        if (NodeTokens.Read(authorization) is not { } claims
            || await directory.FindEnrolmentAsync(claims.NodeUid, cancellation).ConfigureAwait(false) is not { } enrolment)
            return Refuse(Refusals.Unauthorized("enrolling needs a join token, or the signature of a node that is enrolled already"));
        if (NodeTokens.Check(claims, enrolment, now) is { } wrong)
            return Refuse(Refusals.Unauthorized(wrong));
        if (enrolment.NodeName != request.NodeName || enrolment.SigningKey != request.SigningKey)
            return Refuse(NameTaken(request.NodeName));
        return await AnswerAsync(enrolment, cancellation).ConfigureAwait(false);
    }

    /// <summary>The enrolment of a name, unless its Node is gone: then what is left of it is cleared away.</summary>
    private async Task<EnrolmentRecord?> KnownAsync(ClusterRecord cluster, string name, CancellationToken cancellation)
    {
        if (await directory.FindEnrolmentAsync(cluster.Id, name, cancellation).ConfigureAwait(false) is not { } enrolment)
            return null;
        var snapshot = await caches.Of(cluster.Id).CatchUpAsync(cancellation).ConfigureAwait(false);
        if (snapshot.Exists(enrolment.NodeUid))
            return enrolment;
        await removal.RemoveAllAsync(cluster.Id, name, enrolment.NodeUid, cancellation).ConfigureAwait(false);
        return null;
    }

    private async Task<(EnrolmentRecord? Enrolment, bool IsNew, EnrolOutcome? Refused)> MakeAsync(EnrollRequest request, ClusterRecord cluster, int protocol, DateTimeOffset now, CancellationToken cancellation)
    {
        string uid = identities.NewUid();
        var result = await writers.Of(cluster.Id).SubmitAsync(snapshot => Decide(request, cluster, uid, now, snapshot), cancellation).ConfigureAwait(false);
        if (result is WriteResult.Refused refused)
            return (null, false, Refuse(refused.Status));
        var node = (Node)(result is WriteResult.Written written ? written.Objects[0] : ((WriteResult.Kept)result).Answer);
        var enrolment = new EnrolmentRecord(cluster.Id, request.NodeName, node.Metadata.Uid!, request.SigningKey, request.SealingKey, protocol, node.Spec.PodCidr ?? "", "");
        if (await directory.AddEnrolmentAsync(enrolment, cancellation).ConfigureAwait(false) == DirectoryWrite.Done)
            return (enrolment, true, null);
        // Somebody enrolled the name in between: the same key is this very node asking twice.
        var winner = await directory.FindEnrolmentAsync(cluster.Id, request.NodeName, cancellation).ConfigureAwait(false);
        return winner?.SigningKey == request.SigningKey ? (winner, false, null) : (null, false, Refuse(NameTaken(request.NodeName)));
    }

    /// <summary>A Node that was made before it enrolled keeps its uid, labels and taints; its pod range is unique because the commit is.</summary>
    private Decision Decide(EnrollRequest request, ClusterRecord cluster, string uid, DateTimeOffset now, ClusterSnapshot snapshot)
    {
        var kind = KindRegistry.Of<Node>();
        var key = new ResourceKey(ResourceTypes.Nodes, "", request.NodeName);
        var existing = snapshot.Find(key) as Node;
        if (existing is { Spec.PodCidr.Length: > 0 })
            return new Decision.Keep(existing);
        var spec = (KubeJson.Read<Cluster>(cluster.Document.Span) is var document ? (Cluster)KindRegistry.Of<Cluster>().Default(document) : document).Spec!;
        string? range = PodRanges.Next(spec.PodCidr!, spec.NodeCidrMaskSize!.Value, snapshot.List(ResourceTypes.Nodes).Select(n => ((Node)n).Spec.PodCidr ?? ""));
        if (range is null)
            return new Decision.Refuse(Refusals.Forbidden(key.Type, key.Name, $"the cluster's pod range {spec.PodCidr} has no range of /{spec.NodeCidrMaskSize} left: delete nodes that are gone"));
        if (existing is not null)
            return new Decision.Write([new(ChangeType.Modified, key, existing with { Spec = existing.Spec with { PodCidr = range, PodCidrs = [range] } })]);
        if (Admission.CheckQuota(snapshot, key, options.Quota) is { } exceeded)
            return new Decision.Refuse(exceeded);
        var node = NodeObjects.Make(request, uid, range, now);
        FieldError[] errors = [.. kind.Validate(node)];
        return errors.Length > 0 ? new Decision.Refuse(Refusals.Invalid(kind, request.NodeName, errors)) : new Decision.Write([new(ChangeType.Added, key, node)]);
    }

    private async Task<EnrolOutcome> AnswerAsync(EnrolmentRecord enrolment, CancellationToken cancellation)
    {
        await decisions.CreateQueueAsync(enrolment.NodeUid, cancellation).ConfigureAwait(false);
        await rows.OpenLeaseAsync(enrolment.Cluster, enrolment.NodeUid, cancellation).ConfigureAwait(false);
        var snapshot = await caches.Of(enrolment.Cluster).CatchUpAsync(cancellation).ConfigureAwait(false);
        var credentials = await issuer.IssueAsync(enrolment.Cluster, enrolment.NodeUid,
            (int)NodeLoss.Interval(snapshot.CountOf(ResourceTypes.Nodes)).TotalMilliseconds, clock.GetUtcNow(), cancellation).ConfigureAwait(false);
        return new EnrolOutcome.Enrolled(new()
        {
            ClusterId = enrolment.Cluster.Value,
            NodeUid = enrolment.NodeUid,
            NodeName = enrolment.NodeName,
            PodCidr = enrolment.PodCidr,
            Protocol = enrolment.Protocol,
            Credentials = credentials,
        });
    }

    private static Status? Problem(EnrollRequest request)
    {
        if (!NodeTokens.IsKey(request.SigningKey) || !NodeTokens.IsKey(request.SealingKey))
            return Refusals.BadRequest("signingKey and sealingKey must be P-256 public keys (SubjectPublicKeyInfo, DER, base64)");
        if (Domain.Kinds.Rules.Names.Subdomain(request.NodeName).FirstOrDefault() is { } wrong)
            return Refusals.BadRequest($"nodeName \"{request.NodeName}\": {wrong}");
        return NodeObjects.ForbiddenLabels(request) is { Count: > 0 } labels
            ? Refusals.Forbidden(ResourceTypes.Nodes, request.NodeName, $"a node may not give itself the labels {string.Join(", ", labels)}")
            : null;
    }

    private static Status NameTaken(string name) => Refusals.Conflict(ResourceTypes.Nodes, name,
        "the name is enrolled with another key: choose another name, or delete the Node first");

    private static EnrolOutcome.Refused Refuse(Status status) => new(status);
}
