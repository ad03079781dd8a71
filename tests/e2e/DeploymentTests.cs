using System.Text.RegularExpressions;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>What a person does with an unmodified kubectl; the engine agrees at each step.</summary>
[Collection(Quiet.Name)]
public sealed partial class DeploymentTests(Instance instance)
{
    [Fact]
    public async Task The_node_is_listed_as_kubernetes_lists_one()
    {
        var row = Assert.Single((await instance.KubectlAsync("get", "nodes", "-o", "wide")).Succeeded().Table());
        Assert.Equal(instance.NodeName, row["NAME"]);
        Assert.Equal("Ready", row["STATUS"]);
        Assert.StartsWith("docker://", row["CONTAINER-RUNTIME"], StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", row["INTERNAL-IP"]);
        Assert.NotEqual("<none>", row["VERSION"]);
        var described = (await instance.KubectlAsync("describe", "node", instance.NodeName)).Succeeded().Out;
        Assert.Contains("Allocatable:", described, StringComparison.Ordinal);
        Assert.Matches(@"Ready +True", described);
        foreach (string fact in (string[])["Machine ID", "System UUID", "Boot ID", "Kernel Version", "OS Image", "Architecture", "Container Runtime Version", "Kubelet Version"])
            Assert.Matches($@"\n +{fact}: +\S", described);
        foreach (string section in (string[])["Lease:", "Addresses:", "Capacity:", "Non-terminated Pods:", "Allocated resources:", "Events:"])
            Assert.Contains($"\n{section}", described, StringComparison.Ordinal);
        Assert.Matches(@"\n  ephemeral-storage: +\d+", described);
        Assert.Matches(@"\n  cpu +\d+m \(\d+%\)", described);
        Assert.Contains("hello-", described, StringComparison.Ordinal); // the sample's pod is on it
    }

    [Fact]
    public async Task A_pod_that_asks_for_disk_is_placed_when_there_is_as_much_and_waits_when_there_is_not()
    {
        await using var space = await instance.NamespaceAsync();
        const string asking = """{"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"NAME","image":"busybox:1","command":["sleep","600"],"resources":{"requests":{"ephemeral-storage":"SIZE"}}}]}}""";
        foreach (var (name, size) in new[] { ("little", "1Mi"), ("huge", "1Pi") })
            (await space.KubectlAsync("run", name, "--image=busybox:1", $"--overrides={asking.Replace("NAME", name, StringComparison.Ordinal).Replace("SIZE", size, StringComparison.Ordinal)}")).Succeeded();

        (await space.KubectlAsync("wait", "--for=condition=Ready", "pod/little", "--timeout=60s")).Succeeded();
        (await space.KubectlAsync("wait", "--for=condition=PodScheduled=false", "pod/huge", "--timeout=60s")).Succeeded();
        Assert.Contains("Insufficient ephemeral-storage", (await space.KubectlAsync("describe", "pod", "huge")).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_runs_in_a_namespace_of_its_own_and_default_is_empty()
    {
        var pod = Assert.Single((await instance.KubectlAsync("-n", "sample", "get", "pods")).Succeeded().Table());
        Assert.Equal(("1/1", "Running"), (pod["READY"], pod["STATUS"]));
        Assert.Contains("No resources found", (await instance.KubectlAsync("get", "pods,deployments")).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_applied_deployment_runs_and_can_be_watched_described_and_listed()
    {
        await using var space = await instance.NamespaceAsync();
        using var watch = instance.Machine.Follow("kubectl", "-n", space.Name, "get", "pods", "-o", "wide", "-w");
        Assert.Contains("deployment.apps/web created", (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded().Out, StringComparison.Ordinal);
        await space.RolledOutAsync("web");
        await space.SettledAsync(3);

        var deployment = Assert.Single((await space.KubectlAsync("get", "deployments", "-o", "wide")).Succeeded().Table());
        Assert.Equal(("web", "3/3", "3", "3", "busybox:1", "app=web"),
            (deployment["NAME"], deployment["READY"], deployment["UP-TO-DATE"], deployment["AVAILABLE"], deployment["IMAGES"], deployment["SELECTOR"]));
        var pods = (await space.KubectlAsync("get", "pods", "-o", "wide")).Succeeded().Table();
        Assert.Equal(3, pods.Count);
        Assert.All(pods, p => Assert.Equal(("1/1", "Running", "0", instance.NodeName), (p["READY"], p["STATUS"], p["RESTARTS"], p["NODE"])));
        Assert.Equal(3, pods.Select(p => p["IP"]).Distinct().Count());
        await Eventually.Async(
            () => pods.All(p => watch.Lines.Any(l => l.StartsWith(p["NAME"], StringComparison.Ordinal) && l.Contains("Running", StringComparison.Ordinal))),
            Instance.Soon,
            "the watch showed every pod running");

        string described = (await space.KubectlAsync("describe", "deployment", "web")).Succeeded().Out;
        Assert.Contains("3 desired | 3 updated | 3 total | 3 available | 0 unavailable", described, StringComparison.Ordinal);
        Assert.Contains("ScalingReplicaSet", described, StringComparison.Ordinal);
        described = (await space.KubectlAsync("describe", "pod", pods[0]["NAME"])).Succeeded().Out;
        Assert.Contains("Container ID:  docker://", described, StringComparison.Ordinal);
        Assert.Matches(@"Normal +Scheduled ", described);
        Assert.Matches(@"Controlled By: +ReplicaSet/web-", described);
        Assert.Contains("unchanged", (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_reach_each_other_by_address()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 1, "echo served > /var/www/index.html; exec httpd -f -p 8080 -h /var/www"))).Succeeded();
        await space.RolledOutAsync("web");
        string address = (await space.KubectlAsync("get", "pods", "-o", "jsonpath={.items[0].status.podIP}")).Succeeded().Out;
        (await space.ApplyAsync(TestNamespace.Deployment("client", 1, $"wget -qO- http://{address}:8080/; exec sleep 1000"))).Succeeded();
        await space.RolledOutAsync("client");
        await Eventually.Async(
            async () => (await space.KubectlAsync("logs", "deployment/client")).Out == "served\n", Instance.Soon, "the client got the page");
    }

    [Fact]
    public async Task Logs_are_read_and_followed_while_they_grow()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("talker", 1, "n=0; while true; do n=$((n+1)); echo line $n; sleep 0.2; done"))).Succeeded();
        await space.RolledOutAsync("talker");
        Assert.Equal("line 1", (await space.KubectlAsync("logs", "deployment/talker")).Succeeded().Lines[0]);
        Assert.Equal(2, (await space.KubectlAsync("logs", "deployment/talker", "--tail=2")).Succeeded().Lines.Count);
        using var follow = instance.Machine.Follow("kubectl", "-n", space.Name, "logs", "-f", "deployment/talker");
        await Eventually.Async(() => follow.Lines.Count > 10, Instance.Soon, "the log grows while it is followed");
        int[] numbers = [.. follow.Lines.Select(l => int.Parse(Number().Match(l).Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [Fact]
    public async Task A_deployment_is_scaled_up_and_down()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded();
        var before = await space.SettledAsync(3);
        Assert.Equal("deployment.apps/web scaled\n", (await space.KubectlAsync("scale", "deployment/web", "--replicas=10")).Succeeded().Out);
        var after = await space.SettledAsync(10);
        Assert.Subset(new HashSet<string>(after), new HashSet<string>(before));
        (await space.KubectlAsync("scale", "deployment/web", "--replicas=2")).Succeeded();
        await space.SettledAsync(2);
        (await space.KubectlAsync("scale", "deployment/web", "--replicas=0")).Succeeded();
        await space.SettledAsync(0);
    }

    [Fact]
    public async Task A_new_image_is_rolled_out_recorded_and_undone()
    {
        await using var space = await instance.NamespaceAsync();
        (await instance.DockerAsync("tag", "busybox:1", "busybox:2")).Succeeded();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded();
        await space.SettledAsync(3);

        Assert.Equal("deployment.apps/web image updated\n", (await space.KubectlAsync("set", "image", "deployment/web", "main=busybox:2")).Succeeded().Out);
        Assert.Contains("successfully rolled out", (await space.RolledOutAsync("web")).Out, StringComparison.Ordinal);
        await space.SettledAsync(3);
        Assert.Equal(["busybox:2"], await ImagesAsync(space));
        var history = (await space.KubectlAsync("rollout", "history", "deployment/web")).Succeeded().Out;
        Assert.Matches(@"(?m)^1 +<none>\s*$", history);
        Assert.Matches(@"(?m)^2 +<none>\s*$", history);
        Assert.Contains("busybox:1", (await space.KubectlAsync("rollout", "history", "deployment/web", "--revision=1")).Succeeded().Out, StringComparison.Ordinal);

        Assert.Equal("deployment.apps/web rolled back\n", (await space.KubectlAsync("rollout", "undo", "deployment/web")).Succeeded().Out);
        await space.RolledOutAsync("web");
        await space.SettledAsync(3);
        Assert.Equal(["busybox:1"], await ImagesAsync(space));
        history = (await space.KubectlAsync("rollout", "history", "deployment/web")).Succeeded().Out;
        Assert.DoesNotMatch(@"(?m)^1 ", history);
        Assert.Matches(@"(?m)^3 ", history);
    }

    [Fact]
    public async Task Deleting_a_deployment_deletes_its_pods_and_containers()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded();
        await space.SettledAsync(3);
        Assert.Contains("deployment.apps \"web\" deleted", (await space.KubectlAsync("delete", "deployment", "web")).Succeeded().Out, StringComparison.Ordinal);
        await space.SettledAsync(0);
        Assert.Contains("No resources found", (await space.KubectlAsync("get", "all")).Succeeded().Error, StringComparison.Ordinal);
        await space.NothingLeftAsync();
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_says_why()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("big", 1, extra: "        resources: {requests: {cpu: \"1000\"}}"))).Succeeded();
        await Eventually.Async(
            async () => (await space.KubectlAsync("describe", "pods")).Succeeded().Out.Contains("0/1 nodes are available: 1 Insufficient cpu", StringComparison.Ordinal),
            Instance.Soon,
            "describe says that no node has so much");
        Assert.Equal("Pending", Assert.Single((await space.KubectlAsync("get", "pods")).Succeeded().Table())["STATUS"]);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    /// <summary>The images that the namespace's containers run, each once.</summary>
    private static async Task<string[]> ImagesAsync(TestNamespace space) => [.. (await space.ContainersAsync()).Select(c => c.Image).Distinct()];
}
