using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.PodDisruptionBudgets;
using CloudOrch.Domain.Kinds.Pods;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>POST of <c>/eviction</c>: a deletion that asks the pod's budget first.</summary>
/// <remarks>The budget is judged on the snapshot that the deletion is committed on, and anew on the next one when the commit loses its race.</remarks>
public sealed class EvictionVerb(ClusterWriters writers, ServingOptions options)
{
    private const string Kind = "Eviction";
    private const string ApiVersion = "policy/v1";
    private const string OlderVersion = "policy/v1beta1";

    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var (body, unreadable) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        if (unreadable is not null)
            return new Answer.Refused(unreadable);
        string version = BodyReader.VersionOf(body, options.MaxBodyBytes) == OlderVersion ? OlderVersion : ApiVersion;
        var outcome = BodyReader.Read<Eviction>(Kind, version, body, query.Validation, options.MaxBodyBytes);
        if (outcome is not BodyOutcome.Read { Object: Eviction eviction } read)
            return new Answer.Refused(((BodyOutcome.Refused)outcome).Status);
        var asked = eviction.DeleteOptions ?? new();
        if (Check(call, eviction) is { } refusal)
            return new Answer.Refused(refusal) { Warnings = read.Warnings };
        bool dryRun = query.DryRun || asked.DryRun?.Contains("All") == true;
        var result = await writers.Of(call.ClusterId).SubmitAsync(
            snapshot => Decide(snapshot, call.Route.Key, asked, dryRun, call.Now), call.Cancellation).ConfigureAwait(false);
        return result is WriteResult.Refused refused
            ? new Answer.Refused(refused.Status)
            : new Answer.Document(KubeJson.Write(new Status { Outcome = "Success", Code = 201 }), Code: 201) { Warnings = read.Warnings };
    }

    private static Decision Decide(ClusterSnapshot snapshot, ResourceKey key, DeleteOptions asked, bool dryRun, DateTimeOffset now) =>
        (snapshot.Find(key) is Pod pod ? EvictionRules.Judge(snapshot, pod) : null) switch
        {
            EvictionVerdict.OverBudget over => new Decision.Refuse(Refusals.DisruptionBudget(over.Budget, over.Counts)),
            EvictionVerdict.SeveralBudgets => new Decision.Refuse(Refusals.SeveralDisruptionBudgets()),
            _ => DeleteRules.Decide(snapshot, key, asked, dryRun, now),
        };

    private static Status? Check(ApiCall call, Eviction eviction)
    {
        if (eviction.Metadata.Name != call.Route.Name)
            return Refusals.BadRequest($"name in URL does not match name in Eviction object: \"{call.Route.Name}\", \"{eviction.Metadata.Name}\"");
        if (eviction.Metadata.Namespace is { Length: > 0 } own && own != call.Route.Namespace)
            return Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        return DeleteOptionsReader.Check(eviction.DeleteOptions ?? new()) ?? Admission.CheckWritable(call.Route.Key);
    }
}
