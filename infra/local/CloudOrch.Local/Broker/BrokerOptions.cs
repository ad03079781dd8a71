using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace CloudOrch.Local.Broker;

/// <summary>One namespace on one machine.</summary>
public sealed record BrokerOptions
{
    /// <summary>The host names by which clients know the namespace: what a token's resource must name. Ports and schemes do not count.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["localhost"];

    /// <summary>Policies of the whole namespace.</summary>
    public IReadOnlyList<AccessRule> Rules { get; init; } = [];

    /// <summary>Without one, bearer tokens are refused.</summary>
    public BearerValidator? Bearer { get; init; }

    /// <summary>Where queue definitions survive a restart; messages do not. Null keeps them in memory only.</summary>
    public string? StatePath { get; init; }

    /// <summary>Made at start unless they are there.</summary>
    public IReadOnlyList<QueueSettings> Queues { get; init; } = [];
}

/// <summary>Where the broker listens; port 0 takes a free one.</summary>
public sealed record BrokerListener(IPEndPoint EndPoint, X509Certificate2 Certificate);
