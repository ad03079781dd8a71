using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.Serving.Answers;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.ControlPlane.Serving.Writing;

/// <summary>Where PUT and PATCH of one object write: among the cluster's objects, or among its Events, which have a table of their own.</summary>
public sealed class ObjectWriter(ClusterWriters writers, ClusterCaches caches, IEventStore events, WriterOptions options)
{
    /// <param name="decide">What becomes of the object, null when there is none; pure, and runs again on the newest when a race is lost.</param>
    public Task<WriteResult> SubmitAsync(ApiCall call, Func<SnapshotEntry?, Decision> decide)
    {
        var key = call.Route.Key;
        return key.Type == ResourceTypes.Events
            ? ChangeEventAsync(call.ClusterId, key, decide, call.Cancellation)
            : writers.Of(call.ClusterId).SubmitAsync(snapshot => decide(snapshot.FindEntry(key)), call.Cancellation);
    }

    /// <inheritdoc cref="SubmitAsync(ApiCall, Func{SnapshotEntry?, Decision})"/>
    /// <param name="decide">Gets the cluster too, for an object that may be a new one.</param>
    public async Task<WriteResult> SubmitAsync(ApiCall call, Func<ClusterSnapshot, SnapshotEntry?, Decision> decide)
    {
        var key = call.Route.Key;
        if (key.Type != ResourceTypes.Events)
            return await writers.Of(call.ClusterId).SubmitAsync(snapshot => decide(snapshot, snapshot.FindEntry(key)), call.Cancellation).ConfigureAwait(false);
        var snapshot = await caches.Of(call.ClusterId).CatchUpAsync(call.Cancellation).ConfigureAwait(false);
        return await ChangeEventAsync(call.ClusterId, key, entry => decide(snapshot, entry), call.Cancellation).ConfigureAwait(false);
    }

    private async Task<WriteResult> ChangeEventAsync(ClusterId cluster, ResourceKey key, Func<SnapshotEntry?, Decision> decide, CancellationToken cancellation)
    {
        for (int attempt = 1; attempt <= options.MaxAttempts; attempt++)
        {
            var old = await events.GetAsync(cluster, key.Namespace, key.Name, cancellation).ConfigureAwait(false);
            var decision = decide(old is null ? null : new(key, new(long.Parse(old.Metadata.ResourceVersion!, CultureInfo.InvariantCulture)), old, 0));
            switch (decision)
            {
                case Decision.Refuse refuse:
                    return new WriteResult.Refused(refuse.Status);
                case Decision.Keep keep:
                    return new WriteResult.Kept(keep.Answer);
            }
            var change = ((Decision.Write)decision).Changes[0];
            var next = (EventRecord)change.Object;
            if (EventRules.IsTooLarge(next))
                return new WriteResult.Refused(Refusals.TooLargeEvent(key.Name));
            if (change.Type == ChangeType.Added)
            {
                await events.RecordAsync(cluster, [next], cancellation).ConfigureAwait(false);
                return new WriteResult.Written([await events.GetAsync(cluster, key.Namespace, key.Name, cancellation).ConfigureAwait(false) ?? next]);
            }
            if (await events.ReplaceAsync(cluster, next, cancellation).ConfigureAwait(false) is { } written)
                return new WriteResult.Written([written]);
        }
        return new WriteResult.Refused(Refusals.TooManyRequests("the Event is being changed by too many writers at once; please try again", retryAfterSeconds: 1));
    }
}
