using System.Globalization;
using System.Text.RegularExpressions;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Programs that use a Kubernetes client library, unmodified.</summary>
[Collection(Alone.Name)]
public sealed partial class ClientLibraryTests(Instance instance)
{
    /// <summary>So few revisions that a test outruns the log.</summary>
    private const int Kept = 50;

    [Fact]
    public async Task Client_node_creates_patches_reads_logs_and_its_informer_survives_what_happens_to_a_watch()
    {
        await using var space = await instance.NamespaceAsync();
        using var program = Start(space);
        await SaysAsync(program, "connect");
        Assert.Equal(["patched 2", "conflict 409", "invalid 422 Invalid", "gone 404", "logged from the container", "connect", "list"], program.Lines.Take(7));
        (await space.KubectlAsync("create", "configmap", "seen", "--from-literal=k=1")).Succeeded();
        await SaysAsync(program, "add seen 1");

        await EndWatchesAsync();
        await Eventually.Async(async () => (await space.KubectlAsync("patch", "configmap", "seen", "-p", """{"data":{"k":"2"}}""")).Code == 0, Instance.Soon, "the control plane is back");
        await SaysAsync(program, "update seen 2");

        // What stands between is gone from one moment to the next: connections are reset.
        int? front = instance.ProcessOf("front");
        Assert.True(await instance.KillAsync("front"));
        await instance.RestartedAsync("front", front);
        await Eventually.Async(async () => (await space.KubectlAsync("delete", "configmap", "seen", "--ignore-not-found")).Code == 0, Instance.Soon, "the front is back");
        await SaysAsync(program, "delete seen 2");
        Assert.False(program.HasExited);
    }

    [Fact]
    public async Task Client_nodes_informer_lists_again_when_the_log_no_longer_reaches_back_to_what_it_saw()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.KubectlAsync("create", "configmap", "seen", "--from-literal=k=1")).Succeeded();
        using var program = Start(space);
        await SaysAsync(program, "add seen 1");
        string path = $"/clusters/local/api/v1/namespaces/{space.Name}/configmaps";
        long seen = long.Parse((await space.KubectlAsync("get", "configmap", "seen", "-o", "jsonpath={.metadata.resourceVersion}")).Succeeded().Out, CultureInfo.InvariantCulture);

        // The program hears nothing more, not even that its watch ends, until the log has gone on without it.
        await SignalAsync("STOP");
        try
        {
            await RestartAsync(settings: $"CLOUDORCH_KEPT_REVISIONS={Kept}");
            (await space.KubectlAsync("delete", "configmap", "seen")).Succeeded();
            string many = string.Join("\n---\n", Enumerable.Range(0, 3 * Kept).Select(i => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{i}}}"));
            (await instance.KubectlWithAsync(many, "--namespace", space.Name, "create", "-f", "-")).Succeeded();

            // Beyond, not up to: a log that ends at what the program saw can still tell it all that came after.
            await Eventually.Async(() => Compacted() > seen, TimeSpan.FromMinutes(3), "the log is compacted");
        }
        finally
        {
            await RestartAsync(settings: ""); // also since the processes remember for a while what they have seen
        }

        var late = await space.KubectlAsync("get", "--raw", $"{path}?watch=true&timeoutSeconds=1&resourceVersion={seen}");
        Assert.Matches("\"code\":410|\\((Expired|Gone)\\)", late.Out + late.Error);
        await SignalAsync("CONT");
        await SaysAsync(program, "delete seen 1");
        await SaysAsync(program, "add m7 ");
        Assert.Equal(["list"], program.Lines.SkipWhile(l => l != "add seen 1").Where(l => l == "list" || l.StartsWith("error", StringComparison.Ordinal)));
        Assert.False(program.HasExited);

        async Task SignalAsync(string signal) => (await instance.Machine.RunAsync("kill", $"-{signal}", $"{program.Id}")).Succeeded();

        async Task RestartAsync(string settings) =>
            await instance.ScriptAsync($"stop_process functions-1; stop_process functions-2; {settings} start_functions");

        // By what the processes say of it.
        long Compacted() => Directory.EnumerateFiles($"{instance.Local}/logs", "functions-*.log")
            .SelectMany(f => CompactedTo().Matches(File.ReadAllText(f))).Select(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Append(0).Max();
    }

    [Fact]
    public async Task The_typed_dotnet_client_creates_applies_watches_scales_and_reads_logs()
    {
        await using var space = await instance.NamespaceAsync();
        string program = Checkout.At("tests", "CloudOrch.TypedClient", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "CloudOrch.TypedClient");
        var said = (await instance.Machine.RunAsync(program, space.Name)).Succeeded();
        Assert.Equal(
            [
                "version 1", "patched 2", "conflict 409 Conflict", "exists 409 AlreadyExists", "invalid 422 Invalid",
                "applied blue", "owned 409 Conflict", "forced red", "managers two/Apply",
                "listed applied typed", "Added watched", "Deleted watched",
                "logged from the container", "scaled 0", "deleted with its pods", "gone 404 NotFound", "allowed True", "nodes True", "generic red",
            ],
            said.Lines);
    }

    private RunningCommand Start(TestNamespace space) => instance.Machine.Follow(
        "env", $"CLIENTS_DIRECTORY={Checkout.At(".local", "clients")}", "node", Checkout.At("tests", "e2e", "clients", "client-node.mjs"), space.Name);

    /// <summary>The control plane's processes stop in order, and end their watches.</summary>
    private async Task EndWatchesAsync()
    {
        foreach (string process in (string[])["functions-1", "functions-2"])
        {
            int? old = instance.ProcessOf(process);
            Assert.True(await instance.KillAsync(process, "TERM"));
            await instance.RestartedAsync(process, old);
        }
    }

    private static async Task SaysAsync(RunningCommand program, string line)
    {
        try
        {
            await Eventually.Async(() => program.Lines.Contains(line), Instance.Soon, $"client-node says «{line}»");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}, and not only:\n{string.Join('\n', program.Lines)}");
        }
    }

    [Fact]
    public async Task Client_node_reads_what_pods_and_nodes_use()
    {
        await using var space = await instance.NamespaceAsync();
        (await space.KubectlAsync("run", "busy", "--image=busybox:1", "--restart=Never", "--command", "--", "sh", "-c", "while :; do :; done")).Succeeded();

        var said = (await instance.Machine.RunAsync(
            TimeSpan.FromMinutes(3), null, "env", $"CLIENTS_DIRECTORY={Checkout.At(".local", "clients")}", "node", Checkout.At("tests", "e2e", "clients", "client-node-metrics.mjs"), space.Name, "busy")).Succeeded();

        Assert.Equal(["pod busy busy", "busy true true", "node true true"], said.Lines);
        (await space.KubectlAsync("delete", "pod", "busy", "--now")).Succeeded();
    }

    [GeneratedRegex(@"the log is compacted to revision (\d+)")]
    private static partial Regex CompactedTo();
}
