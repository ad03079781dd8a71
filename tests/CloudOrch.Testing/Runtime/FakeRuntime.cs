using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;

namespace CloudOrch.Testing.Runtime;

/// <summary>An engine in memory, held to the same contract as the real one. A container's last argument is its script.</summary>
/// <remarks>
/// Scripts: statements between <c>;</c>: <c>echo TEXT</c> writes a line, <c>exit N</c> ends it, anything else runs until it is stopped.
/// </remarks>
public sealed class FakeRuntime(TimeProvider clock) : IContainerRuntime
{
    /// <summary>So many happenings are told to who asks for what was before; as many as an engine remembers, more or less.</summary>
    private const int Remembered = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _containers = [];
    private readonly List<Channel<RuntimeEvent>> _watchers = [];
    private readonly Queue<RuntimeEvent> _told = [];
    private readonly Dictionary<string, string> _images = new() { ["busybox:1"] = "sha256:busybox" };
    private int _made;
    private int _ids;

    /// <summary>Set to make the engine be away, with these words.</summary>
    public string? Away { get; private set; }

    /// <summary>The range of the node's own network; null while there is none.</summary>
    public string? Network { get; private set; }

    /// <summary>How often the network is still asked in vain to go: an engine forgets the endpoints of removed containers some moments after them.</summary>
    public int EndpointsStay { get; set; }

    public const string DataRoot = "/engine";

    /// <summary>Bytes of one image, by name; 1 MiB unless told.</summary>
    public Dictionary<string, long> ImageBytes { get; } = [];

    public IReadOnlyCollection<string> Images
    {
        get
        {
            lock (_gate)
                return [.. _images.Keys];
        }
    }

    /// <summary>Images that a pull gets; anything else fails.</summary>
    public HashSet<string> Registry { get; } = [];

    /// <summary>What starting a container is refused with; null lets it start.</summary>
    public Func<ContainerSpec, string?> RefuseStart { get; set; } = _ => null;

    /// <summary>What a command in a container does.</summary>
    public Func<string, IReadOnlyList<string>, ExecOutcome> Exec { get; set; } = (_, command) => Script(command[^1]) is { Exit: var code, Output: var text }
        ? new ExecOutcome(code, text)
        : new ExecOutcome(null, "timed out");

    /// <summary>What a running container has used; a tenth of a processor since its start, and 1 MiB, unless told. Null: the machine does not tell.</summary>
    public Func<ObservedContainer, UsageTotals?> Usage { get; set; } = c => new UsageTotals((clock.GetUtcNow() - c.StartedAt!.Value).Ticks * 10, 1 << 20);

    /// <summary>How many containers were made in all.</summary>
    public int Made
    {
        get
        {
            lock (_gate)
                return _made;
        }
    }

    /// <summary>What was asked for, by container name.</summary>
    public IReadOnlyList<ContainerSpec> Specs
    {
        get
        {
            lock (_gate)
                return [.. _containers.Values.Select(c => c.Spec).OfType<ContainerSpec>()];
        }
    }

    public IReadOnlyList<ObservedContainer> Containers
    {
        get
        {
            lock (_gate)
                return [.. _containers.Values.Select(c => c.Observed)];
        }
    }

    public IReadOnlyList<ObservedContainer> Running => [.. Containers.Where(c => c.Phase == ContainerPhase.Running)];

    public void GoAway(string why)
    {
        Away = why;
        lock (_gate)
        {
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete(new RuntimeUnavailableException(why));
            _watchers.Clear();
        }
    }

    public void ComeBack() => Away = null;

    public void ForgetImage(string image)
    {
        lock (_gate)
            _images.Remove(image);
    }

    /// <summary>Ends a container behind the agent's back.</summary>
    public void Kill(string id, int exitCode = 137)
    {
        lock (_gate)
            End(_containers[id], exitCode);
    }

    /// <summary>Removes a container behind the agent's back.</summary>
    public void Vanish(string id)
    {
        lock (_gate)
            Drop(id);
    }

