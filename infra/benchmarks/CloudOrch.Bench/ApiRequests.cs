using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudOrch.Bench;

/// <summary>The API of one functions process, with 10,000 pods in its cluster: reads, writes, and 200 watches that hear of 100 changes a second.</summary>
/// <remarks>
/// The pods are bound to paper nodes, which report them as running and renew their leases throughout. The clock starts before the client sends and stops when it
/// has read the answer, or the watch's line, whole; client, functions, storage and broker share the machine's processors.
/// </remarks>
public static class ApiRequests
{
    private const int Nodes = 20, PodsOfANode = 500, Callers = 8, Watches = 200, ChangesASecond = 100;
    private const string Cluster = "clusters/local", Maps = $"{Cluster}/api/v1/namespaces/default/configmaps", Pods = $"{Cluster}/api/v1/namespaces/default/pods";
    private const string AsTable = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        using var front = lab.Api();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var nodes = await FillAsync(lab, front, stop.Token);
        using var api = OneProcess(lab);
        string pod = (string)JsonNode.Parse(await ReadAsync(api, $"{Pods}?limit=1", null, ct))!["items"]![0]!["metadata"]!["name"]!;
        await ReadAsync(api, Pods, null, ct); // nothing is cold any more

        long asked = 0;
        var before = Reads(lab);
        var rows = new List<string[]>();
        await MeasureAsync(rows, "GET of a pod", 1_000, 1, _ => CountedAsync($"{Pods}/{pod}", null));
        await MeasureAsync(rows, "GET of a pod", 4_000, Callers, _ => CountedAsync($"{Pods}/{pod}", null));
        await MeasureAsync(rows, "LIST of 500 pods (limit=500)", 100, 1, _ => CountedAsync($"{Pods}?limit=500", null));
        double[] tables = await MeasureAsync(rows, "LIST of 10,000 pods as a Table", 100, 1, _ => CountedAsync(Pods, AsTable));
        await MeasureAsync(rows, "LIST of 10,000 pods", 20, 1, _ => CountedAsync(Pods, null));
        var after = Reads(lab);
        await MeasureAsync(rows, "create of a ConfigMap", 500, 1, i => CreateAsync($"one-{i}"));
        await MeasureAsync(rows, "create of a ConfigMap", 2_000, Callers, i => CreateAsync($"many-{i}"));
        await MeasureAsync(rows, "PATCH of a ConfigMap", 500, 1, i => PatchAsync($"one-{i}", i));
        await MeasureAsync(rows, "PATCH of a ConfigMap", 2_000, Callers, i => PatchAsync($"many-{i}", i));
        var (patched, delivered) = await WatchAsync();
        await stop.CancelAsync();
        foreach (var (node, running) in nodes)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            node.Dispose();
        }

        rows.Add([$"PATCH of a ConfigMap that {Watches} watch", $"{Callers}", $"{patched.Length / Watching.TotalSeconds:0}", Milliseconds(patched, 50), Milliseconds(patched, 99), Milliseconds(patched, 100)]);
        rows.Add(["the same change, from before the PATCH to each watcher", "", $"{delivered.Length:n0}", Milliseconds(delivered, 50), Milliseconds(delivered, 99), Milliseconds(delivered, 100)]);
        Table.Print("One functions process, 10,000 pods", ["", "callers", "in a second", "p50", "p99", "worst"], [.. rows]);
        Console.WriteLine($"\nTable requests of {asked:n0} reads: {string.Join(", ", after.Select(o => (o.Key, Count: o.Value - before.GetValueOrDefault(o.Key))).Where(o => o.Count > 0).Select(o => $"{o.Key} {o.Count}"))}.");
        Table.Budget("10,000 pods as a Table: p99 ≤ 300 ms", Table.Percentile(tables, 99) <= 300);
        Table.Budget($"a change is at {Watches} watchers: p99 ≤ 100 ms", Table.Percentile(delivered, 99) <= 100);

        async Task CountedAsync(string path, string? accept)
        {
            Interlocked.Increment(ref asked);
            await ReadAsync(api, path, accept, ct);
        }

        Task CreateAsync(string name) => SendAsync(api, HttpMethod.Post, Maps, "application/json", $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"k":"v"}}""", ct);

        Task PatchAsync(string name, long value) =>
            SendAsync(api, HttpMethod.Patch, $"{Maps}/{name}", "application/merge-patch+json", $$$"""{"data":{"k":"{{{value}}}"}}""", ct);

        async Task<(double[] Patched, double[] Delivered)> WatchAsync()
        {
            var patched = new ConcurrentBag<double>();
            var heard = new List<double>();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
            string since = (string)JsonNode.Parse(await ReadAsync(api, $"{Maps}?limit=1", null, ct))!["metadata"]!["resourceVersion"]!;
            using var watches = new WatchSockets(api.BaseAddress!, $"{Maps}?watch=true&resourceVersion={since}", Token(lab), Watches);
            var hearing = Task.Factory.StartNew(() => watches.Read(Hear, ended.Token), ended.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            long began = Stopwatch.GetTimestamp();
            int next = 0;
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
            {
                while (Interlocked.Increment(ref next) is var i && Stopwatch.GetElapsedTime(began) < Watching)
                {
                    var due = TimeSpan.FromSeconds(i / (double)ChangesASecond) - Stopwatch.GetElapsedTime(began);
                    if (due > TimeSpan.Zero)
                        await Task.Delay(due, ct);
                    long sent = Stopwatch.GetTimestamp();
                    await PatchAsync($"many-{i % 2_000}", sent);
                    patched.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }));
            await Task.Delay(TimeSpan.FromSeconds(2), ct);
            await ended.CancelAsync();
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (heard.Count != patched.Count * Watches)
                throw new InvalidOperationException($"{patched.Count} changes came {heard.Count} times to {Watches} watches");
            return ([.. patched], [.. heard]);

            // How long ago the change was sent, by the time that it carries.
            void Hear(ReadOnlySpan<byte> line, long now)
            {
                line = line[(line.IndexOf("\"k\":\""u8) + 5)..];
                heard.Add(Stopwatch.GetElapsedTime(long.Parse(line[..line.IndexOf((byte)'"')], CultureInfo.InvariantCulture), now).TotalMilliseconds);
            }
        }
    }

    /// <summary>10,000 pods on paper nodes, all reported as running.</summary>
    private static async Task<List<(PaperNode Node, Task Running)>> FillAsync(Lab lab, HttpClient api, CancellationToken ct)
    {
        string answer = await SendAsync(api, HttpMethod.Post, "apis/management.cloudorch.io/v1/jointokens", "application/json",
            $$$"""{"apiVersion":"management.cloudorch.io/v1","kind":"JoinToken","metadata":{"name":"api"},"spec":{"clusterName":"local","maxUses":{{{Nodes}}}}}""", ct);
        string token = (string)JsonNode.Parse(answer)!["status"]!["token"]!;
        var nodes = new List<(PaperNode, Task)>();
        for (int i = 0; i < Nodes; i++)
        {
            var node = await PaperNode.EnrolAsync(api, token, $"paper-{i}", _ => { }, ct);
            nodes.Add((node, node.RunAsync(ct)));
            await node.ConnectedAsync(ct);
            await SendAsync(api, HttpMethod.Post, $"{Cluster}/apis/apps/v1/namespaces/default/deployments", "application/json", Deployment(i), ct);
        }
        for (int i = 0; i < Nodes; i++)
        {
            while ((int?)JsonNode.Parse(await ReadAsync(api, $"{Cluster}/apis/apps/v1/namespaces/default/deployments/api-{i}", null, ct))!["status"]?["availableReplicas"] != PodsOfANode)
                await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
        }
        return nodes;
    }

    private static string Deployment(int i) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api-#"},"spec":{"replicas":*,"selector":{"matchLabels":{"app":"api-#"}},
         "template":{"metadata":{"labels":{"app":"api-#"}},"spec":{"nodeSelector":{"bench":"paper-#"},"terminationGracePeriodSeconds":0,
         "containers":[{"name":"c","image":"busybox:1","command":["sleep","1000"]}]}}}}
        """.Replace("#", $"{i}", StringComparison.Ordinal).Replace("*", $"{PodsOfANode}", StringComparison.Ordinal);

    private static string Token(Lab lab) => File.ReadAllText($"{lab.Local}/secrets/administrator-token").Trim();

    /// <summary>The first functions process itself, past the front that shares requests among them.</summary>
    private static HttpClient OneProcess(Lab lab)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 }) { BaseAddress = new Uri(lab.Setting("functions-1", "ASPNETCORE_URLS")), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(lab));
        return http;
    }

    /// <returns>The times in milliseconds, which a row tells of.</returns>
    private static async Task<double[]> MeasureAsync(List<string[]> rows, string what, int times, int callers, Func<int, Task> call)
    {
        var took = new double[times];
        int next = -1;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < times)
            {
                long start = Stopwatch.GetTimestamp();
                await call(i);
                took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }));
        rows.Add([what, $"{callers}", $"{times / Stopwatch.GetElapsedTime(began).TotalSeconds:n0}", Milliseconds(took, 50), Milliseconds(took, 99), Milliseconds(took, 100)]);
        return took;
    }

    /// <summary>The whole answer, as text.</summary>
    private static async Task<string> ReadAsync(HttpClient api, string path, string? accept, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.SendAsync(request, ct);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct);
    }

    private static async Task<string> SendAsync(HttpClient api, HttpMethod method, string path, string contentType, string body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        using var response = await api.SendAsync(request, ct);
        string answer = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{method} {path}: {answer}");
    }

    /// <summary>What the gate has counted of readings, by table.</summary>
    private static Dictionary<string, long> Reads(Lab lab) => Directory.EnumerateFiles(Path.Combine(lab.Local, "tally"), "*.tally").SelectMany(File.ReadLines)
        .Select(line => line.Split(' ', 2)).Where(line => line[1].StartsWith("GET ", StringComparison.Ordinal)).ToDictionary(line => line[1], line => long.Parse(line[0], CultureInfo.InvariantCulture));

    private static string Milliseconds(IEnumerable<double> values, int percent) => $"{Table.Percentile(values, percent):0.0} ms";
}
