using System.Globalization;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Nodes;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Writing;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Decoding;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>DELETE of one object or of a collection.</summary>
public sealed class DeleteVerb(ClusterWriters writers, NodeRemoval nodes, ServingOptions options)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        var (query, asked, refusal) = await ReadOptionsAsync(call).ConfigureAwait(false);
        if (refusal is not null)
            return new Answer.Refused(refusal);
        if (Admission.CheckWritable(call.Route.Key) is { } forbidden)
            return new Answer.Refused(forbidden);
        var result = await writers.Of(call.ClusterId).SubmitAsync(
            snapshot => DeleteRules.Decide(snapshot, call.Route.Key, asked, query.DryRun, call.Now), call.Cancellation).ConfigureAwait(false);
        switch (result)
        {
            case WriteResult.Refused refused:
                return new Answer.Refused(refused.Status);
            case WriteResult.Written written:
                var last = written.Objects[^1];
                if (last is Node node && DeleteRules.IsGone(node))
                    await nodes.RemoveAsync(call.ClusterId, node.Metadata.Name!, node.Metadata.Uid!, call.Cancellation).ConfigureAwait(false);
                return AnswerOf(call, last);
            case WriteResult.Kept kept:
                return AnswerOf(call, kept.Answer);
            default:
                throw new InvalidOperationException($"no such result: {result}");
        }
    }

    /// <summary>Each object that the selectors match, as if deleted by itself, in order of their names.</summary>
    public async Task<Answer> RunCollectionAsync(ApiCall call)
    {
        var (query, asked, refusal) = await ReadOptionsAsync(call).ConfigureAwait(false);
        if (refusal is not null)
            return new Answer.Refused(refusal);
        var (selection, wrong) = Selection.Of(call);
        if (wrong is not null)
            return new Answer.Refused(wrong);
        asked = asked with { Preconditions = null };
        var result = await writers.Of(call.ClusterId).SubmitAsync(snapshot =>
        {
            var decisions = snapshot.Entries(call.Kind.Stored.Type, call.Route.Namespace.Length == 0 ? null : call.Route.Namespace)
                .Where(e => selection.Matches(e.Object)).Select(e => DeleteRules.Decide(snapshot, e.Key, asked, query.DryRun, call.Now)).ToList();
            return new Decision.Write([.. decisions.OfType<Decision.Write>().SelectMany(d => d.Changes)]);
        }, call.Cancellation).ConfigureAwait(false);
        if (result is WriteResult.Refused refused)
            return new Answer.Refused(refused.Status);
        foreach (var node in ((result as WriteResult.Written)?.Objects ?? []).OfType<Node>().Where(DeleteRules.IsGone))
            await nodes.RemoveAsync(call.ClusterId, node.Metadata.Name!, node.Metadata.Uid!, call.Cancellation).ConfigureAwait(false);
        return new Answer.Document(KubeJson.Write(new Status { Outcome = "Success", Details = new() { Group = NullIfEmpty(call.Kind.Type.Group), Kind = call.Kind.Type.Resource } }));
    }

    private static Answer AnswerOf(ApiCall call, KubeObject last)
    {
        if (!DeleteRules.IsGone(last))
            return new Answer.One(call.Kind, last);
        return new Answer.Document(KubeJson.Write(new Status
        {
            Outcome = "Success",
            Details = new() { Name = call.Route.Name, Group = NullIfEmpty(call.Kind.Type.Group), Kind = call.Kind.Type.Resource, Uid = last.Metadata.Uid },
        }));
    }

    private async Task<(WriteQuery Query, DeleteOptions Asked, Status? Refusal)> ReadOptionsAsync(ApiCall call)
    {
        var asked = new DeleteOptions();
        var (query, refusal) = WriteQuery.Of(call);
        if (refusal is not null)
            return (query, asked, refusal);
        var (body, unreadable) = await RequestBody.ReadAsync(call.Http.Request, options.MaxBodyBytes, call.Cancellation).ConfigureAwait(false);
        if (unreadable is not null)
            return (query, asked, unreadable);
        if (!body.IsEmpty)
        {
            // Clients send it as v1 or as the group's own version.
            var outcome = DeleteOptionsReader.Read(body, FieldValidation.Ignore, options.MaxBodyBytes);
            if (outcome is BodyOutcome.Refused refused)
                return (query, asked, refused.Status);
            asked = (DeleteOptions)((BodyOutcome.Read)outcome).Object;
        }
        if (call.Query("gracePeriodSeconds") is { } grace)
        {
            if (!long.TryParse(grace, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds))
                return (query, asked, Refusals.BadRequest($"gracePeriodSeconds: Invalid value: \"{grace}\": must be a whole number"));
            asked = asked with { GracePeriodSeconds = seconds };
        }
        asked = asked with { PropagationPolicy = call.Query("propagationPolicy") ?? asked.PropagationPolicy };
        if (DeleteOptionsReader.Check(asked) is { } wrong)
            return (query, asked, wrong);
        return (asked.DryRun?.Contains("All") == true ? query with { DryRun = true } : query, asked, null);
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
