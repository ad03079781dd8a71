using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Several servers, and a network between them that fails.</summary>
public sealed partial class LabTests(LabInstance lab, ITestOutputHelper output) : IClassFixture<LabInstance>
{
    private const int Replicas = 6;

    /// <summary>How long a slow network is looked at.</summary>
    private static readonly TimeSpan While = TimeSpan.FromSeconds(12);

    /// <summary>For what starts or ends more containers than usual.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] s_controlPlane = ["functions-1", "functions-2", "front", "issuer", "broker", "gate", "azurite"];

    /// <summary>How long the control plane is away: 45 s, or what CLOUDORCH_OUTAGE_SECONDS says.</summary>
    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariables()["CLOUDORCH_OUTAGE_SECONDS"] as string ?? "45", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Three_hosts_are_ready_nodes_and_share_the_replicas()
    {
        var nodes = (await lab.KubectlAsync("get", "nodes")).Succeeded().Table();
        Assert.Equal(["host-1 Ready", "host-2 Ready", "host-3 Ready"], nodes.Select(n => $"{n["NAME"]} {n["STATUS"]}").Order());

        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        foreach (int host in LabInstance.Hosts)
            Assert.Equal(Replicas / LabInstance.Hosts.Count, (await ContainersAsync(space, host)).Count);
    }

    [Fact]
    public async Task The_sample_answers_at_the_address_of_its_host()
    {
        var pod = (await lab.GetAsync("--namespace", "sample", "pods"))["items"]![0]!;
        string port = (await lab.ScriptAsync("port sample")).Trim();
        var answer = await lab.Machine.RunAsync("curl", "--silent", "--show-error", "--fail", "--max-time", "10", $"http://{(string)pod["status"]!["hostIP"]!}:{port}/");
        Assert.Contains($"Hello from {(string)pod["metadata"]!["name"]!}", answer.Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_cut_off_keeps_its_containers_while_others_take_over_and_gives_them_up_when_it_is_back()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        var own = await ContainersAsync(space, 2);
        Assert.NotEmpty(own);
        try
        {
            (await lab.LabAsync("cut", "2")).Succeeded();
            await TimedAsync(
                "after a cut, all replicas run on the other hosts",
                async () => (await ContainersAsync(space, 1)).Count + (await ContainersAsync(space, 3)).Count == Replicas
                    && (await ReadyOnAsync(space)) is { Length: Replicas } on && !on.Contains("host-2"));
            Assert.Equal(own, await ContainersAsync(space, 2));
        }
        finally
        {
            (await lab.LabAsync("heal", "2")).Succeeded();
        }

        var clock = TimeProvider.System;
        long healed = clock.GetTimestamp();
        await space.SettledAsync(Replicas);
        output.WriteLine($"after the heal, every pod has one container: {clock.GetElapsedTime(healed).TotalSeconds:0.0} s");
        await ReadyAsync();
    }

    [Fact]
    public async Task When_most_hosts_are_cut_off_their_pods_are_held_until_most_are_back()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        string[] before = await NamesAsync(space);
        try
        {
            await Task.WhenAll(lab.LabAsync("cut", "2"), lab.LabAsync("cut", "3"));
            await Eventually.Async(async () => await StatusOfAsync("host-2") == "Unknown" && await StatusOfAsync("host-3") == "Unknown", Instance.Soon, "both are NotReady");
            await Eventually.Async(
                async () => (await lab.KubectlAsync("get", "events", "--all-namespaces", "--field-selector", "reason=EvictionsHeld")).Succeeded().Out.Contains("2 of 3 nodes do not answer", StringComparison.Ordinal),
                Instance.Soon,
                "an Event says that the pods are held");
            // The API still works, and nothing moves.
            await Eventually.ThroughoutAsync(While, async () => Assert.Equal(before, await NamesAsync(space)));

            (await lab.LabAsync("heal", "3")).Succeeded();
            await TimedAsync(
                "after one of the two is back, the pods of the other run elsewhere",
                async () => (await ContainersAsync(space, 1)).Count + (await ContainersAsync(space, 3)).Count == Replicas
                    && (await ReadyOnAsync(space)) is { Length: Replicas } on && !on.Contains("host-2"));
        }
        finally
        {
            await Task.WhenAll(lab.LabAsync("heal", "2"), lab.LabAsync("heal", "3"));
        }

        await space.SettledAsync(Replicas);
        string[] after = await NamesAsync(space);
        Assert.Equal(Replicas * 2 / 3, after.Intersect(before).Count());
        await ReadyAsync();
    }

