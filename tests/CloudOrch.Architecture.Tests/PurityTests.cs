namespace CloudOrch.Architecture.Tests;

/// <summary>What the built assemblies may touch.</summary>
public sealed class PurityTests
{
    // The compiler needs Task for nothing in pure code; a clock, a socket, a file or an environment would make a plan depend on the machine.
    private static readonly string[] Impure =
    [
        "System.Threading.Tasks.", "System.Net.Http.", "System.Net.Sockets.", "System.IO.File", "System.IO.Directory", "System.Threading.Timer",
        "System.TimeProvider", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.Console", "Microsoft.Extensions.", "Microsoft.AspNetCore.",
    ];

    private static readonly string[] ImpureMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid",
        "System.Random.get_Shared", "System.Environment.GetEnvironmentVariable", "System.Environment.get_TickCount64", "System.Environment.get_MachineName",
        "System.Threading.Thread.Sleep",
    ];

    private static readonly string[] Sdks = ["Azure.", "Microsoft.Azure.", "Microsoft.Identity", "Docker."];

    [Fact]
    public void The_domain_is_pure()
    {
        var domain = new ReferencedTypes("CloudOrch.Domain");
        // An enum that tells IPv4 from IPv6 when an address is parsed; no socket.
        Assert.DoesNotContain(domain.Types, t => t != "System.Net.Sockets.AddressFamily" && Impure.Any(i => t.StartsWith(i, StringComparison.Ordinal)));
        Assert.DoesNotContain(domain.Members, ImpureMembers.Contains);
        Assert.DoesNotContain(domain.Assemblies, a => a.StartsWith("CloudOrch.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CloudOrch.Domain")]
    [InlineData("CloudOrch.ControlPlane")]
    public void No_type_of_an_Azure_or_Docker_SDK_appears_in(string assembly)
    {
        var references = new ReferencedTypes(assembly);
        Assert.DoesNotContain(references.Assemblies, IsSdk);
        Assert.DoesNotContain(references.Types, IsSdk);
    }

    [Fact]
    public void The_control_plane_and_the_agent_never_meet()
    {
        Assert.DoesNotContain(new ReferencedTypes("CloudOrch.ControlPlane").Assemblies, a => a.StartsWith("CloudOrch.Agent", StringComparison.Ordinal));
        string[] controlPlane = ["CloudOrch.ControlPlane", "CloudOrch.Azure", "CloudOrch.Functions"];
        Assert.Empty(new ReferencedTypes("CloudOrch.Agent").Assemblies.Intersect(controlPlane));
        Assert.Empty(new ReferencedTypes("cloudorch-agent").Assemblies.Intersect(controlPlane));
    }

    [Theory]
    [InlineData("CloudOrch.ControlPlane")]
    [InlineData("CloudOrch.Azure")]
    [InlineData("CloudOrch.Functions")]
    [InlineData("CloudOrch.Agent")]
    [InlineData("cloudorch-agent")]
    public void The_clock_comes_as_a_TimeProvider_in(string assembly) =>
        Assert.DoesNotContain(new ReferencedTypes(assembly).Members, m => m is "System.DateTime.get_UtcNow" or "System.DateTime.get_Now"
            or "System.DateTimeOffset.get_UtcNow" or "System.DateTimeOffset.get_Now" or "System.Threading.Thread.Sleep" or "System.Random.get_Shared");

    [Fact]
    public void Only_the_adapter_of_Docker_knows_Docker()
    {
        Assert.DoesNotContain(new ReferencedTypes("CloudOrch.Agent").Assemblies, a => a.StartsWith("Docker.", StringComparison.Ordinal));
        Assert.DoesNotContain(new ReferencedTypes("CloudOrch.Functions").Assemblies, a => a.StartsWith("Docker.", StringComparison.Ordinal));
    }

    private static bool IsSdk(string name) => Sdks.Any(s => name.StartsWith(s, StringComparison.Ordinal));
}
