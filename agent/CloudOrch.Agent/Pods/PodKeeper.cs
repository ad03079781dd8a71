using System.Collections.Immutable;
using System.Threading.Channels;
using CloudOrch.Agent.Fencing;
using CloudOrch.Agent.Probes;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Pods;

/// <summary>What is said about the node's pods at one moment.</summary>
/// <param name="EngineProblem">Why the engine is of no use at the moment; null when it works.</param>
public sealed record PodsSnapshot(ValueList<PodReport> Pods, long AssignmentEpoch, long AssignmentRevision, string? EngineProblem, EngineInfo? Engine);

/// <param name="DataRoot">Null before the engine was asked.</param>
/// <param name="EngineWorks">It was listed, and what is wanted is known: otherwise nothing is to be removed.</param>
internal sealed record DiskInterests(
    string? DataRoot, bool EngineWorks, ImmutableArray<ObservedContainer> Containers, ImmutableArray<string> UsedImages, ImmutableArray<string> WantedImages);

/// <summary>Keeps the node's pods as the assignment wants them: observe → plan → run → report, one loop that owns all its state.</summary>
/// <remarks>
/// Whatever happens elsewhere (events, results, findings, assignments) is posted to the loop. A step under way keeps its slot busy until its
/// result has been put into the state, so that no plan is made from less than is known.
/// </remarks>
public sealed partial class PodKeeper : IDisposable
{
    private readonly Channel<Action> _inbox = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, PodRecord> _pods = [];
    private readonly HashSet<string> _dirty = [];
    private readonly List<Task> _steps = [];
    private readonly ObservedContainers _containers = new();
    private readonly IContainerRuntime _runtime;
    private readonly PodDirectories _directories;
    private readonly StepRunner _runner;
    private readonly ProbeKeeper _probes;
    private readonly TimeProvider _clock;
    private DateTimeOffset _wall;
    private long _wallAt;
    private readonly ILogger _log;
    private readonly Action<PodsSnapshot> _report;
    private NodeAssignment? _assignment;
    private string? _engineProblem = "not asked yet";
    private EngineInfo? _engine;
    private bool _changed;
    private DateTimeOffset? _refreshAt;
    private TaskCompletionSource? _cleared;
    private long _happenings;
    private CancellationToken _stopping;

    /// <param name="report">Called from the loop whenever what is said about the pods has changed.</param>
    public PodKeeper(IContainerRuntime runtime, PodDirectories directories, TimeProvider clock, ILogger<PodKeeper> log, Action<PodsSnapshot> report)
    {
        (_runtime, _directories, _clock, _log, _report) = (runtime, directories, clock, log, report);
        (_wall, _wallAt) = (clock.GetUtcNow(), clock.GetTimestamp());
        _runner = new StepRunner(runtime, new PodSpecs(directories), directories, clock, e => WriteFailed?.Invoke(e), (id, era) => Fence?.TryStart(id, era) == true);
        _probes = new ProbeKeeper(runtime, clock, (id, finding) => Post(() => Found(id, finding)), (uid, happening) => Post(() => Tell(uid, happening)));
    }

    /// <summary>The node's own address, as pods and probes know it.</summary>
    public string HostAddress { get; set; } = "";

    /// <summary>Hears of every file of a pod that could not be written.</summary>
    public Action<IOException>? WriteFailed { get; set; }

    /// <summary>The node's fence; without one, pods with a fenced identity do not run here.</summary>
    public FenceKeeper? Fence { get; set; }

    /// <summary>The range of the pods' network, as given at enrolment; the assignment's own counts more.</summary>
    public string PodCidr { get; set; } = "";

    /// <summary>Puts back what was last said, so that conditions and restart counts go on where they were. Before <see cref="RunAsync"/>.</summary>
    public void Restore(IEnumerable<PodReport> reports, long lastHappeningId)
    {
        _happenings = lastHappeningId;
        foreach (var report in reports)
        {
            _pods[report.Uid] = new PodRecord(report.Uid)
            {
                Namespace = report.Namespace,
                Name = report.Name,
                Status = report.Status,
                FirstSeenAt = report.Status.StartTime ?? _clock.GetUtcNow(),
            };
        }
    }

