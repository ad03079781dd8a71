using System.Text.Json.Serialization;

namespace CloudOrch.Domain.Api;

/// <summary>metav1.Status: how every refusal is answered. kubectl prints <see cref="Message"/> verbatim, so the remedy belongs into it.</summary>
public sealed record Status : ApiType
{
    [JsonPropertyOrder(-3)]
    public string Kind { get; init; } = "Status";
    [JsonPropertyOrder(-3)]
    public string ApiVersion { get; init; } = "v1";
    public ListMeta Metadata { get; init; } = new();
    [JsonPropertyName("status")]
    public string Outcome { get; init; } = "Failure";
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public StatusDetails? Details { get; init; }
    /// <summary>The HTTP status code.</summary>
    public int? Code { get; init; }
}

public sealed record StatusDetails : ApiType
{
    public string? Name { get; init; }
    public string? Group { get; init; }
    /// <summary>The plural (<c>deployments</c>) for most reasons, as Kubernetes does.</summary>
    public string? Kind { get; init; }
    public string? Uid { get; init; }
    public ValueList<StatusCause>? Causes { get; init; }
    public int? RetryAfterSeconds { get; init; }
}

public sealed record StatusCause : ApiType
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string? Field { get; init; }
}

public sealed record ListMeta : ApiType
{
    public string? ResourceVersion { get; init; }
    public string? Continue { get; init; }
    public long? RemainingItemCount { get; init; }
}
