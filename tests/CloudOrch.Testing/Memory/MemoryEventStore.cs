using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;
using CloudOrch.Domain.Kinds.Events;

namespace CloudOrch.Testing.Memory;

/// <summary>The Events' twin in memory.</summary>
public sealed class MemoryEventStore : IEventStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClusterId, Stream> _streams = [];

    public Task RecordAsync(ClusterId cluster, IReadOnlyList<EventRecord> events, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            foreach (EventRecord e in events)
            {
                if (stream.Events.TryGetValue(Key(e), out EventRecord? first))
                    stream.Append(ChangeType.Modified, Key(e), EventRules.Fold(first, e));
                else
                    stream.Append(ChangeType.Added, Key(e), e);
            }

            return Task.CompletedTask;
        }
    }

    public Task<EventRecord?> GetAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Of(cluster).Events.GetValueOrDefault(Key(namespaceName, name)));
    }

    public Task<(IReadOnlyList<EventRecord> Events, Revision Revision)> ListAsync(ClusterId cluster, string? namespaceName, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            IReadOnlyList<EventRecord> found =
                [.. stream.Events.Where(e => namespaceName is null || e.Key.Namespace == namespaceName).OrderBy(e => e.Key.ToString(), StringComparer.Ordinal).Select(e => e.Value)];
            return Task.FromResult((found, stream.Revision));
        }
    }

    public Task<LogOutcome> ReadLogAsync(ClusterId cluster, Revision after, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            return Task.FromResult<LogOutcome>(after < stream.CompactedTo
                ? new LogOutcome.Compacted(stream.CompactedTo)
                : new LogOutcome.Changes([.. stream.Log.Where(c => c.Revision > after)], false));
        }
    }

    public Task<EventRecord?> ReplaceAsync(ClusterId cluster, EventRecord changed, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            if (!stream.Events.TryGetValue(Key(changed), out EventRecord? there) || there.Metadata.ResourceVersion != changed.Metadata.ResourceVersion)
                return Task.FromResult<EventRecord?>(null);
            stream.Append(ChangeType.Modified, Key(changed), changed);
            return Task.FromResult<EventRecord?>(stream.Events[Key(changed)]);
        }
    }

    public Task<bool> DeleteAsync(ClusterId cluster, string namespaceName, string name, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            ResourceKey key = Key(namespaceName, name);
            if (!stream.Events.TryGetValue(key, out EventRecord? e))
                return Task.FromResult(false);
            stream.Append(ChangeType.Deleted, key, e);
            return Task.FromResult(true);
        }
    }

    public Task ExpireAsync(ClusterId cluster, DateTimeOffset now, CancellationToken cancellation)
    {
        lock (_gate)
        {
            Stream stream = Of(cluster);
            foreach ((ResourceKey key, EventRecord e) in stream.Events.Where(e => EventRules.IsExpired(e.Value, now)).ToList())
                stream.Append(ChangeType.Deleted, key, e);
            stream.Trim();
            return Task.CompletedTask;
        }
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
            _streams.Remove(cluster);
        return Task.CompletedTask;
    }

    private Stream Of(ClusterId cluster) => _streams.TryGetValue(cluster, out Stream? stream) ? stream : _streams[cluster] = new Stream();

    private static ResourceKey Key(EventRecord e) => Key(e.Metadata.Namespace ?? "", e.Metadata.Name ?? "");

    private static ResourceKey Key(string namespaceName, string name) => new(ResourceTypes.Events, namespaceName, name);

    private sealed class Stream
    {
        public Dictionary<ResourceKey, EventRecord> Events { get; } = [];

        public List<CommittedChange> Log { get; private set; } = [];

        public Revision Revision { get; private set; } = new(1);

        public Revision CompactedTo { get; private set; } = new(1);

        public void Append(ChangeType type, ResourceKey key, EventRecord e)
        {
            Revision = Revision.Next;
            Log.Add(new CommittedChange(Revision, type, key, KubeJson.Write(e with { Metadata = e.Metadata with { ResourceVersion = null } })));
            if (type == ChangeType.Deleted)
                Events.Remove(key);
            else
                Events[key] = e with { Metadata = e.Metadata with { ResourceVersion = Revision.ToString() } };
        }

        public void Trim()
        {
            if (Log.Count <= EventRules.KeptRevisions)
                return;
            CompactedTo = Log[^(EventRules.KeptRevisions + 1)].Revision;
            Log = Log[^EventRules.KeptRevisions..];
        }
    }
}
