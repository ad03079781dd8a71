using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Fencing;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>POST of <c>/binding</c>: a scheduler of the user's own chooses a pod's node.</summary>
/// <remarks>
/// Of two that bind one pod, this control plane's own scheduler among them, one wins and the other is told: the pod is looked at in the
/// snapshot that the binding is committed on. A fenced identity is not bound here: only the scheduler knows who may still hold it.
/// </remarks>
public sealed class BindingVerb(ClusterWriters writers, ServingOptions options)
{
    private const string Kind = "Binding";
    private const string ApiVersion = "v1";

    /// <summary>What a conflict names, as in Kubernetes.</summary>
    private static readonly ResourceType Subresource = new("", "pods/binding");

    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, body) = await BodyReader.ReadAsync<Binding>(call, Kind, ApiVersion, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read { Object: Binding binding } read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        if (Check(call, binding) is { } refusal)
            return new Answer.Refused(refusal) { Warnings = read.Warnings };
        var result = await writers.Of(call.ClusterId).SubmitAsync(snapshot => Decide(call, snapshot, binding, query.DryRun), call.Cancellation).ConfigureAwait(false);
        return result is WriteResult.Refused refused
            ? new Answer.Refused(refused.Status) { Warnings = read.Warnings }
            : new Answer.Document(KubeJson.Write(new Status { Outcome = "Success", Code = 201 }), Code: 201) { Warnings = read.Warnings };
    }

    private static Status? Check(ApiCall call, Binding binding)
    {
        if (binding.Metadata.Name != call.Route.Name)
            return Refusals.BadRequest($"name in URL does not match name in Binding object: \"{call.Route.Name}\", \"{binding.Metadata.Name}\"");
        if (binding.Metadata.Namespace is { Length: > 0 } own && own != call.Route.Namespace)
            return Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        FieldError[] errors = [.. BindingRules.Validate(binding)];
        return errors.Length == 0 ? null : Refusals.Invalid(Kind, "", call.Route.Name, errors);
    }

    private static Decision Decide(ApiCall call, ClusterSnapshot snapshot, Binding binding, bool dryRun)
    {
        var key = call.Route.Key;
        if (snapshot.FindEntry(key) is not { Object: Pod pod } entry)
            return new Decision.Refuse(Refusals.NotFound(key.Type, key.Name));
        if (UpdateRules.CheckPreconditions(key, entry, binding.Metadata.Uid, binding.Metadata.ResourceVersion) is { } stale)
            return new Decision.Refuse(stale);
        if (BindingRules.Conflict(pod) is { } why)
            return new Decision.Refuse(Refusals.Conflict(Subresource, key.Name, why));
        if (FencedIdentity.Of(pod) is not null)
            return new Decision.Refuse(Refusals.Forbidden(key.Type, key.Name, FencedIdentity.BoundBySchedulerOnly));
        // A pod on a node that does not exist would be removed at once.
        if (snapshot.Find(new(ResourceTypes.Nodes, "", binding.Target!.Name!)) is null)
            return new Decision.Refuse(Refusals.NotFound(ResourceTypes.Nodes, binding.Target.Name!));
        var bound = BindingRules.Bound(pod, binding, call.Now);
        FieldError[] errors = [.. BindingRules.ValidateBound(pod, bound)];
        if (errors.Length > 0)
            return new Decision.Refuse(Refusals.Invalid(call.Kind, key.Name, errors));
        return dryRun ? new Decision.Keep(bound) : new Decision.Write([new(ChangeType.Modified, key, bound)]);
    }
}
