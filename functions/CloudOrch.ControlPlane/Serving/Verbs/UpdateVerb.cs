using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Writing;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>PUT of an object or of its status.</summary>
public sealed class UpdateVerb(ObjectWriter writer, ServingOptions options)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        if (Admission.CheckWritable(call.Route.Key) is { } forbidden)
            return new Answer.Refused(forbidden);
        var body = await BodyReader.ReadAsync(call, query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        var metadata = read.Object.Metadata;
        if (!string.IsNullOrEmpty(metadata.Name) && metadata.Name != call.Route.Name)
            return new Answer.Refused(Refusals.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({call.Route.Name})"));
        if (!string.IsNullOrEmpty(metadata.Namespace) && call.Kind.Namespaced && metadata.Namespace != call.Route.Namespace)
            return new Answer.Refused(Refusals.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        var result = await writer.SubmitAsync(
            call, entry => UpdateRules.Decide(call, entry, query, _ => new Proposal.Of(read.Object))).ConfigureAwait(false);
        return UpdateRules.AnswerOf(call, result, read.Warnings);
    }
}
