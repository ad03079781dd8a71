namespace CloudOrch.ControlPlane.Serving.Fairness;

/// <summary>How one process shares itself among tenants; the nodes of each cluster share among themselves, and so do all nodes that enrol.</summary>
/// <remarks>Watches and followed logs hold no seat while they run.</remarks>
public sealed record FairnessOptions
{
    /// <summary>Requests worked on at once; default 48.</summary>
    public int Seats { get; init; } = 48;

    /// <summary>
    /// Of them for one tenant, at most; default 12. Fewer would leave processors idle while storage is waited for; more gain nothing
    /// (<c>./infra/bench fairness</c>) and are in the way of others.
    /// </summary>
    public int SeatsPerTenant { get; init; } = 12;

    /// <summary>Requests of one tenant that may wait for a seat; the next one is 429. Default 400.</summary>
    public int WaitingPerTenant { get; init; } = 400;
}
