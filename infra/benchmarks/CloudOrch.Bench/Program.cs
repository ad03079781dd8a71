using CloudOrch.Bench;

// infra/bench starts an instance and calls this inside its network namespace; one benchmark is one line here.
var benchmarks = new Dictionary<string, Func<Lab, CancellationToken, Task>>
{
    ["apply30"] = Apply30.RunAsync,
    ["hosts"] = ThreeHosts.RunAsync,
    ["fleet"] = Fleet.RunAsync,
    ["api"] = ApiRequests.RunAsync,
    ["agent"] = AgentFootprint.RunAsync,
    ["dispatch"] = PatchToDecision.RunAsync,
    ["fairness"] = TwoTenants.RunAsync,
    ["commits"] = CommittedObjects.RunAsync,
    ["scheduler"] = SchedulerCore.RunAsync,
    ["pass"] = PassOverCluster.RunAsync,
};

string[] wanted = [.. args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal))];
var options = args.Skip(wanted.Length).Chunk(2).ToDictionary(o => o[0].TrimStart('-'), o => o[^1]);
foreach (string name in wanted)
{
    if (!benchmarks.ContainsKey(name))
    {
        await Console.Error.WriteLineAsync($"no benchmark «{name}»; there are: {string.Join(", ", benchmarks.Keys)}");
        return 2;
    }
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stopping.Cancel();
};
using var lab = Lab.FromEnvironment(options);
foreach (string name in wanted)
    await benchmarks[name](lab, stopping.Token);
return 0;
