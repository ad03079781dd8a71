using CloudOrch.Agent.Connection;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;
using CloudOrch.Domain.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace CloudOrch.Bench;

/// <summary>A node without containers: it enrols, renews its lease, hears its queue and reports every pod as running at once, all by the agent's own classes.</summary>
public sealed class PaperNode : IDisposable
{
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(2);

    private readonly NodeKeys _keys;
    private readonly NodeLink _link;
    private readonly ControlPlaneClient _api;
    private readonly Action<NodeAssignment> _decided;
    private readonly SemaphoreSlim _wake = new(1);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _bootId = Guid.NewGuid().ToString("D");
    private volatile NodeAssignment _newest = new() { Revision = -1 };
    private long _written;

    private PaperNode(NodeKeys keys, EnrollResponse enrolment, ControlPlaneClient api, HttpClient http, Action<NodeAssignment> decided)
    {
        (_keys, _api, _decided) = (keys, api, decided);
        _link = new NodeLink(keys, enrolment, http);
    }

    public string Name => _link.Enrolment.NodeName;

    /// <param name="decided">Called for each decision that arrives on the node's queue, on the thread that received it.</param>
    public static async Task<PaperNode> EnrolAsync(HttpClient http, string joinToken, string name, Action<NodeAssignment> decided, CancellationToken ct)
    {
        var keys = NodeKeys.Of(NodeKeys.Create());
        var api = new ControlPlaneClient(http, http.BaseAddress!, new ServerClock(TimeProvider.System), TimeProvider.System);
        var request = new EnrollRequest
        {
            JoinToken = joinToken, NodeName = name, SigningKey = keys.SigningKey, SealingKey = keys.SealingKey, Labels = ValueMap.Of(("bench", name)), Status = Status,
        };
        return await api.EnrollAsync(request, ct) is CallOutcome<EnrollResponse>.Answered { Value: var enrolment }
            ? new PaperNode(keys, enrolment, api, http, decided)
            : throw new InvalidOperationException($"node {name} could not enrol");
    }

    /// <summary>Until cancelled. <see cref="ConnectedAsync"/> ends as soon as the queue is listened to.</summary>
    public Task RunAsync(CancellationToken ct)
    {
        var queue = new QueueListener(_link, TimeProvider.System, () => TimeSpan.FromSeconds(1), NullLogger<QueueListener>.Instance, Heard, _ => _connected.TrySetResult());
        return Task.WhenAll(queue.RunAsync(ct), RenewAsync(ct), ReportAsync(ct));
    }

    public Task ConnectedAsync(CancellationToken ct) => _connected.Task.WaitAsync(ct);

    /// <summary>Whether nothing of this assignment is left to be done or to be heard of.</summary>
    public bool IsSettled(NodeAssignment assignment) =>
        IsEchoed(assignment) && assignment.Pods.All(p => p.Deletion is null) && assignment.Revision == _newest.Revision;

    public void Dispose()
    {
        _wake.Dispose();
        _keys.Dispose();
    }

    private static NodeStatus Status
    {
        get
        {
            var room = ValueMap.Of(("cpu", Quantity.OfUnits(64)), ("memory", Quantity.OfBytes(256L << 30)), ("pods", Quantity.OfUnits(1_000)));
            return new() { Allocatable = room, Capacity = room, Conditions = [new Condition { Type = "Ready", Status = "True", Reason = "Paper", Message = "it has no containers" }] };
        }
    }

    private void Heard(NodeMessage message)
    {
        if (message.Assignment is not { } assignment)
            throw new InvalidOperationException($"a message of kind {message.Kind} instead of a decision");
        if (assignment.Revision > _newest.Revision)
            _newest = assignment;
        _decided(assignment);
        _wake.Release();
    }

    private async Task RenewAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
            await _link.Tables.RenewLeaseAsync(_bootId, Interlocked.Read(ref _written), fenceSeconds: 10, ct);
        while (await timer.WaitForNextTickAsync(ct));
    }

    /// <summary>Writes a report for what is new and rings until it is echoed, as the agent does.</summary>
    private async Task ReportAsync(CancellationToken ct)
    {
        NodeAssignment? answered = null;
        while (true)
        {
            await _wake.WaitAsync(Repeat, ct);
            var assignment = _newest;
            if (answered is null || answered.Pods != assignment.Pods)
            {
                long seq = _written + 1;
                await _link.Tables.WriteStatusAsync(new()
                {
                    NodeUid = _link.Enrolment.NodeUid, BootId = _bootId, Seq = seq, ReportedAt = DateTimeOffset.UtcNow,
                    AssignmentEpoch = assignment.Epoch, AssignmentRevision = assignment.Revision, Node = Status, Pods = assignment.Pods.Select(Report).ToValueList(),
                }, ct);
                Interlocked.Exchange(ref _written, seq);
                answered = assignment;
            }
            else if (IsEchoed(assignment))
            {
                continue;
            }
            await _api.RingAsync(_keys, _link.Enrolment, new NodeDoorbell(_bootId, _written), ct);
        }
    }

    private bool IsEchoed(NodeAssignment assignment) => assignment.Applied is { } echo && echo.BootId == _bootId && echo.Seq >= Interlocked.Read(ref _written);

    private static PodReport Report(AssignedPod pod) => pod.Deletion is not null
        ? new() { Uid = pod.Uid, Namespace = pod.Namespace, Name = pod.Name, Gone = true }
        : new()
        {
            Uid = pod.Uid, Namespace = pod.Namespace, Name = pod.Name,
            Status = new() { Phase = "Running", Conditions = [new Condition { Type = "Ready", Status = "True" }], StartTime = pod.CreatedAt },
        };
}
