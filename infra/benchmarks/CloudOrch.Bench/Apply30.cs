namespace CloudOrch.Bench;

/// <summary>30 replicas on one host, image present, until 30 run by <c>docker ps</c>; three rounds, each candidate in turn on the same engine.</summary>
public static class Apply30
{
    private const int Replicas = 30;
    private const int Rounds = 3;
    private const string Ours = "io.cloudorch.container=bench";

    /// <summary>A Deployment <c>bench</c> of so many replicas that each serve nothing.</summary>
    public static string Manifest(int replicas) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: bench, namespace: default}
        spec:
          replicas: {{{replicas}}}
          selector: {matchLabels: {app: bench}}
          template:
            metadata: {labels: {app: bench}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - {name: bench, image: "busybox:1", command: [httpd, -f, -p, "8080"]}
        """;

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        await Lab.RunAsync(null, "docker", "swarm", "init", "--advertise-addr", "127.0.0.1");
        var (cloudorch, swarm, bare) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        for (int round = 0; round < Rounds; round++)
        {
            bare.Add(await lab.TimeUntilAsync(Replicas, "bench=bare", () => Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ =>
                Lab.RunAsync(null, "docker", "run", "--detach", "--label", "bench=bare", "busybox:1", "httpd", "-f", "-p", "8080"))), ct));
            string[] ids = (await Lab.RunAsync(null, "docker", "ps", "-q", "--filter", "label=bench=bare")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await Lab.RunAsync(null, "docker", ["rm", "-f", .. ids]);

            swarm.Add(await lab.TimeUntilAsync(Replicas, "com.docker.swarm.service.name=bench", () => Lab.RunAsync(
                null, "docker", "service", "create", "--detach", "--no-resolve-image", "--name", "bench", "--replicas", $"{Replicas}", "--stop-grace-period", "0s",
                "busybox:1", "httpd", "-f", "-p", "8080"), ct));
            await Lab.RunAsync(null, "docker", "service", "rm", "bench");
            await lab.GoneAsync("com.docker.swarm.service.name=bench", ct);

            cloudorch.Add(await lab.TimeUntilAsync(Replicas, Ours, () => Lab.RunAsync(Manifest(Replicas), "kubectl", "apply", "-f", "-"), ct));
            await Lab.RunAsync(null, "kubectl", "delete", "deployment", "bench");
            await lab.GoneAsync(Ours, ct);
        }

        await Lab.RunAsync(null, "docker", "swarm", "leave", "--force");
        double[] medians = [.. new[] { cloudorch, swarm, bare }.Select(times => Table.Median(times).TotalSeconds)];
        Table.Print(
            $"apply of {Replicas} replicas on one host until {Replicas} run by docker ps ({Rounds} rounds)",
            ["", "median", "all", "beside CloudOrch"],
            ["CloudOrch: kubectl apply", $"{medians[0]:0.00} s", Table.Seconds(cloudorch), "1.00"],
            ["Swarm: service create --detach", $"{medians[1]:0.00} s", Table.Seconds(swarm), $"{medians[1] / medians[0]:0.00}"],
            [$"bare: {Replicas} × docker run in parallel", $"{medians[2]:0.00} s", Table.Seconds(bare), $"{medians[2] / medians[0]:0.00}"]);
        Table.Budget("ahead of Swarm", medians[0] < medians[1]);
        Table.Budget($"at most 1.3 × bare (is {medians[0] / medians[2]:0.00})", medians[0] <= 1.3 * medians[2]);
    }
}
