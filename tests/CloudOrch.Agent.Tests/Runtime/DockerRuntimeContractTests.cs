using CloudOrch.Agent.Docker;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using CloudOrch.Testing.Runtime;
using Docker.DotNet;

namespace CloudOrch.Agent.Tests.Runtime;

[Collection(DockerTests.Name)]
public sealed class DockerRuntimeContractTests(DockerFixture docker) : ContainerRuntimeContract
{
    protected override async Task<IContainerRuntime> OpenAsync()
    {
        var runtime = docker.Runtime("contract");
        await runtime.PrepareAsync(docker.Engine.Names.PodCidr, CancellationToken.None);
        return runtime;
    }

    protected override IContainerRuntime OpenDead() =>
        new DockerRuntime(new DockerClientConfiguration(new Uri("unix:///tmp/nobody-listens-here.sock")).CreateClient(), "contract", TimeProvider.System);

    /// <summary>Another image of the same layers, under two names.</summary>
    protected override async Task<string> BringImageAsync()
    {
        string made = (await docker.Engine.RunAsync("create", "--network", "none", "busybox:1", "true")).Trim();
        await docker.Engine.RunAsync("commit", "--change", "LABEL brought=1", made, "brought:1");
        await docker.Engine.RunAsync("tag", "brought:1", "brought:also");
        await docker.Engine.RunAsync("rm", made);
        return "brought:1";
    }

    protected override async Task<Func<Task<bool>>> StartStrangerAsync()
    {
        string id = (await docker.Engine.RunAsync("run", "-d", "--network", "none", "--label", "io.cloudorch.agent=somebody-else", "busybox:1", "sleep", "600")).Trim();
        return async () => (await docker.Engine.RunAsync("inspect", "--format", "{{.State.Running}}", id)).Trim() == "true";
    }

    [Fact]
    public async Task Preparing_twice_changes_nothing_and_pods_live_on_the_nodes_own_range()
    {
        var runtime = await OpenAsync();
        await runtime.PrepareAsync(docker.Engine.Names.PodCidr, CancellationToken.None);

        var sandbox = await RunSandboxAsync(runtime, NewPod());

        string subnet = docker.Engine.Names.PodCidr;
        Assert.StartsWith(subnet[..(subnet.LastIndexOf('.') + 1)], sandbox.Address, StringComparison.Ordinal);
        Assert.Equal(subnet, (await docker.Engine.RunAsync("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", DockerRuntime.NetworkName("contract"))).Trim());
    }

    [Fact]
    public async Task A_network_that_is_used_stays_and_one_that_is_not_goes()
    {
        var runtime = await OpenAsync();
        foreach (var left in await runtime.ListAsync(new Dictionary<string, ObservedContainer>(), CancellationToken.None))
            await runtime.RemoveAsync(left.Id, CancellationToken.None);
        string network = DockerRuntime.NetworkName("contract");
        string user = (await docker.Engine.RunAsync("run", "-d", "--network", network, "busybox:1", "sleep", "600")).Trim();

        Assert.Contains("has active endpoints", await runtime.ReleaseAsync(CancellationToken.None), StringComparison.Ordinal);
        await docker.Engine.RunAsync("rm", "-f", user);
        Assert.Null(await runtime.ReleaseAsync(CancellationToken.None));

        Assert.DoesNotContain(network, await docker.Engine.RunAsync("network", "ls", "--format", "{{.Name}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_of_sandboxes_is_always_in_use()
    {
        var runtime = await OpenAsync();
        string? id = await runtime.FindImageAsync(PauseImage.Name, CancellationToken.None);

        Assert.True(Assert.Single(await runtime.ListImagesAsync(CancellationToken.None), i => i.Id == id).InUse);
    }

    [Fact]
    public async Task Containers_of_a_pod_share_its_network_and_its_limits_are_the_engines()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var server = Spec(pod, sandbox, "exec httpd -f -p 127.0.0.1:8080 -h /etc", "server") with { NanoCpus = 500_000_000, MemoryBytes = 32 << 20, CpuShares = 100, User = "0:65534" };
        string id = There(await runtime.RunContainerAsync(server, CancellationToken.None)).Id;
        var client = Spec(pod, sandbox, "sleep 600", "client");
        string other = There(await runtime.RunContainerAsync(client, CancellationToken.None)).Id;

        ExecOutcome? answer = null;
        await CloudOrch.Testing.Eventually.Async(
            async () => (answer = await runtime.ExecAsync(other, ["wget", "-qO-", "http://127.0.0.1:8080/group"], TimeSpan.FromSeconds(5), CancellationToken.None)).ExitCode == 0,
            TimeSpan.FromSeconds(10),
            "one container of the pod reaches the other on localhost");

        Assert.Contains("nogroup", answer!.Output, StringComparison.Ordinal);
        string limits = await docker.Engine.RunAsync("inspect", "--format", "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.CpuShares}} {{.Config.User}}", id);
        Assert.Equal("500000000 33554432 100 0:65534", limits.Trim());
    }

    [Fact]
    public async Task A_published_port_answers_on_the_node()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var identity = new ContainerIdentity { PodUid = pod, PodNamespace = "ns", PodName = "name", Role = ContainerRole.Sandbox };
        var spec = new SandboxSpec { Identity = identity, Hostname = "web", Ports = [new PortMapping(80, 18081, "tcp", "")] };
        var sandbox = There(await runtime.RunSandboxAsync(spec, CancellationToken.None));
        await runtime.RunContainerAsync(Spec(pod, sandbox, "exec httpd -f -p 80 -h /etc"), CancellationToken.None);

        using var http = new HttpClient();
        string hostname = "";
        await CloudOrch.Testing.Eventually.Async(
            async () =>
            {
                try
                {
                    hostname = await http.GetStringAsync(new Uri($"http://{docker.Engine.HostAddress}:18081/hostname"));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(10),
            "the port answers");

        Assert.Equal("web", hostname.Trim());
        var second = await runtime.RunSandboxAsync(spec with { Identity = identity with { PodUid = NewPod() } }, CancellationToken.None);
        var refused = Assert.IsType<RunOutcome.Refused>(second);
        Assert.Contains("port is already allocated", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_start_leaves_nothing_and_says_why()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);

        var refused = Assert.IsType<RunOutcome.Refused>(await runtime.RunContainerAsync(Spec(pod, sandbox, "") with { Command = ["/no/such/program"] }, CancellationToken.None));

        Assert.Equal("RunContainerError", refused.Reason);
        Assert.Contains("no such file or directory", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ContainerRole.Sandbox, Assert.Single(await OfPodAsync(runtime, pod)).Role);
    }

    [Theory]
    [InlineData("amd64", 129)]
    [InlineData("arm64", 152)]
    public void The_sandbox_program_is_an_executable_of_a_few_bytes(string architecture, int size)
    {
        byte[] program = PauseImage.Program(architecture);

        Assert.Equal(size, program.Length);
        Assert.Equal([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1], program[..6]);
    }
}
