using System.Globalization;
using System.Text.RegularExpressions;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>What <c>kubectl top</c> shows of containers that are known to be busy or idle.</summary>
[Collection(Quiet.Name)]
public sealed class TopTests(Instance instance)
{
    /// <summary>Nodes measure every 15 seconds.</summary>
    private static readonly TimeSpan Measured = TimeSpan.FromMinutes(2);

    private const string Pods = """
        apiVersion: v1
        kind: Pod
        metadata: {name: busy, labels: {app: busy}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: 'busybox:1', command: [sh, -c, 'while :; do :; done'], resources: {limits: {cpu: 300m}}}
          - {name: beside, image: 'busybox:1', command: [sleep, '1000']}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: idle, labels: {app: idle}}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: 'busybox:1', command: [sleep, '1000']}
        """;

    [Fact]
    public async Task Top_shows_what_containers_and_nodes_use()
    {
        await using var space = await instance.NamespaceAsync();
        Assert.Contains("No resources found", (await space.KubectlAsync("top", "pods")).Error, StringComparison.Ordinal);
        (await space.ApplyAsync(Pods)).Succeeded();
        await Eventually.Async(
            async () => (await RowsAsync(space, "top", "pods", "--containers")).Count == 3 && Number((await RowsAsync(space, "top", "pods"))[0][1], "m") > 100,
            Measured,
            "all three containers are measured, and the busy pod is seen to be busy");

        var pods = await RowsAsync(space, "top", "pods");
        Assert.Equal(["busy", "idle"], pods.Select(r => r[0]));
        Assert.InRange(Number(pods[0][1], "m"), 101, 400); // a bit more than its limit, by the throttle's periods
        Assert.InRange(Number(pods[1][1], "m"), 0, 50);
        Assert.All(pods, r => Assert.InRange(Number(r[2], "Mi"), 0, 100));

        var containers = await RowsAsync(space, "top", "pod", "busy", "--containers");
        Assert.Equal(["busy beside", "busy main"], containers.Select(r => $"{r[0]} {r[1]}").Order());
        Assert.InRange(Number(containers.Single(r => r[1] == "main")[2], "m"), 101, 400);
        Assert.InRange(Number(containers.Single(r => r[1] == "beside")[2], "m"), 0, 50);

        Assert.Equal(["idle"], (await RowsAsync(space, "top", "pods", "-l", "app=idle")).Select(r => r[0]));
        Assert.Equal(["busy", "idle"], (await RowsAsync(space, "top", "pods", "--sort-by=cpu")).Select(r => r[0]));
        Assert.Contains((await instance.KubectlAsync("top", "pods", "-A", "--no-headers")).Succeeded().Lines, l => Regex.IsMatch(l, $"^{space.Name} +busy +"));
        Assert.Contains("podmetrics.metrics.k8s.io", (await space.KubectlAsync("top", "pod", "nothing")).Error + (await space.KubectlAsync("get", "podmetrics", "nothing")).Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^busy +\d+m +\d+Ki +\S*s", (await space.KubectlAsync("get", "podmetrics")).Succeeded().Out);
        // The kernel counts pages; what a shell holds is less than what kubectl rounds to.
        Assert.Matches(@"""memory"": ?""[1-9]\d*(Ki|Mi)""", (await space.KubectlAsync("get", "podmetrics", "busy", "-o", "json")).Succeeded().Out);

        string[] node = Assert.Single((await instance.KubectlAsync("top", "nodes", "--no-headers")).Succeeded().Lines, l => l.StartsWith($"{instance.NodeName} ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(Number(node[1], "m"), 100, 1_000_000);
        Assert.InRange(Number(node[3], "Mi"), 1, 10_000_000);
        Assert.Matches(@"^\d+%$", node[2]);
        Assert.Equal(0, (await instance.KubectlAsync("top", "node", instance.NodeName)).Code);

        (await space.KubectlAsync("delete", "pod", "busy", "--now")).Succeeded();
        Assert.Equal(["idle"], (await RowsAsync(space, "top", "pods")).Select(r => r[0]));
    }

    /// <returns>None while kubectl says that there are no metrics yet.</returns>
    private static async Task<IReadOnlyList<string[]>> RowsAsync(TestNamespace space, params string[] arguments)
    {
        var output = await space.KubectlAsync([.. arguments, "--no-headers"]);
        return output.Code != 0 ? [] : [.. output.Lines.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static long Number(string cell, string unit)
    {
        Assert.EndsWith(unit, cell, StringComparison.Ordinal);
        return long.Parse(cell[..^unit.Length], CultureInfo.InvariantCulture);
    }
}
