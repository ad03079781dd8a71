using System.Globalization;

namespace CloudOrch.Bench;

/// <summary>What the agent costs its host while nothing changes: memory, and processor time over a minute, with 30 pods running.</summary>
public static class AgentFootprint
{
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        var rows = new List<string[]> { await MeasureAsync(lab, "the sample's pod", ct) };
        await Lab.RunAsync(Manifest, "kubectl", "apply", "-f", "-");
        await Lab.RunAsync(null, "kubectl", "rollout", "status", "deployment/idle", "--timeout=120s");
        rows.Add(await MeasureAsync(lab, "31 pods", ct));
        await Lab.RunAsync(null, "kubectl", "delete", "deployment", "idle");
        Table.Print($"agent, {Watched.TotalSeconds:0} s without changes", ["node runs", "resident", "of one core"], [.. rows]);
        Table.Budget("at most 60 MiB", rows.All(r => double.Parse(r[1].Split(' ')[0], CultureInfo.InvariantCulture) <= 60));
        Table.Budget("less than 1 % of a core", rows.All(r => double.Parse(r[2].Split(' ')[0], CultureInfo.InvariantCulture) < 1));
    }

    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: idle, namespace: default}
        spec:
          replicas: 30
          selector: {matchLabels: {app: idle}}
          template:
            metadata: {labels: {app: idle}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - {name: idle, image: "busybox:1", command: [sleep, "100000"]}
        """;

    private static async Task<string[]> MeasureAsync(Lab lab, string what, CancellationToken ct)
    {
        string pid = (await File.ReadAllTextAsync($"{lab.Local}/run/agent.pid", ct)).Split(' ')[0];
        await Task.Delay(TimeSpan.FromSeconds(10), ct); // what follows a change is over
        double before = Processor(pid);
        await Task.Delay(Watched, ct);
        double share = (Processor(pid) - before) / Watched.TotalSeconds;
        string resident = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        double mebibytes = double.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return [what, $"{mebibytes:0.0} MiB", $"{share * 100:0.00} %"];
    }

    /// <summary>Seconds of processor time, user and system.</summary>
    private static double Processor(string pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100; // USER_HZ
    }
}
