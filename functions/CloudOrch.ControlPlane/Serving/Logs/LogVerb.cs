using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.Serving.Reading;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.ControlPlane.Serving.Logs;

/// <summary><c>GET pods/{name}/log</c>: asks the node for the stream and relays what it writes to its rows.</summary>
public sealed class LogVerb(CacheSource cluster, IDecisionSender decisions, IStreamRows rows, IIdentityGenerator identities, ServingOptions options, TimeProvider clock)
{
    public async Task<Answer> RunAsync(ApiCall call)
    {
        if (await cluster.FindAsync(call.ClusterId, call.Route.Key, call.Cancellation).ConfigureAwait(false) is not Pod pod)
            return new Answer.Refused(Refusals.NotFound(call.Kind.Type, call.Route.Name));
        var (command, wrong) = CommandOf(call, pod);
        if (wrong is not null)
            return new Answer.Refused(Refusals.BadRequest(wrong));
        if (LogRules.WhyNot(pod, command!.Container, command.Previous) is { } why)
            return new Answer.Refused(Refusals.BadRequest(why));
        if (await cluster.FindAsync(call.ClusterId, new(ResourceTypes.Nodes, "", pod.Spec.NodeName!), call.Cancellation).ConfigureAwait(false) is not Node node)
            return new Answer.Refused(Refusals.NotFound(ResourceTypes.Nodes, pod.Spec.NodeName!));
        if (LogRules.WhyNot(node) is { } unreachable)
            return new Answer.Refused(Refusals.Internal(unreachable));

        string nodeUid = node.Metadata.Uid!;
        await rows.RenewReaderAsync(call.ClusterId, nodeUid, command.StreamId, -1, call.Cancellation).ConfigureAwait(false);
        await decisions.SendCommandAsync(nodeUid, new() { Kind = NodeMessageKinds.LogStream, LogStream = command }, LogRelay.FirstChunk, call.Cancellation).ConfigureAwait(false);
        var relay = new LogRelay(rows, options, clock, call.ClusterId, nodeUid, command);
        var first = await relay.FirstAsync(call.Cancellation).ConfigureAwait(false);
        if (first is null)
            return new Answer.Refused(Refusals.Internal($"node \"{pod.Spec.NodeName}\" did not answer within {LogRelay.FirstChunk.TotalSeconds:0} s: see kubectl describe node {pod.Spec.NodeName}"));
        if (first.Count == 1 && first[0] is { End: true, Error: { } error, Data.IsEmpty: true })
            return new Answer.Refused(Refusals.BadRequest(error));
        return new Answer.Streamed((http, cancellation) => relay.RunAsync(http, first, cancellation));
    }

    private (LogStreamCommand? Command, string? Problem) CommandOf(ApiCall call, Pod pod)
    {
        string? container = call.Query("container");
        if (LogRules.ChooseContainer(pod, container) is { Problem: { } problem })
            return (null, problem);
        container = LogRules.ChooseContainer(pod, container).Container;
        var numbers = new Dictionary<string, long?>();
        foreach (string name in new[] { "tailLines", "sinceSeconds", "limitBytes" })
        {
            numbers[name] = null;
            if (call.Query(name) is not { Length: > 0 } text)
                continue;
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || (name != "tailLines" && number == 0))
                return (null, $"{name}: Invalid value: \"{text}\": must be {(name == "tailLines" ? "greater than or equal to 0" : "greater than 0")}");
            numbers[name] = number;
        }
        DateTimeOffset? since = null;
        if (call.Query("sinceTime") is { Length: > 0 } time)
        {
            if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return (null, $"sinceTime: Invalid value: \"{time}\": must be a time such as 2030-01-31T10:00:00Z");
            since = parsed;
        }
        return (new()
        {
            StreamId = identities.NewUid(),
            PodUid = pod.Metadata.Uid!,
            Container = container!,
            Follow = call.Flag("follow") && call.Query("follow") is not null,
            Previous = call.Flag("previous") && call.Query("previous") is not null,
            Timestamps = call.Flag("timestamps") && call.Query("timestamps") is not null,
            TailLines = numbers["tailLines"],
            SinceSeconds = numbers["sinceSeconds"],
            SinceTime = since,
            LimitBytes = numbers["limitBytes"],
        }, null);
    }
}
