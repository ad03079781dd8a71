using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Api.Patches;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>PATCH of an object or of its status: strategic merge, merge, JSON patch or server-side apply. Runs again on the newest object when a race is lost.</summary>
public sealed class PatchVerb(ObjectWriter writer, ApplyVerb apply, ServingOptions options)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        if (Admission.CheckWritable(call.Route.Key) is { } forbidden)
            return new Answer.Refused(forbidden);
        var (body, type, refusal) = await ReadAsync(call, options).ConfigureAwait(false);
        if (refusal is not null)
            return new Answer.Refused(refusal);
        if (type is not { } patch)
            return await apply.RunAsync(call, query, body).ConfigureAwait(false);
        if (query.CheckPatch(isApply: false) is { } wrong)
            return new Answer.Refused(wrong);

        IReadOnlyList<string> warnings = [];
        var result = await writer.SubmitAsync(
            call, entry => UpdateRules.Decide(call, entry, query, old => Propose(call.Kind, old, body.Bytes, patch, query.Validation, out warnings))).ConfigureAwait(false);
        return UpdateRules.AnswerOf(call, result, warnings);
    }

    /// <summary>The patch and its type, which is null for server-side apply. A missing Content-Type is a merge patch, as tools without one mean it.</summary>
    internal static async Task<(RequestBody Body, PatchType? Type, Status? Refusal)> ReadAsync(ApiCall call, ServingOptions options)
    {
        var (body, unreadable) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        if (unreadable is not null)
            return (body, default, unreadable);
        if (body.MediaType == RequestBody.Json && string.IsNullOrEmpty(call.Http.Request.ContentType))
            return (body, PatchType.Merge, null);
        if (Patch.TypeOf(body.MediaType) is { } type)
            return (body, type, null);
        if (body.MediaType == ApplyVerb.MediaType)
            return (body, null, null);
        return (body, null, Refusals.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: "
            + $"application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, {ApplyVerb.MediaType}; got {body.MediaType}"));
    }

    private static Proposal Propose(KindDefinition kind, KubeObject old, ReadOnlyMemory<byte> patch, PatchType type, FieldValidation validation,
        out IReadOnlyList<string> warnings)
    {
        warnings = [];
        byte[] current = kind.Write(old);
        switch (Patch.Apply(type, current, patch, kind.ClrType))
        {
            case PatchOutcome.Refused refused:
                return new Proposal.Refused(Of(refused));
            case PatchOutcome.Patched patched:
                // What the stored object holds already is no mistake of this patch.
                var known = validation == FieldValidation.Strict && ObjectReader.StrictProblems(kind, patched.Json).Except(ObjectReader.StrictProblems(kind, current)).Any()
                    ? FieldValidation.Strict
                    : validation == FieldValidation.Strict ? FieldValidation.Ignore : validation;
                var outcome = ObjectReader.Read(kind, patched.Json, known);
                if (outcome is not DecodeOutcome.Decoded decoded)
                    return new Proposal.Refused(Refusals.BadRequest(((DecodeOutcome.Refused)outcome).Message));
                warnings = decoded.Warnings;
                return new Proposal.Of(decoded.Object);
            default:
                throw new InvalidOperationException($"no such patch outcome");
        }
    }

    internal static Status Of(PatchOutcome.Refused refused) => refused.Code switch
    {
        413 => Refusals.TooLarge(refused.Message),
        422 => Refusals.Unprocessable(refused.Message),
        _ => Refusals.BadRequest(refused.Message),
    };
}
