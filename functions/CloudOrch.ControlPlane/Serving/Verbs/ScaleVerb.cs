using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Patches;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>GET, PUT and PATCH of <c>/scale</c>.</summary>
public sealed class ScaleVerb(ClusterWriters writers, ReadVerbs reads, ApplyVerb apply, ServingOptions options)
{
    public async Task<Answer> GetAsync(ApiCall call)
    {
        var found = await reads.SourceOf(call.Kind).FindAsync(call.ClusterId, call.Route.Key, call.Cancellation).ConfigureAwait(false);
        return found is null || Scaling.Of(found) is not { } scale
            ? new Answer.Refused(Refusals.NotFound(call.Kind.Type, call.Route.Name))
            : new Answer.Document(KubeJson.Write(scale));
    }

    public async Task<Answer> PutAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var (body, unreadable) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        if (unreadable is not null)
            return new Answer.Refused(unreadable);
        var outcome = BodyReader.Read<Scale>(Scaling.Kind, Scaling.ApiVersion, body, query.Validation, options.MaxBodyBytes);
        if (outcome is not BodyOutcome.Read { Object: Scale scale })
            return new Answer.Refused(((BodyOutcome.Refused)outcome).Status);
        return await WriteAsync(call, query, _ => (scale, null)).ConfigureAwait(false);
    }

    public async Task<Answer> PatchAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var (body, type, refusal) = await PatchVerb.ReadAsync(call, options).ConfigureAwait(false);
        if (refusal is not null)
            return new Answer.Refused(refusal);
        if (type is not { } patch)
        {
            var (applied, unclear) = await apply.ScaleAsync(call, query, body).ConfigureAwait(false);
            return applied is null ? new Answer.Refused(unclear!) : AnswerOf(applied);
        }
        if (query.CheckPatch(isApply: false) is { } wrong)
            return new Answer.Refused(wrong);
        return await WriteAsync(call, query, old => Patch.Apply(patch, KubeJson.Write(old), body.Bytes, typeof(Scale)) switch
        {
            PatchOutcome.Patched patched => ObjectReader.Read<Scale>(Scaling.Kind, Scaling.ApiVersion, patched.Json, query.Validation) switch
            {
                DecodeOutcome.Decoded { Object: Scale scale } => (scale, null),
                DecodeOutcome.Refused refused => (null, Refusals.BadRequest(refused.Message)),
                var other => throw new InvalidOperationException($"no such outcome: {other}"),
            },
            PatchOutcome.Refused refused => (null, PatchVerb.Of(refused)),
            var other => throw new InvalidOperationException($"no such outcome: {other}"),
        }).ConfigureAwait(false);
    }

    private async Task<Answer> WriteAsync(ApiCall call, WriteQuery query, Func<Scale, (Scale? Next, Status? Refusal)> change)
    {
        var result = await writers.Of(call.ClusterId).SubmitAsync(snapshot => UpdateRules.Decide(call, snapshot.FindEntry(call.Route.Key), query, old =>
        {
            var (next, refusal) = change(Scaling.Of(old)!);
            if (refusal is not null)
                return new Proposal.Refused(refusal);
            if (next!.Spec?.Replicas is < 0)
                return new Proposal.Refused(Refusals.Invalid(call.Kind, call.Route.Name,
                    [new FieldError("spec.replicas", "FieldValueInvalid", $"Invalid value: {next.Spec.Replicas}: must be greater than or equal to 0")]));
            var scaled = Scaling.With(old, next.Spec?.Replicas ?? 0);
            return new Proposal.Of(scaled with { Metadata = scaled.Metadata with { ResourceVersion = next.Metadata.ResourceVersion, Uid = next.Metadata.Uid ?? scaled.Metadata.Uid } });
        }), call.Cancellation).ConfigureAwait(false);
        return AnswerOf(result);
    }

    private static Answer AnswerOf(WriteResult result) => result switch
    {
        WriteResult.Written written => new Answer.Document(KubeJson.Write(Scaling.Of(written.Objects[0])!)),
        WriteResult.Kept kept => new Answer.Document(KubeJson.Write(Scaling.Of(kept.Answer)!)),
        WriteResult.Refused refused => new Answer.Refused(refused.Status),
        _ => throw new InvalidOperationException($"no such result: {result}"),
    };
}
