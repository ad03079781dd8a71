using System.Globalization;
using CloudOrch.Testing;

namespace CloudOrch.EndToEnd;

/// <summary>Three servers on a machine of its own: what <c>./infra/up --nodes 3</c> starts. Nothing of it may be left when it is down.</summary>
public sealed class LabInstance() : Instance("lab", "--nodes", "3")
{
    public static readonly IReadOnlyList<int> Hosts = [1, 2, 3];

    public Task<Output> LabAsync(params string[] arguments) => Machine.RunAsync("./infra/lab", arguments);

    public Task<Output> OnHostAsync(int host, params string[] command) => LabAsync(["exec", host.ToString(CultureInfo.InvariantCulture), .. command]);

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
