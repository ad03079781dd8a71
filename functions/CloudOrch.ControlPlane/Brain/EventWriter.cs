using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;
using CloudOrch.Domain.Planning;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.ControlPlane.Brain;

/// <summary>Says what happened, as Events. Best effort: a failure is logged and nothing waits for it.</summary>
public sealed partial class EventWriter(IEventStore store, IIdentityGenerator identities, ILogger<EventWriter> logger)
{
    private const string Agent = "cloudorch-agent";

    // As in client-go's event aggregator.
    private const int MostAlike = 10;
    private const string Combined = "(combined from similar events): ";

    /// <summary>The names that users of Kubernetes know the control loops by.</summary>
    private static readonly Dictionary<string, string> Components = new(StringComparer.Ordinal)
    {
        ["deployment"] = "deployment-controller",
        ["replicaset"] = "replicaset-controller",
        ["scheduler"] = "default-scheduler",
        ["node-lifecycle"] = "node-controller",
        ["taint-eviction"] = "taint-eviction-controller",
        ["pod-lifecycle"] = "pod-garbage-collector",
    };

    public async Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        if (events.Count == 0)
            return;
        try
        {
            await store.RecordAsync(cluster, events, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Events are for people who look; the state that they speak of is committed.
            Log.NotRecorded(logger, e, cluster.Value, events.Count);
        }
    }

    /// <summary>What a round of planning says. Of more than ten with one reason about one object, as when a ReplicaSet makes a thousand pods, those from the eleventh on are one.</summary>
    internal IEnumerable<EventRecord> Of(IEnumerable<PlannedEvent> planned, DateTimeOffset now)
    {
        foreach (var alike in planned.GroupBy(e => (e.About.Metadata.Uid, e.Reason, e.Planner, e.Warning)))
        {
            foreach (var one in alike.Take(MostAlike))
                yield return Of(one, now);
            var rest = alike.Skip(MostAlike).Select(one => Of(one with { Message = Combined + one.Message }, now)).ToList();
            if (rest.Count > 0)
                yield return Named(rest[^1] with { Count = rest.Count }, Combined);
        }
    }

    internal EventRecord Of(PlannedEvent planned, DateTimeOffset now)
    {
        var about = planned.About;
        var kind = KindRegistry.Of(about);
        var reference = new ObjectReference
        {
            Kind = kind.Kind, ApiVersion = kind.ApiVersion, Namespace = about.Metadata.Namespace, Name = about.Metadata.Name,
            Uid = about.Metadata.Uid, ResourceVersion = about.Metadata.ResourceVersion,
        };
        return Make(reference, planned.Reason, planned.Message, planned.Warning, new() { Component = Components.GetValueOrDefault(planned.Planner, planned.Planner) }, now, 1);
    }

    internal EventRecord Of(PodReport pod, PodHappening happening, string nodeName, DateTimeOffset now)
    {
        // The node's clock may be wrong by any amount: what it says orders its own happenings, but an Event has our time.
        return Make(StatusIntake.ReferenceTo(pod, happening.FieldPath), happening.Reason, happening.Message, happening.Warning,
            new() { Component = Agent, Host = nodeName }, now, happening.Count);
    }

    internal EventRecord OfFailure(PlanFailure failure, KubeObject? about, DateTimeOffset now)
    {
        var reference = new ObjectReference
        {
            Kind = about is null ? KindRegistry.Find(failure.Key.Type)?.Kind : KindRegistry.Of(about).Kind,
            Namespace = failure.Key.Namespace.Length == 0 ? null : failure.Key.Namespace, Name = failure.Key.Name, Uid = about?.Metadata.Uid,
        };
        return Make(reference, "PlanFailed", $"{failure.Planner}: {failure.Error.Message}", true, new() { Component = Components.GetValueOrDefault(failure.Planner, failure.Planner) }, now, 1);
    }

    private EventRecord Make(ObjectReference about, string reason, string message, bool warning, EventSource source, DateTimeOffset now, int count) => Named(new()
    {
        Kind = "Event",
        ApiVersion = "v1",
        Metadata = new()
        {
            Namespace = string.IsNullOrEmpty(about.Namespace) ? "default" : about.Namespace,
            Uid = identities.NewUid(),
            CreationTimestamp = now.ToSeconds(),
        },
        InvolvedObject = about,
        Reason = reason,
        Message = message.Length > 1024 ? message[..1021] + "..." : message,
        Source = source,
        ReportingComponent = source.Component,
        FirstTimestamp = now.ToSeconds(),
        LastTimestamp = now.ToSeconds(),
        Count = count,
        Type = warning ? "Warning" : "Normal",
    }, message);

    private static EventRecord Named(EventRecord e, string message) => e with { Metadata = e.Metadata with { Name = EventRules.NameOf(e, message) } };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Cluster {Cluster}: {Count} Events were not recorded")]
        public static partial void NotRecorded(ILogger logger, Exception error, string cluster, int count);
    }
}
