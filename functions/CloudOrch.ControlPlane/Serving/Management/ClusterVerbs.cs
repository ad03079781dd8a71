using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Identity;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Management;
using CloudOrch.Domain.Kinds.Namespaces;

namespace CloudOrch.ControlPlane.Serving.Management;

/// <summary>create, get, list and delete of clusters, and their kubeconfig.</summary>
public sealed class ClusterVerbs(IDirectory directory, IResourceStore store, ClusterLookup lookup, ClusterRemoval removal, IIdentityGenerator identities, ServingOptions options)
{
    public async Task<Answer> RunAsync(ManagementCall call)
    {
        var (route, user) = (call.Route, call.User);
        var record = route.Name.Length == 0 ? null : await directory.FindClusterAsync(user.TenantId, route.Name, call.Cancellation).ConfigureAwait(false);
        var access = new AccessRequest(route.Verb, route.Kind.Type, route.Subresource, "", route.Name);
        if (Authorizer.CheckManagement(user, record, access) is { } denied)
            return new Answer.Refused(denied);
        if (!RouteTable.Serves(route.Kind, route.Subresource, route.Verb))
            return new Answer.Refused(Refusals.MethodNotAllowed());
        if (route.Name.Length > 0 && record is null)
            return new Answer.Refused(Refusals.NotFound(route.Kind.Type, route.Name));
        return (route.Verb, route.Subresource) switch
        {
            ("create", "") => await CreateAsync(call).ConfigureAwait(false),
            ("list", "") => await ListAsync(call).ConfigureAwait(false),
            ("get", "") => new Answer.One(route.Kind, Read(record!)),
            ("get", "kubeconfig") => new Answer.Document(Kubeconfig.Write(call, options), "application/json"),
            ("delete", "") => await DeleteAsync(call, record!).ConfigureAwait(false),
            _ => new Answer.Refused(Refusals.MethodNotAllowed()),
        };
    }

    /// <summary>The cluster's partition first, its name last: a name never leads to nothing.</summary>
    private async Task<Answer> CreateAsync(ManagementCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call.AsCall());
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var body = await BodyReader.ReadAsync(call.AsCall(), query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        var kind = call.Route.Kind;
        var id = new ClusterId(identities.NewUid());
        var cluster = (Cluster)kind.PrepareForCreate(kind.Default(Named(read.Object, id, call.User)), call.Now);
        FieldError[] errors = [.. kind.Validate(cluster)];
        if (errors.Length > 0)
            return new Answer.Refused(Refusals.Invalid(kind, cluster.Metadata.Name ?? "", errors));
        string name = cluster.Metadata.Name!;
        var existing = await directory.ListClustersAsync(call.User.TenantId, call.Cancellation).ConfigureAwait(false);
        if (existing.Any(c => c.Name == name))
            return new Answer.Refused(Refusals.AlreadyExists(kind.Type, name));
        if (existing.Count >= options.Quota.Clusters)
            return new Answer.Refused(Refusals.Forbidden(kind.Type, name, Admission.Words("clusters", existing.Count, options.Quota.Clusters)));
        if (query.DryRun)
            return new Answer.One(kind, cluster, 201) { Warnings = read.Warnings };

        await MakeAsync(id, cluster.Status?.Epoch ?? 1, call.Now, call.Cancellation).ConfigureAwait(false);
        var added = await directory.AddClusterAsync(
            new(call.User.TenantId, name, id, cluster.Status?.Epoch ?? 1, ObjectCodec.Write(cluster), ""), call.Cancellation).ConfigureAwait(false);
        if (added != DirectoryWrite.Done)
        {
            await store.PurgeAsync(id, call.Cancellation).ConfigureAwait(false);
            return new Answer.Refused(Refusals.AlreadyExists(kind.Type, name));
        }
        lookup.Forget(call.User.TenantId, name);
        return new Answer.One(kind, ObjectCodec.At(cluster, new(1)), 201) { Warnings = read.Warnings };
    }

    private KubeObject Named(KubeObject value, ClusterId id, CallerIdentity.User owner)
    {
        var metadata = value.Metadata;
        if (string.IsNullOrEmpty(metadata.Name) && metadata.GenerateName is { Length: > 0 } prefix)
            metadata = metadata with { Name = prefix + identities.NewSuffix() };
        var annotations = (metadata.Annotations ?? ValueMap<string>.Empty).With(Authorizer.OwnerAnnotation, owner.ObjectId);
        return value with { Metadata = metadata with { Uid = id.Value, Annotations = annotations } };
    }

    private async Task MakeAsync(ClusterId id, long epoch, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!await store.CreateClusterAsync(id, epoch, cancellation).ConfigureAwait(false))
            throw new InvalidOperationException($"the new cluster id {id} is in use");
        var kind = KindRegistry.Of<NamespaceObject>();
        PendingChange[] namespaces = [.. Admission.SystemNamespaces.Select(name =>
        {
            var space = kind.PrepareForCreate(kind.Default(new NamespaceObject { Metadata = new() { Name = name, Uid = identities.NewUid() } }), now);
            return new PendingChange(ChangeType.Added, KindRegistry.KeyOf(space), ObjectCodec.Write(space));
        })];
        var head = (await store.ReadHeadAsync(id, cancellation).ConfigureAwait(false))!;
        if (await store.CommitAsync(id, head, namespaces, cancellation).ConfigureAwait(false) is not CommitOutcome.Committed)
            throw new StoreUnavailableException($"the namespaces of the new cluster {id} could not be written");
    }

    private async Task<Answer> ListAsync(ManagementCall call)
    {
        var (selection, wrong) = Selection.Of(call.AsCall());
        if (wrong is not null)
            return new Answer.Refused(wrong);
        var access = new AccessRequest("get", call.Route.Kind.Type, "", "", "");
        var clusters = await directory.ListClustersAsync(call.User.TenantId, call.Cancellation).ConfigureAwait(false);
        KubeObject[] visible = [.. clusters.Where(c => Authorizer.CheckManagement(call.User, c, access) is null)
            .OrderBy(c => c.Name, StringComparer.Ordinal).Select(Read).Where(selection.Matches)];
        return new Answer.Many(call.Route.Kind, visible, new() { ResourceVersion = "1" });
    }

    private async Task<Answer> DeleteAsync(ManagementCall call, ClusterRecord record)
    {
        var (query, wrongQuery) = WriteQuery.Of(call.AsCall());
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        if (!query.DryRun)
        {
            bool removed = await removal.RemoveAsync(record, call.Cancellation).ConfigureAwait(false);
            lookup.Forget(call.User.TenantId, record.Name);
            if (!removed)
                return new Answer.Refused(Refusals.StaleVersion(call.Route.Kind.Type, record.Name));
        }
        return new Answer.Document(KubeJson.Write(new Status
        {
            Outcome = "Success",
            Details = new() { Name = record.Name, Group = call.Route.Kind.Type.Group, Kind = call.Route.Kind.Type.Resource, Uid = record.Id.Value },
        }));
    }

    private static KubeObject Read(ClusterRecord record) => ObjectCodec.At(KubeJson.Read<Cluster>(record.Document.Span), new(1));
}
