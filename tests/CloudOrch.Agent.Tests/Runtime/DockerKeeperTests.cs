using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Tests.Pods;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Runtime;

/// <summary>The agent's loop on a real engine.</summary>
[Collection(DockerTests.Name)]
public sealed class DockerKeeperTests(DockerFixture docker) : IAsyncLifetime
{
    private const string Agent = "keeper";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-keeper-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private PodKeeper _keeper = null!;
    private Task _running = Task.CompletedTask;
    private PodsSnapshot _snapshot = new([], 0, 0, "nothing was said yet", null);
    private long _revision;

    public async ValueTask InitializeAsync()
    {
        Start(_stop.Token);
        await Eventually.Async(() => _snapshot.EngineProblem is null, Deadline, "the engine is prepared");
    }

    public async ValueTask DisposeAsync()
    {
        Assign();
        string pods = Path.Combine(_directory, "pods");
        await Eventually.Async(
            async () => (await ContainersAsync()).Length == 0 && (!Directory.Exists(pods) || Directory.GetDirectories(pods).Length == 0), Deadline, "nothing is left");
        await KillAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
        // An engine lists a removed container no more, some moments before its network knows.
        await Eventually.Async(async () => await docker.Runtime(Agent).ReleaseAsync(CancellationToken.None) is null, Deadline, "the network is gone");
    }

    [Fact]
    public async Task Thirty_pods_run_at_once_with_addresses_of_their_own()
    {
        Assign([.. Enumerable.Range(0, 30).Select(i => KeeperWorld.Pod($"u{i}", "exec sleep 600"))]);
        await Eventually.Async(() => _snapshot.Pods.Count(p => p.Status.Phase == "Running") == 30, Deadline, "thirty pods run");

        Assert.Equal(60, (await RunningAsync()).Length);
        Assert.Equal(30, _snapshot.Pods.Select(p => p.Status.PodIp).Distinct().Count());
    }

    [Fact]
    public async Task Killed_and_removed_containers_come_back_and_a_crashed_agent_takes_up_its_own()
    {
        Assign(KeeperWorld.Pod("a", "exec sleep 600"), KeeperWorld.Pod("b", "exec sleep 600"), KeeperWorld.Pod("c", "exec sleep 600"));
        await UntilReadyAsync("a", "b", "c");
        await docker.Engine.RunAsync("kill", await IdAsync("a", "main"));
        await docker.Engine.RunAsync("rm", "-f", await IdAsync("b", "main"));
        await docker.Engine.RunAsync("kill", await IdAsync("c", ""));
        await Eventually.Async(
            () => Status("a") is { RestartCount: 1, Ready: true } && Status("b") is { RestartCount: 1, Ready: true } && Status("c") is { RestartCount: 1, Ready: true },
            Deadline,
            "all three run again, the last one in a new sandbox");
        string[] before = await RunningAsync();

        await KillAsync();
        var last = _snapshot;
        using var again = new CancellationTokenSource();
        Start(again.Token, last);
        Assign(KeeperWorld.Pod("a", "exec sleep 600"), KeeperWorld.Pod("b", "exec sleep 600"), KeeperWorld.Pod("c", "exec sleep 600"), KeeperWorld.Pod("d", "exec sleep 600"));
        await UntilReadyAsync("a", "b", "c", "d");

        string[] after = await RunningAsync();
        Assert.Subset(after.ToHashSet(), before.ToHashSet());
        Assert.Equal(before.Length + 2, after.Length);
        Assign();
        await Eventually.Async(async () => (await ContainersAsync()).Length == 0, Deadline, "nothing is left");
        await again.CancelAsync();
    }

