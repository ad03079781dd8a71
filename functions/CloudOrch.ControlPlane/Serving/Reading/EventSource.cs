using System.Runtime.CompilerServices;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.ControlPlane.State;
using CloudOrch.Domain.Api;

namespace CloudOrch.ControlPlane.Serving.Reading;

/// <summary>Events, from their own table and revision stream.</summary>
public sealed class EventSource(IEventStore events, TimeProvider clock) : IObjectSource
{
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(2);

    public async Task<KubeObject?> FindAsync(ClusterId cluster, ResourceKey key, CancellationToken cancellation) =>
        await events.GetAsync(cluster, key.Namespace, key.Name, cancellation).ConfigureAwait(false);

    public async Task<Listing> ListAsync(ClusterId cluster, ResourceType type, string? namespaceName, CancellationToken cancellation)
    {
        var (items, revision) = await events.ListAsync(cluster, namespaceName, cancellation).ConfigureAwait(false);
        return new(items.OrderBy(e => e.Metadata.Namespace, StringComparer.Ordinal).ThenBy(e => e.Metadata.Name, StringComparer.Ordinal), revision);
    }

    public async IAsyncEnumerable<WatchStep> WatchAsync(ClusterId cluster, Revision after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var pause = Fastest;
        while (true)
        {
            switch (await events.ReadLogAsync(cluster, after, cancellation).ConfigureAwait(false))
            {
                case LogOutcome.Changes { Items.Count: > 0 } changes:
                    List<ClusterEvent> batch = [.. changes.Items.Select(ToEvent)];
                    after = batch[^1].Revision;
                    pause = Fastest;
                    yield return new WatchStep.Batch(batch, after);
                    continue;
                case LogOutcome.Compacted compacted:
                    yield return new WatchStep.Expired(compacted.CompactedTo);
                    yield break;
                case LogOutcome.Gone:
                    yield return new WatchStep.Gone();
                    yield break;
            }
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(false);
            pause = pause * 1.5 < Slowest ? pause * 1.5 : Slowest;
        }
    }

    /// <summary>A repetition changes count and time only, so what selects an Event stays as it was.</summary>
    private static ClusterEvent ToEvent(CommittedChange change)
    {
        var value = ObjectCodec.Read(change.Key.Type, change.Revision, change.Body.Span);
        return new(change.Revision, change.Type, change.Key, value, change.Type == ChangeType.Added ? null : value, PreviousKnown: true);
    }
}
