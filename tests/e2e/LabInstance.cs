using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Three servers on a machine of its own: what <c>./infra/up --nodes 3</c> starts. Nothing of it may be left when it is down.</summary>
public sealed class LabInstance() : Instance("lab", "--nodes", "3")
{
    public static readonly IReadOnlyList<int> Hosts = [1, 2, 3];

    public Task<Output> LabAsync(params string[] arguments) => Machine.RunAsync("./infra/lab", arguments);

    public Task<Output> OnHostAsync(int host, params string[] command) => LabAsync(["exec", host.ToString(CultureInfo.InvariantCulture), .. command]);

    /// <summary>Asserts that a process which is about to become a container, in no control group of the host's yet, does not outlive this.</summary>
    public async Task HalfStartedAsync(int host, Func<Task> then)
    {
        string bundle = $"{Machine.Directory}/half";
        string root = $"/run/cloudorch-lab-{(await ScriptAsync("instance_id")).Trim()}/{host}/exec/runtime-runc/moby";
        string make = $$"""
            mkdir -p {{bundle}}/rootfs/bin && cp "$(command -v busybox)" {{bundle}}/rootfs/bin/sh && cd {{bundle}} && runc spec
            sed -i 's/"terminal": true/"terminal": false/' config.json
            runc --root {{root}} create --bundle {{bundle}} --pid-file {{bundle}}/pid cloudorch-half </dev/null >/dev/null 2>&1
            """;
        (await OnHostAsync(host, "bash", "-ec", make)).Succeeded();
        try
        {
            string process = $"/proc/{await File.ReadAllTextAsync($"{bundle}/pid")}";
            Assert.True(Directory.Exists(process));
            await then();
            Assert.False(Directory.Exists(process), "what was half started has ended");
        }
        finally
        {
            // Its control groups, wherever they are.
            await OnHostAsync(host, "runc", "--root", root, "delete", "--force", "cloudorch-half");
        }
    }

    protected override IEnumerable<string> Sockets(string id) => Hosts.Select(h => $"/run/cloudorch-lab-{id}/{h}/docker.sock");

    protected override Task BeforeUpAsync() => StateAsync("before");

    protected override async Task AfterDownAsync()
    {
        string id = (await ScriptAsync("instance_id")).Trim();
        string[] left = [];
        try
        {
            // What ends on its own a moment later is not left behind.
            await Eventually.Async(
                async () =>
                {
                    await StateAsync("after");
                    string found = (await Machine.RunAsync("bash", "-c", $"source infra/lib/leftovers.sh; compare_states {Machine.Directory}/before {Machine.Directory}/after")).Out;
                    // The real machine may do other things; the names of ours say so.
                    left = [.. found.Split('\n').Where(l => l.Contains(id, StringComparison.Ordinal) || l.Contains(Machine.Directory, StringComparison.Ordinal))];
                    return left.Length == 0;
                },
                Soon,
                "nothing is left behind");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}:\n{string.Join('\n', left)}");
        }
    }

    private async Task StateAsync(string name) =>
        (await Machine.RunAsync("bash", "-c", $"source infra/lib/leftovers.sh; rm -rf {Machine.Directory}/{name}; machine_state {Machine.Directory}/{name}")).Succeeded();
}
