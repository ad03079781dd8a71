using System.Text.Json.Nodes;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Who may become a node, and what a node may touch.</summary>
[Collection(Alone.Name)]
public sealed class NodeTests(Instance instance)
{
    [Fact]
    public async Task A_join_token_that_is_used_up_enrols_nobody()
    {
        // infra/up's own: good for one node, which is there.
        await RefusedAsync("latecomer", await File.ReadAllTextAsync($"{instance.Local}/secrets/join-token", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_join_token_that_expired_enrols_nobody()
    {
        string token = await instance.ScriptAsync("join_token local 1 1");
        await Eventually.Async(
            async () => (await instance.ScriptAsync("call GET /apis/management.cloudorch.io/v1/jointokens")) is var list
                && JsonNode.Parse(list)!["items"]!.AsArray().All(t => (int?)t!["spec"]!["expirationSeconds"] != 1
                    || DateTimeOffset.Parse((string)t["status"]!["expirationTimestamp"]!) < TimeProvider.System.GetUtcNow().AddSeconds(-1)),
            Instance.Soon,
            "the token's time is over");
        await RefusedAsync("tardy", token);
    }

    [Fact]
    public async Task A_join_token_that_nobody_issued_enrols_nobody() => await RefusedAsync("forger", "cot-0000000000000000000000000000000000000000");

    [Fact]
    public async Task A_name_that_another_key_has_is_refused_and_the_node_stays_as_it_is()
    {
        string uid = await UidAsync();
        using (var impostor = await instance.StartAgentAsync(instance.NodeName, await instance.ScriptAsync("join_token local")))
        {
            await Eventually.Async(
                () => impostor.Lines.Any(l => l.Contains("enrolment", StringComparison.OrdinalIgnoreCase) && l.Contains(instance.NodeName, StringComparison.Ordinal)),
                Instance.Soon,
                "the second agent of that name says that it was refused");
        }

        Assert.Equal(uid, await UidAsync());
        Assert.Equal("Ready", Assert.Single((await instance.KubectlAsync("get", "nodes")).Succeeded().Table())["STATUS"]);
    }

    /// <summary>Another program file is another agent: <c>./infra/up</c> puts it into the place of the one that runs.</summary>
    [Fact]
    public async Task An_agent_that_is_upgraded_touches_no_container()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 3))).Succeeded();
        await space.SettledAsync(3);
        var containers = await space.ContainerIdsAsync();
        string before = (await ProgramAsync())!;
        string difference = Checkout.At("agent", "CloudOrch.Agent.Docker", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "upgraded");
        await File.WriteAllTextAsync(difference, "", TestContext.Current.CancellationToken);
        try
        {
            (await instance.UpAsync()).Succeeded();
        }
        finally
        {
            File.Delete(difference);
        }

