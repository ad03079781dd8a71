using System.Collections.Immutable;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Probes;

/// <summary>Probes every running container that asks for it, from the moment it runs until it ends or its pod is to go.</summary>
internal sealed class ProbeKeeper(IContainerRuntime runtime, TimeProvider clock, Action<string, ProbeFinding> found, Action<string, PodHappening> happened) : IDisposable
{
    private readonly ProbeClient _client = new(runtime, clock);
    private readonly Dictionary<string, (string PodUid, CancellationTokenSource Stop)> _running = [];

    /// <summary>Starts and stops probing so that it fits what runs. Called from the keeper's loop only.</summary>
    /// <param name="pod">Null when the pod is to go: nothing of it is probed.</param>
    public void Follow(string podUid, AssignedPod? pod, ImmutableArray<ObservedContainer> containers, string? address)
    {
        var wanted = pod is null || string.IsNullOrEmpty(address) ? [] : containers
            .Where(c => c is { Role: ContainerRole.App, Phase: ContainerPhase.Running })
            .Select(c => (Container: c, Spec: pod.Spec.Containers.FirstOrDefault(s => s.Name == c.Name)))
            .Where(c => c.Spec is { } spec && (spec.LivenessProbe ?? spec.ReadinessProbe ?? spec.StartupProbe) is not null)
            .ToDictionary(c => c.Container.Id);
        foreach (var (id, entry) in _running.Where(r => r.Value.PodUid == podUid && !wanted.ContainsKey(r.Key)).ToArray())
        {
            _running.Remove(id);
            entry.Stop.Cancel();
            entry.Stop.Dispose();
        }

        foreach (var (id, (container, spec)) in wanted.Where(w => !_running.ContainsKey(w.Key)))
        {
            var stop = new CancellationTokenSource();
            _running[id] = (podUid, stop);
            var probes = new ContainerProbes(_client, clock, container, spec!, address!, finding => found(id, finding), happening => happened(podUid, happening));
            _ = Task.Run(() => probes.RunAsync(stop.Token), CancellationToken.None);
        }
    }

    public void Dispose()
    {
        foreach (var (_, stop) in _running.Values)
        {
            stop.Cancel();
            stop.Dispose();
        }

        _running.Clear();
        _client.Dispose();
    }
}
