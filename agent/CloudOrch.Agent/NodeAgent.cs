using Azure;
using CloudOrch.Agent.Connection;
using CloudOrch.Agent.Fencing;
using CloudOrch.Agent.Journal;
using CloudOrch.Agent.Logs;
using CloudOrch.Agent.Pods;
using CloudOrch.Agent.Reporting;
using CloudOrch.Agent.Resources;
using CloudOrch.Agent.Runtime;
using CloudOrch.Domain.Nodes;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging;

namespace CloudOrch.Agent;

/// <summary>The agent of one node: enrols it once, then keeps its pods, its rows and its credentials. Everything it does starts here.</summary>
/// <param name="runtimeOf">Makes the runtime for an agent id.</param>
/// <param name="hands">What fences reach outside the agent with.</param>
public sealed partial class NodeAgent(
    AgentSettings settings, HttpClient http, Func<string, IContainerRuntime> runtimeOf, FenceHands hands, INodeMeter meter, TimeProvider clock, ILoggerFactory logs)
{
    private const int ReleaseTries = 10;
    private static readonly TimeSpan RetryRelease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEnrolment = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = logs.CreateLogger<NodeAgent>();
    private readonly AgentJournal _journal = new(settings.DataDirectory);
    private readonly ServerClock _serverClock = new(clock);

    public async Task RunAsync(CancellationToken ct)
    {
        var identity = _journal.Identity ??= NodeKeys.Create();
        using var keys = NodeKeys.Of(identity);
        var api = new ControlPlaneClient(http, settings.Server, _serverClock, clock);
        var enrolment = identity.Enrolment;
        while (!ct.IsCancellationRequested)
        {
            enrolment ??= await EnrolAsync(api, keys, ct).ConfigureAwait(false);
            Log.Serves(_log, enrolment.NodeName, enrolment.NodeUid, enrolment.ClusterId);
            enrolment = await ServeAsync(api, new NodeLink(keys, enrolment, http), identity.AgentId, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Asks until it is enrolled.</summary>
    private async Task<EnrollResponse> EnrolAsync(ControlPlaneClient api, NodeKeys keys, CancellationToken ct)
    {
        while (true)
        {
            switch (await api.EnrollAsync(Request(keys), ct).ConfigureAwait(false))
            {
                case CallOutcome<EnrollResponse>.Answered answered:
                    Remember(answered.Value);
                    return answered.Value;
                case CallOutcome<EnrollResponse>.Refused refused:
                    Log.EnrolmentRefused(_log, refused.Message);
                    break;
                case CallOutcome<EnrollResponse>.Unreachable unreachable:
                    Log.Unreachable(_log, unreachable.Message);
                    break;
            }

            await Task.Delay(RetryEnrolment, clock, ct).ConfigureAwait(false);
        }
    }

    private EnrollRequest Request(NodeKeys keys) => new()
    {
        JoinToken = settings.JoinToken,
        NodeName = settings.NodeName,
        SigningKey = keys.SigningKey,
        SealingKey = keys.SealingKey,
        Labels = settings.Labels,
        Status = new NodeFacts(settings, NodeFacts.BootId, meter, clock).Of(null, "the agent has not asked its container engine yet", NodePressures.None),
    };

    /// <param name="enrolment">Null when there is none any more.</param>
    private void Remember(EnrollResponse? enrolment)
    {
        // Another node than before: what was assigned to that one is not ours.
        if (_journal.Identity?.Enrolment is { } before && before.NodeUid != enrolment?.NodeUid)
        {
            _journal.Assignment = null;
            _journal.Report = null;
        }

        try
        {
            _journal.Identity = _journal.Identity! with { Enrolment = enrolment };
        }
        catch (IOException e)
        {
            // The same key is given the same enrolment again, so nothing is lost but a call; the next renewal tries anew.
            Log.NotJournalled(_log, e.Message);
        }
    }

    /// <summary>Runs everything for one enrolment.</summary>
    /// <returns>Another enrolment, when the node had been deleted and could join anew; null when it was deleted and is to enrol, or the agent is to end.</returns>
    private async Task<EnrollResponse?> ServeAsync(ControlPlaneClient api, NodeLink link, string agentId, CancellationToken ct)
    {
        using var session = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var keeping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        string bootId = NodeFacts.BootId;
        var runtime = runtimeOf(agentId);
        StatusReporter? reporter = null;
        AssignmentKeeper? assignments = null;
        using var fence = new FenceKeeper(settings.DataDirectory, hands.Boot, hands.Watchdog, hands.Killer, clock, logs.CreateLogger<FenceKeeper>());
        using var pods = new PodKeeper(runtime, new PodDirectories(settings.DataDirectory), clock, logs.CreateLogger<PodKeeper>(), snapshot => reporter!.Update(snapshot))
        {
            HostAddress = settings.NodeAddress,
            PodCidr = link.Enrolment.PodCidr,
            Fence = fence,
        };
        fence.Changed = pods.FenceChanged;
        using var reporting = reporter = new StatusReporter(
            link, api, _journal, new NodeFacts(settings, bootId, meter, clock), bootId, clock, logs.CreateLogger<StatusReporter>(), pods.Acknowledge, () => fence.Id, () => assignments!.LeaseInterval);
        using var assigning = assignments = new AssignmentKeeper(link, _journal, clock, logs.CreateLogger<AssignmentKeeper>(), pods.Assign, reporter.Echo);
        using var resources = new ResourceKeeper(runtime, pods, meter, settings, clock, logs.CreateLogger<ResourceKeeper>(), reporter.Update);
        var usage = new UsageKeeper(runtime, pods, meter, link, () => assignments.LeaseInterval, clock, logs.CreateLogger<UsageKeeper>());
        pods.WriteFailed = _journal.WriteFailed = resources.WriteFailed;
        var streams = new LogStreams(link, pods, runtime, clock, logs.CreateLogger<LogStreams>());
        var queue = new QueueListener(link, clock, () => assignments.LeaseInterval, logs.CreateLogger<QueueListener>(), Heard, assignments.QueueConnected);
        var credentials = new CredentialKeeper(link, api, () => Request(link.Keys), clock, logs.CreateLogger<CredentialKeeper>(), Remember);
        if (_journal.Report is { } report)
            pods.Restore(report.Pods, report.HappeningsReserved);
        assignments.Restore();
        Task[] loops =
        [
            reporter.RunAsync(session.Token),
            resources.RunAsync(session.Token),
            usage.RunAsync(session.Token),
            assignments.RunAsync(session.Token),
            queue.RunAsync(session.Token),
            RenewLeaseAsync(link, assignments, reporter, fence, bootId, session.Token),
        ];
        var fencing = fence.RunAsync(keeping.Token);
        var keeper = pods.RunAsync(keeping.Token);
        var renewing = credentials.RunAsync(session.Token);
        var first = await Task.WhenAny([renewing, keeper, fencing, .. loops]).ConfigureAwait(false);
        await session.CancelAsync().ConfigureAwait(false);
        foreach (var loop in loops)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _journal.WriteFailed = null;
        EnrollResponse? next = null;
        var end = !ct.IsCancellationRequested && first == renewing && renewing.IsCompletedSuccessfully ? await renewing.ConfigureAwait(false) : null;
        if (end is not null)
            next = await LeaveAsync(link.Enrolment, end, pods, keeper, ct).ConfigureAwait(false);
        await keeping.CancelAsync().ConfigureAwait(false);
        await keeper.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fencing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (end is not null)
            await ReleaseAsync(runtime, ct).ConfigureAwait(false);
        if (ct.IsCancellationRequested)
            return null;
        await first.ConfigureAwait(false); // a loop that broke breaks the agent: its supervisor starts it anew, and it takes up its containers
        return next;

        void Heard(NodeMessage message)
        {
            if (message.LogStream is { } command)
                streams.Begin(command, session.Token);
            else
                assignments.Heard(message);
        }
    }

    /// <summary>The node is no more: its containers go first, what is known of it after them, so that a crash in between begins anew.</summary>
    private async Task<EnrollResponse?> LeaveAsync(EnrollResponse node, NodeEnd end, PodKeeper pods, Task keeper, CancellationToken ct)
    {
        Log.Deleted(_log, node.NodeName, node.NodeUid, end is NodeEnd.Deleted deleted ? deleted.Words : "another node was made of its name");
        await (await Task.WhenAny(pods.ClearAsync(ct), keeper).ConfigureAwait(false)).ConfigureAwait(false);
        Log.Cleared(_log, node.NodeName, node.NodeUid);
        var next = (end as NodeEnd.Replaced)?.Enrolment;
        Remember(next);
        return next;
    }

    /// <summary>After the keeper's end, which would make the network anew.</summary>
    private async Task ReleaseAsync(IContainerRuntime runtime, CancellationToken ct)
    {
        try
        {
            string? problem;
            // An engine lists a removed container no more, some moments before its network knows.
            for (int tries = 1; (problem = await runtime.ReleaseAsync(ct).ConfigureAwait(false)) is not null && tries < ReleaseTries; tries++)
                await Task.Delay(RetryRelease, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (problem is not null)
                Log.NetworkStays(_log, problem);
        }
        catch (RuntimeUnavailableException e)
        {
            Log.NetworkStays(_log, e.Message); // the next enrolment uses it, or replaces it
        }
    }

    /// <summary>Says that the node lives. Each renewal stands alone.</summary>
    /// <remarks>
    /// None waits for an earlier one: what a link lost that was away for two seconds is sent again only a second or more after it is back, while another
    /// renewal, on a connection of its own, gets through at once. A renewal's own timeout bounds how many there are.
    /// </remarks>
    private async Task RenewLeaseAsync(NodeLink link, AssignmentKeeper assignments, StatusReporter reporter, FenceKeeper fence, string bootId, CancellationToken ct)
    {
        var underWay = new List<Task>();
        while (!ct.IsCancellationRequested)
        {
            var interval = assignments.LeaseInterval;
            foreach (var ended in underWay.Where(r => r.IsCompleted))
                await ended.ConfigureAwait(false);
            underWay.RemoveAll(r => r.IsCompleted);
            underWay.Add(RenewOnceAsync(link, reporter, fence, interval, bootId, ct));
            await Task.Delay(interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RenewOnceAsync(NodeLink link, StatusReporter reporter, FenceKeeper fence, TimeSpan interval, string bootId, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Pace.RenewalTimeout(interval), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            var promise = fence.BeginRenewal(interval);
            _serverClock.Learn(await link.Tables.RenewLeaseAsync(bootId, reporter.WrittenSeq, promise.Seconds, either.Token).ConfigureAwait(false));
            fence.Renewed(promise);
            link.LeaseIsGone = false;
        }
        catch (Exception e) when (e is RequestFailedException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            if (e is RequestFailedException request)
            {
                link.LeaseIsGone = NodeTables.IsRowGone(request);
                if (NodeTables.IsRefused(request))
                    link.AskForRenewal();
            }

            Log.LeaseNotRenewed(_log, e.Message.Split('\n')[0]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "node {Name} ({Uid}) of cluster {Cluster}")]
        public static partial void Serves(ILogger logger, string name, string uid, string cluster);

        [LoggerMessage(Level = LogLevel.Error, Message = "enrolment refused: {Problem}; start the agent with a join token that is good (--join-token-file)")]
        public static partial void EnrolmentRefused(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "enrolment: the server does not answer: {Problem}")]
        public static partial void Unreachable(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "node {Name} ({Uid}) was deleted from its cluster, its pods are stopped: {Words}")]
        public static partial void Deleted(ILogger logger, string name, string uid, string words);

        [LoggerMessage(Level = LogLevel.Information, Message = "nothing is left of the pods of node {Name} ({Uid}), it is to be enrolled anew")]
        public static partial void Cleared(ILogger logger, string name, string uid);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the pods' network stays: {Problem}")]
        public static partial void NetworkStays(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "enrolment not journalled: {Problem}")]
        public static partial void NotJournalled(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "lease not renewed: {Problem}")]
        public static partial void LeaseNotRenewed(ILogger logger, string problem);
    }
}
