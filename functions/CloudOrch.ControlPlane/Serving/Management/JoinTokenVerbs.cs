using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Management;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>create, get, list and delete of join tokens. The secret is in the answer to create and nowhere else.</summary>
public sealed class JoinTokenVerbs(IDirectory directory, IIdentityGenerator identities, ServingOptions options)
{
    public async Task<Answer> RunAsync(ManagementCall call)
    {
        var route = call.Route;
        if (!RouteTable.Serves(route.Kind, route.Subresource, route.Verb))
            return new Answer.Refused(Authorized(call, null) ?? Refusals.MethodNotAllowed());
        if (route.Verb == "create")
            return await CreateAsync(call).ConfigureAwait(false);
        if (route.Verb == "list")
            return await ListAsync(call).ConfigureAwait(false);
        var record = await directory.FindJoinTokenAsync(call.User.TenantId, route.Name, call.Cancellation).ConfigureAwait(false);
        var cluster = record is null ? null : await directory.FindClusterAsync(record.Cluster, call.Cancellation).ConfigureAwait(false);
        if (Authorized(call, cluster) is { } denied)
            return new Answer.Refused(denied);
        if (record is null)
            return new Answer.Refused(Refusals.NotFound(route.Kind.Type, route.Name));
        if (route.Verb == "get")
            return new Answer.One(route.Kind, Show(record));
        await directory.RemoveJoinTokenAsync(record, call.Cancellation).ConfigureAwait(false);
        return new Answer.Document(KubeJson.Write(new Status
        {
            Outcome = "Success",
            Details = new() { Name = record.Name, Group = route.Kind.Type.Group, Kind = route.Kind.Type.Resource },
        }));
    }

    private async Task<Answer> CreateAsync(ManagementCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call.AsCall());
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var body = await BodyReader.ReadAsync(call.AsCall(), query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read { Object: JoinToken asked, Warnings: var warnings })
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        var kind = call.Route.Kind;
        var cluster = asked.Spec.ClusterName.Length == 0 ? null
            : await directory.FindClusterAsync(call.User.TenantId, asked.Spec.ClusterName, call.Cancellation).ConfigureAwait(false);
        if (Authorized(call, cluster) is { } denied)
            return new Answer.Refused(denied);
        var metadata = asked.Metadata with { Uid = identities.NewUid() };
        if (string.IsNullOrEmpty(metadata.Name))
            metadata = metadata with { Name = (metadata.GenerateName is { Length: > 0 } prefix ? prefix : "join-") + identities.NewSuffix() };
        var token = (JoinToken)kind.PrepareForCreate(kind.Default(asked with { Metadata = metadata }), call.Now);
        FieldError[] errors = [.. kind.Validate(token)];
        if (errors.Length > 0)
            return new Answer.Refused(Refusals.Invalid(kind, token.Metadata.Name ?? "", errors));
        if (cluster is null)
            return new Answer.Refused(Refusals.NotFound(ResourceTypes.Clusters, asked.Spec.ClusterName));

        var expires = call.Now.AddSeconds(token.Spec.ExpirationSeconds ?? 3_600);
        token = token with { Status = new() { ExpirationTimestamp = expires, Uses = 0 } };
        string secret = identities.NewSecret();
        if (!query.DryRun && await directory.AddJoinTokenAsync(new(call.User.TenantId, token.Metadata.Name!, Enrolment.HashOf(secret), cluster.Id, expires,
                token.Spec.MaxUses ?? 1, 0, ObjectCodec.Write(token), ""), call.Cancellation).ConfigureAwait(false) != DirectoryWrite.Done)
            return new Answer.Refused(Refusals.AlreadyExists(kind.Type, token.Metadata.Name!));
        return new Answer.One(kind, ObjectCodec.At(token with { Status = token.Status with { Token = secret } }, new(1)), 201) { Warnings = warnings };
    }

    /// <summary>Each user sees the tokens of the clusters that he administers.</summary>
    private async Task<Answer> ListAsync(ManagementCall call)
    {
        var (selection, wrong) = Selection.Of(call.AsCall());
        if (wrong is not null)
            return new Answer.Refused(wrong);
        var clusters = await directory.ListClustersAsync(call.User.TenantId, call.Cancellation).ConfigureAwait(false);
        var mine = clusters.Where(c => Authorized(call, c) is null).Select(c => c.Id).ToHashSet();
        if (mine.Count == 0 && Authorized(call, null) is { } denied)
            return new Answer.Refused(denied);
        var tokens = await directory.ListJoinTokensAsync(call.User.TenantId, call.Cancellation).ConfigureAwait(false);
        KubeObject[] visible = [.. tokens.Where(t => mine.Contains(t.Cluster)).OrderBy(t => t.Name, StringComparer.Ordinal).Select(Show).Where(selection.Matches)];
        return new Answer.Many(call.Route.Kind, visible, new() { ResourceVersion = "1" });
    }

    private static Status? Authorized(ManagementCall call, ClusterRecord? cluster) =>
        Authorizer.CheckManagement(call.User, cluster, new(call.Route.Verb, call.Route.Kind.Type, call.Route.Subresource, "", call.Route.Name));

    private static KubeObject Show(JoinTokenRecord record)
    {
        var token = KubeJson.Read<JoinToken>(record.Document.Span);
        return ObjectCodec.At(token with { Status = (token.Status ?? new()) with { Uses = record.Taken, Token = null } }, new(1));
    }
}