    public Task<EngineInfo> InspectEngineAsync(CancellationToken ct) => Answer(() => new EngineInfo("docker://0.0.1", "amd64", "6.1.0", "Fake", 4, 8L << 30, DataRoot));

    public Task PrepareAsync(string podCidr, CancellationToken ct) => Answer(() => Network = podCidr);

    public Task<string?> ReleaseAsync(CancellationToken ct) => Answer(() => EndpointsStay-- > 0 ? $"network {Network} has active endpoints" : Network = null);

    public Task<IReadOnlyList<ObservedContainer>> ListAsync(IReadOnlyDictionary<string, ObservedContainer> known, CancellationToken ct) => Answer(() => Containers);

    public async Task WatchAsync(DateTimeOffset since, Action<RuntimeEvent> happened, CancellationToken ct)
    {
        var channel = Channel.CreateUnbounded<RuntimeEvent>();
        await Answer(() =>
        {
            lock (_gate)
            {
                foreach (var one in _told.Where(e => e.At >= since))
                    channel.Writer.TryWrite(one);
                _watchers.Add(channel);
            }

            return 0;
        }).ConfigureAwait(false);
        await foreach (var one in channel.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            happened(one);
    }

    public Task<string?> FindImageAsync(string image, CancellationToken ct) => Answer(() =>
    {
        lock (_gate)
            return _images.GetValueOrDefault(image);
    });

    public Task<PullOutcome> PullImageAsync(string image, CancellationToken ct) => Answer<PullOutcome>(() =>
    {
        lock (_gate)
        {
            return Registry.Contains(image)
                ? new PullOutcome.Pulled(_images[image] = "sha256:" + image)
                : new PullOutcome.Failed("ErrImagePull", $"pull access denied for {image}, repository does not exist");
        }
    });

    public Task<IReadOnlyList<StoredImage>> ListImagesAsync(CancellationToken ct) => Answer<IReadOnlyList<StoredImage>>(() =>
    {
        lock (_gate)
        {
            var used = _containers.Values.Select(c => c.Observed.ImageId).ToHashSet();
            return [.. _images.Select(i => new StoredImage(i.Value, ImageBytes.GetValueOrDefault(i.Key, 1 << 20), clock.GetUtcNow(), used.Contains(i.Value)))];
        }
    });

    public Task<string?> RemoveImageAsync(string id, CancellationToken ct) => Answer(() =>
    {
        lock (_gate)
        {
            if (_containers.Values.Any(c => c.Observed.ImageId == id))
                return "conflict: a container uses it";
            foreach (string name in _images.Where(i => i.Value == id).Select(i => i.Key).ToArray())
                _images.Remove(name);
            return (string?)null;
        }
    });

    public Task<RunOutcome> RunSandboxAsync(SandboxSpec spec, CancellationToken ct) =>
        Answer<RunOutcome>(() => Run(NextId(), spec.Identity, null, "sha256:pause", $"10.9.0.{2 + _made}", new ScriptResult("", null)));

    public Task<RunOutcome> RunContainerAsync(ContainerSpec spec, CancellationToken ct) => Answer<RunOutcome>(() =>
    {
        if (!_images.TryGetValue(spec.Image, out string? image))
            return new RunOutcome.ImageMissing();
        if (RefuseStart(spec) is { } words)
            return new RunOutcome.Refused("RunContainerError", words);
        string id = NextId();
        if (spec.MayStart?.Invoke(id) == false)
            return new RunOutcome.Refused("RunContainerError", "this node's fence does not let it start");
        return Run(id, spec.Identity, spec, image, null, Script(spec.Arguments?[^1] ?? spec.Command?[^1] ?? ""));
    });

    public Task StopAsync(string id, long graceSeconds, CancellationToken ct) => Answer(() =>
    {
        lock (_gate)
        {
            if (_containers.TryGetValue(id, out var entry))
                End(entry, graceSeconds == 0 ? 137 : 143);
        }

        return 0;
    });

    public Task RemoveAsync(string id, CancellationToken ct) => Answer(() =>
    {
        lock (_gate)
            Drop(id);
        return 0;
    });

    public Task<IReadOnlyDictionary<string, UsageTotals>> MeasureAsync(IReadOnlyCollection<string> ids, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<string, UsageTotals>>(Running.Where(c => ids.Contains(c.Id)).Select(c => (c.Id, Totals: Usage(c)))
            .Where(c => c.Totals is not null).ToDictionary(c => c.Id, c => c.Totals!.Value));

    public Task<ExecOutcome> ExecAsync(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken ct) => Answer(() => Exec(id, command));

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(string id, LogOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        var entry = await Answer(() => _containers[id]).ConfigureAwait(false);
        string[] lines = entry.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines.TakeLast((int)Math.Min(options.TailLines ?? int.MaxValue, int.MaxValue)))
            yield return Encoding.UTF8.GetBytes(line + "\n");
        if (options.Follow)
            await entry.Ended.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    private RunOutcome.There Run(string id, ContainerIdentity identity, ContainerSpec? spec, string image, string? address, ScriptResult script)
    {
        lock (_gate)
        {
            var same = _containers.Values.FirstOrDefault(c => c.Identity == identity with { SandboxAttempt = c.Identity.SandboxAttempt, BackOffStep = c.Identity.BackOffStep });
            if (same is not null)
                return new RunOutcome.There(same.Observed);
            _made++;
            var now = clock.GetUtcNow();
            var entry = new Entry(identity, spec, script.Output)
            {
                Observed = identity.Observed(id) with { Phase = ContainerPhase.Running, ImageId = image, CreatedAt = now, StartedAt = now, Address = address },
            };
            _containers[id] = entry;
            Tell(new RuntimeEvent(id, RuntimeEventKind.Started, now, 0));
            var observed = entry.Observed;
            if (script.Exit is { } code)
                End(entry, code);
            return new RunOutcome.There(observed);
        }
    }

    private string NextId() => Interlocked.Increment(ref _ids).ToString("x64", CultureInfo.InvariantCulture);

    private void End(Entry entry, int exitCode)
    {
        if (entry.Observed.Phase != ContainerPhase.Running)
            return;
        entry.Observed = entry.Observed with { Phase = ContainerPhase.Exited, ExitCode = exitCode, FinishedAt = clock.GetUtcNow() };
        entry.Ended.TrySetResult();
        Tell(new RuntimeEvent(entry.Observed.Id, RuntimeEventKind.Ended, clock.GetUtcNow(), exitCode));
    }

    private void Drop(string id)
    {
        if (!_containers.TryGetValue(id, out var entry))
            return;
        End(entry, 137);
        _containers.Remove(id);
        Tell(new RuntimeEvent(id, RuntimeEventKind.Removed, clock.GetUtcNow(), 0));
    }

    private void Tell(RuntimeEvent happened)
    {
        if (_told.Count == Remembered)
            _told.Dequeue();
        _told.Enqueue(happened);
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(happened);
    }

    private async Task<T> Answer<T>(Func<T> answer)
    {
        await Task.Yield();
        return Away is { } why ? throw new RuntimeUnavailableException(why) : answer();
    }

    private static ScriptResult Script(string script)
    {
        var output = new StringBuilder();
        foreach (string statement in script.Split(';', StringSplitOptions.TrimEntries))
        {
            if (statement.StartsWith("echo ", StringComparison.Ordinal))
                output.Append(statement[5..]).Append('\n');
            else if (statement.StartsWith("exit ", StringComparison.Ordinal))
                return new ScriptResult(output.ToString(), int.Parse(statement[5..], CultureInfo.InvariantCulture));
            else
                return new ScriptResult(output.ToString(), null);
        }

        return new ScriptResult(output.ToString(), 0);
    }

    private sealed record ScriptResult(string Output, int? Exit);

    private sealed class Entry(ContainerIdentity identity, ContainerSpec? spec, string output)
    {
        public ContainerIdentity Identity => identity;

        public ContainerSpec? Spec => spec;

        public string Output => output;

        public required ObservedContainer Observed { get; set; }

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
