using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds;

namespace CloudOrch.ControlPlane.State;

/// <summary>A change as a watcher sees it.</summary>
/// <param name="Object">The new state; for a deletion the last one. Its resourceVersion is <paramref name="Revision"/>.</param>
/// <param name="Previous">The state before, when known: decides whether a selector's watcher had seen the object.</param>
/// <param name="PreviousKnown">False when the change was read back from the log and its former state is not kept.</param>
public sealed record ClusterEvent(Revision Revision, ChangeType Type, ResourceKey Key, KubeObject Object, KubeObject? Previous, bool PreviousKnown)
{
    private Rendering? rendering;

    /// <summary>The new state as JSON of one of its kind's versions, made once for all who watch in that version.</summary>
    public ReadOnlyMemory<byte> JsonIn(KindDefinition version)
    {
        var made = rendering;
        if (made?.Version != version)
            rendering = made = new(version, version.Write(Object));
        return made.Json;
    }

    private sealed record Rendering(KindDefinition Version, byte[] Json);
}

/// <summary>What a watch yields: batches without gaps, then at most one ending.</summary>
public abstract record WatchStep
{
    private WatchStep() { }

    /// <param name="UpTo">Everything up to here has been yielded, also when <paramref name="Events"/> is empty.</param>
    public sealed record Batch(IReadOnlyList<ClusterEvent> Events, Revision UpTo) : WatchStep;

    /// <summary>The revision is compacted, or the watcher was too slow and is cut off: list again.</summary>
    public sealed record Expired(Revision Oldest) : WatchStep;

    /// <summary>The cluster was deleted.</summary>
    public sealed record Gone : WatchStep;
}

/// <summary>A change that a writer wants, as an object rather than bytes.</summary>
/// <param name="Object">For a deletion the last state.</param>
public sealed record ObjectChange(ChangeType Type, ResourceKey Key, KubeObject Object);

/// <summary>The cluster has been deleted, or never was; nothing of it can be read or written any more.</summary>
public sealed class ClusterGoneException(ClusterId cluster) : Exception($"cluster {cluster} does not exist")
{
    public ClusterId Cluster { get; } = cluster;
}
