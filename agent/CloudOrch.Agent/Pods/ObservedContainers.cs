using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Agent.Pods;

/// <summary>
/// The containers of this node as far as they were observed: from lists, from events, and from what running them answered. These arrive in
/// any order; a list that was begun before a change does not undo the change.
/// </summary>
internal sealed class ObservedContainers
{
    private const int MaxRemembered = 4096;

    private readonly Dictionary<string, ObservedContainer> _all = [];
    private readonly Dictionary<string, long> _changedAt = [];
    private readonly Dictionary<string, RuntimeEvent> _early = [];
    private long _version;

    public long Version => _version;

    public IReadOnlyDictionary<string, ObservedContainer> All => _all;

    public IEnumerable<ObservedContainer> OfPod(string uid) => _all.Values.Where(c => c.PodUid == uid);

    /// <summary>Takes in a container that was just run; its end may have been heard of before.</summary>
    /// <returns>It as it is now.</returns>
    public ObservedContainer? Add(ObservedContainer container)
    {
        Touch(container.Id);
        _all[container.Id] = container;
        return _early.Remove(container.Id, out var ended) ? Apply(ended) : container;
    }

    public void Remove(string id)
    {
        Touch(id);
        _all.Remove(id);
    }

    /// <returns>The container that changed; null when it is none of those known.</returns>
    public ObservedContainer? Apply(RuntimeEvent happened)
    {
        if (!_all.TryGetValue(happened.ContainerId, out var container))
        {
            if (_early.Count >= MaxRemembered)
                _early.Clear(); // ends of what was never ours to know; the next list tells what matters
            if (happened.Kind == RuntimeEventKind.Ended)
                _early[happened.ContainerId] = happened;
            return null;
        }

        var changed = happened.Kind switch
        {
            RuntimeEventKind.Started when container.Phase == ContainerPhase.Created => container with { Phase = ContainerPhase.Running, StartedAt = happened.At },
            RuntimeEventKind.Ended when container.Phase != ContainerPhase.Exited =>
                container with { Phase = ContainerPhase.Exited, FinishedAt = happened.At, ExitCode = happened.ExitCode },
            RuntimeEventKind.OutOfMemory => container with { OutOfMemory = true },
            RuntimeEventKind.Removed => null,
            _ => container,
        };
        Touch(container.Id);
        if (changed is null)
            _all.Remove(container.Id);
        else
            _all[container.Id] = changed;
        return changed ?? container;
    }

    public void Replace(ObservedContainer container) => _all[container.Id] = container;

    /// <summary>Puts a list in the place of what was known, except for what changed since <paramref name="begunAt"/>.</summary>
    /// <returns>The uids of pods for which something is new.</returns>
    public IReadOnlyCollection<string> Merge(IReadOnlyList<ObservedContainer> listed, long begunAt)
    {
        var changed = new HashSet<string>();
        var byId = listed.ToDictionary(c => c.Id);
        foreach (var gone in _all.Values.Where(c => !byId.ContainsKey(c.Id) && !ChangedSince(c.Id, begunAt)).ToArray())
        {
            _all.Remove(gone.Id);
            changed.Add(gone.PodUid);
        }

        foreach (var container in listed.Where(c => !ChangedSince(c.Id, begunAt)))
        {
            if (_all.TryGetValue(container.Id, out var before) && before == container)
                continue;
            _all[container.Id] = container;
            changed.Add(container.PodUid);
        }

        if (_changedAt.Count > MaxRemembered)
        {
            foreach (string id in _changedAt.Where(c => c.Value <= begunAt).Select(c => c.Key).ToArray())
                _changedAt.Remove(id);
        }

        return changed;
    }

    private bool ChangedSince(string id, long version) => _changedAt.TryGetValue(id, out long at) && at > version;

    private void Touch(string id) => _changedAt[id] = ++_version;
}
