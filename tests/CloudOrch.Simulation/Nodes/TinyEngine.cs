using CloudOrch.Domain.Nodes;

namespace CloudOrch.Simulation.Nodes;

/// <summary>A container engine: what runs on it outlives the agent, and stops when the machine does.</summary>
internal sealed class TinyEngine(string node, TimeProvider clock)
{
    private readonly SortedDictionary<string, ObservedContainer> containers = new(StringComparer.Ordinal);
    private int made;

    /// <summary>Rises with every change.</summary>
    public int Version { get; private set; }

    public IReadOnlyCollection<ObservedContainer> All => containers.Values;

    public IEnumerable<ObservedContainer> Running => containers.Values.Where(c => c.Phase == ContainerPhase.Running);

    /// <summary>Makes and starts it, unless there is one of this identity already.</summary>
    public ObservedContainer Run(ObservedContainer identity)
    {
        var there = containers.Values.FirstOrDefault(c => c.PodUid == identity.PodUid && c.Role == identity.Role && c.Name == identity.Name && c.Attempt == identity.Attempt);
        if (there is { Phase: not ContainerPhase.Created })
            return there;
        Version++;
        string id = there?.Id ?? $"{node}-{++made:D5}";
        return containers[id] = identity with
        {
            Id = id, Phase = ContainerPhase.Running, CreatedAt = clock.GetUtcNow(), StartedAt = clock.GetUtcNow(), ImageId = "sha256:1",
            Address = identity.Role == ContainerRole.Sandbox ? $"10.0.0.{made % 250}" : null,
        };
    }

    public void End(string id, int exitCode)
    {
        if (containers.TryGetValue(id, out var container) && container.Phase == ContainerPhase.Running)
        {
            Version++;
            containers[id] = container with { Phase = ContainerPhase.Exited, FinishedAt = clock.GetUtcNow(), ExitCode = exitCode };
        }
    }

    public void Remove(string id)
    {
        Version++;
        containers.Remove(id);
    }

    public void PowerOff()
    {
        foreach (string id in containers.Keys.ToList())
            End(id, 137);
    }
}
