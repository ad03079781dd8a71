using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.ControlPlane.Serving.Verbs;

/// <summary>Creating and deleting verbs of Events, which live in their own table and never touch the cluster's head.</summary>
public sealed class EventVerbs(IEventStore events, ClusterCaches caches, CreateVerb create, ServingOptions options)
{
    public async Task<Answer> CreateAsync(ApiCall call)
    {
        var (query, wrongQuery) = WriteQuery.Of(call);
        if (wrongQuery is not null)
            return new Answer.Refused(wrongQuery);
        var body = await BodyReader.ReadAsync(call, query.Validation, options).ConfigureAwait(false);
        if (body is not BodyOutcome.Read read)
            return new Answer.Refused(((BodyOutcome.Refused)body).Status);
        var (value, refusal) = create.Prepare(call, read.Object);
        refusal ??= Admission.CheckNamespace(await caches.Of(call.ClusterId).CatchUpAsync(call.Cancellation).ConfigureAwait(false), call.Route.Key with { Name = value.Metadata.Name ?? "" });
        if (refusal is null && EventRules.IsTooLarge((EventRecord)value))
            refusal = Refusals.TooLargeEvent(value.Metadata.Name!);
        if (refusal is not null)
            return new Answer.Refused(refusal) { Warnings = read.Warnings };
        if (await events.GetAsync(call.ClusterId, value.Metadata.Namespace!, value.Metadata.Name!, call.Cancellation).ConfigureAwait(false) is not null)
            return new Answer.Refused(Refusals.AlreadyExists(call.Kind.Type, value.Metadata.Name!));
        if (!query.DryRun)
        {
            await events.RecordAsync(call.ClusterId, [(EventRecord)value], call.Cancellation).ConfigureAwait(false);
            // With its resource version.
            value = await events.GetAsync(call.ClusterId, value.Metadata.Namespace!, value.Metadata.Name!, call.Cancellation).ConfigureAwait(false) ?? value;
        }
        return new Answer.One(call.Kind, value, 201) { Warnings = read.Warnings };
    }

    public async Task<Answer> DeleteAsync(ApiCall call) =>
        await events.DeleteAsync(call.ClusterId, call.Route.Namespace, call.Route.Name, call.Cancellation).ConfigureAwait(false)
            ? Done(call)
            : new Answer.Refused(Refusals.NotFound(call.Kind.Type, call.Route.Name));

    public async Task<Answer> DeleteCollectionAsync(ApiCall call)
    {
        var (selection, wrong) = Selection.Of(call);
        if (wrong is not null)
            return new Answer.Refused(wrong);
        var (items, _) = await events.ListAsync(call.ClusterId, selection.Namespace, call.Cancellation).ConfigureAwait(false);
        foreach (var item in items.Where(selection.Matches))
            await events.DeleteAsync(call.ClusterId, item.Metadata.Namespace!, item.Metadata.Name!, call.Cancellation).ConfigureAwait(false);
        return Done(call);
    }

    private static Answer.Document Done(ApiCall call) => new(KubeJson.Write(new Status
    {
        Outcome = "Success",
        Details = new() { Name = call.Route.Name.Length == 0 ? null : call.Route.Name, Group = call.Kind.Type.Group.Length == 0 ? null : call.Kind.Type.Group, Kind = call.Kind.Type.Resource },
    }));
}
