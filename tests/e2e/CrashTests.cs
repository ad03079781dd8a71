using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Any process of ours may be killed at any moment: in the end every pod runs once, and nothing else does.</summary>
[Collection(Alone.Name)]
public sealed class CrashTests(Instance instance)
{
    private const int Replicas = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Functions = ["functions-1", "functions-2"];

    /// <summary>How many processes are killed: 10, or what CLOUDORCH_KILLS says.</summary>
    private static readonly int s_kills = int.Parse(Environment.GetEnvironmentVariables()["CLOUDORCH_KILLS"] as string ?? "10", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Kills_of_functions_processes_during_roll_outs_lose_and_double_nothing()
    {
        const int Seed = 2_026;
        var random = new Random(Seed);
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", Replicas))).Succeeded();
        await space.SettledAsync(Replicas, Patience);
        int kills = 0;
        for (int version = 1; kills < s_kills; version++)
        {
            (await space.KubectlAsync("set", "env", "deployment/web", $"VERSION={version.ToString(CultureInfo.InvariantCulture)}")).Succeeded();
            // Several kills in one roll-out, each while at least five pods are on their way.
            for (int n = 0; n < 5 && kills < s_kills; n++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 900)), TimeProvider.System, TestContext.Current.CancellationToken);
                if (await UnsettledAsync(space) < 5)
                    break;
                string victim = Functions[random.Next(Functions.Length)];
                if (instance.ProcessOf(victim) is { } pid && await instance.KillAsync(victim))
                {
                    kills++;
                    await instance.RestartedAsync(victim, pid);
                }
            }

            await AgreeAsync(space, $"seed {Seed}, after {kills} kills");
        }
    }

    /// <summary>The points that docs/settings.md lists under <c>CrashPointFile</c>.</summary>
    [Theory]
    [InlineData("mid-commit-chain")]
    [InlineData("after-commit")]
    [InlineData("before-dispatch")]
    [InlineData("before-complete")]
    public async Task A_functions_process_that_dies_at_a_bad_moment_loses_and_doubles_nothing(string point)
    {
        await using var space = await instance.NamespaceAsync();
        string file = $"{instance.Local}/crash-point";
        File.Delete($"{file}.hit");
        await File.WriteAllTextAsync(file, point, TestContext.Current.CancellationToken);
        // What asks may be what dies: a person would do it again.
        await Eventually.Async(
            async () => (await space.ApplyAsync(TestNamespace.Deployment("web", 12))).Code == 0, Instance.Soon, "the deployment is applied");
        await Eventually.Async(() => File.Exists($"{file}.hit"), Instance.Soon, $"a process died at {point}");
        await AgreeAsync(space, $"after a death at {point}", 12);
    }

    [Fact]
    public async Task A_killed_agent_touches_no_container_and_takes_up_again()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("steady", 5))).Succeeded();
        await space.SettledAsync(5);
        var steady = await space.ContainerIdsAsync();
        await using var other = await instance.NamespaceAsync();
        (await other.ApplyAsync(TestNamespace.Deployment("web", 20))).Succeeded();
        var random = new Random(7);
        for (int n = 0; n < 4; n++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1500)), TimeProvider.System, TestContext.Current.CancellationToken);
            int? pid = instance.ProcessOf("agent");
            Assert.True(await instance.KillAsync("agent"), "the agent runs");
            await instance.RestartedAsync("agent", pid);
        }

        await AgreeAsync(other, "after four kills of the agent", 20);
        Assert.Equal(steady, await space.ContainerIdsAsync());
    }

    [Fact]
    public async Task An_agent_without_network_starts_its_pods_from_the_journal()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded();
        var uids = await space.SettledAsync(3);
        // As after a reboot into an outage: no container is left, and nothing of ours can be reached.
        string ours = $"label=io.cloudorch.pod.namespace={space.Name}";
        await instance.ScriptAsync("stop_process agent; for p in front broker gate; do stop_process $p; done");
        try
        {
            string[] containers = [.. (await instance.DockerAsync("ps", "-aq", "--filter", ours)).Succeeded().Lines];
            (await instance.DockerAsync(["rm", "-f", .. containers])).Succeeded();
            await instance.ScriptAsync("run_agent");
            await Eventually.Async(
                async () => (await space.RunningAsync()).Order().SequenceEqual(uids.Order()), Instance.Soon, "the same three pods run again, without any server");
        }
        finally
        {
            await instance.ScriptAsync("mkdir -p \"$run_dir\"; start_local_azure; start_functions; run_agent");
        }

        var before = await space.ContainerIdsAsync();
        await Eventually.Async(async () => (await space.KubectlAsync("scale", "deployment/web", "--replicas=4")).Code == 0, Instance.Soon, "the API is back");
        await space.SettledAsync(4);
        Assert.Subset(new HashSet<string>(await space.ContainerIdsAsync()), new HashSet<string>(before));
    }

    /// <summary>What stands for Azure here. Its storage is told to end, not killed: Azure loses no write that it acknowledged, Azurite would.</summary>
    [Fact]
    public async Task A_killed_broker_or_front_or_restarted_storage_costs_time_only()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 10))).Succeeded();
        foreach (string name in new[] { "broker", "front", "gate", "azurite" })
        {
            int? pid = instance.ProcessOf(name);
            Assert.True(await instance.KillAsync(name, name == "azurite" ? "TERM" : "KILL"), $"{name} runs");
            await instance.RestartedAsync(name, pid);
        }

        await AgreeAsync(space, "after the local Azure was killed", 10);
        await Eventually.Async(
            async () => (await space.KubectlAsync("scale", "deployment/web", "--replicas=3")).Code == 0, Instance.Soon, "the API takes a change");
        await AgreeAsync(space, "after a change since then", 3);
    }

    private async Task AgreeAsync(TestNamespace space, string when, int replicas = Replicas)
    {
        try
        {
            await space.SettledAsync(replicas, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{when}: {e.Message}", e);
        }
    }

    /// <summary>Pods that are wanted and not running yet, or running and not wanted any more.</summary>
    private static async Task<int> UnsettledAsync(TestNamespace space)
    {
        // Asked through the API, which at this moment may have just one process, or none for a second.
        var answer = await space.KubectlAsync("get", "pods", "--no-headers");
        return answer.Code != 0 ? 0 : Replicas - answer.Lines.Count(l => l.Contains("1/1", StringComparison.Ordinal) && l.Contains(" Running ", StringComparison.Ordinal))
            + answer.Lines.Count(l => l.Contains("Terminating", StringComparison.Ordinal) || l.Contains("ContainerCreating", StringComparison.Ordinal));
    }
}
