using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>What dies on the node comes back, and what keeps dying comes back more and more slowly, as Kubernetes has it.</summary>
[Collection(Alone.Name)]
public sealed class RecoveryTests(Instance instance)
{
    [Theory]
    [InlineData("kill")]
    [InlineData("rm", "-f")]
    public async Task A_container_that_somebody_removes_by_hand_runs_again(params string[] how)
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 2))).Succeeded();
        var uids = await space.SettledAsync(2);
        var before = await space.ContainerIdsAsync();
        (await instance.DockerAsync([.. how, before[0]])).Succeeded();
        await Eventually.Async(
            async () => await space.ContainerIdsAsync() is { Count: 2 } now && !now.Contains(before[0]), Instance.Soon, "another container runs in its place");
        // The pod is the same, its container is a new one; the other pod was not touched.
        Assert.Equal(uids.Order(), (await space.SettledAsync(2)).Order());
        Assert.Contains(before[1], await space.ContainerIdsAsync());
        await Eventually.Async(
            async () => (await space.KubectlAsync("get", "pods")).Succeeded().Table().Select(p => p["RESTARTS"].Split(' ')[0]).Order().SequenceEqual(["0", "1"]),
            Instance.Soon,
            "one pod counts one restart");
    }

    [Fact]
    public async Task A_sandbox_that_somebody_removes_is_made_again_with_its_containers()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 1))).Succeeded();
        await space.SettledAsync(1);
        string sandbox = Assert.Single(await space.SandboxesAsync()).Id;
        (await instance.DockerAsync("rm", "-f", sandbox)).Succeeded();
        await Eventually.Async(async () => await space.SandboxesAsync() is [var now] && now.Id != sandbox, Instance.Soon, "another sandbox runs");
        await space.SettledAsync(1);
    }

    [Fact]
    public async Task A_container_that_keeps_dying_backs_off_and_says_so()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("broken", 1, "echo about to fail; exit 3"))).Succeeded();
        await Eventually.Async(
            async () => (await space.KubectlAsync("get", "pods")).Succeeded().Table() is [var pod] && pod["STATUS"] == "CrashLoopBackOff"
                && int.Parse(pod["RESTARTS"].Split(' ')[0], CultureInfo.InvariantCulture) >= 2,
            TimeSpan.FromSeconds(90),
            "the pod is in CrashLoopBackOff after two restarts");
        string described = (await space.KubectlAsync("describe", "pods")).Succeeded().Out;
        Assert.Contains("Exit Code:    3", described, StringComparison.Ordinal);
        Assert.Matches(@"Warning +BackOff .*[Bb]ack-off .*restarting failed container", described);
        Assert.Contains("about to fail", (await space.KubectlAsync("logs", "deployment/broken")).Succeeded().Out, StringComparison.Ordinal);
        // 10 s after the first restart, 20 s after the second: two starts are never closer than that.
        var status = (await space.PodsAsync())[0]["status"]!["containerStatuses"]![0]!;
        Assert.Contains("back-off", (string?)status["state"]?["waiting"]?["message"] ?? "back-off", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_container_that_is_not_alive_is_restarted_and_one_that_is_not_ready_is_not_counted()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("sick", 1, "touch /tmp/alive; sleep 6; rm /tmp/alive; exec sleep 1000", extra: """
                    livenessProbe:
                      exec: {command: [cat, /tmp/alive]}
                      periodSeconds: 1
                      failureThreshold: 2
            """))).Succeeded();
        (await space.ApplyAsync(TestNamespace.Deployment("late", 1, "sleep 5; exec httpd -f -p 8080", extra: """
                    readinessProbe:
                      tcpSocket: {port: 8080}
                      periodSeconds: 1
            """))).Succeeded();
        await Eventually.Async(
            async () => (await space.KubectlAsync("get", "deployment", "late")).Succeeded().Table() is [var d] && d["READY"] == "0/1" && d["UP-TO-DATE"] == "1",
            Instance.Soon,
            "a pod that is not ready is there but does not count");
        await space.RolledOutAsync("late");
        await Eventually.Async(
            async () => (await space.KubectlAsync("get", "pods", "-l", "app=sick")).Succeeded().Table() is [var pod] && pod["RESTARTS"].Split(' ')[0] != "0",
            Instance.Soon,
            "the container that failed its probe was restarted");
        Assert.Contains("Liveness probe failed", (await space.KubectlAsync("describe", "pods", "-l", "app=sick")).Succeeded().Out, StringComparison.Ordinal);
    }
}
