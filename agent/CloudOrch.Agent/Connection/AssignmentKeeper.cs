using System.Text.Json;
using Azure;
using CloudOrch.Agent.Journal;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent.Connection;

/// <summary>Has the newest assignment: from the journal at first, then from messages and from the row, whichever is newer.</summary>
/// <remarks>
/// An assignment is journalled before anybody acts on it: what runs can always be explained by what would be read after a crash. Only a disk
/// that takes nothing more keeps nobody from acting, since what is taken away makes room; it is journalled as soon as there is some.
/// </remarks>
public sealed partial class AssignmentKeeper(
    NodeLink link, AgentJournal journal, TimeProvider clock, ILogger<AssignmentKeeper> log, Action<NodeAssignment> assigned, Action<StatusEcho?> echoed)
    : IDisposable
{
    private static readonly TimeSpan Connected = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _read = new(1);
    private NodeAssignment? _newest;
    private bool _connected;
    private bool _journalled = true;

    public TimeSpan LeaseInterval
    {
        get
        {
            lock (_gate)
                return TimeSpan.FromMilliseconds(Math.Clamp(_newest?.LeaseIntervalMilliseconds ?? link.Credentials.LeaseIntervalMilliseconds, 100, 10_000));
        }
    }

    /// <summary>Takes up what was assigned before the agent was started, whether or not there is a network.</summary>
    public void Restore()
    {
        if (journal.Assignment is not { } assignment || assignment.NodeUid != link.Enrolment.NodeUid)
            return;
        lock (_gate)
            _newest = assignment;
        assigned(assignment);
    }

    /// <summary>A queue that is connected again may have missed something.</summary>
    public void QueueConnected(bool connected)
    {
        lock (_gate)
            _connected = connected;
        if (connected)
            ReadSoon();
    }

    public void Heard(NodeMessage message)
    {
        if (message.Assignment is { } assignment)
            Take(assignment);
        else if (message.Kind == NodeMessageKinds.AssignmentChanged)
            ReadSoon();
    }

    public async Task RunAsync(CancellationToken ct)
    {
        // The bell that called for a reading does not ring again because the reading failed or met half a writing.
        bool owing = false;
        while (!ct.IsCancellationRequested)
        {
            bool calm;
            lock (_gate)
                calm = _connected && _journalled && !owing;
            await _read.WaitAsync(calm ? Connected : Pace.ReadingAlone(LeaseInterval), ct).ConfigureAwait(false);
            JournalAgain();
            owing = true;
            try
            {
                if (await link.Tables.ReadAssignmentAsync(ct).ConfigureAwait(false) is { } assignment)
                {
                    Take(assignment);
                    owing = false;
                }
            }
            catch (Exception e) when (e is RequestFailedException or JsonException or InvalidDataException or IOException
                || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                if (e is RequestFailedException request && NodeTables.IsRefused(request))
                    link.AskForRenewal();
                Log.NotRead(log, e.Message.Split('\n')[0]);
            }

            // A burst of bells is one reading.
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _read.Dispose();

    private void ReadSoon()
    {
        lock (_gate)
        {
            if (_read.CurrentCount == 0)
                _read.Release();
        }
    }

    private void Take(NodeAssignment assignment)
    {
        if (assignment.NodeUid != link.Enrolment.NodeUid || assignment.ClusterId != link.Enrolment.ClusterId)
        {
            Log.NotOurs(log, assignment.NodeUid);
            return;
        }

        lock (_gate)
        {
            int order = _newest is null ? 1 : (assignment.Epoch, assignment.Revision).CompareTo((_newest.Epoch, _newest.Revision));
            if (order < 0)
                return;
            if (_newest is null || order > 0)
            {
                if (!_journalled || _newest?.ContentHash != assignment.ContentHash || _newest.Pods != assignment.Pods)
                    Journal(assignment);
                _newest = assignment;
                assigned(assignment);
            }
        }

        echoed(assignment.Applied);
    }

    private void JournalAgain()
    {
        lock (_gate)
        {
            if (!_journalled && _newest is not null)
                Journal(_newest);
        }
    }

    private void Journal(NodeAssignment assignment)
    {
        try
        {
            journal.Assignment = assignment;
            _journalled = true;
        }
        catch (IOException e)
        {
            _journalled = false;
            Log.NotJournalled(log, assignment.Revision, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "assignment not read: {Problem}")]
        public static partial void NotRead(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "assignment {Revision} not journalled, tried again soon: {Problem}")]
        public static partial void NotJournalled(ILogger logger, long revision, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "an assignment of node {NodeUid} came here")]
        public static partial void NotOurs(ILogger logger, string nodeUid);
    }
}
