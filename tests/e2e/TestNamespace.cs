using System.Text.Json.Nodes;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>One namespace of the instance's cluster: its pods, and the containers that should be theirs.</summary>
public sealed class TestNamespace(Instance instance, string name) : IAsyncDisposable
{
    public string Name => name;

    public Task<Output> KubectlAsync(params string[] arguments) => instance.KubectlAsync(["--namespace", name, .. arguments]);

    public async Task<Output> ApplyAsync(string yaml) =>
        await instance.KubectlWithAsync(yaml, "--namespace", name, "apply", "-f", "-");

    public Task<JsonObject> GetAsync(params string[] arguments) => instance.GetAsync(["--namespace", name, .. arguments]);

    public async Task<IReadOnlyList<JsonNode>> PodsAsync() => Items((await KubectlAsync("get", "pods", "-o", "json")).Succeeded());

    /// <summary>A Deployment as a person would write it.</summary>
    public static string Deployment(string name, int replicas, string command = "exec httpd -f -p 8080", string image = "busybox:1", string extra = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
        spec:
          replicas: {{replicas}}
          selector:
            matchLabels:
              app: {{name}}
          template:
            metadata:
              labels:
                app: {{name}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: {{image}}
                command: ["sh", "-c", {{JsonValue.Create(command).ToJsonString()}}]
        {{extra}}
        """;

    public async Task<Output> RolledOutAsync(string deployment) =>
        (await KubectlAsync("rollout", "status", $"deployment/{deployment}", "--timeout=120s")).Succeeded();

    /// <summary>What runs on an engine for this namespace, as the engine says; sandboxes do not count.</summary>
    /// <param name="engine">Null: on all of them.</param>
    public async Task<IReadOnlyList<Container>> ContainersAsync(Engine? engine = null) =>
        [.. (await OfEnginesAsync(engine is null ? instance.Engines : [engine], all: false)).Where(c => !c.IsSandbox)];

    public async Task<IReadOnlyList<Container>> SandboxesAsync() => [.. (await OfEnginesAsync(instance.Engines, all: false)).Where(c => c.IsSandbox)];

    /// <summary>The pod UIDs of the containers that run, one entry for each container.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync() => [.. (await ContainersAsync()).Select(c => c.Pod)];

    /// <summary>In order.</summary>
    /// <param name="engine">Null: on all of them.</param>
    public async Task<IReadOnlyList<string>> ContainerIdsAsync(Engine? engine = null) => [.. (await ContainersAsync(engine)).Select(c => c.Id).Order()];

    /// <summary>Waits until no engine has anything of this namespace, not even what has ended.</summary>
    public Task NothingLeftAsync() =>
        Eventually.Async(async () => (await OfEnginesAsync(instance.Engines, all: true)).Count == 0, Instance.Soon, $"no container and no sandbox of {name} is left");

    /// <summary>Waits until exactly so many pods run, and the engine agrees: each pod UID has one running container, and there is no other.</summary>
    public async Task<IReadOnlyList<string>> SettledAsync(int pods, TimeSpan? patience = null)
    {
        IReadOnlyList<string> running = [];
        string seen = "";
        try
        {
            await Eventually.Async(
                async () =>
                {
                    // Where processes are being killed, the API may not answer for a moment.
                    var answer = await KubectlAsync("get", "pods", "-o", "json");
                    if (answer.Code != 0)
                    {
                        seen = answer.ToString();
                        return false;
                    }

                    var all = Items(answer);
                    running = await RunningAsync();
                    seen = $"pods: {string.Join(", ", all.Select(p => $"{p["metadata"]!["name"]} {p["status"]?["phase"]}{(p["metadata"]!["deletionTimestamp"] is null ? "" : " (going)")}"))}; "
                        + $"containers: {running.Count} of {running.Distinct().Count()} pods";
                    string[] uids = [.. all.Where(p => (string?)p["status"]?["phase"] == "Running").Select(p => (string)p["metadata"]!["uid"]!)];
                    return all.Count == pods && uids.Length == pods && running.Order().SequenceEqual(uids.Order());
                },
                patience ?? Instance.Soon,
                $"{pods} pods run in {name} and the engine agrees");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}: {seen}");
        }

        return running;
    }

    private static IReadOnlyList<JsonNode> Items(Output list) => [.. JsonNode.Parse(list.Out)!["items"]!.AsArray().Select(p => p!)];

    public async ValueTask DisposeAsync()
    {
        (await instance.KubectlAsync("delete", "namespace", name, "--timeout=120s")).Succeeded();
        await NothingLeftAsync();
    }

    private async Task<IReadOnlyList<Container>> OfEnginesAsync(IReadOnlyList<Engine> engines, bool all) =>
        [.. (await Task.WhenAll(engines.Select(e => e.ContainersAsync($"io.cloudorch.pod.namespace={name}", all)))).SelectMany(c => c)];
}
