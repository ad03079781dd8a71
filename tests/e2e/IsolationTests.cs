using System.Text.RegularExpressions;

namespace CloudOrch.EndToEnd;

/// <summary>Two tenants, two clusters, several people: nobody sees or does what is not theirs. Shown on the local issuer, gate and broker.</summary>
[Collection(Quiet.Name)]
public sealed class IsolationTests(Instance instance)
{
    private static readonly Guid s_own = new("5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0002");
    private static readonly Guid s_other = new("5f0d6a1e-6c0d-4a8e-9a52-0c10ad0c0009");

    [Fact]
    public async Task Two_tenants_may_use_one_name_and_neither_sees_the_other()
    {
        await using var space = await instance.NamespaceAsync();
        string theirs = await OfferAsync("local");
        var listed = (await instance.KubectlAsync("--kubeconfig", theirs, "get", "namespaces", "-o", "name")).Succeeded();
        Assert.Contains("namespace/default", listed.Lines);
        Assert.DoesNotContain($"namespace/{space.Name}", listed.Lines);
        Assert.DoesNotContain("namespace/sample", listed.Lines);
        Assert.Contains("No resources found", (await instance.KubectlAsync("--kubeconfig", theirs, "get", "nodes")).Error, StringComparison.Ordinal);
        (await instance.KubectlAsync("--kubeconfig", theirs, "create", "configmap", "theirs", "--from-literal=a=b")).Succeeded();
        Assert.Contains("NotFound", (await instance.KubectlAsync("get", "configmap", "theirs")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenants_cluster_does_not_exist_for_a_stranger()
    {
        await OfferAsync("theirs");
        string stranger = await TokenAsync(s_own, "cluster-admin,Clusters.Create");
        Assert.Equal(404, await instance.StatusAsync("GET", "/clusters/theirs/api/v1/namespaces", stranger));
        Assert.Equal(404, await instance.StatusAsync("DELETE", "/clusters/theirs/api/v1/namespaces/default", stranger));
        Assert.Equal(404, await instance.StatusAsync("GET", "/apis/management.cloudorch.io/v1/clusters/theirs", stranger));
        Assert.Equal(404, await instance.StatusAsync("DELETE", "/apis/management.cloudorch.io/v1/clusters/theirs", stranger));
        // As a cluster that never was.
        Assert.Equal(404, await instance.StatusAsync("GET", "/clusters/never-was/api/v1/namespaces", stranger));
    }

    [Fact]
    public async Task A_viewer_reads_and_cannot_write()
    {
        await using var space = await instance.NamespaceAsync();
        string viewer = await instance.KubeconfigAsync(s_own, "local", "view");
        (await instance.KubectlAsync("--kubeconfig", viewer, "-n", space.Name, "get", "pods,deployments")).Succeeded();
        foreach (string[] write in new string[][]
        {
            ["create", "configmap", "x", "--from-literal=a=b"], ["delete", "deployments", "--all"], ["create", "namespace", "mine"],
            ["scale", "deployment", "hello", "-n", "sample", "--replicas=0"],
        })
        {
            var refused = await instance.KubectlAsync(["--kubeconfig", viewer, .. write]);
            if (write[0] != "delete")
                Assert.True(refused.Code != 0 && refused.Error.Contains("forbidden", StringComparison.OrdinalIgnoreCase), refused.ToString());
        }

        Assert.Equal("1/1", Assert.Single((await instance.KubectlAsync("-n", "sample", "get", "deployments")).Succeeded().Table())["READY"]);
        string token = await TokenAsync(s_own, "view");
        Assert.Equal(403, await instance.StatusAsync("POST", $"/clusters/local/api/v1/namespaces/{space.Name}/configmaps", token,
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}"""));
        Assert.Equal(403, await instance.StatusAsync("DELETE", "/clusters/local/api/v1/namespaces/default", token));
        Assert.Equal(403, await instance.StatusAsync("POST", "/apis/management.cloudorch.io/v1/clusters", token,
            """{"apiVersion":"management.cloudorch.io/v1","kind":"Cluster","metadata":{"name":"y"}}"""));
    }

    [Fact]
    public async Task An_editor_works_in_namespaces_and_cannot_touch_nodes()
    {
        await using var space = await instance.NamespaceAsync();
        string editor = await instance.KubeconfigAsync(s_own, "local", "edit");
        (await instance.KubectlAsync("--kubeconfig", editor, "-n", space.Name, "create", "configmap", "x", "--from-literal=a=b")).Succeeded();
        var refused = await instance.KubectlAsync("--kubeconfig", editor, "delete", "node", instance.NodeName);
        Assert.True(refused.Code != 0 && refused.Error.Contains("(Forbidden)", StringComparison.Ordinal), refused.ToString());
        (await instance.KubectlAsync("get", "node", instance.NodeName)).Succeeded();
    }

    [Fact]
    public async Task A_service_account_is_itself_in_its_cluster_and_nobody_anywhere_else()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.KubectlAsync("create", "serviceaccount", "robot")).Succeeded();
        var request = (await instance.KubectlWithAsync("{}", "create", "--raw", $"/clusters/local/api/v1/namespaces/{space.Name}/serviceaccounts/robot/token", "-f", "-")).Succeeded();
        string token = Regex.Match(request.Out, "\"token\":\"([^\"]+)\"").Groups[1].Value;
        var pods = await space.KubectlAsync("--token", token, "get", "pods");
        Assert.Equal(1, pods.Code);
        Assert.Contains($"(Forbidden): pods is forbidden: User \"system:serviceaccount:{space.Name}:robot\" cannot list resource \"pods\"", pods.Error, StringComparison.Ordinal);
        Assert.Equal(200, await instance.StatusAsync("GET", "/clusters/local/apis", token));
        Assert.Equal(401, await instance.StatusAsync("GET", "/clusters/another/apis", token));
        Assert.Equal(401, await instance.StatusAsync("GET", "/apis/management.cloudorch.io/v1/clusters", token));
        (await space.KubectlAsync("delete", "serviceaccount", "robot")).Succeeded();
        Assert.Equal(401, await instance.StatusAsync("GET", "/clusters/local/apis", token));
    }

    [Fact]
    public async Task Nobody_in_particular_is_told_401_and_somebody_without_a_role_403()
    {
        Assert.Equal(401, await instance.StatusAsync("GET", "/clusters/local/api/v1/namespaces", ""));
        Assert.Equal(401, await instance.StatusAsync("GET", "/clusters/local/api/v1/namespaces", "nonsense"));
        Assert.Equal(401, await instance.StatusAsync("GET", "/clusters/local/api/v1/namespaces", await TokenAsync(s_own, "cluster-admin", hours: -1)));
        Assert.Equal(401, await instance.StatusAsync("GET", "/apis/management.cloudorch.io/v1/clusters", ""));
        Assert.Equal(403, await instance.StatusAsync("GET", "/clusters/local/api/v1/namespaces", await TokenAsync(s_own, "somebody")));
    }

    /// <summary>A cluster of the other tenant; returns its administrator's kubeconfig.</summary>
    private async Task<string> OfferAsync(string cluster)
    {
        string administrator = await TokenAsync(s_other, "cluster-admin,Clusters.Create");
        Assert.Contains(await instance.StatusAsync("POST", "/apis/management.cloudorch.io/v1/clusters", administrator,
            $$$"""{"apiVersion":"management.cloudorch.io/v1","kind":"Cluster","metadata":{"name":"{{{cluster}}}"}}"""), new[] { 201, 409 });
        return await instance.KubeconfigAsync(s_other, cluster, "cluster-admin");
    }

    private Task<string> TokenAsync(Guid tenant, string roles, int hours = 1) =>
        instance.ScriptAsync($"token {tenant} {Guid.CreateVersion7()} '{roles}' {hours}");
}
