using System.Security.Cryptography;
using CloudOrch.Domain.Fencing;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Fencing;

/// <summary>Keeps what the node's lease promises: while it cannot be renewed, nothing of a pod with a fenced identity runs past the deadline.</summary>
/// <remarks>
/// Before a fenced container is started, its id is in the file that the watchdog guards. Killing is begun by this agent, by its watchdog, and for
/// containers of an earlier era by the pods' own plans: whichever comes first.
/// </remarks>
public sealed partial class FenceKeeper : IDisposable
{
    /// <summary>How often the deadline is looked at, and whether the watchdog runs.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>A start that nothing was heard of is guarded for so long.</summary>
    private static readonly TimeSpan UnheardStart = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _guarding = new(0);
    private readonly FenceFile _file;
    private readonly IBootClock _boot;
    private readonly IFenceWatchdog _watchdog;
    private readonly IContainerKiller _killer;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Dictionary<string, TimeSpan> _starting = [];
    private HashSet<string> _running = [];
    private FenceState _state;
    private bool _guards;
    private (string Id, bool MayStart, bool MustStop) _told;

    public FenceKeeper(string directory, IBootClock boot, IFenceWatchdog watchdog, IContainerKiller killer, TimeProvider clock, ILogger<FenceKeeper> log)
    {
        ArgumentNullException.ThrowIfNull(boot);
        Directory.CreateDirectory(directory);
        (_file, _boot, _watchdog, _killer, _clock, _log) = (new FenceFile(directory), boot, watchdog, killer, clock, log);
        var before = _file.Read();
        _state = FenceState.Begin(before?.State(), boot.BootId, boot.Now, NewId());
        // What an earlier agent ran is guarded until this one has listed its containers.
        _running = before is not null && before.BootId == boot.BootId ? [.. before.Containers] : [];
        _guards = before is { IsGuarded: true } && before.BootId == boot.BootId;
        if (_guards)
            _guarding.Release();
        WriteOrLog();
    }

    /// <summary>Hears whenever what may be started or has to stop is another thing.</summary>
    public Action? Changed { get; set; }

    /// <summary>What the status report says.</summary>
    public string Id
    {
        get
        {
            lock (_gate)
                return StateNow().Id;
        }
    }

    /// <summary>A renewal is about to be sent.</summary>
    /// <returns>When it begins, and the promise that it carries.</returns>
    public FencePromise BeginRenewal(TimeSpan interval)
    {
        lock (_gate)
        {
            var promise = new FencePromise(_boot.Now, FenceTimes.SecondsFor(interval));
            var before = StateNow();
            _state = before.Sending(promise.At, promise.Seconds);
            if (_state.DeadlineAt != before.DeadlineAt)
                WriteOrLog();
            return promise;
        }
    }

    /// <summary>The renewal has succeeded.</summary>
    public void Renewed(FencePromise promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        lock (_gate)
        {
            _state = StateNow().Renewed(promise.At, _boot.Now, NewId());
            WriteOrLog();
        }

        TellChange();
    }

    /// <param name="granted">What the newest assignment holds.</param>
    public FenceView View(string? granted)
    {
        lock (_gate)
        {
            var now = _boot.Now;
            var state = StateNow();
            bool isGranted = granted == state.Id;
            bool mayStart = isGranted && state.HasTimeToStart(now) && _guards && _watchdog.IsRunning;
            string? why = !state.HasTimeToStart(now) ? "Its fenced identity may be given to another node, since this node's lease is not renewed"
                : isGranted ? null
                : granted is null ? "The control plane grants no fences: it is older than this agent, or has not read its report yet"
                : "The control plane has not yet confirmed that this node's fence was renewed";
            return new FenceView(mayStart, state.MustKill(now), state.Era, why);
        }
    }

