using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Logs;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.ControlPlane.Serving.Routing;
using CloudOrch.ControlPlane.Serving.Verbs;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.Serving;

/// <summary>The verbs on the kinds of a cluster, for callers that may use them.</summary>
public sealed class ResourceVerbs(CreateVerb create, UpdateVerb update, PatchVerb patch, DeleteVerb delete, ScaleVerb scale, EvictionVerb eviction, BindingVerb binding, TokenVerb token, ReadVerbs reads, WatchVerb watch,
    LogVerb log, EventVerbs events, ReviewVerb reviews)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        var answer = await AnswerAsync(call).ConfigureAwait(false);
        bool writes = call.Route is { Subresource: "", Verb: "create" or "update" or "patch" };
        return writes && call.Kind.NotActedOn is { } notActedOn && answer is Answer.One ? answer with { Warnings = [.. answer.Warnings, notActedOn] } : answer;
    }

    private Task<Answer> AnswerAsync(ApiCall call)
    {
        var route = call.Route;
        if (!RouteTable.Serves(route.Kind, route.Subresource, route.Verb))
            return Task.FromResult<Answer>(new Answer.Refused(Refusals.MethodNotAllowed()));
        bool isEvent = route.Kind.Stored.Type == ResourceTypes.Events;
        return (route.Verb, route.Subresource) switch
        {
            ("get", "log") => log.RunAsync(call),
            ("get", "scale") => scale.GetAsync(call),
            ("update", "scale") => scale.PutAsync(call),
            ("patch", "scale") => scale.PatchAsync(call),
            ("get", _) => reads.GetAsync(call),
            ("list", "") => reads.ListAsync(call),
            ("watch", "") => watch.RunAsync(call),
            ("create", "") when isEvent => events.CreateAsync(call),
            ("delete", "") when isEvent => events.DeleteAsync(call),
            ("deletecollection", "") when isEvent => events.DeleteCollectionAsync(call),
            ("create", "") when ReviewVerb.IsOfCaller(route.Kind.Type) => reviews.RunAsync(call),
            ("create", "eviction") => eviction.RunAsync(call),
            ("create", "binding") => binding.RunAsync(call),
            ("create", "token") => token.RunAsync(call),
            ("create", "") => create.RunAsync(call),
            ("update", "" or "status") => update.RunAsync(call),
            ("patch", "" or "status") => patch.RunAsync(call),
            ("delete", "") => delete.RunAsync(call),
            ("deletecollection", "") => delete.RunCollectionAsync(call),
            _ => Task.FromResult<Answer>(new Answer.Refused(Refusals.MethodNotAllowed())),
        };
    }
}
