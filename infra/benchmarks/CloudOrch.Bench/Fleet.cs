using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CloudOrch.Agent;
using CloudOrch.Agent.Resources;
using CloudOrch.Domain.Nodes;
using CloudOrch.Testing.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Bench;

/// <summary>
/// Many nodes: the agent's own loops, journal and protocol, each over connections of its own (TLS, row-scoped SAS, broker link), on engines in
/// memory. They join, get their pods, rest, and a tenth of them is lost.
/// </summary>
/// <remarks>Options: <c>--nodes</c> (1,000), <c>--pods</c> (10,000), <c>--joins</c> in a second (5), <c>--minutes</c> of rest (10).</remarks>
public sealed class Fleet : IDisposable
{
    private const string Cluster = "fleet";
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LossBudget = TimeSpan.FromSeconds(40);

    private readonly Lab _lab;
    private readonly HttpClient _api;
    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-fleet-").FullName;
    private readonly List<Member> _members = [];
    private readonly List<(double Seconds, int Running, int NotReady)> _samples = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private int _ready;
    private int _notReady;
    private int _mostNotReady;

    private Fleet(Lab lab)
    {
        (_lab, _api) = (lab, lab.Api());
        _api.Timeout = TimeSpan.FromMinutes(2); // two cores, and a thousand nodes that shake hands
    }

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        int nodes = lab.Option("nodes", 1_000), pods = lab.Option("pods", 10_000), minutes = lab.Option("minutes", 10);
        using var fleet = new Fleet(lab);
        try
        {
            await fleet.RunAsync(nodes, pods, TimeSpan.FromMinutes(minutes), ct);
        }
        finally
        {
            await fleet.StopAsync();
        }
    }

    public void Dispose()
    {
        _api.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private int Running => _members.Sum(m => m.Running);

    private async Task RunAsync(int nodes, int pods, TimeSpan rest, CancellationToken ct)
    {
        string token = await CreateClusterAsync(nodes, ct);
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var sampled = SampleAsync(sampling.Token);

        long mark = Stopwatch.GetTimestamp();
        for (int i = 0; i < nodes; i++)
        {
            _members.Add(new Member($"n{i + 1:0000}", Join(i, token)));
            await Task.Delay(TimeSpan.FromSeconds(1.0 / _lab.Option("joins", 5)), ct);
        }

        await UntilAsync(() => Task.FromResult(_ready == nodes), TimeSpan.FromMinutes(10), "all nodes are Ready", ct);
        var joined = Stopwatch.GetElapsedTime(mark);
        Say($"{nodes} nodes are Ready after {joined.TotalSeconds:0} s");

        mark = Stopwatch.GetTimestamp();
        _mostNotReady = 0;
        await SendAsync(HttpMethod.Post, $"clusters/{Cluster}/apis/apps/v1/namespaces/default/deployments", Deployment(pods), ct);
        await UntilAsync(async () => await ReplicasAsync(ct) >= pods, TimeSpan.FromMinutes(10), "all pods are committed", ct);
        var committed = Stopwatch.GetElapsedTime(mark);
        await UntilAsync(() => Task.FromResult(Running >= pods), TimeSpan.FromMinutes(20), "all pods run", ct);
        var ran = Stopwatch.GetElapsedTime(mark);
        Say($"{pods} pods committed after {committed.TotalSeconds:0.0} s, running after {ran.TotalSeconds:0.0} s");
        await UntilAsync(async () => await AvailableAsync(ct) >= pods, TimeSpan.FromMinutes(20), "all pods are reported", ct);
        var reported = Stopwatch.GetElapsedTime(mark);
        int lostMeanwhile = _mostNotReady;

        var before = Processes();
        var operations = Operations();
        mark = Stopwatch.GetTimestamp();
        int falselyLost = 0;
        while (Stopwatch.GetElapsedTime(mark) < rest)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), ct);
            falselyLost = Math.Max(falselyLost, _notReady);
        }

        var rested = Stopwatch.GetElapsedTime(mark);
        var after = Processes();
        var perNodeAndHour = Operations().ToDictionary(o => o.Key, o => (o.Value - operations.GetValueOrDefault(o.Key)) / rested.TotalHours / nodes);
        Say($"{rested.TotalMinutes:0.0} minutes of rest: at most {falselyLost} nodes NotReady");

        var lost = _members.Take(nodes / 10).ToList();
        int homeless = lost.Sum(m => m.Running);
        using var deciding = CancellationTokenSource.CreateLinkedTokenSource(ct);
        string since = await RevisionAsync(ct);
        mark = Stopwatch.GetTimestamp();
        var decisions = BindingsAsync(since, homeless, lost.Select(m => m.Name).ToHashSet(StringComparer.Ordinal), mark, deciding.Token);
        await Task.WhenAll(lost.Select(m => m.DisposeAsync().AsTask()));
        _members.RemoveRange(0, lost.Count);
        var (firstDecided, decided) = await decisions.WaitAsync(TimeSpan.FromMinutes(10), ct);
        Say($"the {homeless} pods of {lost.Count} lost nodes are bound elsewhere after {decided.TotalSeconds:0.0} s, the first of them after {firstDecided.TotalSeconds:0.0} s");
        await UntilAsync(() => Task.FromResult(Running >= pods), TimeSpan.FromMinutes(10), "the pods of the lost nodes run elsewhere", ct);
        var replaced = Stopwatch.GetElapsedTime(mark);
        await sampling.CancelAsync();
        await sampled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync();
        var (azurite, gate) = await CommittedObjects.PlainThroughputAsync(_lab, pods, ct);

        string[][] rows =
        [
            ["all nodes joined and Ready", $"{joined.TotalSeconds:0} s"],
            ["all pods committed", $"{committed.TotalSeconds:0.0} s: {pods / committed.TotalSeconds:n0} pods/s"],
            ["the same pods in plain transactions, when the nodes had left", $"Azurite itself {azurite:n0} pods/s, through the gate {gate:n0} pods/s"],
            ["all pods run", $"{ran.TotalSeconds:0.0} s"],
            ["all pods reported as running", $"{reported.TotalSeconds:0.0} s"],
            ["most nodes NotReady until then", $"{lostMeanwhile}"],
            [$"most nodes NotReady in {rested.TotalMinutes:0.0} minutes of rest", $"{falselyLost}"],
            ["table requests of a node in an hour of rest, the functions' among them", $"{perNodeAndHour.Where(o => !IsMessage(o.Key)).Sum(o => o.Value):0.0}"],
            ["Service Bus messages of a node in an hour of rest, sent and delivered", $"{perNodeAndHour.Where(o => IsMessage(o.Key)).Sum(o => o.Value):0.0}"],
            .. after.Select(p => (string[])[$"{p.Key} at rest", $"{p.Value.MiB:0} MiB, {(p.Value.Seconds - before.GetValueOrDefault(p.Key).Seconds) / rested.TotalSeconds:0.00} of a core"]),
            [$"{lost.Count} nodes lost: their {homeless} pods are bound elsewhere, first and last", $"{firstDecided.TotalSeconds:0.0} s, {decided.TotalSeconds:0.0} s"],
            ["and run there", $"{replaced.TotalSeconds:0.0} s"],
        ];
        Table.Print($"{nodes} nodes, {pods} pods", ["", ""], rows);
        Table.Budget("no node falsely NotReady", falselyLost == 0);
        Table.Budget($"a tenth of the nodes lost: decided within {LossBudget.TotalSeconds:0} s", decided <= LossBudget);
        Console.WriteLine($"\nA node's operations in an hour of rest: {string.Join(", ", perNodeAndHour.Where(o => o.Value >= 0.05).OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value:0.0}"))}.");
        string picture = Path.Combine(_lab.Local, "..", "fleet.svg");
        await File.WriteAllTextAsync(picture, FleetPicture.Of(_samples, pods), ct);
        Console.WriteLine($"\npods over time: {Path.GetFullPath(picture)}");
    }

    /// <summary>What gate and broker have counted since they started: requests by method and table, messages by kind of queue.</summary>
    private Dictionary<string, long> Operations() => Directory.EnumerateFiles(Path.Combine(_lab.Local, "tally"), "*.tally").SelectMany(File.ReadLines)
        .Select(line => line.Split(' ', 2)).ToDictionary(line => line[1], line => long.Parse(line[0], CultureInfo.InvariantCulture));

    private static bool IsMessage(string operation) => operation.StartsWith("sent ", StringComparison.Ordinal) || operation.StartsWith("delivered ", StringComparison.Ordinal);

    private async Task<string> CreateClusterAsync(int nodes, CancellationToken ct)
    {
        await SendAsync(HttpMethod.Post, "apis/management.cloudorch.io/v1/clusters",
            $$$"""{"apiVersion":"management.cloudorch.io/v1","kind":"Cluster","metadata":{"name":"{{{Cluster}}}"},"spec":{"podCidr":"10.0.0.0/11"}}""", ct);
        string answer = await SendAsync(HttpMethod.Post, "apis/management.cloudorch.io/v1/jointokens",
            $$$"""{"apiVersion":"management.cloudorch.io/v1","kind":"JoinToken","metadata":{"name":"fleet"},"spec":{"clusterName":"{{{Cluster}}}","maxUses":{{{nodes}}},"expirationSeconds":3600}}""", ct);
        return JsonNode.Parse(answer)!["status"]!["token"]!.GetValue<string>();
    }

    private (FakeRuntime Runtime, Func<CancellationToken, Task> Run) Join(int index, string token)
    {
        var runtime = new FakeRuntime(TimeProvider.System);
        var settings = new AgentSettings
        {
            Server = _api.BaseAddress!, JoinToken = token, NodeName = $"n{index + 1:0000}", DataDirectory = Path.Combine(_directory, $"{index}"), NodeAddress = $"192.0.2.{index % 250 + 1}",
        };
        return (runtime, async ct =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            await new NodeAgent(settings, http, _ => runtime, new FakeFence(runtime, TimeProvider.System).Hands, new LinuxMeter(), TimeProvider.System, NullLoggerFactory.Instance).RunAsync(ct).ConfigureAwait(false);
        });
    }

    private static string Deployment(int pods) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"fleet"},"spec":{"replicas":#,"selector":{"matchLabels":{"app":"fleet"}},
         "template":{"metadata":{"labels":{"app":"fleet"}},"spec":{"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"busybox:1","command":["sleep","1000"]}]}}}}
        """.Replace("#", pods.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private async Task<int> ReplicasAsync(CancellationToken ct) => await StatusAsync("replicas", ct);

    private async Task<int> AvailableAsync(CancellationToken ct) => await StatusAsync("availableReplicas", ct);

    private async Task<string> RevisionAsync(CancellationToken ct) =>
        (string)JsonNode.Parse(await SendAsync(HttpMethod.Get, $"clusters/{Cluster}/api/v1/pods?limit=1", null, ct))!["metadata"]!["resourceVersion"]!;

    /// <summary>When so many pods had been bound to other nodes than those, as a client that watches hears of it: the first one and the last one, after <paramref name="mark"/>.</summary>
    private async Task<(TimeSpan First, TimeSpan Last)> BindingsAsync(string since, int count, HashSet<string> notTo, long mark, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"clusters/{Cluster}/api/v1/pods?watch=true&resourceVersion={since}");
        using var response = await _api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        using var lines = new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct));
        var (bound, known) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        TimeSpan first = default;
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            var change = JsonNode.Parse(line)!;
            var pod = change["object"]!;
            string uid = (string)pod["metadata"]!["uid"]!;
            // Only what is made now: a pod that was there before the loss is changed or deleted.
            if ((string?)change["type"] == "ADDED")
                known.Add(uid);
            if (!known.Contains(uid) || (string?)pod["spec"]!["nodeName"] is not { } node || notTo.Contains(node) || !bound.Add(uid))
                continue;
            if (bound.Count == 1)
                first = Stopwatch.GetElapsedTime(mark);
            if (bound.Count >= count)
                return (first, Stopwatch.GetElapsedTime(mark));
        }
        throw new InvalidOperationException($"the watch ended after {bound.Count} of {count} bindings");
    }

    private async Task<int> StatusAsync(string field, CancellationToken ct) =>
        (int?)JsonNode.Parse(await SendAsync(HttpMethod.Get, $"clusters/{Cluster}/apis/apps/v1/namespaces/default/deployments/fleet", null, ct))!["status"]?[field] ?? 0;

    private async Task CountReadyAsync(CancellationToken ct)
    {
        var nodes = JsonNode.Parse(await SendAsync(HttpMethod.Get, $"clusters/{Cluster}/api/v1/nodes?resourceVersion=0", null, ct))!["items"]!.AsArray();
        _ready = nodes.Count(n => n!["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true);
        _notReady = nodes.Count - _ready;
        _mostNotReady = Math.Max(_mostNotReady, _notReady);
    }

    private async Task SampleAsync(CancellationToken ct)
    {
        for (int i = 0; ; i++)
        {
            if (i % 5 == 0)
                await CountReadyAsync(ct);
            _samples.Add((Stopwatch.GetElapsedTime(_began).TotalSeconds, _members.ToArray().Sum(m => m.Running), _notReady));
            await Task.Delay(Sampling, ct);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience, string what, CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                throw new TimeoutException($"after {patience.TotalMinutes:0} minutes not: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
        }
    }

    private async Task<string> SendAsync(HttpMethod method, string path, string? body, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
                request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            try
            {
                using var response = await _api.SendAsync(request, ct);
                string answer = await response.Content.ReadAsStringAsync(ct);
                return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{method} {path}: {answer}");
            }
            catch (HttpRequestException e) when (method == HttpMethod.Get && attempt < 5)
            {
                // What is measured goes on without whoever looks on.
                Say($"asked again: {(e.InnerException ?? e).Message}");
            }
        }
    }

    /// <summary>Memory and processor time of the instance's processes; those of one name together.</summary>
    private Dictionary<string, (double MiB, double Seconds)> Processes()
    {
        var found = new SortedDictionary<string, (double MiB, double Seconds)>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_lab.Local, "run"), "*.pid"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name is not ("functions-1" or "functions-2" or "azurite" or "gate" or "broker" or "front"))
                continue;
            using var process = Process.GetProcessById(int.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture));
            found[name] = (process.WorkingSet64 / 1048576.0, process.TotalProcessorTime.TotalSeconds);
        }

        return new(found);
    }

    private async Task StopAsync()
    {
        await Task.WhenAll(_members.Select(m => m.DisposeAsync().AsTask()));
        _members.Clear();
    }

    private void Say(string what) => Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(_began).TotalSeconds,4:0} s] {what}");

    private sealed class Member : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly FakeRuntime _runtime;
        private readonly Task _running;

        public Member(string name, (FakeRuntime Runtime, Func<CancellationToken, Task> Run) made)
        {
            (Name, _runtime) = (name, made.Runtime);
            _running = Task.Run(async () =>
            {
                try
                {
                    await made.Run(_stop.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    await Console.Error.WriteLineAsync($"node {name} broke: {e}");
                }
            });
        }

        public string Name { get; }

        /// <summary>Containers but sandboxes.</summary>
        public int Running => _runtime.Running.Count(c => c.Role != ContainerRole.Sandbox);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
