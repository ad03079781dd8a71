using CloudOrch.Domain.Api;
using CloudOrch.Domain.Kinds.Nodes;

namespace CloudOrch.Domain.Protocol;

/// <summary><c>POST /node/v1/enroll</c>; the join token names the cluster.</summary>
public sealed record EnrollRequest : ApiType
{
    public int V { get; init; } = ProtocolVersion.Current;
    /// <summary>Absent when a node that is enrolled already asks again with its own key.</summary>
    public string? JoinToken { get; init; }
    /// <summary>A DNS subdomain; the Node's name.</summary>
    public string NodeName { get; init; } = "";
    /// <summary>SubjectPublicKeyInfo (DER, base64) of the P-256 key that signs the node's calls.</summary>
    public string SigningKey { get; init; } = "";
    /// <summary>SubjectPublicKeyInfo (DER, base64) of the P-256 key that secrets are sealed to.</summary>
    public string SealingKey { get; init; } = "";
    public ProtocolRange Protocol { get; init; } = ProtocolRange.Own;
    public ValueMap<string>? Labels { get; init; }
    public ValueList<Taint>? Taints { get; init; }
    public NodeStatus? Status { get; init; }
}

public sealed record EnrollResponse : ApiType
{
    public int V { get; init; } = ProtocolVersion.Current;
    public string ClusterId { get; init; } = "";
    public string NodeUid { get; init; } = "";
    public string NodeName { get; init; } = "";
    public string PodCidr { get; init; } = "";
    /// <summary>The protocol version that both use from now on.</summary>
    public int Protocol { get; init; }
    public NodeCredentials Credentials { get; init; } = new();
}

/// <summary>What a node may touch by itself; also the answer to <c>POST /node/v1/credentials</c>. Valid for 24 h, renewed hourly.</summary>
public sealed record NodeCredentials : ApiType
{
    public DateTimeOffset ExpiresAt { get; init; }
    /// <summary><c>https://…/leases?sv=…</c>: the node's lease row.</summary>
    public string LeasesUrl { get; init; } = "";
    public string NodeStatusUrl { get; init; } = "";
    public string AssignmentsUrl { get; init; } = "";
    public string StreamsUrl { get; init; } = "";
    public string PartitionKey { get; init; } = "";
    /// <summary>Host (and port, if not 443) of the Service Bus namespace.</summary>
    public string ServiceBusHost { get; init; } = "";
    public string QueueName { get; init; } = "";
    /// <summary>SAS with Listen on that one queue.</summary>
    public string QueueToken { get; init; } = "";
    public int LeaseIntervalMilliseconds { get; init; } = 1000;
}

/// <summary><c>POST /node/v1/doorbell</c>: "my status row has this sequence number".</summary>
public sealed record NodeDoorbell(string BootId, long Seq);

/// <summary>How a node signs its calls: <c>Authorization: Bearer</c> a JWT (ES256).</summary>
public static class NodeToken
{
    /// <summary><c>typ</c> of the header.</summary>
    public const string Type = "cloudorch-node+jwt";
    /// <summary>Claims: iss = sub = node uid, aud = "cloudorch/{clusterId}", iat, exp.</summary>
    public static string AudienceOf(string clusterId) => $"cloudorch/{clusterId}";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    /// <summary>The node takes the server's time from <c>Date</c>, so its own clock may be wrong by any amount.</summary>
    public static readonly TimeSpan ToleratedSkew = TimeSpan.FromMinutes(2);
}
