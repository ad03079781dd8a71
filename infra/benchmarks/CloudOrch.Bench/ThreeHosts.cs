namespace CloudOrch.Bench;

/// <summary>
/// Three hosts, CloudOrch and Swarm on the same engines in one run: an apply of 30 and of 90 replicas until all run by <c>docker ps</c>, and a
/// host that is cut off until what it ran runs elsewhere. Host 1 is Swarm's only manager and is never cut.
/// </summary>
public sealed class ThreeHosts : IDisposable
{
    private const int Rounds = 3;
    private const int Cuts = 20;
    private const int Cut = 1;
    private const string Ours = "io.cloudorch.container=bench";
    private const string Swarms = "com.docker.swarm.service.name=bench";
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    private readonly string[] _addresses;
    private readonly string[] _sockets;
    private readonly Engine[] _engines;

    private ThreeHosts(string[][] hosts)
    {
        _addresses = [.. hosts.Select(h => h[1])];
        _sockets = [.. hosts.Select(h => h[^1])];
        _engines = [.. _sockets.Select(s => new Engine(s["unix://".Length..]))];
    }

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        string[] lines = (await Lab.RunAsync(null, "./infra/lab", "list")).Split('\n');
        using var hosts = new ThreeHosts([.. lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words is [_, _, .., _] && words[^1].StartsWith("unix://", StringComparison.Ordinal))]);
        await hosts.SwarmAsync();
        foreach (int replicas in (int[])[30, 90])
            await hosts.ApplyAsync(replicas, ct);
        await hosts.LoseAsync(ct);
    }

    public void Dispose()
    {
        foreach (var engine in _engines)
            engine.Dispose();
    }

    private async Task SwarmAsync()
    {
        await DockerAsync(0, "swarm", "init", "--advertise-addr", _addresses[0]);
        string token = (await DockerAsync(0, "swarm", "join-token", "-q", "worker")).Trim();
        for (int i = 1; i < _engines.Length; i++)
            await DockerAsync(i, "swarm", "join", "--token", token, "--advertise-addr", _addresses[i], $"{_addresses[0]}:2377");
    }

    private async Task ApplyAsync(int replicas, CancellationToken ct)
    {
        var (cloudorch, swarm) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (int round = 0; round < Rounds; round++)
        {
            swarm.Add(await Lab.TimeUntilAsync(() => MissingAsync(Swarms, replicas, [0, 1, 2], ct), () => CreateServiceAsync(replicas), ct));
            await RemoveServiceAsync(ct);
            cloudorch.Add(await Lab.TimeUntilAsync(() => MissingAsync(Ours, replicas, [0, 1, 2], ct), () => DeployAsync(replicas), ct));
            await RemoveDeploymentAsync(ct);
        }

        var (ours, theirs) = (Table.Median(cloudorch), Table.Median(swarm));
        Table.Print(
            $"apply of {replicas} replicas on three hosts until {replicas} run by docker ps ({Rounds} rounds)",
            ["", "median, s", "all, s"],
            ["CloudOrch: kubectl apply", Table.Seconds(ours), Table.Seconds(cloudorch)],
            ["Swarm: service create --detach", Table.Seconds(theirs), Table.Seconds(swarm)]);
        Table.Budget($"ahead of Swarm (is {ours / theirs:0.00} of its time)", ours < theirs);
    }

    /// <summary>10 of 30 replicas are on the host that is cut off.</summary>
    private async Task LoseAsync(CancellationToken ct)
    {
        var (cloudorch, swarm, healed) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        int moved = 0;
        for (int round = 0; round < Cuts; round++)
        {
            await Lab.TimeUntilAsync(() => MissingAsync(Ours, 30, [0, 1, 2], ct), () => DeployAsync(30), ct);
            await Lab.RunAsync(null, "kubectl", "rollout", "status", "deployment/bench", "--timeout=60s");
            if ((await _engines[Cut].RunningAsync(Ours, ct)).Length != 10)
                throw new InvalidOperationException("the replicas are not spread evenly");
            cloudorch.Add(await Lab.TimeUntilAsync(() => MissingAsync(Ours, 30, [0, 2], ct), () => LabAsync("cut"), ct));
            await Lab.RunAsync(null, "kubectl", "rollout", "status", "deployment/bench", "--timeout=60s");
            var right = await IdsAsync([0, 2], ct);
            healed.Add(await Lab.TimeUntilAsync(async () => await _engines[Cut].RunningAsync(Ours, ct) is { Length: > 0 } left ? $"{left.Length} containers too many" : null, () => LabAsync("heal"), ct));
            await Lab.RunAsync(null, "kubectl", "wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
            var after = await IdsAsync([0, 2], ct);
            moved += right.Except(after).Count() + after.Except(right).Count();
            await RemoveDeploymentAsync(ct);
            await Console.Error.WriteLineAsync($"cut {round + 1} of {Cuts}: {Table.Seconds(cloudorch[^1])} s, healed after {Table.Seconds(healed[^1])} s");
        }

        for (int round = 0; round < Rounds; round++)
        {
            await Lab.TimeUntilAsync(() => MissingAsync(Swarms, 30, [0, 1, 2], ct), () => CreateServiceAsync(30), ct);
            swarm.Add(await Lab.TimeUntilAsync(() => MissingAsync(Swarms, 30, [0, 2], ct), () => LabAsync("cut"), ct));
            await LabAsync("heal");
            await Lab.TimeUntilAsync(async () => (await DockerAsync(0, "node", "ls", "--format", "{{.Status}}")).Contains("Down", StringComparison.Ordinal) ? "a node is down" : null, () => Task.CompletedTask, ct);
            await RemoveServiceAsync(ct);
        }

        Table.Print(
            "one of three hosts cut off: until its 10 of 30 replicas run on the others",
            ["", "median, s", "worst, s", "all, s"],
            [$"CloudOrch, {Cuts} times", Table.Seconds(Table.Median(cloudorch)), Table.Seconds(cloudorch.Max()), Table.Seconds(cloudorch)],
            ["CloudOrch: healed, until nothing is there twice", Table.Seconds(Table.Median(healed)), Table.Seconds(healed.Max()), Table.Seconds(healed)],
            [$"Swarm, {Rounds} times", Table.Seconds(Table.Median(swarm)), Table.Seconds(swarm.Max()), Table.Seconds(swarm)]);
        Table.Budget("at most 10 s, each time", cloudorch.Max() <= Budget);
        Table.Budget($"after a heal nothing restarts that was right ({moved} did)", moved == 0);
    }

    private async Task<string?> MissingAsync(string label, int replicas, int[] hosts, CancellationToken ct)
    {
        int running = (await Task.WhenAll(hosts.Select(h => _engines[h].RunningAsync(label, ct)))).Sum(ids => ids.Length);
        return running >= replicas ? null : $"{running} of {replicas} containers with {label} run on the hosts {string.Join(", ", hosts.Select(h => h + 1))}";
    }

    private async Task<HashSet<string>> IdsAsync(int[] hosts, CancellationToken ct) =>
        [.. (await Task.WhenAll(hosts.Select(h => _engines[h].RunningAsync(Ours, ct)))).SelectMany(ids => ids)];

    private static Task LabAsync(string what) => Lab.RunAsync(null, "./infra/lab", what, $"{Cut + 1}");

    private static Task DeployAsync(int replicas) => Lab.RunAsync(Apply30.Manifest(replicas), "kubectl", "apply", "-f", "-");

    private async Task RemoveDeploymentAsync(CancellationToken ct)
    {
        await Lab.RunAsync(null, "kubectl", "delete", "deployment", "bench");
        await GoneAsync(Ours, ct);
    }

    private Task CreateServiceAsync(int replicas) => DockerAsync(
        0, "service", "create", "--detach", "--no-resolve-image", "--name", "bench", "--replicas", $"{replicas}", "--stop-grace-period", "0s", "busybox:1", "httpd", "-f", "-p", "8080");

    private async Task RemoveServiceAsync(CancellationToken ct)
    {
        await DockerAsync(0, "service", "rm", "bench");
        await GoneAsync(Swarms, ct);
    }

    private Task<TimeSpan> GoneAsync(string label, CancellationToken ct) => Lab.TimeUntilAsync(
        async () => (await Task.WhenAll(_engines.Select(e => e.RunningAsync(label, ct)))).Sum(ids => ids.Length) is > 0 and var left ? $"{left} containers with {label} still run" : null,
        () => Task.CompletedTask,
        ct);

    private Task<string> DockerAsync(int host, params string[] arguments) => Lab.RunAsync(null, "docker", ["--host", _sockets[host], .. arguments]);
}
