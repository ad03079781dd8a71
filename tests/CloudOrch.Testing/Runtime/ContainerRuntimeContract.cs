using System.Text;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using Xunit;

namespace CloudOrch.Testing.Runtime;

/// <summary>What every <see cref="IContainerRuntime"/> keeps; image <c>busybox:1</c> is there, <c>nothing:1</c> is nowhere.</summary>
public abstract class ContainerRuntimeContract
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly CancellationToken None = CancellationToken.None;

    private static int _pods;

    /// <summary>A prepared runtime.</summary>
    protected abstract Task<IContainerRuntime> OpenAsync();

    /// <summary>One whose engine does not answer.</summary>
    protected abstract IContainerRuntime OpenDead();

    /// <summary>Has the engine hold an image that nothing uses and that a container can be made from.</summary>
    protected abstract Task<string> BringImageAsync();

    /// <summary>Starts a container that is not ours; the result says whether it still runs.</summary>
    protected abstract Task<Func<Task<bool>>> StartStrangerAsync();

    [Fact]
    public async Task A_sandbox_runs_with_an_address_and_says_who_it_is()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();

        var sandbox = await RunSandboxAsync(runtime, pod, attempt: 3);
        var listed = Assert.Single(await OfPodAsync(runtime, pod));

        Assert.Equal(ContainerPhase.Running, sandbox.Phase);
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", sandbox.Address);
        Assert.Equal((sandbox.Id, ContainerRole.Sandbox, 3, pod, "ns", "name"), (listed.Id, listed.Role, listed.Attempt, listed.PodUid, listed.PodNamespace, listed.PodName));
        Assert.Equal(sandbox.Address, listed.Address);
    }

    [Fact]
    public async Task Running_the_same_identity_again_finds_the_first_one()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var spec = Spec(pod, sandbox, "sleep 600");

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => runtime.RunContainerAsync(spec, None)));
        var again = await RunSandboxAsync(runtime, pod);

        Assert.Single(all.Select(o => There(o).Id).Distinct());
        Assert.Equal(sandbox.Id, again.Id);
        Assert.Equal(2, (await OfPodAsync(runtime, pod)).Count);
    }

    [Fact]
    public async Task A_container_keeps_what_its_identity_says_over_a_list()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var spec = Spec(pod, sandbox, "sleep 600");

        var ran = There(await runtime.RunContainerAsync(spec with { Identity = spec.Identity with { Attempt = 7, BackOffStep = 5, SandboxAttempt = 2 } }, None));
        var listed = (await OfPodAsync(runtime, pod)).Single(c => c.Role == ContainerRole.App);

        Assert.Equal((7, 5, 2, "hash", 11L, "main"), (listed.Attempt, listed.BackOffStep, listed.SandboxAttempt, listed.SpecHash, listed.GraceSeconds, listed.Name));
        Assert.Equal(ran.Id, listed.Id);
        Assert.StartsWith("sha256:", listed.ImageId, StringComparison.Ordinal);
        Assert.NotNull(listed.StartedAt);
    }

    [Fact]
    public async Task A_container_that_may_not_start_is_asked_for_by_its_id_and_leaves_nothing()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var spec = Spec(pod, sandbox, "sleep 600");
        spec = spec with { Identity = spec.Identity with { FencedIdentity = "ns/db", FenceEra = "era" } };

        var refused = await runtime.RunContainerAsync(spec with { MayStart = _ => false }, None);
        Assert.IsType<RunOutcome.Refused>(refused);
        Assert.Equal(sandbox.Id, Assert.Single(await OfPodAsync(runtime, pod)).Id);

        string? asked = null;
        var ran = There(await runtime.RunContainerAsync(
            spec with
            {
                MayStart = id =>
                {
                    asked = id;
                    return true;
                },
            },
            None));
        Assert.Equal(ran.Id, asked);
        Assert.Equal("era", (await OfPodAsync(runtime, pod)).Single(c => c.Id == ran.Id).FenceEra);
    }

    [Fact]
    public async Task What_happens_is_reported_and_what_ended_is_listed_with_its_code()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var seen = new List<RuntimeEvent>();
        using var stop = new CancellationTokenSource();
        var watching = runtime.WatchAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(2), e => Add(seen, e), stop.Token);
        var sandbox = await RunSandboxAsync(runtime, pod);
        // The engine does not say when it listens: a later container proves it.
        await Eventually.Async(() => Has(seen, sandbox.Id, RuntimeEventKind.Started), Deadline, "the sandbox's start is reported");

        var ran = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "exit 3"), None));
        await Eventually.Async(() => Has(seen, ran.Id, RuntimeEventKind.Ended), Deadline, "its end is reported");
        var listed = (await OfPodAsync(runtime, pod)).Single(c => c.Id == ran.Id);
        await runtime.RemoveAsync(ran.Id, None);
        await Eventually.Async(() => Has(seen, ran.Id, RuntimeEventKind.Removed), Deadline, "its removal is reported");

        Assert.Equal(3, seen.First(e => e.ContainerId == ran.Id && e.Kind == RuntimeEventKind.Ended).ExitCode);
        Assert.Equal((ContainerPhase.Exited, 3), (listed.Phase, listed.ExitCode));
        Assert.NotNull(listed.FinishedAt);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public async Task A_network_that_nobody_uses_can_be_given_back_and_made_anew()
    {
        var runtime = await OpenAsync();
        foreach (var left in await runtime.ListAsync(new Dictionary<string, ObservedContainer>(), None))
            await runtime.RemoveAsync(left.Id, None);

        Assert.Null(await runtime.ReleaseAsync(None));
        Assert.Null(await runtime.ReleaseAsync(None));

        var again = await OpenAsync();
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", (await RunSandboxAsync(again, NewPod())).Address);
    }

    [Fact]
    public async Task Stopping_and_removing_may_be_repeated()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var first = Assert.IsType<RunOutcome.There>(await runtime.RunContainerAsync(Spec(pod, sandbox, "trap 'exit 143' TERM; while :; do sleep 0.1; done", "first"), None)).Container;
        var second = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "sleep 600", "second"), None));

        await runtime.StopAsync(first.Id, 20, None);
        await runtime.StopAsync(first.Id, 20, None);
        await runtime.StopAsync(second.Id, 0, None);
        await runtime.StopAsync(second.Id, 0, None);
        await Eventually.Async(async () => (await OfPodAsync(runtime, pod)).Count(c => c.Phase == ContainerPhase.Exited) == 2, Deadline, "both have ended");
        var ended = await OfPodAsync(runtime, pod);
        await runtime.RemoveAsync(first.Id, None);
        await runtime.RemoveAsync(first.Id, None);
        await runtime.RemoveAsync(sandbox.Id, None);

        Assert.Equal(143, ended.Single(c => c.Id == first.Id).ExitCode);
        Assert.Equal(137, ended.Single(c => c.Id == second.Id).ExitCode);
        Assert.Equal(second.Id, Assert.Single(await OfPodAsync(runtime, pod)).Id);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_told_apart_from_a_refusal()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);

        Assert.IsType<RunOutcome.ImageMissing>(await runtime.RunContainerAsync(Spec(pod, sandbox, "true") with { Image = "nothing:1" }, None));
        Assert.Null(await runtime.FindImageAsync("nothing:1", None));
        Assert.NotNull(await runtime.FindImageAsync("busybox:1", None));
        var failed = Assert.IsType<PullOutcome.Failed>(await runtime.PullImageAsync("nothing:1", None));
        Assert.Equal("ErrImagePull", failed.Reason);
        Assert.NotEmpty(failed.Message);
    }

    [Fact]
    public async Task An_image_goes_unless_a_container_uses_it_even_one_that_has_ended()
    {
        var runtime = await OpenAsync();
        string image = await BringImageAsync();
        string id = (await runtime.FindImageAsync(image, None))!;
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        Assert.False(Assert.Single(await runtime.ListImagesAsync(None), i => i.Id == id).InUse);
        var ran = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "sleep 600") with { Image = image }, None));
        var used = Assert.Single(await runtime.ListImagesAsync(None), i => i.Id == id);
        await runtime.StopAsync(ran.Id, 0, None);

        Assert.True(used is { InUse: true, Bytes: > 0 });
        Assert.NotEmpty(await runtime.RemoveImageAsync(id, None) ?? "");
        Assert.True(Assert.Single(await runtime.ListImagesAsync(None), i => i.Id == id).InUse);
        await runtime.RemoveAsync(ran.Id, None);
        Assert.Null(await runtime.RemoveImageAsync(id, None));
        Assert.Null(await runtime.RemoveImageAsync(id, None));
        Assert.Null(await runtime.FindImageAsync(image, None));
        Assert.DoesNotContain(await runtime.ListImagesAsync(None), i => i.Id == id);
    }

    [Fact]
    public async Task The_engine_says_where_its_data_are() => Assert.StartsWith("/", (await (await OpenAsync()).InspectEngineAsync(None)).DataRoot, StringComparison.Ordinal);

    [Fact]
    public async Task A_container_that_is_not_ours_is_never_listed()
    {
        var runtime = await OpenAsync();
        var runs = await StartStrangerAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);

        var listed = await runtime.ListAsync(new Dictionary<string, ObservedContainer>(), None);

        Assert.All(listed, c => Assert.NotEqual("", c.PodUid));
        Assert.Contains(listed, c => c.Id == sandbox.Id);
        Assert.True(await runs());
    }

    [Fact]
    public async Task A_command_in_a_container_gives_code_and_output()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var ran = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "sleep 600"), None));

        var outcome = await runtime.ExecAsync(ran.Id, ["sh", "-c", "echo hello; exit 4"], TimeSpan.FromSeconds(10), None);
        var late = await runtime.ExecAsync(ran.Id, ["sh", "-c", "sleep 5"], TimeSpan.FromMilliseconds(200), None);

        Assert.Equal(4, outcome.ExitCode);
        Assert.Equal("hello", outcome.Output.Trim());
        Assert.Null(late.ExitCode);
    }

    [Fact]
    public async Task What_runs_is_measured_its_time_only_grows_and_what_has_ended_is_left_out()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var busy = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "while :; do :; done"), None));
        var idle = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "sleep 600", "idle"), None));
        string[] ids = [busy.Id, idle.Id, "nobody"];

        Assert.Empty(await runtime.MeasureAsync([], None));
        var first = await runtime.MeasureAsync(ids, None);
        Assert.Equal(new[] { busy.Id, idle.Id }.Order(), first.Keys.Order());
        await Eventually.Async(
            async () => (await runtime.MeasureAsync(ids, None))[busy.Id].CpuNanoseconds >= first[busy.Id].CpuNanoseconds + 50_000_000, Deadline, "50 ms more of a processor are counted");
        var later = await runtime.MeasureAsync(ids, None);
        Assert.InRange(later[idle.Id].CpuNanoseconds, first[idle.Id].CpuNanoseconds, long.MaxValue);
        Assert.All(later.Values, c => Assert.InRange(c.WorkingSetBytes, 1, 1L << 30));

        await runtime.StopAsync(busy.Id, 0, None);
        await Eventually.Async(async () => !(await runtime.MeasureAsync(ids, None)).ContainsKey(busy.Id), Deadline, "what has ended is left out");
        Assert.True((await runtime.MeasureAsync(ids, None)).ContainsKey(idle.Id));
    }

    [Fact]
    public async Task A_log_is_read_whole_or_from_its_end_and_followed_until_the_container_ends()
    {
        var runtime = await OpenAsync();
        string pod = NewPod();
        var sandbox = await RunSandboxAsync(runtime, pod);
        var ran = There(await runtime.RunContainerAsync(Spec(pod, sandbox, "echo one; echo two; sleep 600"), None));
        await Eventually.Async(async () => await ReadAsync(runtime, ran.Id, new LogOptions()) == "one\ntwo\n", Deadline, "both lines are in the log");

        Assert.Equal("two\n", await ReadAsync(runtime, ran.Id, new LogOptions { TailLines = 1 }));
        var followed = ReadAsync(runtime, ran.Id, new LogOptions { Follow = true });
        Assert.False(followed.IsCompleted);
        await runtime.StopAsync(ran.Id, 0, None);
        Assert.Equal("one\ntwo\n", await followed.WaitAsync(Deadline));
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_said_to_be_unavailable()
    {
        var runtime = OpenDead();

        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.InspectEngineAsync(None));
        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.ListAsync(new Dictionary<string, ObservedContainer>(), None));
        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.StopAsync("x", 1, None));
        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.ListImagesAsync(None));
        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.RemoveImageAsync("x", None));
        await Assert.ThrowsAsync<RuntimeUnavailableException>(() => runtime.WatchAsync(TimeProvider.System.GetUtcNow(), _ => { }, None));
    }

    protected static ObservedContainer There(RunOutcome outcome) =>
        outcome is RunOutcome.There there ? there.Container : throw new InvalidOperationException($"it does not run: {outcome}");

    protected static string NewPod() => $"pod-{Interlocked.Increment(ref _pods)}-{Environment.ProcessId}";

    protected static ContainerSpec Spec(string pod, ObservedContainer sandbox, string script, string name = "main") => new()
    {
        Identity = new ContainerIdentity
        {
            PodUid = pod,
            PodNamespace = "ns",
            PodName = "name",
            Role = ContainerRole.App,
            Name = name,
            SandboxAttempt = sandbox.Attempt,
            SpecHash = "hash",
            GraceSeconds = 11,
        },
        SandboxId = sandbox.Id,
        Image = "busybox:1",
        Command = ["sh", "-c", script],
    };

    protected static async Task<ObservedContainer> RunSandboxAsync(IContainerRuntime runtime, string pod, int attempt = 0)
    {
        var identity = new ContainerIdentity { PodUid = pod, PodNamespace = "ns", PodName = "name", Role = ContainerRole.Sandbox, Attempt = attempt, SandboxAttempt = attempt };
        return There(await runtime.RunSandboxAsync(new SandboxSpec { Identity = identity, Hostname = "name" }, None));
    }

    protected static async Task<IReadOnlyList<ObservedContainer>> OfPodAsync(IContainerRuntime runtime, string pod) =>
        [.. (await runtime.ListAsync(new Dictionary<string, ObservedContainer>(), None)).Where(c => c.PodUid == pod)];

    private static async Task<string> ReadAsync(IContainerRuntime runtime, string id, LogOptions options)
    {
        var text = new StringBuilder();
        await foreach (var piece in runtime.ReadLogAsync(id, options, None))
            text.Append(Encoding.UTF8.GetString(piece.Span));
        return text.ToString();
    }

    private static void Add(List<RuntimeEvent> seen, RuntimeEvent one)
    {
        lock (seen)
            seen.Add(one);
    }

    private static bool Has(List<RuntimeEvent> seen, string id, RuntimeEventKind kind)
    {
        lock (seen)
            return seen.Any(e => e.ContainerId == id && e.Kind == kind);
    }
}
