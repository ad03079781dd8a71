using Azure;
using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Journal;
using CloudOrch.Agent.Pods;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Reporting;

/// <summary>Writes the newest status of the node into its row, rings, and rings again until the control plane echoes its number.</summary>
/// <remarks>Only the newest counts: what changes while a write is under way goes into the next one.</remarks>
public sealed partial class StatusReporter(
    NodeLink link, ControlPlaneClient api, AgentJournal journal, NodeFacts facts, string bootId, TimeProvider clock, ILogger<StatusReporter> log, Action<long> acknowledged,
    Func<string> fenceId, Func<TimeSpan> leaseInterval)
    : IDisposable
{
    private const int Block = 1000;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan BurstEndsAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestRepeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastRepeat = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _heard = new(0);
    private readonly Queue<(long Seq, long HappeningId)> _sent = new();
    private PodsSnapshot _snapshot = new([], 0, 0, "not asked yet", null);
    private NodePressures _pressures = NodePressures.None;
    private bool _changed = true;
    private long _echoed = -1;
    private long _writtenAt;
    private ReportRecord _record = Begin(journal.Report, bootId);
    private long _seq = Begin(journal.Report, bootId).SeqReserved;

    /// <summary>The control plane looks at all leases about once in an interval and finds what nobody rang for: a large cluster is not rung for a thousand times meanwhile.</summary>
    private TimeSpan FirstRepeat => leaseInterval() * 2 is var two && two > ShortestRepeat ? two : ShortestRepeat;

    /// <summary>Of the newest status that is in the row; what the lease carries.</summary>
    public long WrittenSeq { get; private set; }

    public void Update(PodsSnapshot snapshot)
    {
        lock (_gate)
            (_snapshot, _changed) = (snapshot, true);
        _wake.Release();
    }

    public void Update(NodePressures pressures)
    {
        lock (_gate)
            (_pressures, _changed) = (pressures, true);
        _wake.Release();
    }

    public void Echo(StatusEcho? echo)
    {
        if (echo is null || echo.BootId != bootId)
            return;
        long known = -1;
        lock (_gate)
        {
            _echoed = Math.Max(_echoed, echo.Seq);
            while (_sent.TryPeek(out var sent) && sent.Seq <= _echoed)
                known = _sent.Dequeue().HappeningId;
        }

        _heard.Release();
        if (known >= 0)
            acknowledged(known);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        var repeat = FirstRepeat;
        int repeats = 0;
        long burstAt = clock.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            bool woken = await _wake.WaitAsync(Outstanding() ? repeat : Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
            if (woken)
            {
                (repeat, repeats) = (FirstRepeat, 0);
                await LetHearAsync(ct).ConfigureAwait(false);
                if (clock.GetElapsedTime(_writtenAt) > BurstEndsAfter)
                    burstAt = clock.GetTimestamp();
                var spacing = Pace.StatusSpacing(leaseInterval(), clock.GetElapsedTime(burstAt)) - clock.GetElapsedTime(_writtenAt);
                await Task.Delay(spacing > Gather ? spacing : Gather, clock, ct).ConfigureAwait(false);
                while (_wake.Wait(0, CancellationToken.None))
                {
                }
            }
            else
            {
                repeat = TimeSpan.FromTicks(Math.Min(repeat.Ticks * 2, LastRepeat.Ticks));
                // Not heard of for long: whatever became of the row, a storage that was set back included, it is written anew.
                lock (_gate)
                    _changed |= ++repeats > 1;
            }

            try
            {
                if (Take() is var (snapshot, pressures))
                    await WriteAsync(snapshot, pressures, ct).ConfigureAwait(false);
                if (WrittenSeq > Echoed() && await api.RingAsync(link.Keys, link.Enrolment, new NodeDoorbell(bootId, WrittenSeq), ct).ConfigureAwait(false) is
                    CallOutcome<System.Text.Json.JsonElement>.Refused refused)
                    Log.NotHeard(log, refused.Message);
            }
            catch (Exception e) when (e is RequestFailedException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                if (e is RequestFailedException request && NodeTables.IsRefused(request))
                    link.AskForRenewal();
                lock (_gate)
                    _changed = true; // the newest is still to be written
                Log.NotWritten(log, e.Message.Split('\n')[0]);
            }
        }
    }

    public void Dispose()
    {
        _wake.Dispose();
        _heard.Dispose();
    }

    /// <summary>Waits, but not for long, until the last report was taken up: a burst is told in as few as the control plane can follow.</summary>
    private async Task LetHearAsync(CancellationToken ct)
    {
        var patience = Pace.StatusPatience(leaseInterval());
        while (WrittenSeq > Echoed() && patience - clock.GetElapsedTime(_writtenAt) is var left && left > TimeSpan.Zero
            && await _heard.WaitAsync(left, ct).ConfigureAwait(false))
        {
        }
    }

    private bool Outstanding()
    {
        lock (_gate)
            return _changed || WrittenSeq > _echoed;
    }

    private long Echoed()
    {
        lock (_gate)
            return _echoed;
    }

    private (PodsSnapshot Pods, NodePressures Pressures)? Take()
    {
        lock (_gate)
        {
            if (!_changed)
                return null;
            _changed = false;
            return (_snapshot, _pressures);
        }
    }

    private async Task WriteAsync(PodsSnapshot snapshot, NodePressures pressures, CancellationToken ct)
    {
        long happening = snapshot.Pods.SelectMany(p => p.Happenings ?? []).Select(h => h.Id).DefaultIfEmpty(-1).Max();
        // What the control plane has read counts too: a reservation may be lost with a full disk.
        long seq = _seq = Math.Max(_seq, Echoed()) + 1;
        _record = _record with
        {
            Pods = snapshot.Pods,
            SeqReserved = seq >= _record.SeqReserved ? seq + Block : _record.SeqReserved,
            HappeningsReserved = happening >= _record.HappeningsReserved ? happening + Block : _record.HappeningsReserved,
        };
        try
        {
            journal.Report = _record;
        }
        catch (IOException e)
        {
            // A full disk is what the node must be able to report.
            Log.NotJournalled(log, e.Message);
        }

        var document = new NodeStatusDocument
        {
            NodeUid = link.Enrolment.NodeUid,
            BootId = bootId,
            Seq = seq,
            ReportedAt = clock.GetUtcNow(),
            AssignmentEpoch = snapshot.AssignmentEpoch,
            AssignmentRevision = snapshot.AssignmentRevision,
            FenceId = fenceId(),
            Node = facts.Of(snapshot.Engine, snapshot.EngineProblem, pressures),
            Pods = snapshot.Pods,
        };
        await link.Tables.WriteStatusAsync(document, ct).ConfigureAwait(false);
        lock (_gate)
        {
            (WrittenSeq, _writtenAt) = (seq, clock.GetTimestamp());
            if (happening >= 0)
                _sent.Enqueue((seq, happening));
        }
    }

    private static ReportRecord Begin(ReportRecord? before, string bootId) => (before ?? new ReportRecord()) with { BootId = bootId };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "status not written: {Problem}")]
        public static partial void NotWritten(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "report not journalled: {Problem}")]
        public static partial void NotJournalled(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "doorbell refused: {Problem}")]
        public static partial void NotHeard(ILogger logger, string problem);
    }
}
