using CloudOrch.Agent.Fencing;
using CloudOrch.Domain.Fencing;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CloudOrch.Agent.Docker;

/// <summary>Kills containers through the engine, and what is then left of them through the kernel.</summary>
public sealed class ContainerKiller(IDockerClient docker, TimeProvider clock) : IContainerKiller
{
    /// <summary>What the engine gets of the share that is for killing; it needs some 50 ms for one container.</summary>
    private static readonly TimeSpan EngineShare = FenceTimes.KillShare / 3;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    public async Task<int> KillAsync(IReadOnlyCollection<string> containerIds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(containerIds);
        long begun = clock.GetTimestamp();
        using var share = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => share.Cancel(), null, EngineShare, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(containerIds.Select(id => AskEngineAsync(id, share.Token))).WaitAsync(share.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int left;
        while ((left = ContainerProcesses.KillAll(containerIds)) > 0 && clock.GetElapsedTime(begun) < FenceTimes.KillShare && !ct.IsCancellationRequested)
            await Task.Delay(Again, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return left;
    }

    private async Task AskEngineAsync(string id, CancellationToken ct)
    {
        try
        {
            await docker.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "SIGKILL" }, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            // It does not run, or the engine is of no use: the processes themselves are looked at next.
        }
    }
}