    [Fact]
    public async Task A_link_that_flaps_moves_no_pod()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        string[] before = await NamesAsync(space);
        var own = await ContainersAsync(space, 2);
        var clock = TimeProvider.System;
        try
        {
            for (long began = clock.GetTimestamp(); clock.GetElapsedTime(began) < TimeSpan.FromMinutes(1);)
            {
                long cut = clock.GetTimestamp();
                (await lab.LabAsync("cut", "2")).Succeeded();
                await Eventually.Async(() => clock.GetElapsedTime(cut) >= TimeSpan.FromSeconds(2), Instance.Soon, "two seconds have passed");
                (await lab.LabAsync("heal", "2")).Succeeded();
                await Eventually.Async(() => clock.GetElapsedTime(cut) >= TimeSpan.FromSeconds(5), Instance.Soon, "five seconds have passed");
                Assert.Equal(before, await NamesAsync(space));
            }
        }
        finally
        {
            (await lab.LabAsync("heal", "2")).Succeeded();
        }

        await space.SettledAsync(Replicas);
        Assert.Equal(before, await NamesAsync(space));
        Assert.Equal(own, await ContainersAsync(space, 2));
        await ReadyAsync();
    }

    [Fact]
    public async Task A_large_roll_out_ends_right_though_storage_broker_and_gate_restart_in_the_middle()
    {
        const int Many = 90;
        await using var space = await lab.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", Many))).Succeeded();
        await space.SettledAsync(Many, Patience);
        string[] before = await NamesAsync(space);
        (await space.KubectlAsync("set", "env", "deployment/web", "VERSION=2")).Succeeded();
        // Restarted on its data, restarted empty, restarted.
        foreach (string name in new[] { "azurite", "broker", "gate" })
        {
            await Eventually.Async(
                async () => await space.KubectlAsync("get", "deployment", "web", "-o", "jsonpath={.status.updatedReplicas}") is { Code: 0, Out: not ("" or "90") }, Instance.Soon, "the roll-out is under way");
            int? old = lab.ProcessOf(name);
            Assert.True(await lab.KillAsync(name, name == "azurite" ? "TERM" : "KILL"), $"{name} runs");
            await lab.RestartedAsync(name, old);
        }

        await space.RolledOutAsync("web");
        await space.SettledAsync(Many, Patience);
        Assert.Empty((await NamesAsync(space)).Intersect(before));
        (await space.KubectlAsync("delete", "deployment", "web", "--timeout=120s")).Succeeded();
        await space.SettledAsync(0, Patience);
    }

    [Fact]
    public async Task While_the_whole_control_plane_is_away_nodes_repair_themselves_and_its_return_restarts_nothing()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        string[] before = await NamesAsync(space);
        var clock = TimeProvider.System;
        long stopped = clock.GetTimestamp();
        IReadOnlyList<string> repaired;
        await Task.WhenAll(s_controlPlane.Select(name => lab.ScriptAsync($"stop_process {name}")));
        try
        {
            Assert.NotEqual(0, (await lab.KubectlAsync("get", "nodes", "--request-timeout=2s")).Code);
            var own = await space.ContainerIdsAsync();
            string crashed = (await ContainersAsync(space, 1))[0];
            (await lab.OnHostAsync(1, "docker", "kill", crashed)).Succeeded();
            string[] rebooted = [.. await ContainersAsync(space, 3)];
            await lab.HalfStartedAsync(3, async () => (await lab.LabAsync("reboot", "3")).Succeeded());
            await Eventually.Async(
                async () => (await ContainersAsync(space, 1)).Except(own).Count() == 1 && (await ContainersAsync(space, 3)).Except(own).Count() == rebooted.Length,
                Instance.Soon,
                "what crashed and what ran on the host that was rebooted runs again");
            Assert.Equal(own.Except(rebooted).Except([crashed]), (await space.ContainerIdsAsync()).Intersect(own));
            await Eventually.Async(() => clock.GetElapsedTime(stopped) >= s_outage, s_outage + Instance.Soon, "it has lasted long enough");
            repaired = await space.ContainerIdsAsync();
        }
        finally
        {
            (await lab.UpAsync()).Succeeded();
        }

        await space.SettledAsync(Replicas);
        await ReadyAsync();
        await Eventually.ThroughoutAsync(While, async () =>
        {
            Assert.Equal(before, await NamesAsync(space));
            Assert.Equal(repaired, await space.ContainerIdsAsync());
        });

        output.WriteLine($"away for {s_outage.TotalSeconds:0} s");
    }

    [Fact]
    public async Task A_slow_and_lossy_network_costs_time_only()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        string since = await ReadySinceAsync("host-2");
        try
        {
            (await lab.LabAsync("delay", "2", "400", "5%")).Succeeded();
            await Eventually.ThroughoutAsync(While, async () => Assert.Equal(since, await ReadySinceAsync("host-2")));
            (await space.KubectlAsync("scale", "deployment/web", "--replicas=9")).Succeeded();
            await space.SettledAsync(9);
            Assert.Equal(since, await ReadySinceAsync("host-2"));
        }
        finally
        {
            (await lab.LabAsync("heal", "2")).Succeeded();
        }

        (await space.KubectlAsync("scale", "deployment/web", "--replicas=3")).Succeeded();
        await space.SettledAsync(3);
    }

    private static async Task DeployedAsync(TestNamespace space)
    {
        (await space.ApplyAsync(TestNamespace.Deployment("web", Replicas))).Succeeded();
        await space.SettledAsync(Replicas);
    }

    [Fact]
    public async Task A_drained_host_gives_its_pods_to_the_others_and_takes_new_ones_when_it_is_uncordoned()
    {
        await using var space = await lab.NamespaceAsync();
        await DeployedAsync(space);
        Assert.NotEmpty(await ContainersAsync(space, 2));
        try
        {
            var drain = (await lab.KubectlAsync("drain", "host-2", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s")).Succeeded();
            Assert.Contains("node/host-2 drained", drain.Out, StringComparison.Ordinal);
            Assert.Empty(await ContainersAsync(space, 2));
            Assert.Equal("Ready,SchedulingDisabled", (await lab.KubectlAsync("get", "node", "host-2")).Succeeded().Table().Single()["STATUS"]);
            await Eventually.Async(
                async () => (await ReadyOnAsync(space)) is { Length: Replicas } on && !on.Contains("host-2"), Instance.Soon, "all replicas run on the other hosts");
        }
        finally
        {
            (await lab.KubectlAsync("uncordon", "host-2")).Succeeded();
        }

        (await space.KubectlAsync("scale", "deployment/web", $"--replicas={Replicas + 2}")).Succeeded();
        await Eventually.Async(
            async () => (await ReadyOnAsync(space)) is { Length: Replicas + 2 } on && on.Count(n => n == "host-2") == 2, Instance.Soon, "the host that is empty takes the new pods");
    }

    private async Task TimedAsync(string what, Func<Task<bool>> condition)
    {
        var clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        await Eventually.Async(condition, Instance.Soon, what);
        output.WriteLine($"{what}: {clock.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    /// <summary>The containers of the namespace's pods that run on the host, as its own engine says.</summary>
    private Task<IReadOnlyList<string>> ContainersAsync(TestNamespace space, int host) => space.ContainerIdsAsync(lab.Engines[host - 1]);

    /// <summary>The nodes of the pods that are Running and not about to go.</summary>
    private static async Task<string[]> ReadyOnAsync(TestNamespace space) =>
        [.. (await space.PodsAsync()).Where(p => (string?)p["status"]?["phase"] == "Running" && p["metadata"]!["deletionTimestamp"] is null).Select(p => (string)p["spec"]!["nodeName"]!)];

    private static async Task<string[]> NamesAsync(TestNamespace space) => [.. (await space.PodsAsync()).Select(p => (string)p["metadata"]!["name"]!).Order(StringComparer.Ordinal)];

    private async Task<string?> StatusOfAsync(string node) =>
        (string?)(await lab.GetAsync("node", node))["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!["status"];

    private async Task ReadyAsync() =>
        (await lab.KubectlAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s")).Succeeded();

    /// <summary>Since when the node is Ready.</summary>
    private async Task<string> ReadySinceAsync(string node)
    {
        var ready = (await lab.GetAsync("node", node))["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!;
        Assert.Equal("True", (string?)ready["status"]);
        return (string)ready["lastTransitionTime"]!;
    }
}
