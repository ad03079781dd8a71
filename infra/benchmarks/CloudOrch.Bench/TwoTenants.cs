using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CloudOrch.Bench;

/// <summary>One tenant's apply while another one, with a cluster of the same name on the same control plane, floods the API and the work queue.</summary>
/// <remarks>
/// The flood: as many callers as a large team's continuous integration, each of which changes a Deployment (which rings for the brain), makes a
/// ConfigMap and lists pods, and asks again at once when it is refused. Client, functions, storage and engine share the machine's processors.
/// </remarks>
public static class TwoTenants
{
    private const int Rounds = 5, Replicas = 5, Callers = 50, Deployments = 20;
    private const string Ours = "io.cloudorch.container=bench", Cluster = "clusters/local";

    public static async Task RunAsync(Lab lab, CancellationToken ct)
    {
        using var flooder = lab.Api(File.ReadAllText($"{lab.Local}/secrets/other-tenant-token"));
        await SendAsync(flooder, HttpMethod.Post, "apis/management.cloudorch.io/v1/clusters", "application/json",
            """{"apiVersion":"management.cloudorch.io/v1","kind":"Cluster","metadata":{"name":"local"}}""", ct);
        for (int i = 0; i < Deployments; i++)
            await SendAsync(flooder, HttpMethod.Post, $"{Cluster}/apis/apps/v1/namespaces/default/deployments", "application/json", Manifest(i), ct);

        var (quiet, flooded) = (new List<TimeSpan>(), new List<TimeSpan>());
        int answered = 0, refused = 0;
        var flooding = TimeSpan.Zero;
        await ApplyAsync(); // nothing is cold any more
        for (int round = 0; round < Rounds; round++)
        {
            quiet.Add(await ApplyAsync());
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            long began = TimeProvider.System.GetTimestamp();
            Task[] flood = [.. Enumerable.Range(0, Callers).Select(caller => FloodAsync(caller, stop.Token))];
            await Task.Delay(TimeSpan.FromSeconds(2), ct); // it has filled the queues
            flooded.Add(await ApplyAsync());
            await stop.CancelAsync();
            await Task.WhenAll(flood);
            flooding += TimeProvider.System.GetElapsedTime(began);
        }

        Table.Print($"kubectl apply of {Replicas} replicas until they run, alone and while another tenant floods ({Rounds} rounds in turn)", ["", "median", "all"],
            ["alone", $"{Table.Median(quiet).TotalSeconds:0.00} s", Table.Seconds(quiet)],
            ["beside the flood", $"{Table.Median(flooded).TotalSeconds:0.00} s", Table.Seconds(flooded)]);
        Console.WriteLine($"\nThe flood, {Callers} callers: {answered / flooding.TotalSeconds:0} requests answered and {refused / flooding.TotalSeconds:0} refused a second.");
        double ratio = Table.Median(flooded) / Table.Median(quiet);
        Table.Budget($"at most twice as long (is {ratio:0.00})", ratio <= 2);

        async Task<TimeSpan> ApplyAsync()
        {
            var time = await lab.TimeUntilAsync(Replicas, Ours, () => Lab.RunAsync(Apply30.Manifest(Replicas), "kubectl", "apply", "-f", "-"), ct);
            await Lab.RunAsync(null, "kubectl", "delete", "deployment", "bench");
            await lab.GoneAsync(Ours, ct);
            return time;
        }

        async Task FloodAsync(int caller, CancellationToken stopping)
        {
            string maps = $"{Cluster}/api/v1/namespaces/default/configmaps", name = $"m-{Guid.NewGuid():N}";
            for (int i = 0; !stopping.IsCancellationRequested; i++)
            {
                await FloodWithAsync(HttpMethod.Patch, $"{Cluster}/apis/apps/v1/namespaces/default/deployments/d-{caller % Deployments}", "application/merge-patch+json",
                    $$$"""{"spec":{"replicas":{{{1 + (i % 2)}}},"template":{"metadata":{"annotations":{"round":"{{{i / 20}}}"} } } } }""", stopping);
                await FloodWithAsync(HttpMethod.Post, maps, "application/json", $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"k":"v"}}""", stopping);
                await FloodWithAsync(HttpMethod.Delete, $"{maps}/{name}", null, null, stopping);
                await FloodWithAsync(HttpMethod.Get, $"{Cluster}/api/v1/namespaces/default/pods", null, null, stopping);
            }
        }

        async Task FloodWithAsync(HttpMethod method, string path, string? contentType, string? body, CancellationToken stopping)
        {
            try
            {
                using var response = await flooder.SendAsync(Request(method, path, contentType, body), stopping);
                Interlocked.Increment(ref response.StatusCode == HttpStatusCode.TooManyRequests ? ref refused : ref answered);
            }
            catch (OperationCanceledException)
            {
                // the round is over, or it waited too long: a flood does not mind
            }
        }
    }

    /// <summary>Pods that no node takes: they are planned, and wait.</summary>
    private static string Manifest(int number) => $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d-{{{number}}}"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"d-{{{number}}}"} },
         "template":{"metadata":{"labels":{"app":"d-{{{number}}}"} },"spec":{"containers":[{"name":"c","image":"busybox:1"}]} } } }
        """;

    private static async Task SendAsync(HttpClient api, HttpMethod method, string path, string contentType, string body, CancellationToken ct)
    {
        using var response = await api.SendAsync(Request(method, path, contentType, body), ct);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {await response.Content.ReadAsStringAsync(ct)}");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? contentType, string? body) =>
        new(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType!)) };
}
