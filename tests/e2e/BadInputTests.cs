using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>What is wrong is refused in words that help, and changes nothing.</summary>
[Collection(Alone.Name)]
public sealed class BadInputTests(Instance instance)
{
    public static TheoryData<string, string, string> Refused => new()
    {
        { "an unknown kind", "apiVersion: apps/v1\nkind: Deploymint\nmetadata: {name: web}", "no matches for kind \"Deploymint\" in version \"apps/v1\"" },
        { "a field of the wrong type", TestNamespace.Deployment("web", 1).Replace("replicas: 1", "replicas: many", StringComparison.Ordinal), "replicas" },
        { "a field that does not exist", TestNamespace.Deployment("web", 1).Replace("replicas: 1", "replicaz: 1", StringComparison.Ordinal), "unknown field \"spec.replicaz\"" },
        { "a name that is no DNS name", TestNamespace.Deployment("Web_1", 1), "metadata.name: Invalid value: \"Web_1\"" },
        { "negative replicas", TestNamespace.Deployment("web", -1), "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
        {
            "a selector that does not match the template", TestNamespace.Deployment("web", 1).Replace("matchLabels:\n      app: web", "matchLabels:\n      app: other", StringComparison.Ordinal),
            "`selector` does not match template `labels`"
        },
        {
            "an object that is too large",
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big}}\ndata: {{a: \"{new string('x', 1_100_000)}\"}}",
            "oo l"   // «Too long» or «too large», with the limit
        },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_and_changes_nothing(string what, string yaml, string says)
    {
        await using var space = await instance.NamespaceAsync();
        // Not apply: its annotation alone would be too large.
        var output = await instance.KubectlWithAsync(yaml, "--namespace", space.Name, "create", "-f", "-");
        Assert.True(output.Code != 0 && output.Error.Contains(says, StringComparison.Ordinal), $"{what}: {output}");
        Assert.Contains("No resources found", (await space.KubectlAsync("get", "deployments,configmaps")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_json_is_a_bad_request()
    {
        string token = File.ReadAllText($"{instance.Local}/secrets/administrator-token");
        Assert.Equal(400, await instance.StatusAsync("POST", "/clusters/local/api/v1/namespaces/default/configmaps", token, "{\"apiVersion\":"));
        Assert.Equal(400, await instance.StatusAsync("POST", "/clusters/local/api/v1/namespaces/default/configmaps", token, "[]"));
    }

    [Fact]
    public async Task An_immutable_field_stays()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 1))).Succeeded();
        var output = await space.KubectlAsync("patch", "deployment", "web", "--type=merge", "-p", """{"spec":{"selector":{"matchLabels":{"app":"other"}}}}""");
        Assert.True(output.Code != 0, output.ToString());
        Assert.Contains("field is immutable", output.Error, StringComparison.Ordinal);
        await space.SettledAsync(1);
    }

    [Fact]
    public async Task A_stale_version_does_not_overwrite_a_newer_one()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.KubectlAsync("create", "configmap", "c", "--from-literal=a=1")).Succeeded();
        string old = (await space.KubectlAsync("get", "configmap", "c", "-o", "yaml")).Succeeded().Out;
        (await space.KubectlAsync("patch", "configmap", "c", "-p", """{"data":{"a":"2"}}""")).Succeeded();
        var output = await instance.KubectlWithAsync(old, "--namespace", space.Name, "replace", "-f", "-");
        Assert.True(output.Code != 0, output.ToString());
        Assert.Contains("the object has been modified", output.Error, StringComparison.Ordinal);
        Assert.Equal("2", (await space.KubectlAsync("get", "configmap", "c", "-o", "jsonpath={.data.a}")).Succeeded().Out);
    }

    [Fact]
    public async Task An_image_that_does_not_exist_is_reported_with_the_engines_words()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 1, image: "localhost:1/nobody/nothing:1"))).Succeeded();
        await Eventually.Async(
            async () => (await space.KubectlAsync("get", "pods")).Succeeded().Table() is [var pod] && pod["STATUS"] is "ErrImagePull" or "ImagePullBackOff",
            Instance.Soon,
            "the pod says that its image cannot be had");
        await Eventually.Async(
            async () => (await space.KubectlAsync("describe", "pods")).Succeeded().Out.Contains("connection refused", StringComparison.Ordinal),
            Instance.Soon,
            "describe has the engine's words");
        Assert.Empty(await space.RunningAsync());
        // The image comes to be: the pod starts by itself.
        (await instance.DockerAsync("tag", "busybox:1", "localhost:1/nobody/nothing:1")).Succeeded();
        await space.SettledAsync(1, TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_stopped_engine_makes_the_node_not_ready_with_that_reason_and_it_recovers_by_itself()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.ApplyAsync(TestNamespace.Deployment("web", 2))).Succeeded();
        await space.SettledAsync(2);
        await instance.ScriptAsync("stop_process engine");
        await Eventually.Async(
            async () => (await instance.KubectlAsync("get", "nodes")).Succeeded().Table()[0]["STATUS"].StartsWith("NotReady", StringComparison.Ordinal),
            Instance.Soon,
            "the node is NotReady");
        Assert.Contains("ocker", (await instance.KubectlAsync(
            "get", "node", instance.NodeName, "-o", "jsonpath={.status.conditions[?(@.type==\"Ready\")].message}")).Succeeded().Out, StringComparison.Ordinal);
        await instance.ScriptAsync("ensure_engine");
        (await instance.KubectlAsync("wait", "--for=condition=Ready", $"node/{instance.NodeName}", "--timeout=60s")).Succeeded();
        await space.RolledOutAsync("web");
        await space.SettledAsync(2, TimeSpan.FromSeconds(90));
    }
}
