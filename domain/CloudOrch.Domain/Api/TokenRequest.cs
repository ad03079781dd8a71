using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Api;

/// <summary>authentication.k8s.io/v1 TokenRequest: the body and the answer of <c>POST …/serviceaccounts/{name}/token</c>, which <c>kubectl create token</c> sends.</summary>
public sealed record TokenRequest : KubeObject
{
    /// <summary>What the token is to be good for.</summary>
    [Required] public TokenRequestSpec Spec { get; init; } = new();
    /// <summary>The token; only in the answer.</summary>
    public TokenRequestStatus? Status { get; init; }
}

/// <summary>What a token is to be good for.</summary>
public sealed record TokenRequestSpec : ApiType
{
    /// <summary>Who may be shown the token; default: this API, which accepts no other.</summary>
    [Required] public ValueList<string>? Audiences { get; init; }
    /// <summary>How long the token is good, from 600 to 2^32 seconds; default 3600.</summary>
    public long? ExpirationSeconds { get; init; }
    /// <summary>A Pod, Secret or Node with which the token ends.</summary>
    public BoundObjectReference? BoundObjectRef { get; init; }
}

/// <summary>An object with which a token ends.</summary>
public sealed record BoundObjectReference : ApiType
{
    /// <summary>Pod, Secret or Node.</summary>
    public string? Kind { get; init; }
    /// <summary>v1.</summary>
    public string? ApiVersion { get; init; }
    /// <summary>The object's name; a Pod or Secret is in the account's namespace.</summary>
    public string? Name { get; init; }
    /// <summary>The object's uid; empty: whatever has the name now.</summary>
    public string? Uid { get; init; }
}

/// <summary>The token that was asked for.</summary>
public sealed record TokenRequestStatus : ApiType
{
    /// <summary>The token: whoever shows it is the account.</summary>
    [Sensitive] public string? Token { get; init; }
    /// <summary>When the token ends at the latest.</summary>
    public DateTimeOffset? ExpirationTimestamp { get; init; }
}
