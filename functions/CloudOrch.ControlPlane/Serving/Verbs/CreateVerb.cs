using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Ownership;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Management;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>POST of a new object.</summary>
public sealed class CreateVerb(ClusterWriters writers, IIdentityGenerator identities, ServingOptions options)
{
    private const int NameLimit = 63;
    private const int SuffixLength = 5;

    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        if (call.Kind.Namespaced && call.Route.Namespace.Length == 0)
            return new Answer.Refused(Refusals.BadRequest("an empty namespace may not be set during creation"));
        var body = await BodyReader.ReadAsync(call, query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        var (value, refusal) = Prepare(call, read.Object);
        if (refusal is not null)
            return new Answer.Refused(refusal) { Warnings = read.Warnings };
        value = value with { Metadata = value.Metadata with { ManagedFields = FieldOwnership.AfterUpdate(call.Kind, null, value, query.Writer(call)) } };

        var result = await writers.Of(call.ClusterId).SubmitAsync(snapshot => Decide(call, value, query, snapshot), call.Cancellation).ConfigureAwait(false);
        return result switch
        {
            WriteResult.Written written => new Answer.One(call.Kind, written.Objects[0], 201) { Warnings = read.Warnings },
            WriteResult.Kept kept => new Answer.One(call.Kind, kept.Answer, 201) { Warnings = read.Warnings },
            WriteResult.Refused refused => new Answer.Refused(refused.Status) { Warnings = read.Warnings },
            _ => throw new InvalidOperationException($"no such result: {result}"),
        };
    }

    /// <summary>All that does not depend on the cluster: the path's namespace, name, defaults, admission, validation.</summary>
    public (KubeObject Value, Status? Refusal) Prepare(ApiCall call, KubeObject value)
    {
        string ns = call.Route.Namespace;
        if (call.Kind.Namespaced && value.Metadata.Namespace is { Length: > 0 } own && own != ns)
            return (value, Refusals.BadRequest($"the namespace of the provided object does not match the namespace sent on the request"));
        var metadata = value.Metadata with { Uid = identities.NewUid(), ResourceVersion = null };
        if (call.Kind.Namespaced)
            metadata = metadata with { Namespace = ns };
        if (string.IsNullOrEmpty(metadata.Name) && metadata.GenerateName is { Length: > 0 })
            metadata = metadata with { Name = Generate(metadata.GenerateName) };
        value = call.Kind.Default(value with { Metadata = metadata });
        if (value is Pod pod)
            value = pod with { Spec = DefaultTolerations.In(pod.Spec, KubeJson.Read<Cluster>(call.Cluster.Document.Span).Spec?.DefaultTolerationSeconds ?? 0) };
        value = call.Kind.PrepareForCreate(value, call.Now);
        if (Admission.CheckWritable(KindRegistry.KeyOf(value)) is { } forbidden)
            return (value, forbidden);
        FieldError[] errors = [.. call.Kind.Validate(value)];
        return (value, errors.Length == 0 ? null : Refusals.Invalid(call.Kind, value.Metadata.Name ?? "", errors));
    }

    /// <summary>All that depends on the cluster; pure but for the names that are generated.</summary>
    public Decision Decide(ApiCall call, KubeObject value, WriteQuery query, ClusterSnapshot snapshot)
    {
        var key = KindRegistry.KeyOf(value);
        if (Admission.CheckNamespace(snapshot, key) is { } noNamespace)
            return new Decision.Refuse(noNamespace);
        for (int i = 0; value.Metadata.GenerateName is { Length: > 0 } prefix && snapshot.FindEntry(key) is not null && i < 8; i++)
        {
            value = value with { Metadata = value.Metadata with { Name = Generate(prefix) } };
            key = KindRegistry.KeyOf(value);
        }
        if (snapshot.FindEntry(key) is not null)
            return new Decision.Refuse(Refusals.AlreadyExists(call.Kind.Type, key.Name));
        // Events are kept beside the objects, and for days only.
        if (key.Type != ResourceTypes.Events && Admission.CheckQuota(snapshot, key, options.Quota) is { } exceeded)
            return new Decision.Refuse(exceeded);
        return query.DryRun ? new Decision.Keep(value) : new Decision.Write([new(ChangeType.Added, key, value)]);
    }

    private string Generate(string prefix)
    {
        int room = NameLimit - SuffixLength;
        return (prefix.Length > room ? prefix[..room] : prefix) + identities.NewSuffix(SuffixLength);
    }
}
