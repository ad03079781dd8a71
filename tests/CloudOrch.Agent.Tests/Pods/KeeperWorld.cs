using CloudOrch.Agent.Fencing;
using CloudOrch.Agent.Pods;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Protocol;
using CloudOrch.Testing;
using CloudOrch.Testing.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Agent.Tests.Pods;

/// <summary>A keeper at work on an engine in memory, on a clock that a test moves; it may be killed and started again.</summary>
internal sealed class KeeperWorld : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("cloudorch-agent-").FullName;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private PodKeeper _keeper = null!;
    private FenceKeeper _fence = null!;
    private Task _fencing = Task.CompletedTask;
    private long _revision;

    public KeeperWorld()
    {
        Runtime = new FakeRuntime(Clock);
        Machine = new FakeFence(Runtime, Clock);
        Start();
    }

    public ManualClock Clock { get; } = new();

    public FakeRuntime Runtime { get; }

    public FakeFence Machine { get; }

    public FenceKeeper Fence => _fence;

    /// <summary>What the watchdog reads.</summary>
    public FenceRecord? Guarded => new FenceFile(_directory).Read();

    public PodsSnapshot Snapshot { get; private set; } = new([], 0, 0, "nothing was said yet", null);

    public PodKeeper Keeper => _keeper;

    public string PodsDirectory => Path.Combine(_directory, "pods");

    public NodeAssignment Assignment { get; private set; } = new() { NodeName = "n1", PodCidr = "10.9.0.0/24" };

    public static AssignedPod Pod(string uid, string script = "sleep 600", Func<Container, Container>? change = null, Func<PodSpec, PodSpec>? spec = null)
    {
        var container = new Container { Name = "main", Image = "busybox:1", Command = ["sh", "-c", script] };
        var made = new PodSpec { Containers = [change is null ? container : change(container)], TerminationGracePeriodSeconds = 5 };
        return new AssignedPod { Uid = uid, Namespace = "default", Name = "web-" + uid, Spec = spec is null ? made : spec(made) };
    }

    public void Assign(params AssignedPod[] pods) => Assign(Assignment with { Pods = [.. pods] });

    public void Assign(NodeAssignment assignment)
    {
        Assignment = assignment with { Revision = ++_revision };
        _keeper.Assign(Assignment);
    }

    /// <summary>A renewal of the lease that succeeds at once.</summary>
    public void Renew() => _fence.Renewed(_fence.BeginRenewal(TimeSpan.FromSeconds(1)));

    /// <summary>The control plane has committed what the agent says of its fence now.</summary>
    public void Grant() => Assign(Assignment with { FenceId = _fence.Id });

    public PodReport? Report(string uid) => Snapshot.Pods.FirstOrDefault(p => p.Uid == uid);

    public ContainerStatus? StatusOf(string uid) => Report(uid)?.Status.ContainerStatuses is [var one, ..] ? one : null;

    public Task UntilAsync(Func<bool> condition, string what) => Eventually.Async(condition, Deadline, what);

    /// <summary>Moves time forward, a second after the other, until something is so.</summary>
    public Task UntilLaterAsync(Func<bool> condition, string what) => Eventually.Async(
        () =>
        {
            if (condition())
                return true;
            Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        },
        Deadline,
        what);

    public Task UntilRunningAsync(params string[] uids) => UntilAsync(() => uids.All(u => Report(u)?.Status.Phase == "Running" && StatusOf(u)?.Ready == true), "the pods run");

    /// <summary>The agent dies as with kill -9 and comes back with what its journal holds.</summary>
    public async Task RestartAsync(bool assign = true)
    {
        await KillAsync();
        Start(restore: true);
        if (assign)
            _keeper.Assign(Assignment);
    }

    public async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _fencing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _keeper.Dispose();
        _fence.Dispose();
        _stop.Dispose();
    }

    /// <summary>The agent dies; while it is away the assignment becomes another one.</summary>
    public async Task KillAndAssignAsync(params AssignedPod[] pods)
    {
        await KillAsync();
        Start();
        Assign(pods);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The agent comes back, with its journal or without.</summary>
    public void Start(bool restore = false)
    {
        _stop = new CancellationTokenSource();
        _fence = new FenceKeeper(_directory, Machine, Machine, Machine, Clock, NullLogger<FenceKeeper>.Instance);
        _keeper = new PodKeeper(Runtime, new PodDirectories(_directory), Clock, NullLogger<PodKeeper>.Instance, snapshot => Snapshot = snapshot)
        {
            HostAddress = "192.0.2.1",
            PodCidr = "10.9.0.0/24",
            Fence = _fence,
        };
        _fence.Changed = _keeper.FenceChanged;
        if (restore)
            _keeper.Restore(Snapshot.Pods, 1000);
        var keeper = _keeper;
        var token = _stop.Token;
        _running = Task.Run(() => keeper.RunAsync(token), CancellationToken.None);
        var fence = _fence;
        _fencing = Task.Run(() => fence.RunAsync(token), CancellationToken.None);
    }
}