    [Fact]
    public async Task Probes_reach_the_pod_and_its_containers_share_files_and_network()
    {
        var pod = KeeperWorld.Pod("web", spec: s => s with
        {
            HostAliases = [new HostAlias { Ip = "10.1.2.3", Hostnames = ["db", "db.example"] }],
            Volumes = [new Volume { Name = "www", EmptyDir = new EmptyDirVolumeSource() }, new Volume { Name = "memory", EmptyDir = new EmptyDirVolumeSource { Medium = "Memory" } }],
            InitContainers =
            [
                new Container { Name = "page", Image = "busybox:1", Command = ["sh", "-c", "echo ready > /www/index.html"], VolumeMounts = [new VolumeMount { Name = "www", MountPath = "/www" }] },
            ],
            Containers =
            [
                new Container
                {
                    Name = "main",
                    Image = "busybox:1",
                    Command = ["httpd", "-f", "-p", "$(PORT)", "-h", "/www"],
                    Env = [new EnvVar { Name = "PORT", Value = "8080" }, new EnvVar { Name = "IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } }],
                    Ports = [new ContainerPort { Name = "http", Port = 8080, HostPort = 18090 }],
                    VolumeMounts = [new VolumeMount { Name = "www", MountPath = "/www" }, new VolumeMount { Name = "memory", MountPath = "/fast" }],
                    ReadinessProbe = new Probe { HttpGet = new HttpGetAction { Path = "/", Port = "http" }, PeriodSeconds = 1, TimeoutSeconds = 10 },
                    LivenessProbe = new Probe { TcpSocket = new TcpSocketAction { Port = 8080 }, PeriodSeconds = 1, TimeoutSeconds = 10, FailureThreshold = 20 },
                    StartupProbe = new Probe { Exec = new ExecAction { Command = ["test", "-e", "/www/index.html"] }, PeriodSeconds = 1, TimeoutSeconds = 10 },
                },
            ],
        });
        Assign(pod);
        await UntilReadyAsync("web");

        using var http = new HttpClient();
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri($"http://{docker.Engine.HostAddress}:18090/")));
        string id = await IdAsync("web", "main");
        Assert.Contains("tmpfs on /fast", await docker.Engine.RunAsync("exec", id, "mount"), StringComparison.Ordinal);
        Assert.Equal(_snapshot.Pods[0].Status.PodIp, (await docker.Engine.RunAsync("exec", id, "sh", "-c", "echo $IP")).Trim());
        Assert.Equal("web-web", (await docker.Engine.RunAsync("exec", id, "hostname")).Trim());

        string hosts = await docker.Engine.RunAsync("exec", id, "cat", "/etc/hosts");
        Assert.Contains($"\n{_snapshot.Pods[0].Status.PodIp}\tweb-web\n10.1.2.3\tdb\tdb.example\n", hosts, StringComparison.Ordinal);

        await docker.Engine.RunAsync("exec", id, "rm", "/www/index.html");
        await Eventually.Async(() => Status("web") is { Ready: false }, Deadline, "it is not ready without its page");
        Assert.Contains(_snapshot.Pods[0].Happenings!, h => h.Message == "Readiness probe failed: HTTP probe failed with statuscode: 404");
        await docker.Engine.RunAsync("exec", id, "sh", "-c", "echo again > /www/index.html");
        await UntilReadyAsync("web");
    }

    private void Start(CancellationToken ct, PodsSnapshot? before = null)
    {
        _keeper = new PodKeeper(docker.Runtime(Agent), new PodDirectories(_directory), TimeProvider.System, NullLogger<PodKeeper>.Instance, s => _snapshot = s)
        {
            HostAddress = docker.Engine.HostAddress,
            PodCidr = docker.Engine.Names.SecondPodCidr,
        };
        if (before is not null)
            _keeper.Restore(before.Pods, 1000);
        var keeper = _keeper;
        _running = Task.Run(() => keeper.RunAsync(ct), CancellationToken.None);
    }

    private async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _keeper.Dispose();
    }

    private void Assign(params AssignedPod[] pods) =>
        _keeper.Assign(new NodeAssignment { NodeName = "n1", PodCidr = docker.Engine.Names.SecondPodCidr, Revision = ++_revision, Pods = pods.ToValueList() });

    private ContainerStatus? Status(string uid) => _snapshot.Pods.FirstOrDefault(p => p.Uid == uid)?.Status.ContainerStatuses is [var one, ..] ? one : null;

    private Task UntilReadyAsync(params string[] uids) => Eventually.Async(() => uids.All(u => Status(u) is { Ready: true }), Deadline, $"ready: {string.Join(", ", uids)}");

    private async Task<string> IdAsync(string uid, string container) =>
        (await docker.Engine.RunAsync("ps", "-q", "--no-trunc", "--filter", $"label=io.cloudorch.pod.uid={uid}", "--filter", $"label=io.cloudorch.container={container}")).Trim();

    private async Task<string[]> ContainersAsync() =>
        (await docker.Engine.RunAsync("ps", "-aq", "--filter", $"label=io.cloudorch.agent={Agent}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string[]> RunningAsync() =>
        (await docker.Engine.RunAsync("ps", "-q", "--filter", $"label=io.cloudorch.agent={Agent}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
