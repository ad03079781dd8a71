using System.Text.Json.Serialization;
using CloudOrch.Domain.Api;
using CloudOrch.Domain.Api.Schema;

namespace CloudOrch.Domain.Kinds.Events;

/// <summary>An Event of the core group. Stored in a table and revision stream of its own; never touches the cluster's head.</summary>
public sealed record EventRecord : KubeObject
{
    public ObjectReference InvolvedObject { get; init; } = new();
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public EventSource? Source { get; init; }
    public DateTimeOffset? FirstTimestamp { get; init; }
    public DateTimeOffset? LastTimestamp { get; init; }
    public int? Count { get; init; }
    /// <summary>Normal or Warning.</summary>
    public string? Type { get; init; }
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }
    public string? Action { get; init; }
    public ObjectReference? Related { get; init; }
    public string? ReportingComponent { get; init; }
    public string? ReportingInstance { get; init; }
}

[Atomic]
public sealed record ObjectReference : ApiType
{
    public string? Kind { get; init; }
    public string? Namespace { get; init; }
    public string? Name { get; init; }
    public string? Uid { get; init; }
    public string? ApiVersion { get; init; }
    public string? ResourceVersion { get; init; }
    /// <summary>A part of the object: <c>spec.containers{web}</c>.</summary>
    public string? FieldPath { get; init; }
}

public sealed record EventSource : ApiType
{
    public string? Component { get; init; }
    public string? Host { get; init; }
}
