using CloudOrch.Domain.Protocol;

namespace CloudOrch.Agent.Connection;

/// <summary>What this node is to the control plane at the moment: its enrolment and the clients made from its newest credentials.</summary>
public sealed class NodeLink(NodeKeys keys, EnrollResponse enrolment, HttpClient http)
{
    private readonly Lock _gate = new();
    private NodeTables _tables = new(enrolment.NodeUid, enrolment.Credentials, http);
    private NodeCredentials _credentials = enrolment.Credentials;
    private bool _leaseIsGone;

    public NodeKeys Keys => keys;

    public EnrollResponse Enrolment => enrolment;

    public NodeTables Tables
    {
        get
        {
            lock (_gate)
                return _tables;
        }
    }

    public NodeCredentials Credentials
    {
        get
        {
            lock (_gate)
                return _credentials;
        }
    }

    /// <summary>Set when something was refused with the present credentials.</summary>
    public SemaphoreSlim RenewalWanted { get; } = new(0, 1);

    /// <summary>The last renewal of the lease that was answered found no row: the Node was deleted, or the table has lost it.</summary>
    public bool LeaseIsGone
    {
        get => Volatile.Read(ref _leaseIsGone);
        set => Volatile.Write(ref _leaseIsGone, value);
    }

    public void AskForRenewal()
    {
        lock (_gate)
        {
            if (RenewalWanted.CurrentCount == 0)
                RenewalWanted.Release();
        }
    }

    public void Renew(NodeCredentials credentials)
    {
        lock (_gate)
        {
            if (!_tables.TryRenew(credentials))
                _tables = new NodeTables(enrolment.NodeUid, credentials, http);
            _credentials = credentials;
        }
    }
}