    /// <summary>Asked when a container is made and about to be started: from now on it is guarded.</summary>
    /// <param name="era">The era that it was made in.</param>
    /// <returns>False: it must not be started.</returns>
    public bool TryStart(string containerId, string era)
    {
        lock (_gate)
        {
            var state = StateNow();
            if (state.Era != era || !state.HasTimeToStart(_boot.Now) || !_guards || !_watchdog.IsRunning)
                return false;
            _starting[containerId] = _boot.Now;
            try
            {
                Write();
                return true;
            }
            catch (IOException e)
            {
                _starting.Remove(containerId);
                Log.NotWritten(_log, e.Message);
                return false;
            }
        }
    }

    /// <summary>What is known of the node's fenced containers.</summary>
    /// <param name="containers">Those that run, or were made and may be about to.</param>
    /// <param name="hasPods">Whether any pod here has a fenced identity.</param>
    public void Guard(IReadOnlySet<string> containers, bool hasPods)
    {
        ArgumentNullException.ThrowIfNull(containers);
        lock (_gate)
        {
            foreach (string id in _starting.Where(s => containers.Contains(s.Key) || _boot.Now - s.Value > UnheardStart).Select(s => s.Key).ToArray())
                _starting.Remove(id);
            bool guards = hasPods || containers.Count > 0 || _starting.Count > 0;
            if (guards == _guards && _running.SetEquals(containers))
                return;
            _running = [.. containers];
            if (guards && !_guards)
                _guarding.Release();
            _guards = guards;
            WriteOrLog(always: true);
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await _guarding.WaitAsync(ct).ConfigureAwait(false);
            while (IsGuarding() && !ct.IsCancellationRequested)
            {
                EnsureWatchdog();
                if (DueToBeKilled() is { Count: > 0 } due)
                    await _killer.KillAsync(due, ct).ConfigureAwait(false);
                TellChange();
                await Task.Delay(Look, _clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public void Dispose() => _guarding.Dispose();

    private static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private bool IsGuarding()
    {
        lock (_gate)
            return _guards;
    }

    private IReadOnlyCollection<string> DueToBeKilled()
    {
        lock (_gate)
            return StateNow().MustKill(_boot.Now) ? [.. _running.Union(_starting.Keys)] : [];
    }

    /// <summary>Under the lock. A deadline that has passed is noticed by whoever looks first.</summary>
    private FenceState StateNow()
    {
        var now = _boot.Now;
        if (_state.DeadlineAt is not { } at || at > now)
            return _state;
        Log.Lapsed(_log, (now - at).TotalSeconds);
        _state = _state.At(now, NewId());
        WriteOrLog();
        return _state;
    }

    private void EnsureWatchdog()
    {
        try
        {
            if (!_watchdog.IsRunning)
                _watchdog.Start();
        }
        catch (IOException e)
        {
            Log.NoWatchdog(_log, e.Message);
        }
    }

    private void TellChange()
    {
        lock (_gate)
        {
            var state = StateNow();
            var now = _boot.Now;
            var told = (state.Id, _guards && state.HasTimeToStart(now) && _watchdog.IsRunning, state.MustKill(now));
            if (told == _told)
                return;
            _told = told;
        }

        Changed?.Invoke();
    }

    /// <summary>Nobody asks for the fence of a node without fenced pods.</summary>
    private void WriteOrLog(bool always = false)
    {
        if (!_guards && !always)
            return;
        try
        {
            Write();
        }
        catch (IOException e)
        {
            // The watchdog keeps to the earlier deadline, so nothing runs for too long.
            Log.NotWritten(_log, e.Message);
        }
    }

    private void Write() => _file.Write(FenceRecord.Of(_state, _running.Union(_starting.Keys), _guards));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the fence has lapsed {Seconds:0.0} s ago: the lease could not be renewed")]
        public static partial void Lapsed(ILogger logger, double seconds);

        [LoggerMessage(Level = LogLevel.Error, Message = "fence not written: {Problem}")]
        public static partial void NotWritten(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "the watchdog of fenced pods cannot be started, they wait for it: {Problem}")]
        public static partial void NoWatchdog(ILogger logger, string problem);
    }
}
