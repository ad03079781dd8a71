using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CloudOrch.Domain.Protocol;

namespace CloudOrch.Bench;

/// <summary>From a PATCH of a Deployment to the node's hearing, on its queue, of the pod that follows: through front, functions, tables and broker of the instance.</summary>
/// <remarks>
/// The clock starts before the client sends, and stops when the node's listener has decoded the message: both ends lie outside of what the budget speaks of.
/// The node is a paper one, so that starting containers takes no processor time from what is measured; it reports like any other.
/// </remarks>
public static class PatchToDecision
{
    private const int WarmUp = 20, Applies = 200, Rested = 20;

    /// <summary>Longer than a functions process keeps the session of a cluster where nothing happens.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private const string Cluster = "clusters/local", Name = "dispatch";

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        using var api = lab.Api();
        var heard = new ConcurrentDictionary<string, long>();
        NodeAssignment? newest = null;
        using var news = new SemaphoreSlim(0);
        using var node = await PaperNode.EnrolAsync(api, await JoinTokenAsync(api, ct), "paper", Decided, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = node.RunAsync(stop.Token);
        await node.ConnectedAsync(ct);
        await SendAsync(api, HttpMethod.Post, $"{Cluster}/apis/apps/v1/namespaces/default/deployments", "application/json", Manifest, ct);
        int version = 0;
        await ApplyAsync(WarmUp, TimeSpan.Zero);
        var busy = await ApplyAsync(Applies, TimeSpan.Zero);
        var rested = await ApplyAsync(Rested, Rest);

        await SendAsync(api, HttpMethod.Delete, $"{Cluster}/apis/apps/v1/namespaces/default/deployments/{Name}", null, null, ct);
        await UntilAsync(() => newest!.Pods.Count == 0, ct);
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendAsync(api, HttpMethod.Delete, $"{Cluster}/api/v1/nodes/{node.Name}", null, null, ct);
        Table.Print("PATCH of a Deployment, seen by its client", ["", "until", "p50", "p99", "worst"],
            [$"{Applies} times, each when the one before had settled", "the answer", .. Shown(busy, m => m.Answered)], ["", "the new pod is on the node's queue", .. Shown(busy, m => m.Decided)],
            [$"{Rested} times, each after {Rest.TotalSeconds:0} s of rest", "the answer", .. Shown(rested, m => m.Answered)], ["", "the new pod is on the node's queue", .. Shown(rested, m => m.Decided)]);
        Table.Budget("on the queue, one after the other: p50 ≤ 150 ms, p99 ≤ 500 ms", Table.Percentile(busy.Select(m => m.Decided), 50) <= 150 && Table.Percentile(busy.Select(m => m.Decided), 99) <= 500);

        async Task<List<(double Answered, double Decided)>> ApplyAsync(int times, TimeSpan rest)
        {
            var measured = new List<(double, double)>();
            for (int i = 0; i < times; i++)
            {
                await UntilAsync(() => newest is { } last && last.Pods.Count == 1 && node.IsSettled(last), ct);
                await Task.Delay(rest, ct);
                string mark = $"{++version}";
                long began = Stopwatch.GetTimestamp();
                await SendAsync(api, HttpMethod.Patch, $"{Cluster}/apis/apps/v1/namespaces/default/deployments/{Name}", "application/strategic-merge-patch+json",
                    """{"spec":{"template":{"metadata":{"annotations":{"version":"#"}}}}}""".Replace("#", mark, StringComparison.Ordinal), ct);
                double answered = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                await UntilAsync(() => heard.ContainsKey(mark), ct);
                measured.Add((answered, Stopwatch.GetElapsedTime(began, heard[mark]).TotalMilliseconds));
            }
            return measured;
        }

        void Decided(NodeAssignment assignment)
        {
            long now = Stopwatch.GetTimestamp();
            foreach (var pod in assignment.Pods)
            {
                if (pod.Annotations?.TryGetValue("version", out string? version) == true)
                    heard.TryAdd(version, now);
            }
            newest = assignment;
            news.Release();
        }

        async Task UntilAsync(Func<bool> condition, CancellationToken ct)
        {
            while (!condition())
            {
                if (!await news.WaitAsync(TimeSpan.FromSeconds(30), ct))
                    throw new TimeoutException("no decision came for 30 s");
            }
        }
    }

    private const string Manifest = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"dispatch"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"dispatch"}},
         "template":{"metadata":{"labels":{"app":"dispatch"},"annotations":{"version":"0"}},
          "spec":{"nodeSelector":{"bench":"paper"},"containers":[{"name":"c","image":"busybox:1","command":["sleep","1000"]}]}}}}
        """;

    private static async Task<string> JoinTokenAsync(HttpClient api, CancellationToken ct) => JsonNode.Parse(await SendAsync(
        api, HttpMethod.Post, "apis/management.cloudorch.io/v1/jointokens", "application/json",
        """{"apiVersion":"management.cloudorch.io/v1","kind":"JoinToken","metadata":{"name":"bench"},"spec":{"clusterName":"local","maxUses":1,"expirationSeconds":600}}""",
        ct))!["status"]!["token"]!.GetValue<string>();

    private static async Task<string> SendAsync(HttpClient api, HttpMethod method, string path, string? contentType, string? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType!));
        using var response = await api.SendAsync(request, ct);
        string answer = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{method} {path}: {answer}");
    }

    private static string[] Shown(List<(double Answered, double Decided)> measured, Func<(double Answered, double Decided), double> which) =>
        [.. new[] { 50, 99, 100 }.Select(p => $"{Table.Percentile(measured.Select(which), p):0} ms")];
}
