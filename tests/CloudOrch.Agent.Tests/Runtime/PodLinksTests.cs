using System.Diagnostics;
using System.Net;
using CloudOrch.Agent.Docker;
using CloudOrch.Testing;
using CloudOrch.Testing.Docker;

namespace CloudOrch.Agent.Tests.Runtime;

/// <summary>Links between a bridge and another network namespace, made by the kernel. Needs root.</summary>
public sealed class PodLinksTests : IAsyncLifetime
{
    private static readonly EngineNames s_names = EngineNames.Of("links");
    private static readonly string s_bridge = "cob" + s_names.Id;
    private static readonly string s_container = s_names.Id + "0123456789abcdef";
    private readonly Process _sandbox = Process.Start("unshare", ["--net", "sleep", "300"]);

    public async ValueTask InitializeAsync()
    {
        await Command.TryAsync("ip", ["link", "delete", s_bridge]);
        await Command.RunAsync("ip", ["link", "add", s_bridge, "type", "bridge"]);
        string own = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;
        await Eventually.Async(
            () => File.ResolveLinkTarget($"/proc/{_sandbox.Id}/ns/net", returnFinalTarget: false)!.Name != own, TimeSpan.FromSeconds(10), "the sandbox has its own network");
    }

    public async ValueTask DisposeAsync()
    {
        _sandbox.Kill();
        await _sandbox.WaitForExitAsync();
        _sandbox.Dispose();
        await Command.RunAsync("ip", ["link", "delete", s_bridge]);
    }

    [Fact]
    public async Task A_sandbox_that_several_want_to_link_at_once_is_linked_once()
    {
        var links = new PodLinks(s_bridge);
        var addresses = new PodAddresses(IPNetwork.Parse("10.9.8.0/24"), TimeProvider.System);
        Assert.False(PodLinks.IsWhole(s_container));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => links.MakeAsync(s_container, _sandbox.Id, IPAddress.Parse("10.9.8.7"), addresses, CancellationToken.None))));

        Assert.True(PodLinks.IsWhole(s_container));
        string inside = await Command.RunAsync("nsenter", [$"--net=/proc/{_sandbox.Id}/ns/net", "ip", "-4", "-o", "address", "show", "dev", "eth0"]);
        Assert.Contains("inet 10.9.8.7/24", inside, StringComparison.Ordinal);
        Assert.Equal(2, (await Command.RunAsync("ip", ["-o", "link", "show"])).Split('\n').Count(line => line.Contains(s_bridge, StringComparison.Ordinal)));
    }
}
