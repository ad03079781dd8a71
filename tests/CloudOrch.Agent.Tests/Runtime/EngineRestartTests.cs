using CloudOrch.Agent.Docker;
using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Docker;
using Docker.DotNet;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Runtime;

/// <summary>The agent's loop while its engine is killed and started again.</summary>
[Collection(DockerTests.Name)]
public sealed class EngineRestartTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private PodsSnapshot _snapshot = new([], 0, 0, "nothing was said yet", null);

    [Fact]
    public Task What_outlives_its_engine_is_taken_up_untouched() => WithKilledEngineAsync("survivors", ["--live-restore"], async (engine, before) =>
    {
        await Eventually.Async(() => _snapshot.EngineProblem is null, Deadline, "the engine is back");
        // A pod that is assigned now is planned after all that was found.
        await UntilReadyAsync("a", "b", "c", "new");

        string[] after = await RunningAsync(engine);
        Assert.Subset(after.ToHashSet(), before.ToHashSet());
        Assert.Equal(8, after.Length);
        Assert.All(_snapshot.Pods, p => Assert.Equal(0, Status(p.Uid)!.RestartCount));
    });

    [Fact]
    public Task What_died_with_its_engine_runs_again_and_nothing_twice() => WithKilledEngineAsync("casualties", [], async (engine, before) =>
    {
        string[] after = [];
        await Eventually.Async(
            async () => _snapshot.EngineProblem is null && (after = await RunningAsync(engine)).Length == 8 && !after.Intersect(before).Any(), Deadline, "all run again");
        await UntilReadyAsync("a", "b", "c", "new");

        Assert.Equal(after, await RunningAsync(engine));
        string names = await engine.RunAsync("ps", "--format", "{{.Label \"io.cloudorch.pod.uid\"}} {{.Label \"io.cloudorch.container\"}}");
        Assert.Equal(8, names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
        Assert.Equal([1, 1, 1, 0], new[] { "a", "b", "c", "new" }.Select(u => Status(u)!.RestartCount));
    });

    /// <summary>Three pods run when the engine is killed; a fourth is assigned while it is away.</summary>
    private async Task WithKilledEngineAsync(string purpose, string[] options, Func<DockerEngine, string[], Task> then)
    {
        string directory = Directory.CreateTempSubdirectory("cloudorch-restart-").FullName;
        await using var engine = await DockerEngine.StartAsync(purpose, options);
        using var client = new DockerClientConfiguration(engine.Endpoint).CreateClient();
        using var stop = new CancellationTokenSource();
        using var keeper = new PodKeeper(
            new DockerRuntime(client, purpose, TimeProvider.System), new PodDirectories(directory), TimeProvider.System, NullLogger<PodKeeper>.Instance, s => _snapshot = s)
        {
            HostAddress = engine.HostAddress,
            PodCidr = engine.Names.PodCidr,
        };
        var running = Task.Run(() => keeper.RunAsync(stop.Token));
        try
        {
            Assign(1, "a", "b", "c");
            await UntilReadyAsync("a", "b", "c");
            string[] before = await RunningAsync(engine);
            await engine.KillDaemonAsync();
            await Eventually.Async(() => _snapshot.EngineProblem?.StartsWith("the Docker engine does not answer", StringComparison.Ordinal) == true, Deadline, "the agent says so");
            Assign(2, "a", "b", "c", "new");

            await engine.StartDaemonAsync();
            await then(engine, before);
        }
        finally
        {
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Directory.Delete(directory, recursive: true);
        }

        void Assign(long revision, params string[] uids) => keeper.Assign(new NodeAssignment
        {
            NodeName = "n1",
            PodCidr = engine.Names.PodCidr,
            Revision = revision,
            Pods = [.. uids.Select(u => KeeperWorld.Pod(u, "exec sleep 600"))],
        });
    }

    private ContainerStatus? Status(string uid) => _snapshot.Pods.FirstOrDefault(p => p.Uid == uid)?.Status.ContainerStatuses is [var one, ..] ? one : null;

    private Task UntilReadyAsync(params string[] uids) => Eventually.Async(() => uids.All(u => Status(u) is { Ready: true }), Deadline, $"ready: {string.Join(", ", uids)}");

    private static async Task<string[]> RunningAsync(DockerEngine engine) =>
        [.. (await engine.RunAsync("ps", "-q", "--no-trunc")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}
