using System.Globalization;
using CloudOrch.ControlPlane.Seams;
using CloudOrch.Domain.Api;

namespace CloudOrch.Testing.Memory;

/// <summary>The node rows' twin in memory; what an agent writes is set through <see cref="Renew"/>, <see cref="Report"/> and <see cref="Measure"/>.</summary>
public sealed class MemoryNodeRows(TimeProvider clock) : INodeRows
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ClusterId, string), NodeLease> _leases = [];
    private readonly Dictionary<(ClusterId, string), NodeStatusRow> _status = [];
    private readonly Dictionary<(ClusterId, string), (DateTimeOffset At, byte[] Document)> _usage = [];
    private readonly Dictionary<(ClusterId, string), (AssignmentHead Head, byte[] Document)> _assignments = [];
    private long _tags;

    /// <summary>The agent's side: a lease renewed now; false when there is none to renew.</summary>
    public bool Renew(ClusterId cluster, string nodeUid, string bootId, long statusSeq, int? fenceSeconds = null)
    {
        lock (_gate)
        {
            if (!_leases.ContainsKey((cluster, nodeUid)))
                return false;
            _leases[(cluster, nodeUid)] = new NodeLease(nodeUid, clock.GetUtcNow(), bootId, statusSeq) { FenceSeconds = fenceSeconds };
            return true;
        }
    }

    /// <summary>The agent's side: its whole status.</summary>
    public void Report(ClusterId cluster, NodeStatusRow row)
    {
        lock (_gate)
            _status[(cluster, row.NodeUid)] = row;
    }

    /// <summary>As <see cref="Report"/>, if the row is still the one that the agent knows; null: if there is none.</summary>
    public bool TryReport(ClusterId cluster, NodeStatusRow row, NodeStatusRow? known)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_status.GetValueOrDefault((cluster, row.NodeUid)), known))
                return false;
            _status[(cluster, row.NodeUid)] = row;
            return true;
        }
    }

    /// <summary>The agent's side: what its row says, or null.</summary>
    public NodeStatusRow? Status(ClusterId cluster, string nodeUid)
    {
        lock (_gate)
            return _status.GetValueOrDefault((cluster, nodeUid));
    }

    /// <summary>The agent's side: what it measured, some time ago.</summary>
    public void Measure(ClusterId cluster, string nodeUid, byte[] document, TimeSpan ago = default)
    {
        lock (_gate)
            _usage[(cluster, nodeUid)] = (clock.GetUtcNow() - ago, document);
    }

    /// <summary>A node's lease, or null.</summary>
    public NodeLease? Lease(ClusterId cluster, string nodeUid)
    {
        lock (_gate)
            return _leases.GetValueOrDefault((cluster, nodeUid));
    }

    /// <summary>The agent's side: its assignment, or null.</summary>
    public (AssignmentHead Head, ReadOnlyMemory<byte> Document)? Assignment(ClusterId cluster, string nodeUid)
    {
        lock (_gate)
            return _assignments.TryGetValue((cluster, nodeUid), out var row) ? (row.Head, row.Document) : null;
    }

    public Task OpenLeaseAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        lock (_gate)
            _leases.TryAdd((cluster, nodeUid), new NodeLease(nodeUid, clock.GetUtcNow(), "", 0));
        return Task.CompletedTask;
    }

    public Task<LeaseListing> ListLeasesAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(new LeaseListing(
                [.. _leases.Where(l => l.Key.Item1 == cluster).Select(l => l.Value).OrderBy(l => l.NodeUid, StringComparer.Ordinal)], clock.GetUtcNow()));
        }
    }

    public Task<IReadOnlyList<NodeStatusRow>> ReadStatusAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<NodeStatusRow>>([.. nodeUids.Where(u => _status.ContainsKey((cluster, u))).Select(u => _status[(cluster, u)])]);
    }

    public Task<IReadOnlyList<NodeUsageRow>> ReadUsageAsync(ClusterId cluster, IReadOnlyCollection<string> nodeUids, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<NodeUsageRow>>([.. nodeUids.Where(u => _usage.ContainsKey((cluster, u)))
                .Select(u => (Uid: u, Row: _usage[(cluster, u)])).Select(u => new NodeUsageRow(u.Uid, u.Row.At, clock.GetUtcNow() - u.Row.At, u.Row.Document))]);
        }
    }

    public Task<IReadOnlyList<AssignmentHead>> ListAssignmentHeadsAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<AssignmentHead>>(
                [.. _assignments.Where(a => a.Key.Item1 == cluster).Select(a => a.Value.Head).OrderBy(h => h.NodeUid, StringComparer.Ordinal)]);
        }
    }

    public Task<AssignmentHead?> FindAssignmentHeadAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_assignments.TryGetValue((cluster, nodeUid), out var row) ? row.Head : null);
    }

    public Task<(AssignmentWrite Outcome, AssignmentHead? Head)> WriteAssignmentAsync(ClusterId cluster, AssignmentHead? known, AssignmentHead next,
        ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        lock (_gate)
        {
            AssignmentHead? current = _assignments.TryGetValue((cluster, next.NodeUid), out var row) ? row.Head : null;
            if (current is not null && (current.Epoch, current.Revision.Value).CompareTo((next.Epoch, next.Revision.Value)) >= 0)
                return Task.FromResult<(AssignmentWrite, AssignmentHead?)>((AssignmentWrite.Newer, current));
            if (current?.ETag != known?.ETag)
                return Task.FromResult<(AssignmentWrite, AssignmentHead?)>((AssignmentWrite.Conflict, current));
            AssignmentHead written = next with { ETag = (++_tags).ToString(CultureInfo.InvariantCulture) };
            _assignments[(cluster, next.NodeUid)] = (written, document.ToArray());
            return Task.FromResult<(AssignmentWrite, AssignmentHead?)>((AssignmentWrite.Written, written));
        }
    }

    public Task DeleteNodeAsync(ClusterId cluster, string nodeUid, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _leases.Remove((cluster, nodeUid));
            _status.Remove((cluster, nodeUid));
            _usage.Remove((cluster, nodeUid));
            _assignments.Remove((cluster, nodeUid));
        }

        return Task.CompletedTask;
    }

    public Task PurgeAsync(ClusterId cluster, CancellationToken cancellation)
    {
        lock (_gate)
        {
            foreach ((ClusterId, string) key in _leases.Keys.Concat(_status.Keys).Concat(_usage.Keys).Concat(_assignments.Keys).Where(k => k.Item1 == cluster).ToList())
            {
                _leases.Remove(key);
                _status.Remove(key);
                _usage.Remove(key);
                _assignments.Remove(key);
            }
        }

        return Task.CompletedTask;
    }
}