        await Eventually.Async(async () => await ProgramAsync() is { } now && now != before, Instance.Soon, "the other agent runs");
        (await space.KubectlAsync("scale", "deployment/web", "--replicas=4")).Succeeded();
        await space.SettledAsync(4);
        Assert.Empty(containers.Except(await space.ContainerIdsAsync()));
    }

    [Fact]
    public async Task A_node_whose_clock_is_ten_minutes_off_works_like_any_other()
    {
        string token = await instance.ScriptAsync("join_token local");
        using (await instance.StartAgentAsync("askew", token, "env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", "+10m"))
        {
            try
            {
                await Eventually.Async(async () => (await instance.KubectlAsync("get", "node", "askew")).Code == 0, Instance.Soon, "it has joined");
                (await instance.KubectlAsync("wait", "--for=condition=Ready", "node/askew", "--timeout=60s")).Succeeded();
                await using var space = await instance.NamespaceAsync();
                (await space.ApplyAsync(TestNamespace.Deployment("web", 1).Replace(
                    "    spec:\n      termination", "    spec:\n      nodeSelector: {kubernetes.io/hostname: askew}\n      termination", StringComparison.Ordinal))).Succeeded();
                await space.RolledOutAsync("web");
                Assert.Equal("askew", Assert.Single((await space.KubectlAsync("get", "pods", "-o", "wide")).Succeeded().Table())["NODE"]);
                (await space.KubectlAsync("delete", "deployment", "web")).Succeeded();
                await space.SettledAsync(0);
            }
            finally
            {
                (await instance.KubectlAsync("delete", "node", "askew", "--ignore-not-found")).Succeeded();
            }
        }
    }

    [Fact]
    public async Task Pods_of_a_drained_node_wait_until_it_is_uncordoned()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 2, extra: "      volumes: [{name: scratch, emptyDir: {}}]"))).Succeeded();
        var before = await space.SettledAsync(2);
        try
        {
            // Without leave to lose what is in the volume nothing is evicted.
            var refused = await instance.KubectlAsync("drain", instance.NodeName, "--timeout=60s");
            Assert.NotEqual(0, refused.Code);
            Assert.Contains("--delete-emptydir-data", refused.Error, StringComparison.Ordinal);
            Assert.Equal(before.Order(), (await space.RunningAsync()).Order());

            (await instance.KubectlAsync("drain", instance.NodeName, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s")).Succeeded();
            Assert.Empty(await space.RunningAsync());
            Assert.Equal("Ready,SchedulingDisabled", Assert.Single((await instance.KubectlAsync("get", "nodes")).Succeeded().Table())["STATUS"]);
            await Eventually.Async(
                async () => (await space.PodsAsync()) is { Count: 2 } pods && pods.All(p => (string?)p["status"]!["phase"] == "Pending"
                    && p["status"]!["conditions"]!.AsArray().Any(c => (string?)c!["reason"] == "Unschedulable" && ((string?)c["message"])!.Contains("node(s) were unschedulable", StringComparison.Ordinal))),
                Instance.Soon,
                "the pods' successors wait, and say why");
        }
        finally
        {
            (await instance.KubectlAsync("uncordon", instance.NodeName)).Succeeded();
        }

        Assert.Empty(before.Intersect(await space.SettledAsync(2)));
    }

    [Fact]
    public async Task A_drain_waits_while_a_disruption_budget_forbids_and_goes_on_when_it_allows()
    {
        const string Forbidden = "Cannot evict pod as it would violate the pod's disruption budget.";
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 2))).Succeeded();
        var before = await space.SettledAsync(2);
        (await space.KubectlAsync("create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=2")).Succeeded();
        await AllowsAsync(0, 2);
        try
        {
            var refused = await instance.KubectlAsync("drain", instance.NodeName, "--ignore-daemonsets", "--timeout=10s");
            Assert.NotEqual(0, refused.Code);
            Assert.Contains(Forbidden, refused.Error, StringComparison.Ordinal);
            Assert.Equal(before.Order(), (await space.RunningAsync()).Order());

            // One may go; its successor finds no node, so the other one has to stay.
            (await space.KubectlAsync("patch", "pdb", "web", "--patch", """{"spec":{"minAvailable":1}}""")).Succeeded();
            await AllowsAsync(1, 2);
            using (var drain = instance.Machine.Follow("kubectl", "drain", instance.NodeName, "--ignore-daemonsets", "--timeout=90s"))
            {
                await Eventually.Async(() => drain.Lines.Any(l => l.Contains(Forbidden, StringComparison.Ordinal)), Instance.Soon, "drain says what it waits for");
                await Eventually.Async(async () => (await space.RunningAsync()).Count == 1, Instance.Soon, "one of the two is gone");
                await AllowsAsync(0, 1);
                (await space.KubectlAsync("delete", "pdb", "web")).Succeeded();
                await Eventually.Async(() => drain.HasExited, Instance.Soon, "drain goes on");
                Assert.Contains(drain.Lines, l => l == $"node/{instance.NodeName} drained");
            }

            Assert.Empty(await space.RunningAsync());
        }
        finally
        {
            (await instance.KubectlAsync("uncordon", instance.NodeName)).Succeeded();
        }

        Assert.Empty(before.Intersect(await space.SettledAsync(2)));

        Task AllowsAsync(int disruptions, int healthy) => Eventually.Async(
            async () => (await space.GetAsync("pdb", "web"))["status"] is { } status && (int?)status["disruptionsAllowed"] == disruptions && (int?)status["currentHealthy"] == healthy,
            Instance.Soon,
            $"the budget's status says that {disruptions} of {healthy} may go");
    }

    [Fact]
    public async Task A_server_whose_Node_is_deleted_stops_its_pods_and_is_a_new_node()
    {
        await using var space = await instance.NamespaceAsync();
        using (var agent = await instance.StartAgentAsync("leaver", await instance.ScriptAsync("join_token local 2")))
        {
            try
            {
                await Eventually.Async(async () => (await instance.KubectlAsync("get", "node", "leaver")).Code == 0, Instance.Soon, "it has joined");
                (await instance.KubectlAsync("wait", "--for=condition=Ready", "node/leaver", "--timeout=60s")).Succeeded();
                (await space.ApplyAsync(TestNamespace.Deployment("web", 1).Replace(
                    "    spec:\n      termination", "    spec:\n      nodeSelector: {kubernetes.io/hostname: leaver}\n      termination", StringComparison.Ordinal))).Succeeded();
                await space.RolledOutAsync("web");
                string pod = (string)Assert.Single(await space.PodsAsync())["metadata"]!["uid"]!;
                string node = (string)(await instance.GetAsync("node", "leaver"))["metadata"]!["uid"]!;
                Assert.NotEmpty(await ContainersAsync(pod));

                (await instance.KubectlAsync("delete", "node", "leaver")).Succeeded();
                await Eventually.Async(async () => (await ContainersAsync(pod)).Length == 0, Instance.Soon, "nothing of its pod is left");
                Assert.Contains(agent.Lines, l => l.Contains("was deleted from its cluster, its pods are stopped", StringComparison.Ordinal));
                await Eventually.Async(async () => (await instance.KubectlAsync("get", "node", "leaver")).Code == 0, Instance.Soon, "it has joined again");
                Assert.NotEqual(node, (string)(await instance.GetAsync("node", "leaver"))["metadata"]!["uid"]!);
                await space.RolledOutAsync("web");
                (await space.KubectlAsync("delete", "deployment", "web")).Succeeded();
                await space.SettledAsync(0);
            }
            finally
            {
                (await instance.KubectlAsync("delete", "node", "leaver", "--ignore-not-found")).Succeeded();
            }
        }

        async Task<string> ContainersAsync(string pod) => (await instance.DockerAsync("ps", "-aq", "--filter", $"label=io.cloudorch.pod.uid={pod}")).Succeeded().Out.Trim();
    }

    [Fact]
    public async Task A_nodes_credentials_open_nothing_but_its_own_rows_and_queue()
    {
        var identity = JsonNode.Parse(await File.ReadAllTextAsync($"{instance.Local}/agent/identity.json", TestContext.Current.CancellationToken))!;
        var credentials = identity["enrolment"]!["credentials"]!;
        string uid = (string)identity["enrolment"]!["nodeUid"]!;
        string partition = (string)credentials["partitionKey"]!;
        foreach (string table in new[] { "leasesUrl", "nodeStatusUrl", "assignmentsUrl" })
        {
            string url = (string)credentials[table]!;
            Assert.Equal(200, await TableAsync("GET", url, partition, uid));
            Assert.Equal(403, await TableAsync("GET", url, partition, "another-node"));
            Assert.Equal(403, await TableAsync("GET", url, "another-cluster", uid));
            // Its SAS names one table.
            Assert.Equal(403, await TableAsync("GET", Of(url, "state"), partition, "head"));
        }

        Assert.Equal(403, await TableAsync("DELETE", (string)credentials["assignmentsUrl"]!, partition, uid));
        Assert.Equal(403, await TableAsync("DELETE", (string)credentials["leasesUrl"]!, partition, uid));

        static string Of(string url, string table) => url[..(url.IndexOf('?', StringComparison.Ordinal) is var q ? url.LastIndexOf('/', q) + 1 : 0)] + table + url[url.IndexOf('?', StringComparison.Ordinal)..];
    }

    private async Task<int> TableAsync(string method, string url, string partition, string row)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        string entity = $"{url[..query]}(PartitionKey='{partition}',RowKey='{row}'){url[query..]}";
        var output = await instance.Machine.RunAsync(Instance.Soon, $"url = \"{entity}\"\n", "curl",
            "--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", $"{instance.Local}/tls/ca.pem", "--request", method,
            "--header", "Accept: application/json;odata=nometadata", "--header", "If-Match: *", "--header", "x-ms-version: 2019-02-02", "--config", "-");
        return int.Parse(output.Succeeded().Out, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The file that the agent runs; null while none does.</summary>
    private async Task<string?> ProgramAsync() =>
        instance.ProcessOf("agent") is { } pid && await instance.Machine.RunAsync("readlink", $"/proc/{pid}/exe") is { Code: 0, Out: var path } ? path.Trim() : null;

    private async Task RefusedAsync(string node, string token)
    {
        using (var agent = await instance.StartAgentAsync(node, token))
        {
            await Eventually.Async(
                () => agent.Lines.Any(l => l.Contains("enrolment", StringComparison.OrdinalIgnoreCase) && l.Contains("token", StringComparison.OrdinalIgnoreCase)),
                Instance.Soon,
                "the agent says that its join token was refused");
        }

        Assert.Contains("NotFound", (await instance.KubectlAsync("get", "node", node)).Error, StringComparison.Ordinal);
    }

    private async Task<string> UidAsync() => (string)(await instance.GetAsync("node", instance.NodeName))["metadata"]!["uid"]!;
}