    public void Assign(NodeAssignment assignment) => Post(() => Take(assignment));

    /// <summary>Stops and removes all pods' containers and directories; ends when nothing is left. An engine that is away is waited for.</summary>
    public Task ClearAsync(CancellationToken ct)
    {
        var cleared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            _cleared = cleared;
            Take(new NodeAssignment { NodeName = _assignment?.NodeName ?? "", PodCidr = _assignment?.PodCidr ?? "" });
        });
        return cleared.Task.WaitAsync(ct);
    }

    /// <summary>What the control plane has read need not be said again.</summary>
    public void Acknowledge(long happeningId) => Post(() =>
    {
        foreach (var pod in _pods.Values)
            pod.Forget(happeningId);
    });

    /// <summary>The container of a pod that a log is asked of; null when there is none (any more).</summary>
    public Task<ObservedContainer?> FindAsync(string podUid, string container, bool previous, CancellationToken ct)
    {
        var found = new TaskCompletionSource<ObservedContainer?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => found.SetResult(_containers.OfPod(podUid).Where(c => c.Role != ContainerRole.Sandbox && c.Name == container && c.Phase != ContainerPhase.Created)
            .OrderByDescending(c => c.Attempt).Skip(previous ? 1 : 0).FirstOrDefault()));
        return found.Task.WaitAsync(ct);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _stopping = stop.Token;
        var engine = Task.Run(() => new EngineWatch(_runtime, _clock, _log, this).RunAsync(_stopping), CancellationToken.None);
        try
        {
            while (!ct.IsCancellationRequested)
            {
                await WaitAsync(ct).ConfigureAwait(false);
                while (_inbox.Reader.TryRead(out var action))
                    action();
                PlanDirty();
                GuardFenced();
                if (_cleared is not null && _engineProblem is null && _pods.Count == 0 && _containers.All.Count == 0)
                    _cleared.TrySetResult();
                if (_changed)
                {
                    _changed = false;
                    _report(Snapshot());
                }
            }
        }
        finally
        {
            // What was begun ends before this does: nobody writes to the agent's directory after it.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([engine, .. _steps]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _probes.Dispose();
        _runner.Dispose();
    }

    internal void Post(Action action) => _inbox.Writer.TryWrite(action);

    internal Task<(IReadOnlyDictionary<string, ObservedContainer> Known, long Version, string PodCidr)> KnownAsync(CancellationToken ct)
    {
        var known = new TaskCompletionSource<(IReadOnlyDictionary<string, ObservedContainer>, long, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => known.SetResult((new Dictionary<string, ObservedContainer>(_containers.All), _containers.Version, string.IsNullOrEmpty(_assignment?.PodCidr) ? PodCidr : _assignment.PodCidr)));
        return known.Task.WaitAsync(ct);
    }

    /// <summary>What the disk is kept for: the engine's directory, the containers, the ids of images in use and the names of those that pods want.</summary>
    internal Task<DiskInterests> InterestsAsync(CancellationToken ct)
    {
        var interests = new TaskCompletionSource<DiskInterests>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => interests.SetResult(new DiskInterests(
            _engine?.DataRoot,
            EngineWorks: _engineProblem is null && _assignment is not null,
            [.. _containers.All.Values],
            [.. _containers.All.Values.Select(c => c.ImageId).Concat(_pods.Values.Where(p => p.Assigned is not null).SelectMany(p => p.Images.Values).Select(i => i.ImageId ?? "")).Distinct()],
            [.. (_assignment?.Pods ?? []).SelectMany(p => (p.Spec.InitContainers ?? []).Concat(p.Spec.Containers)).Select(c => c.Image ?? "").Where(i => i.Length > 0).Distinct()])));
        return interests.Task.WaitAsync(ct);
    }

    /// <summary>The pods' containers that run, without sandboxes.</summary>
    internal Task<ImmutableArray<ObservedContainer>> RunningAsync(CancellationToken ct)
    {
        var running = new TaskCompletionSource<ImmutableArray<ObservedContainer>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => running.SetResult([.. _containers.All.Values.Where(c => c.Role != ContainerRole.Sandbox && c.Phase == ContainerPhase.Running)]));
        return running.Task.WaitAsync(ct);
    }

    internal void EngineWorks(EngineInfo engine, IReadOnlyList<ObservedContainer> listed, long begunAt) => Post(() =>
    {
        foreach (string uid in _containers.Merge(listed, begunAt))
            _dirty.Add(uid);
        foreach (var ended in listed.Where(c => c.Phase == ContainerPhase.Exited && c.TerminationMessage is null))
            TakeLastWords(ended);
        if (_engineProblem is not null)
            MarkAll();
        _changed |= _engineProblem is not null || _engine != engine;
        (_engine, _engineProblem) = (engine, null);
    });

    internal void EngineFails(string problem) => Post(() =>
    {
        _changed |= _engineProblem != problem;
        _engineProblem = problem;
    });

    internal void Happened(RuntimeEvent happened) => Post(() =>
    {
        if (_containers.Apply(happened) is not { } container)
            return;
        if (happened.Kind == RuntimeEventKind.Ended)
            TakeLastWords(container);
        _dirty.Add(container.PodUid);
    });

    private async Task WaitAsync(CancellationToken ct)
    {
        if (ClockWasSet())
        {
            MarkAll();
            _refreshAt = _refreshAt is null ? null : _wall;
        }

        if (_dirty.Count > 0)
            return;
        var due = _pods.Values.Select(p => p.WakeAt).Append(_refreshAt).Min();
        if (due is null)
        {
            await _inbox.Reader.WaitToReadAsync(ct).ConfigureAwait(false);
            return;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var delay = due.Value - _clock.GetUtcNow();
        var first = delay <= TimeSpan.Zero ? Task.CompletedTask
            : await Task.WhenAny(_inbox.Reader.WaitToReadAsync(wait.Token).AsTask(), Task.Delay(delay, _clock, wait.Token)).ConfigureAwait(false);
        await wait.CancelAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
        var now = _clock.GetUtcNow();
        foreach (var pod in _pods.Values.Where(p => p.WakeAt <= now))
            _dirty.Add(pod.Uid);
        if (_refreshAt <= now && _assignment is not null)
            RefreshConfigMaps(_assignment);
    }

    /// <summary>Whether the wall clock went another way than time did: then what was to be at a time of the old one is to be planned anew.</summary>
    private bool ClockWasSet()
    {
        var (wall, at) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        bool set = (wall - _wall - _clock.GetElapsedTime(_wallAt, at)).Duration() > TimeSpan.FromSeconds(1);
        (_wall, _wallAt) = (wall, at);
        return set;
    }

    private void Take(NodeAssignment assignment)
    {
        var now = _clock.GetUtcNow();
        bool configChanged = _assignment is null || _assignment.ConfigMaps != assignment.ConfigMaps;
        // Only other content is worth a report: a new revision may be nothing but the echo of the last one, which would never end.
        _changed |= _assignment?.ContentHash != assignment.ContentHash;
        bool grantChanged = _assignment?.FenceId != assignment.FenceId;
        _assignment = assignment;
        var wanted = assignment.Pods.ToDictionary(p => p.Uid);
        foreach (var record in _pods.Values.Where(r => r.Assigned is not null && !wanted.ContainsKey(r.Uid)))
        {
            record.Assigned = null;
            _dirty.Add(record.Uid);
        }

        foreach (var pod in assignment.Pods)
        {
            if (!_pods.TryGetValue(pod.Uid, out var record))
                _pods[pod.Uid] = record = new PodRecord(pod.Uid) { FirstSeenAt = now };
            if (record.Assigned == pod && !configChanged)
                continue;
            (record.Assigned, record.Namespace, record.Name) = (pod, pod.Namespace, pod.Name);
            _dirty.Add(pod.Uid);
        }

        // What is here and in no assignment: left by pods that were deleted while this agent did not run.
        foreach (string uid in _containers.All.Values.Select(c => c.PodUid).Concat(_directories.PodUids).Concat(_pods.Keys).Where(u => !wanted.ContainsKey(u)))
            _dirty.Add(uid);
        if (configChanged)
            RefreshConfigMaps(assignment);
        if (grantChanged)
            MarkFenced();
    }

    /// <summary>Volumes made from a ConfigMap follow it while the pod runs; those that a full disk does not take are tried again.</summary>
    private void RefreshConfigMaps(NodeAssignment assignment)
    {
        _refreshAt = null;
        foreach (var pod in assignment.Pods.Where(p => p.Deletion is null && _directories.Has(p.Uid)))
        {
            foreach (var volume in (pod.Spec.Volumes ?? []).Where(v => v.ConfigMap is not null))
            {
                if (Refreshed(pod, volume, assignment.ConfigMaps) is { } problem)
                    Log.VolumeStale(_log, pod.Namespace, pod.Name, volume.Name, problem);
            }
        }
    }

    private string? Refreshed(AssignedPod pod, Volume volume, ValueList<AssignedConfigMap> configMaps)
    {
        try
        {
            return _directories.Ensure(pod, volume, configMaps).Problem;
        }
        catch (IOException e)
        {
            _refreshAt = _clock.GetUtcNow() + RestartBackOff.First;
            WriteFailed?.Invoke(e);
            return e.Message;
        }
    }

    private void MarkAll()
    {
        foreach (string uid in _pods.Keys.Concat(_containers.All.Values.Select(c => c.PodUid)))
            _dirty.Add(uid);
    }

    /// <summary>Nothing is decided before an assignment is known and the engine was listed: what is not known is not stray.</summary>
    private void PlanDirty()
    {
        if (_assignment is null || _engineProblem is not null)
        {
            if (_engineProblem is not null)
                _dirty.Clear(); // all are planned anew when it works again
            foreach (var pod in _pods.Values)
                pod.WakeAt = null;
            return;
        }

        var now = _clock.GetUtcNow();
        foreach (string uid in _dirty.ToArray())
            Plan(uid, now);
        _dirty.Clear();
    }

    private void Plan(string uid, DateTimeOffset now)
    {
        if (!_pods.TryGetValue(uid, out var record))
            _pods[uid] = record = new PodRecord(uid) { FirstSeenAt = now };
        bool leaving = record.Assigned is null or { Deletion: not null };
        ImmutableArray<ObservedContainer> containers = [.. _containers.OfPod(uid)];
        var plan = PodPlanner.Plan(
            new PodView
            {
                Uid = uid,
                Pod = record.Assigned,
                Containers = containers,
                Problems = record.Problems,
                Images = record.Images,
                Probes = record.Probes,
                Busy = record.Busy,
                FirstSeenAt = record.FirstSeenAt,
                HasDirectories = leaving && _directories.Has(uid),
                Previous = record.Status,
                HostAddress = HostAddress,
                Fence = FenceOf(record, containers),
            },
            now);
        record.WakeAt = plan.WakeAt;
        if (plan.Gone && record.Assigned is null)
        {
            _pods.Remove(uid);
            _changed = true;
            return;
        }

        if (record.Status != plan.Status || record.Gone != plan.Gone)
            (record.Status, record.Gone, _changed) = (plan.Status, plan.Gone, true);
        _probes.Follow(uid, leaving ? null : record.Assigned, containers, plan.Status.PodIp);
        foreach (var step in plan.Steps)
            Begin(record, step);
    }

    /// <summary>What may be started or has to stop is another thing than before.</summary>
    public void FenceChanged() => Post(() =>
    {
        MarkFenced();
        _changed = true; // the report carries the fence's id
    });

    private void Begin(PodRecord record, RuntimeStep step)
    {
        record.Busy = record.Busy.Add(step.Slot);
        Log.Step(_log, step.GetType().Name, record.Namespace, record.Name, step.Slot, step.Why);
        TellBegin(record, step);
        var node = new NodePlace(_assignment!.NodeName, HostAddress, _assignment.ConfigMaps);
        var image = step switch
        {
            RuntimeStep.RunContainer run => record.Images.GetValueOrDefault(run.Container.Name),
            RuntimeStep.EnsureImage ensure => record.Images.GetValueOrDefault(ensure.Container.Name),
            _ => null,
        };
        _steps.RemoveAll(s => s.IsCompleted);
        _steps.Add(Task.Run(
            async () =>
            {
                try
                {
                    var result = await _runner.RunAsync(step, node, image, image?.Problem, _stopping).ConfigureAwait(false);
                    Post(() => Finish(record, step, result));
                }
                catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
                {
                    // the agent ends; what was begun is found again at its next start
                }
                catch (Exception e)
                {
                    Log.StepBroke(_log, e, step.GetType().Name, record.Namespace, record.Name);
                    Post(() => Finish(record, step, new StepResult.Failed("InternalError", e.Message)));
                }
            },
            CancellationToken.None));
    }

    private void Finish(PodRecord record, RuntimeStep step, StepResult result)
    {
        record.Busy = record.Busy.Remove(step.Slot);
        _dirty.Add(record.Uid);
        switch (result)
        {
            case StepResult.Ran { Container: var container }:
                record.Problems = record.Problems.Remove(step.Slot);
                if (_containers.Add(container) is { Phase: ContainerPhase.Exited } ended)
                    TakeLastWords(ended);
                break;
            case StepResult.Image { Finding: var finding }:
                record.Images = record.Images.SetItem(((RuntimeStep.EnsureImage)step).Container.Name, finding);
                break;
            case StepResult.ImageLost:
                record.Images = record.Images.Remove(((RuntimeStep.RunContainer)step).Container.Name);
                break;
            case StepResult.Removed { ContainerId: var id }:
                _containers.Remove(id);
                break;
            case StepResult.Failed failed:
                int failures = (record.Problems.GetValueOrDefault(step.Slot)?.Failures ?? 0) + 1;
                record.Problems = record.Problems.SetItem(step.Slot, new SlotProblem(failed.Reason, failed.Message, failures, _clock.GetUtcNow()));
                break;
            case StepResult.NoEngine { Message: var message }:
                EngineFails(message);
                break;
        }

        TellEnd(record, step, result);
    }

    private void Found(string containerId, ProbeFinding finding)
    {
        if (!_containers.All.TryGetValue(containerId, out var container) || !_pods.TryGetValue(container.PodUid, out var record))
            return;
        record.Probes = record.Probes.Where(p => _containers.All.ContainsKey(p.Key)).ToImmutableDictionary().SetItem(containerId, finding);
        _dirty.Add(record.Uid);
    }

    private void TakeLastWords(ObservedContainer ended)
    {
        if (ended.Role != ContainerRole.Sandbox && _directories.ReadTermination(ended) is { } words)
            _containers.Replace((_containers.All.GetValueOrDefault(ended.Id) ?? ended) with { TerminationMessage = words });
    }

    private PodsSnapshot Snapshot() => new(
        _pods.Values.Where(p => p.Assigned is not null).OrderBy(p => p.Uid, StringComparer.Ordinal).Select(p => p.Report()).ToValueList(),
        _assignment?.Epoch ?? 0,
        _assignment?.Revision ?? 0,
        _engineProblem,
        _engine);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Step} {Namespace}/{Pod} {Slot}: {Why}")]
        public static partial void Step(ILogger logger, string step, string @namespace, string pod, string slot, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Step} {Namespace}/{Pod} broke")]
        public static partial void StepBroke(ILogger logger, Exception e, string step, string @namespace, string pod);

        [LoggerMessage(Level = LogLevel.Warning, Message = "volume {Namespace}/{Pod} {Volume} could not follow its ConfigMap: {Problem}")]
        public static partial void VolumeStale(ILogger logger, string @namespace, string pod, string volume, string problem);
    }
}
